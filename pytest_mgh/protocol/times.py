"""Times as the services and their records write them; inside the hub they are seconds."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timezone

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


_FRACTION = re.compile(r"\.([0-9]+)")
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)


def read_iso(text: str) -> float:
    """Return a time of ISO 8601 as seconds since the epoch; without a zone it is UTC.

    Raises:
        ValueError: It is none.
    """
    if not _ISO.fullmatch(text):  # each Python reads other forms beside these
        raise ValueError(f"{text!r} is not an ISO 8601 time")
    # Python 3.10 reads no Z, and fractions of six digits only.
    zoned = _FRACTION.sub(lambda match: f".{match[1][:6]:0<6}", text.replace("Z", "+00:00"))
    return seconds_of(datetime.fromisoformat(zoned))


def read_time(written: object) -> float:
    """Return a time as people write it as seconds since the epoch, to the millisecond.

    Args:
        written: Seconds since the epoch, ISO 8601 text, a datetime, or a date; without a zone it
            is UTC.

    Raises:
        ValueError: It is none, or before the year 1 or after 9999.
    """
    try:
        seconds = _read(written)
    except (ValueError, OverflowError):
        seconds = LATEST + 1.0
    if not EARLIEST <= seconds <= LATEST:
        raise ValueError(
            f"{written!r} is not a time: use seconds since the epoch, or a date and time such as "
            "2026-05-01T12:00:00Z"
        )
    return milliseconds(seconds)


def _read(written: object) -> float:
    if isinstance(written, datetime):
        return seconds_of(written)
    if isinstance(written, date):
        return seconds_of(datetime.combine(written, time.min))
    if isinstance(written, str):
        return read_iso(written)
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        return float(written)
    raise ValueError("neither a number nor a text")


def seconds_of(time: datetime) -> float:
    """Return a time in seconds since the epoch; without a zone it is in UTC."""
    return (time if time.tzinfo else time.replace(tzinfo=timezone.utc)).timestamp()


def milliseconds(seconds: float) -> float:
    """Return a time to the millisecond: the services keep no more of it."""
    return round(float(seconds), 3)
