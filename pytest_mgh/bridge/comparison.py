"""What a probe found, in a form that two accounts can be compared by.

Ids, times and tokens are compared by what they are, not by their value, unless the run itself said
them. The text of a refusal is kept apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_mgh.bridge.calls import ABSENT, Answer

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount

NOW = 15 * 60.0
"""Seconds that a time may be off to be the time of the call."""

_ID = re.compile(
    r"\b(?:(d-server|d-application|d-process|d-connection)-[0-9a-z]+|(hrc)-[a-z0-9]{12}"
    r"|(import-task)-[0-9a-fA-F]{32}"
    r"|(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}))\b"
)
_ACCOUNT = re.compile(r"\b[0-9]{12}\b")
_TIME_NAME = re.compile("Time$|timeOf")
_ROW_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d")
_TOKEN = re.compile(r"[a-zA-Z0-9/+=]{1,2048}")


class Difference(NamedTuple):
    """Where two normal forms differ first."""

    place: str
    hub: Any
    account: Any


class Normalizer:
    """Brings what one account answered into a form that can be compared."""

    def __init__(self, account: ProbedAccount) -> None:
        self._account = account
        self._numbers: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def normal(self, value: Any, name: str = "") -> Any:
        """Return the form of a value; `name` is the member that it is of."""
        if isinstance(value, Answer):
            return self._answer(value)
        if isinstance(value, Mapping):
            return {key: self.normal(one, key) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.normal(one) for one in value]
        if isinstance(value, str):
            return self._text(value, name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self._time(value) if _TIME_NAME.search(name) else value
        return repr(value) if value is ABSENT else value

    def _answer(self, answer: Answer) -> Any:
        if answer.ok:
            content = answer.text if answer.content is ABSENT else answer.content
            return {"status": answer.reply.status, "result": self.normal(content)}
        return {"status": answer.reply.status, "code": answer.code}

    def _text(self, text: str, name: str) -> Any:
        if name in ("NextToken", "nextToken", "token"):
            return "<token>" if _TOKEN.fullmatch(text) else "<token of another form>"
        if _ROW_TIME.fullmatch(text):
            return "<YYYY-MM-DD HH:MM:SS.0>"
        if text.startswith("[") and text.endswith("]"):
            try:
                return {"JSON text": self.normal(json.loads(text))}
            except ValueError:
                pass
        return self.ids(text)

    def ids(self, text: str) -> str:
        """Return a text with what each id in it is, in its place."""
        return _ACCOUNT.sub("<account>", _ID.sub(self._id, text))

    def _id(self, found: re.Match[str]) -> str:
        id_ = found[0]
        known = self._account.symbols.get(id_)
        if known is not None:
            return known
        if id_ not in self._numbers:
            kind = next(filter(None, found.groups()), id_)
            kind = "uuid" if found["uuid"] else kind
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._numbers[id_] = f"<{kind} {self._counts[kind]}>"
        return self._numbers[id_]

    def _time(self, time: float) -> Any:
        if float(time) in self._account.times:
            return time
        return "<now>" if abs(self._account.clock() - time) < NOW else "<another time>"


def texts(value: Any, account: ProbedAccount) -> list[str | None]:
    """Return the texts of all refusals in what an account answered, in their order."""
    normalizer = Normalizer(account)
    return [text and normalizer.ids(text) for text in _texts(value)]


def normal(value: Any, account: ProbedAccount) -> Any:
    """Return what an account answered in the form in which accounts are compared."""
    return Normalizer(account).normal(value)


def _texts(value: Any) -> Iterator[str | None]:
    if isinstance(value, Answer):
        if not value.ok:
            yield value.message
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)


def first_difference(hub: Any, account: Any, place: str = "") -> Difference | None:
    """Return where two normal forms differ first; `None` where they don't.

    Answers of another status or code differ as a whole.
    """
    if isinstance(hub, Mapping) and isinstance(account, Mapping):
        if any(hub.get(key) != account.get(key) for key in ("status", "code")):
            return Difference(place.lstrip("."), hub, account)
        for key in dict.fromkeys([*hub, *account]):
            one, other = hub.get(key, "<absent>"), account.get(key, "<absent>")
            found = first_difference(one, other, f"{place}.{key}")
            if found is not None:
                return found
        return None
    if isinstance(hub, list) and isinstance(account, list) and len(hub) == len(account):
        for number, (one, other) in enumerate(zip(hub, account, strict=True)):
            found = first_difference(one, other, f"{place}[{number}]")
            if found is not None:
                return found
        return None
    return None if hub == account else Difference(place.lstrip("."), hub, account)
