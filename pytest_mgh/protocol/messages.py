"""Requests as they came, and responses as they go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


# Not frozen: every call makes both, and frozen ones take thrice as long.
@dataclass(slots=True)
class WireRequest:
    """A request as it came; headers are asked for by lower-case names."""

    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"
    url: str = "https://mgh.us-west-2.amazonaws.com/"
    source_ip: str = "127.0.0.1"


@dataclass(slots=True)
class WireResponse:
    """A response as it goes."""

    status: int
    headers: dict[str, str]
    body: bytes
