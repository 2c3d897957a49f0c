"""What of an account's answers may be shown: no ids, names, ARNs or keys of the account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pytest_mgh.protocol import schemas
from pytest_mgh.services.catalog import OPERATIONS

_PRIVATE = (
    ("arn", re.compile(r"\barn:[a-z-]+:[^\s\"',)]*")),
    ("key", re.compile(r"\b(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{8,}\b")),
    ("uuid", re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b")),
    ("id", re.compile(r"\b(?:d-[a-z]+-[0-9a-z]{8,}|hrc-[a-z0-9]{12}|import-task-[0-9a-f]{32})\b")),
    ("mail", re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b")),
    ("account", re.compile(r"\b\d{12}\b")),
    ("secret", re.compile(r"\b[A-Za-z0-9/+=]{40,}")),
)


class Privacy:
    """Shows what may be shown.

    Args:
        account_id: The account's id.
        name: The name of the run.
    """

    def __init__(self, account_id: str, name: str) -> None:
        self._words = {name: "<run>", name.upper(): "<RUN>", account_id: "<account>"}

    def text(self, text: str) -> str:
        """Return a text without what is the account's own."""
        for word, stands_for in self._words.items():
            text = text.replace(word, stands_for)
        for kind, pattern in _PRIVATE:
            text = pattern.sub(f"<{kind}>", text)
        return text

    def own(self, value: Any) -> Any:
        """Show what is only about what the run made, or said itself."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.own(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.own(one) for one in value]
        return value

    def foreign(self, value: Any, known: Any) -> Any:
        """Show of what the account answered the texts that the hub answered, and AWS's words."""
        return self._foreign(value, {*_texts(known)} | _words_of_the_models())

    def _foreign(self, value: Any, known: set[str], key: str = "") -> Any:
        if isinstance(value, str):
            shown = value in known or key == "code" or re.fullmatch(r"<[\w .:-]+>", value)
            return self.text(value) if shown else "<text>"
        if isinstance(value, Mapping):
            return {name: self._foreign(one, known, name) for name, one in value.items()}
        if isinstance(value, list):
            return [self._foreign(one, known) for one in value]
        return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


@cache
def _words_of_the_models() -> set[str]:
    """Return the values of all enumerations, and the names of members."""
    words: set[str] = set()
    for operation in OPERATIONS.values():
        _collect(schemas.load(operation.service.name, f"{operation.name}.response"), words)
    return words


def _collect(schema: Any, words: set[str]) -> None:
    if isinstance(schema, Mapping):
        words.update(one for one in schema.get("enum", ()) if isinstance(one, str))
        words.update(schema.get("properties", ()))
        for one in schema.values():
            _collect(one, words)
    elif isinstance(schema, list):
        for one in schema:
            _collect(one, words)
