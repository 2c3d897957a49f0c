"""The types of values in records: what a type alone does not say stands in its annotation.

`pytest_mgh.state.codec` holds data to them, and makes JSON Schemas of them.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, NamedTuple, TypeGuard, get_args

from pytest_mgh.protocol.times import EARLIEST, LATEST


class Bounds(NamedTuple):
    """The least and the greatest of a number."""

    least: float
    greatest: float


class Pattern(NamedTuple):
    """What a whole text looks like: in words, and as a regular expression."""

    title: str
    regex: str


class OneOf(NamedTuple):
    """The texts that there are."""

    texts: tuple[str, ...]


class Mark(NamedTuple):
    """A mark on a type, which says how its values are written."""

    meaning: str


NEVER = Mark("null stands for infinity")
JSON_OBJECT = Mark("text that is a JSON object")
KEY = Mark("what names its record: it stands once in a list, and is the key in a mapping")
REFERENCE = Mark("only the key of a record that stands elsewhere")

Time = Annotated[float, Bounds(EARLIEST, LATEST)]
"""Seconds since the epoch that have a date."""

TimeOrNever = Annotated[float, Bounds(EARLIEST, LATEST), NEVER]
"""The same, or infinity."""

Seconds = Annotated[float, Bounds(0, LATEST - EARLIEST)]
"""A time span."""

Share = Annotated[float, Bounds(0, 1)]
"""A part of one."""

_GREATEST = 2**63 - 1

Count = Annotated[int, Bounds(0, _GREATEST)]
"""How many: a 64-bit integer, as in the services' models."""

Positive = Annotated[int, Bounds(1, _GREATEST)]
"""How many, at least one."""

Integer = Annotated[int, Bounds(-(2**63), _GREATEST)]
"""A 64-bit integer."""

Percent = Annotated[int, Bounds(0, 100)]

AccountId = Annotated[str, Pattern("12 digits", "[0-9]{12}")]

Uuid = Annotated[str, Pattern("a UUID", "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")]

JsonObject = Annotated[bytes, JSON_OBJECT]
"""The text of a JSON object."""

TaskStatus = Literal["NOT_STARTED", "IN_PROGRESS", "FAILED", "COMPLETED"]

AttributeType = Literal[
    "IPV4_ADDRESS",
    "IPV6_ADDRESS",
    "MAC_ADDRESS",
    "FQDN",
    "VM_MANAGER_ID",
    "VM_MANAGED_OBJECT_REFERENCE",
    "VM_NAME",
    "VM_PATH",
    "BIOS_ID",
    "MOTHERBOARD_SERIAL_NUMBER",
]

ApplicationStatus = Literal["NOT_STARTED", "IN_PROGRESS", "COMPLETED"]


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a number; Python takes True for one."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def check_number(name: str, value: object, kind: Any, *, also: str = "") -> None:
    """Raise `ValueError` for an argument that is no number within the bounds of its type.

    Args:
        name: The name of the argument.
        value: Its value.
        kind: The annotated type. The greatest integer is no bound here.
        also: What else is allowed, for the message.
    """
    __tracebackhide__ = True
    number, bounds = get_args(kind)
    greatest = math.inf if bounds.greatest == _GREATEST else bounds.greatest
    is_of_kind = is_number(value) if number is float else type(value) is int
    if is_of_kind and bounds.least <= value <= greatest:  # type: ignore[operator]
        return
    words = "a whole number" if number is int else "a number"
    if bounds.greatest == _GREATEST:
        words += f" >= {bounds.least}"
    else:
        words += f" from {bounds.least} to {bounds.greatest}"
    raise ValueError(f"{name}={value!r}: must be {words}{also}")
