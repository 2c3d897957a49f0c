"""Seeds whole estates, item by item; where one is wrong, all of it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_mgh.seeding.findings import (
    seed_agent,
    seed_connection,
    seed_continuous_export,
    seed_process,
)
from pytest_mgh.seeding.seed_error import SeedError
from pytest_mgh.seeding.servers import seed_application, seed_server
from pytest_mgh.seeding.tasks import seed_stream, seed_task

if TYPE_CHECKING:
    from pytest_mgh.seeding.estate import Estate
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World


_PARTS = {
    "servers": seed_server,
    "agents": seed_agent,
    "processes": seed_process,
    "connections": seed_connection,
    "continuous_exports": seed_continuous_export,
    "applications": seed_application,
}
"""What adds the items of each part; what is named by others comes first."""


def seed_estate(world: World, store: Store, estate: Estate) -> None:
    """Add all that an estate names at one time, or nothing.

    Raises:
        ValueError: What names what isn't there, or adds what is there; it says where.
    """

    def seed(path: list[str | int], add: Callable[..., Any], *arguments: Any) -> None:
        try:
            add(*arguments)
        except SeedError as error:
            raise ValueError(f"{estate.place([*path, *error.path])}: {error.reason}") from None

    content = estate.content
    with world.journal.whole(), world.clock.stopped():
        for part, add in _PARTS.items():
            for number, item in enumerate(content.get(part, ())):
                seed([part, number], add, world, store, item)
        for number, stream in enumerate(content.get("streams", ())):
            path: list[str | int] = ["streams", number]
            seed(path, seed_stream, store, stream["name"])
            for at, task in enumerate(stream.get("tasks", ())):
                seed([*path, "tasks", at], seed_task, world, store, stream["name"], task)
