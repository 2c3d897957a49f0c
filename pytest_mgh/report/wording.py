"""Words that several reports use."""

from __future__ import annotations


def counted(number: int, what: str) -> str:
    """Return a number of things: `1 call`, `2 calls`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
