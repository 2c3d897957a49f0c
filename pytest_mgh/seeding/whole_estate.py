"""Seeds whole estates, item by item; where one is wrong, all of it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_mgh.seeding.items import (
    SeedError,
    seed_application,
    seed_server,
    seed_stream,
    seed_task,
)

if TYPE_CHECKING:
    from pytest_mgh.seeding.estate import Estate
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World


def seed_estate(world: World, store: Store, estate: Estate) -> None:
    """Add all that an estate names, or nothing.

    Raises:
        ValueError: What names what isn't there, or adds what is there; it says where.
    """

    def seed(path: list[str | int], add: Callable[..., Any], *arguments: Any) -> None:
        try:
            add(*arguments)
        except SeedError as error:
            raise ValueError(f"{estate.place([*path, *error.path])}: {error.reason}") from None

    content = estate.content
    with world.journal.whole():
        for number, server in enumerate(content.get("servers", ())):
            seed(["servers", number], seed_server, world, store, server)
        for number, application in enumerate(content.get("applications", ())):
            seed(["applications", number], seed_application, world, store, application)
        for number, stream in enumerate(content.get("streams", ())):
            path: list[str | int] = ["streams", number]
            seed(path, seed_stream, store, stream["name"])
            for at, task in enumerate(stream.get("tasks", ())):
                seed([*path, "tasks", at], seed_task, world, store, stream["name"], task)
