"""Event emitters of botocore that share their handlers until one of them gets another.

botocore copies all of its handlers for a new session, which takes as long as to make a client.
"""

# ruff: noqa: SLF001 (botocore has no public way to share handlers)

from __future__ import annotations

from copy import copy
from typing import Any

from botocore.hooks import HierarchicalEmitter, NodeList
from botocore.hooks import _PrefixTrie as PrefixTrie  # type: ignore[attr-defined]


class _SharingTrie(PrefixTrie):  # type: ignore[misc, unused-ignore]
    """Handlers by event, in nodes that several may have: what is changed is copied before."""

    _root: dict[str, Any]

    def append_item(self, key: str, value: Any, section: int = 1) -> None:
        """Add a handler; the nodes on the way to it are this one's own then."""
        node = self._root = dict(self._root)
        for part in key.split("."):
            children = node["children"] = dict(node["children"])
            child = children.get(part) or {"chunk": part, "values": None, "children": {}}
            node = children[part] = dict(child)
        node["values"] = NodeList(*map(list, node["values"] or ([], [], [])))
        node["values"][section].append(value)

    def remove_item(self, key: str, value: Any) -> None:
        """Remove a handler, which happens seldom: all nodes are this one's own then."""
        self._root = self._recursive_copy(self._root)
        super().remove_item(key, value)


def sharing(emitter: HierarchicalEmitter) -> HierarchicalEmitter:
    """Return an emitter with the same handlers; neither sees what the other one gets later.

    Args:
        emitter: An emitter that is not changed any more.
    """
    made: Any = HierarchicalEmitter()
    given: Any = emitter
    made._handlers = _SharingTrie()
    made._handlers._root = given._handlers._root
    made._unique_id_handlers = copy(given._unique_id_handlers)
    own: HierarchicalEmitter = made
    return own
