"""Calls as data: what goes to an account, or to a hub, and what comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, ValuesView
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from pytest_mgh.services.catalog import OPERATIONS

Members: TypeAlias = dict[str, Any]
"""The members of a request."""

DENIED = (
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationErrorException",
    "UnauthorizedOperation",
)
UNUSABLE = {
    "ExpiredTokenException": "the credentials have expired",
    "InvalidClientTokenId": "AWS does not know the credentials",
    "InvalidSignatureException": "AWS refuses the signature: check the secret key and the clock",
    "RequestExpired": "AWS refuses the time of the signature: check the clock",
    "UnrecognizedClientException": "AWS does not know the credentials, or they have expired",
}
"""Codes that mean that no call will succeed, and why."""


class BridgeError(Exception):
    """The account can't be read or compared; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request for an operation, with the headers that differ from the usual ones."""

    service: str
    operation: str
    region: str
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = ()
    method: str = "POST"
    signed: bool = True

    @classmethod
    def of(cls, operation: str, region: str, members: Members) -> Request:
        """Return the request that an SDK makes."""
        service = OPERATIONS[operation].service.name
        return cls(service, operation, region, json.dumps(members).encode())

    @property
    def is_harmless(self) -> bool:
        """Whether it changes nothing, whatever the answer."""
        return self.read_only or self.dry_run

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
    """What came back; `date` is the header Date, if there is one."""

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
    """A reply, read."""

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

    @property
    def accepted(self) -> Any:
        """Whether the request is accepted, whatever the result; or the refusal."""
        return "accepted" if self.ok else self

    def __str__(self) -> str:
        return f"{self.request.operation} answered {self.reply.status} {self.code}"

    def at(self, *path: str | int) -> Any:
        """Return what stands at a path of the result: `ABSENT` for nothing there.

        Of a refusal it is the refusal itself.
        """
        return pick(self.content, *path) if self.ok else self


def ask(send: Send, request: Request) -> Answer:
    """Send a request, and return the answer.

    Raises:
        BridgeError: No call will succeed with these credentials.
    """
    answer = Answer(request, send(request))
    if answer.code in UNUSABLE:
        raise BridgeError(UNUSABLE[answer.code])
    return answer


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


def parts_of(value: Any) -> Iterator[Any]:
    """Give a value and everything in it."""
    yield value
    inner = value.values() if isinstance(value, Mapping) else value
    for one in inner if isinstance(inner, (list, tuple, ValuesView)) else ():
        yield from parts_of(one)


def rows_as(rows: Any, change: Callable[[list[Any]], Any]) -> Any:
    """Return what a function makes of a list; what is no list stays as it is."""
    return change(rows) if isinstance(rows, list) else rows


def each(rows: Any, *path: str | int) -> Any:
    """Return what stands at a path of every row; what is no list stays as it is."""
    return rows_as(rows, lambda rows: [pick(row, *path) for row in rows])
