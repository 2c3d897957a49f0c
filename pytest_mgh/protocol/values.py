"""The types of values in records: what a type alone does not say stands in its annotation.

`pytest_mgh.state.codec` holds data to them, and makes JSON Schemas of them.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pytest_mgh.protocol.times import EARLIEST, LATEST


class Bounds(NamedTuple):
    """The least and the greatest of a number."""

    least: int
    greatest: int


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

Count = Annotated[int, Bounds(0, 2**63 - 1)]
"""How many: a 64-bit integer, as in the services' models."""

Integer = Annotated[int, Bounds(-(2**63), 2**63 - 1)]
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
