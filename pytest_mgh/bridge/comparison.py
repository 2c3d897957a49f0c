"""What a probe found, in a form that two accounts can be compared by.

Ids, times and tokens are compared by what they are, not by their value, unless the run itself gave
them. The text of a refusal is kept apart.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.calls import ABSENT, Answer, parts_of

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
        self._counts: Counter[str] = Counter()

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
        if (
            _TIME_NAME.search(name)
            and isinstance(value, (int, float))
            and not isinstance(value, bool)
        ):
            return self._time(value)
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
        if id_ in self._account.symbols:
            return self._account.symbols[id_]
        if id_ not in self._numbers:
            kind = "uuid" if found["uuid"] else next(filter(None, found.groups()))
            self._counts[kind] += 1
            self._numbers[id_] = f"<{kind} {self._counts[kind]}>"
        return self._numbers[id_]

    def _time(self, time: float) -> Any:
        if float(time) in self._account.times:
            return time
        return "<now>" if abs(self._account.clock() - time) < NOW else "<another time>"


def texts(value: Any, account: ProbedAccount) -> list[str | None]:
    """Return the texts of all refusals in what an account answered, in their order."""
    normalizer = Normalizer(account)
    refusals = [part for part in parts_of(value) if isinstance(part, Answer) and not part.ok]
    return [one.message and normalizer.ids(one.message) for one in refusals]


def normal(value: Any, account: ProbedAccount) -> Any:
    """Return what an account answered in the form in which accounts are compared."""
    return Normalizer(account).normal(value)


def first_difference(hub: Any, account: Any, place: str = "") -> Difference | None:
    """Return where two normal forms differ first; `None` where they don't.

    Answers of another status or code differ as a whole.
    """
    pairs: Iterable[tuple[str, Any, Any]]
    if isinstance(hub, Mapping) and isinstance(account, Mapping):
        if any(hub.get(key) != account.get(key) for key in ("status", "code")):
            return Difference(place.lstrip("."), hub, account)
        keys = dict.fromkeys([*hub, *account])
        pairs = [(f".{key}", *(one.get(key, "<absent>") for one in (hub, account))) for key in keys]
    elif isinstance(hub, list) and isinstance(account, list) and len(hub) == len(account):
        pairs = [(f"[{at}]", *both) for at, both in enumerate(zip(hub, account, strict=True))]
    else:
        return None if hub == account else Difference(place.lstrip("."), hub, account)
    found = (first_difference(one, other, place + at) for at, one, other in pairs)
    return next(filter(None, found), None)
