"""How values are written as JSON, read back, and described by a JSON Schema: a form for each type.

Reading checks all that a type says, in one pass; where something is wrong is worked out only when
something is.
"""

from __future__ import annotations

import math
import re
import types
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import SerializationError, nearest
from pytest_mgh.protocol.values import Bounds, Pattern
from pytest_mgh.protocol.wire import parse_body

if TYPE_CHECKING:
    from pytest_mgh.protocol.schemas import Schema

Known = dict[type, dict[str, Any]]
"""The records that references may mean, by class and key."""

_QUOTE = "'"
_GREATEST_FLOAT = 1.7976931348623157e308


class Misfit(Exception):  # noqa: N818 (a ValueError is made of it)
    """Data that is no value of a type.

    Args:
        reason: What is wrong, and what is allowed.
        path: The way to it, the last step first.
    """

    def __init__(self, reason: str, *path: str | int) -> None:
        self.reason = reason
        self.path: list[str | int] = list(path)


def shown(data: Any) -> str:
    """Return data as a message shows it."""
    try:
        text = repr(data)
    except ValueError:  # Python writes no number of more than 4300 digits
        return "a number with more digits than Python writes"
    return text if len(text) <= 100 else f"{text[:97]}..."


class Form:
    """The form of a type, whose values are JSON already unless it says how they are written.

    Attributes:
        key: The name of the member that is a record's key.
    """

    key: str | None = None

    def encode(self, value: Any) -> Any:
        """Return a value as JSON-ready data."""
        return value

    def decode(self, data: Any, known: Known) -> Any:
        """Return the value that data stands for; `Misfit` if it stands for none."""
        raise NotImplementedError

    def schema(self, definitions: Schema) -> Schema:
        """Return what JSON Schema says of the data; records enter the definitions."""
        raise NotImplementedError


# single values


class Plain(Form):
    """A text, a boolean or null."""

    def __init__(self, kind: type, name: str, words: str) -> None:
        self._kind, self._name, self._words = kind, name, words

    def decode(self, data: Any, known: Known) -> Any:  # noqa: D102
        if type(data) is not self._kind:
            raise Misfit(f"{shown(data)} is not {self._words}")
        return data

    def schema(self, definitions: Schema) -> Schema:  # noqa: D102
        return {"type": self._name}


class Text(Form):
    """A text that looks like a pattern."""

    def __init__(self, pattern: Pattern) -> None:
        self._pattern = pattern
        self._match = re.compile(pattern.regex).fullmatch

    def decode(self, data: Any, known: Known) -> Any:  # noqa: D102
        if type(data) is not str or self._match(data) is None:
            raise Misfit(f"{shown(data)} is not {self._pattern.title}")
        return data

    def schema(self, definitions: Schema) -> Schema:  # noqa: D102
        pattern = f"^(?:{self._pattern.regex})(?![\\s\\S])"
        return {"title": self._pattern.title, "type": "string", "pattern": pattern}


class Choice(Form):
    """One of a few texts or numbers."""

    def __init__(self, choices: Sequence[Any]) -> None:
        self._choices = choices

    def decode(self, data: Any, known: Known) -> Any:  # noqa: D102
        for choice in self._choices:
            if data == choice and type(data) is type(choice):
                return data
        choices = map(str, self._choices)
        raise Misfit(f"{shown(data)}; {nearest(shown(data).strip(_QUOTE), choices)}")

    def schema(self, definitions: Schema) -> Schema:  # noqa: D102
        return {"enum": list(self._choices)}


class Number(Form):
    """A number, whole or not; `never` is infinity, written as null."""

    def __init__(self, kind: type, bounds: Bounds | None, *, never: bool = False) -> None:
        self._whole = kind is int
        self._least: float = -_GREATEST_FLOAT if bounds is None else bounds.least
        self._greatest: float = _GREATEST_FLOAT if bounds is None else bounds.greatest
        words = "a whole number" if self._whole else "a number"
        limits = "" if bounds is None else f" from {bounds.least} to {bounds.greatest}"
        self._words = f"{words}{limits}{', or null' if never else ''}"
        self._never = never

    def decode(self, data: Any, known: Known) -> Any:  # noqa: D102
        kind = type(data)
        if kind is float or kind is int:
            if self._least <= data <= self._greatest:
                if kind is int or not self._whole:
                    return data
                if data.is_integer():
                    return int(data)
        elif data is None and self._never:
            return math.inf
        raise Misfit(f"{shown(data)} is not {self._words}")

    def schema(self, definitions: Schema) -> Schema:  # noqa: D102
        name = "integer" if self._whole else "number"
        return {
            "type": [name, "null"] if self._never else name,
            "minimum": self._least,
            "maximum": self._greatest,
        }


class Deadline(Number):
    """A number of which infinity is "never", written as null."""

    def __init__(self, kind: type, bounds: Bounds | None) -> None:
        super().__init__(kind, bounds, never=True)

    def encode(self, value: Any) -> Any:  # noqa: D102
        return None if value == math.inf else value


class Date(Form):
    """A date and time, written as ISO has it."""

    def encode(self, value: Any) -> Any:  # noqa: D102
        return value.isoformat()

    def decode(self, data: Any, known: Known) -> Any:  # noqa: D102
        try:
            return datetime.fromisoformat(data)
        except (TypeError, ValueError):
            raise Misfit(f"{shown(data)} is not a date and time") from None

    def schema(self, definitions: Schema) -> Schema:  # noqa: D102
        return {"type": "string", "format": "date-time"}


class JsonObjectText(Form):
    """Bytes that are the text of a JSON object."""

    def encode(self, value: Any) -> Any:  # noqa: D102
        return value.decode()

    def decode(self, data: Any, known: Known) -> Any:  # noqa: D102
        if type(data) is str:
            with suppress(SerializationError, UnicodeEncodeError):
                body = data.encode()
                parse_body(body)
                return body
        raise Misfit(f"{shown(data)} is not the text of a JSON object")

    def schema(self, definitions: Schema) -> Schema:  # noqa: D102
        return {"type": "string", "contentMediaType": "application/json"}


TEXT = Plain(str, "string", "a string")
BOOLEAN = Plain(bool, "boolean", "true or false")
NULL = Plain(types.NoneType, "null", "null")
