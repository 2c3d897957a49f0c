"""The calls of a test, and how each is found again in another run of the test."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

# What is another value in each run: times, page tokens, tokens that make a request idempotent.
_VARYING = frozenset({"updatedatetime", "starttime", "endtime", "nexttoken", "clientrequesttoken"})

_ID = re.compile(
    r"\b(?:d-(?:server|application|process|connection)-[0-9a-z]+|import-task-[0-9a-f]+"
    r"|o-0[0-9a-f]{16}|hrc-[0-9a-z]{12}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b"
)
_LONGEST_LABEL = 60


class CallKey(NamedTuple):
    """Finds a call again: by its operation, its request, and its place among equal ones.

    `request` is JSON without what varies from run to run; `occurrence` counts from 1.
    """

    operation: str
    request: str
    occurrence: int


@dataclass(frozen=True, slots=True)
class MadeCall:
    """A call that a test made.

    Attributes:
        number: Its number in the test, from 1.
        label: Distinguishes it from the other calls of its operation, for people.
        errors: The errors that its operation declares.
        over_http: Whether it came over HTTP, from another process.
    """

    number: int
    key: CallKey
    label: str
    errors: tuple[str, ...]
    over_http: bool

    @property
    def operation(self) -> str:
        """The name of its operation."""
        return self.key.operation

    def __str__(self) -> str:
        return f"{self.number} {self.operation} {self.label}".rstrip()


def numbered(calls: Iterable[MadeCall]) -> list[MadeCall]:
    """Return calls with numbers that follow their order."""
    return [replace(call, number=number) for number, call in enumerate(calls, start=1)]


def in_order(calls: Iterable[MadeCall]) -> list[MadeCall]:
    """Number calls whose order is another one in each run: by operation and request."""
    return numbered(sorted(calls, key=lambda call: call.key))


def same_request(request: Mapping[str, Any]) -> str:
    """Return a request as text that is the same in every run of a test."""
    return json.dumps(_steady(request), sort_keys=True, default=str)


def _steady(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: "*" if name.lower() in _VARYING else _steady(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_steady(inner) for inner in value]
    return without_ids(value) if isinstance(value, str) else value


def without_ids(text: str) -> str:
    """Return a text with `*` in the place of the ids that the hub makes."""
    return _ID.sub("*", text)


def label(request: Mapping[str, Any]) -> str:
    """Return what distinguishes a request of an operation, such as `SMS/web-7 COMPLETED`."""
    task = [
        request[name] for name in ("ProgressUpdateStream", "MigrationTaskName") if name in request
    ]
    rest = {name: value for name, value in request.items() if value not in task}
    words = ["/".join(task), *_words(rest)]
    return textwrap.shorten(" ".join(filter(None, words)), _LONGEST_LABEL, placeholder=" ...")


def _words(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key.lower() not in _VARYING:
                yield from _words(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner, name)
    elif isinstance(value, str):
        yield without_ids(value)
    elif name == "ProgressPercent":
        yield f"{value} %"
    elif value is True:
        yield name
