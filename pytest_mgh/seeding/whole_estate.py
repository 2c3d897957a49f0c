"""Seeds whole estates, item by item; where one is wrong, all of it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_mgh.seeding.agents import (
    seed_agent,
    seed_connection,
    seed_continuous_export,
    seed_process,
)
from pytest_mgh.seeding.seed_error import SeedError
from pytest_mgh.seeding.servers import seed_application, seed_server
from pytest_mgh.seeding.tasks import PreparedStream

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


class Prepared(NamedTuple):
    """What an estate adds at one time, as far as it can be made before."""

    time: float
    streams: list[PreparedStream]


def prepare(world: World, estate: Estate) -> Prepared:
    """Make the streams of an estate, with their tasks: nobody waits for that."""
    now = world.clock.time()
    streams = estate.content.get("streams", ())
    return Prepared(
        now, [PreparedStream(one["name"], one.get("tasks", ()), now) for one in streams]
    )


def seed_estate(world: World, store: Store, estate: Estate, prepared: Prepared) -> None:
    """Add all that an estate names at one time, or nothing.

    Args:
        world: The state of the hub.
        store: Where it is added.
        estate: The estate.
        prepared: Its streams, and the time.

    Raises:
        ValueError: What names what isn't there, or adds what is there; it says where.
    """

    def seed(path: list[str | int], add: Callable[..., Any], *arguments: Any) -> None:
        try:
            add(*arguments)
        except SeedError as error:
            raise ValueError(f"{estate.place([*path, *error.path])}: {error.reason}") from None

    content = estate.content
    with world.journal.whole(), world.clock.stopped(prepared.time):
        for part, add in _PARTS.items():
            for number, item in enumerate(content.get(part, ())):
                seed([part, number], add, world, store, item)
        for number, stream in enumerate(prepared.streams):
            seed(["streams", number], stream.add, world, store)
