"""Lets go of a large state bit by bit: freed at once, it would keep all threads waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_mgh.state.world import World


def parts_of(world: World) -> list[Any]:
    """Return the many records of a world: who holds them lets go of them one by one."""
    parts: list[Any] = [*world.calls]
    for account in world.accounts.values():
        for store in account.stores.values():
            parts += store.repository.servers
            parts += store.applications
            for stream in store.streams.values():
                parts += stream.tasks.values()
    return parts


def let_go(parts: list[Any]) -> None:
    """Let go of parts one by one; those that somebody else holds stay."""
    while parts:
        parts.pop()


def take_apart(document: dict[str, Any] | list[Any], levels: int = 9) -> None:
    """Empty the dicts and lists of a document that nobody needs any more, to a depth of levels."""
    if levels:
        for part in document.values() if isinstance(document, dict) else document:
            if isinstance(part, (dict, list)):
                take_apart(part, levels - 1)
        document.clear()
