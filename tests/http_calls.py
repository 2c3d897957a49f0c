"""Requests of a client of the server, and their responses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pytest_mgh.server.serving import HubServer

Connect = Callable[..., Any]
Serve = Callable[..., "HubServer"]
Sign = Callable[..., dict[str, str]]


class Answer(NamedTuple):
    """What the server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)


Send = Callable[..., Answer]
