"""How clients reach a hub: directly while a mock of it is active, and through its servers."""

from __future__ import annotations

from dataclasses import dataclass, field
from weakref import WeakKeyDictionary


@dataclass
class Reach:
    """How clients reach a hub.

    Attributes:
        active: Whether a mock answers all clients from it.
        urls: Where servers answer from it, the first one first.
    """

    active: bool = False
    urls: list[str] = field(default_factory=list)


_REACHES: WeakKeyDictionary[object, Reach] = WeakKeyDictionary()


def reach_of(hub: object) -> Reach:
    """Return what is known of a hub; the mock and the servers enter it."""
    return _REACHES.setdefault(hub, Reach())
