"""Calls as data: what goes to an account, or to a hub, and what comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pytest_mgh.services.catalog import OPERATIONS

JSON = "application/x-amz-json-1.1"


@dataclass(frozen=True, slots=True)
class Request:
    """A request for an operation.

    Attributes:
        service: The service's name in botocore.
        operation: The operation, as AWS spells it.
        region: The Region that it goes to.
        body: The body, as it is sent.
        headers: What differs from the headers that such a request has.
        method: The HTTP method.
        signed: Whether it is signed.
    """

    service: str
    operation: str
    region: str
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "POST"
    signed: bool = True

    @property
    def dry_run(self) -> bool:
        """Whether it is a dry run, of an operation that has one."""
        if not OPERATIONS[self.operation].dry_run:
            return False
        try:
            members = json.loads(self.body)
        except ValueError:
            return False
        return isinstance(members, dict) and members.get("DryRun") is True

    @property
    def read_only(self) -> bool:
        """Whether the operation that it reaches changes nothing."""
        headers = {name.lower(): value for name, value in self.headers}
        target = headers.get("x-amz-target", self.operation).rpartition(".")[2]
        return target not in OPERATIONS or OPERATIONS[target].read_only


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back.

    Attributes:
        status: The HTTP status.
        body: The body, as it came.
        date: The header Date; empty where there is none.
    """

    status: int
    body: bytes
    date: str = ""


Send = Callable[[Request], Reply]
"""Sends a request, and returns what came back."""


class _Absent:
    def __repr__(self) -> str:
        return "<absent>"


ABSENT = _Absent()
"""Stands where an answer has nothing."""


@dataclass(frozen=True)
class Answer:
    """What a reply says."""

    request: Request
    reply: Reply

    @cached_property
    def text(self) -> str:
        """The body as text."""
        return self.reply.body.decode("utf-8", "replace")

    @cached_property
    def content(self) -> Any:
        """The body as JSON, an empty one as an empty object; `ABSENT` where it is no JSON."""
        try:
            return json.loads(self.text or "{}")
        except ValueError:
            return ABSENT

    @property
    def ok(self) -> bool:
        """Whether it is a result."""
        return self.reply.status < 300

    @cached_property
    def code(self) -> str:
        """The code of a refusal, without the namespace that some front ends put before it."""
        if isinstance(self.content, dict):
            return str(self.content.get("__type", "")).rpartition("#")[2]
        named = re.search(r"<(?:Code>)?(\w+)", self.text)
        return named[1] if named else ""

    @cached_property
    def message(self) -> str | None:
        """The text of a refusal; `None` where it has none."""
        if isinstance(self.content, dict):
            message = self.content.get("Message", self.content.get("message"))
            return message if isinstance(message, str) else None
        named = re.search(r"<Message>(.*?)</Message>", self.text, re.DOTALL)
        return named[1] if named else None

    def at(self, *path: str | int) -> Any:
        """Return what stands at a path of the result: `ABSENT` for nothing there.

        Of a refusal it is the refusal itself.
        """
        return pick(self.content, *path) if self.ok else self


def pick(value: Any, *path: str | int) -> Any:
    """Return what stands at a path of a value: `ABSENT` for nothing there.

    Of a refusal it is the refusal itself, as with `Answer.at`.
    """
    if isinstance(value, Answer):
        return value.at(*path)
    try:
        for part in path:
            value = value[part]
    except (LookupError, TypeError):
        return ABSENT
    return value


def each(rows: Any, *path: str | int) -> Any:
    """Return what stands at a path of every row; what is no list stays as it is."""
    return [pick(row, *path) for row in rows] if isinstance(rows, list) else rows
