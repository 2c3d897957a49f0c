"""Times as the services and their records write them; inside the hub they are seconds."""

from __future__ import annotations

from datetime import datetime, timezone

EARLIEST, LATEST = -62135596800, 253402300799
"""The seconds since the epoch that have a date: years 1 to 9999."""


def utc(seconds: float) -> datetime:
    """Return the date of a time in seconds since the epoch."""
    return datetime.fromtimestamp(seconds, timezone.utc)


def iso_text(seconds: float) -> str:
    """Return a time as CloudTrail writes it: `YYYY-MM-DDTHH:MM:SSZ`."""
    return utc(seconds).strftime("%Y-%m-%dT%H:%M:%SZ")


def item_text(seconds: float) -> str:
    """Return a time as configuration items have it: `YYYY-MM-DD HH:MM:SS.0`, in UTC."""
    return utc(seconds).strftime("%Y-%m-%d %H:%M:%S.0")
