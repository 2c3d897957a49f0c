"""What of an account's answers may be shown: no ids, names, ARNs or keys of the account."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pytest_mgh.bridge.calls import parts_of
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
    """Shows what may be shown of an account, in a run of a name."""

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
        """Show what is only about what the run made, or what it sent itself."""
        return _mapped(value, lambda text, _: self.text(text))

    def foreign(self, value: Any, known: Any) -> Any:
        """Show of what the account answered the texts that the hub answered, and AWS's words."""
        words = {part for part in parts_of(known) if isinstance(part, str)}
        words.update(*(part for part in parts_of(known) if isinstance(part, Mapping)))
        words |= _words_of_the_models()

        def show(text: str, key: str) -> str:
            is_shown = text in words or key == "code" or re.fullmatch(r"<[\w .:-]+>", text)
            return self.text(text) if is_shown else "<text>"

        return _mapped(value, show)


def _mapped(value: Any, change: Callable[[str, str], str], key: str = "") -> Any:
    """Return a value with other texts in it; each is changed by itself and its member's name."""
    if isinstance(value, str):
        return change(value, key)
    if isinstance(value, Mapping):
        return {name: _mapped(one, change, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_mapped(one, change) for one in value]
    return value


@cache
def _words_of_the_models() -> set[str]:
    """Return the values of all enumerations, and the names of members."""
    words: set[str] = set()
    for operation in OPERATIONS.values():
        schema = schemas.load(operation.service.name, f"{operation.name}.response")
        for part in parts_of(schema):
            if isinstance(part, Mapping):
                words.update(one for one in part.get("enum", ()) if isinstance(one, str))
                words.update(part.get("properties", ()))
    return words
