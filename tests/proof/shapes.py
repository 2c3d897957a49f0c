"""The constraints of the API References: valid values, and values that violate them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

# A dot of Java's patterns stops at each of these.
LINE = "[^\n\r\u0085\u2028\u2029]"


class Text(NamedTuple):
    least: int = 0
    most: int = 1 << 30
    pattern: str | None = None
    members: tuple[str, ...] = ()

    def obeyed_by(self, value: str) -> bool:
        return (
            self.least <= len(value) <= self.most
            and (not self.members or value in self.members)
            and (self.pattern is None or bool(re.fullmatch(self.pattern, value, re.ASCII)))
        )

    def broken(self) -> Iterator[Any]:
        long = "x" * (self.most + 1) if self.most < 5000 else ""
        texts = ("", long, "a:b|c/d", "a\n", " ", "\x00")
        yield from (text for text in texts if not self.obeyed_by(text))


class Whole(NamedTuple):
    least: int = -(1 << 80)
    most: int = 1 << 80

    def obeyed_by(self, value: int) -> bool:
        return self.least <= value <= self.most

    def broken(self) -> Iterator[Any]:
        if self.least > -(1 << 80):
            yield self.least - 1
        if self.most < 1 << 80:
            yield self.most + 1


class Free(NamedTuple):
    """What has no constraints: a flag, a moment."""

    def obeyed_by(self, value: Any) -> bool:
        return True

    def broken(self) -> Iterator[Any]:
        yield from ()


class Many(NamedTuple):
    item: Any
    least: int = 0
    most: int = 1 << 30

    def obeyed_by(self, value: list[Any]) -> bool:
        return self.least <= len(value) <= self.most and all(map(self.item.obeyed_by, value))

    def broken(self) -> Iterator[Any]:
        if self.least:
            yield []
        yield from ([item] for item in self.item.broken())


class Parts(NamedTuple):
    required: Mapping[str, Any]
    optional: Mapping[str, Any] = MappingProxyType({})

    @property
    def members(self) -> dict[str, Any]:
        return {**self.required, **self.optional}

    def obeyed_by(self, value: dict[str, Any]) -> bool:
        return all(name in value for name in self.required) and all(
            self.members[name].obeyed_by(said) for name, said in value.items()
        )

    def broken(self) -> Iterator[Any]:
        if self.required:
            yield {}


FLAG = MOMENT = Free()

# mgh and migrationhub-config

STREAM = Text(1, 50, r"[^/:|\x00-\x1f]+")
TASK = Text(1, 256, "[^:|]+")
ID = Text(1, 1600, f"{LINE}{{1,1600}}")
ARN = Text(1, 1600, f"arn:[a-z-]+:[a-z0-9-]+:(?:[a-z0-9-]+|):(?:[0-9]{{12}}|):{LINE}*")
DESCRIPTION = Text(0, 500, f"{LINE}{{0,500}}")
DETAIL = Text(0, 2500, f"{LINE}{{0,2500}}")
SOURCE = Text(1, 1600)
APPLICATION_STATUS = Text(members=("NOT_STARTED", "IN_PROGRESS", "COMPLETED"))
TASK_STATUS = Text(members=("NOT_STARTED", "IN_PROGRESS", "FAILED", "COMPLETED"))
TOKEN = Text(0, 2048, r"[a-zA-Z0-9/+=]{0,2048}")
SIZE, SMALL_SIZE = Whole(1, 100), Whole(1, 10)
ATTRIBUTE_TYPE = Text(
    members=(
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
    )
)
ATTRIBUTE = Parts({"Type": ATTRIBUTE_TYPE, "Value": Text(1, 256, f"{LINE}{{1,256}}")})
STATE = Parts({"Status": TASK_STATUS}, {"StatusDetail": DETAIL, "ProgressPercent": Whole(0, 100)})
CONTROL = Text(1, 50, "hrc-[a-z0-9]{12}")
REGION = Text(1, 50, "([a-z]+)-([a-z]+)-([0-9]+)")
TARGET = Parts({"Type": Text(members=("ACCOUNT",))}, {"Id": Text(12, 12, "[0-9]{12}")})

# discovery

ITEM, SOLID_ITEM = Text(0, 200, r"\S*"), Text(0, 200, r"\S+")
AGENT = Text(10, 20, r"\S+")
NAME = Text(0, 127, r"[\s\S]*\S[\s\S]*")
ABOUT = Text(0, 1000, r"(^$|[\s\S]*\S[\s\S]*)")
WAVE = Text(0, 256, r"($|[^\s\x00]( *[^\s\x00])*$)")
FILTER = Parts({"name": Text(), "values": Many(Text(0, 1000)), "condition": Text(0, 200, r"\S+")})
ORDER = Parts(
    {"fieldName": Text(0, 1000, r"[\s\S]*\S[\s\S]*")}, {"sortOrder": Text(members=("ASC", "DESC"))}
)
TAG = Parts({"key": Text(), "value": Text()})
TAG_FILTER = Parts({"name": Text(), "values": Many(Text())})
IMPORT_TASK = Text(0, 200, "import-task-[a-fA-F0-9]{32}")
IMPORT_FILTER = Parts(
    {},
    {
        "name": Text(members=("IMPORT_TASK_ID", "STATUS", "NAME", "FILE_CLASSIFICATION")),
        "values": Many(Text(1, 255), 1, 100),
    },
)
IMPORT_NAME = Text(1, 255, r"[\s\S]*\S[\s\S]*")
IMPORT_URL = Text(1, 4000, r"\S+://\S+/[\s\S]*\S[\s\S]*")
DELETION = Text(36, 36, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DELETE_AGENT = Parts({"agentId": AGENT}, {"force": FLAG})
EXPORT_FILTER = Parts(
    {
        "name": Text(0, 1000, r"[\s\S]*\S[\s\S]*"),
        "values": Many(Text(0, 1000, r"(^$|[\s\S]*\S[\s\S]*)")),
        "condition": Text(0, 200, r"\S+"),
    }
)
BASIS = Parts({}, {"name": Text(0, 1 << 30, r"(p(\d{1,2}|100)|AVG|SPEC|MAX)")})
PREFERENCES = Parts(
    {},
    {
        "ec2RecommendationsPreferences": Parts(
            {}, {"enabled": FLAG, "cpuPerformanceMetricBasis": BASIS}
        )
    },
)
