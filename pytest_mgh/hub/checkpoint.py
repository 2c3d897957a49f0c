"""A hub's whole state at one moment, which the same process can restore."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import KnownAttributes

if TYPE_CHECKING:
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.state.journal import Version
    from pytest_mgh.state.world import World


_Members = list[tuple[str, Any, dict[str, Any] | None]]
"""Name and value of each; of a dict, which several callers may share, also the content."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Checkpoint(KnownAttributes):
    """The state of a hub at one moment; `MigrationHub.restore` can use it any number of times.

    It records later changes instead of copying the state, and can be discarded at any time.
    """

    hub: object
    world: World
    version: Version  # what the journal of the world knows
    ids: int  # how many were made
    principals: list[tuple[Principal, _Members]]  # a test changes their members without a call
    backoffs: list[float]

    def __repr__(self) -> str:
        return "<Checkpoint>"


def take(hub: object, world: World) -> Checkpoint:
    """Return the state of a hub's world; whoever asks holds its lock."""
    callers = (*world.principals.values(), *world.moto_callers.by_key.values())
    return Checkpoint(
        hub,
        world,
        world.journal.version(),
        world.ids.count,
        [(principal, _members(principal)) for principal in callers],
        list(world.backoffs),
    )


def go_back(checkpoint: Checkpoint) -> World:
    """Return the world of a checkpoint, in the state of then; whoever asks holds its lock."""
    world = checkpoint.world
    world.journal.go_to(checkpoint.version)
    world.ids.count = checkpoint.ids
    for principal, members in checkpoint.principals:
        for name, value, content in members:
            object.__setattr__(principal, name, value)
            if content is not None:
                value.update(content)
                for key in value.keys() - content.keys():
                    del value[key]
    return world


def _members(principal: Principal) -> _Members:
    values = ((field.name, getattr(principal, field.name)) for field in fields(principal))
    return [
        (name, value, dict(value) if isinstance(value, dict) else None) for name, value in values
    ]
