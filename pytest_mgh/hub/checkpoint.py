"""A hub's whole state at one moment, which the same process can restore."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import KnownAttributes

if TYPE_CHECKING:
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.state.journal import Version
    from pytest_mgh.state.world import World


_Attributes = list[tuple[str, Any]]
"""Name and value of each."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Checkpoint(KnownAttributes):
    """The state of a hub at one moment; `MigrationHub.restore` can use it any number of times.

    It records later changes instead of copying the state, and can be discarded at any time.
    """

    hub: object
    world: World
    version: Version  # what the journal of the world knows
    ids: int  # how many were made
    # A principal that a test holds belongs to the hub's current world.
    principals: list[tuple[Principal, _Attributes]]
    backoffs: list[float]

    def __repr__(self) -> str:
        return "<Checkpoint>"


def take(hub: object, world: World) -> Checkpoint:
    """Return the state of a hub's world. The caller holds its lock."""
    return Checkpoint(
        hub,
        world,
        world.journal.version(),
        world.ids.count,
        [(principal, _attributes(principal)) for principal in world.principals.values()],
        list(world.backoffs),
    )


def go_back(checkpoint: Checkpoint) -> World:
    """Return the world of a checkpoint, as it was. The caller holds its lock."""
    world = checkpoint.world
    world.journal.go_to(checkpoint.version)
    world.ids.count = checkpoint.ids
    for principal, attributes in checkpoint.principals:
        for name, value in attributes:
            object.__setattr__(principal, name, value)
    return world


def _attributes(principal: Principal) -> _Attributes:
    return [(field.name, getattr(principal, field.name)) for field in fields(principal)]
