"""Policy variables such as `${aws:username}` (Version 2012-10-17 only)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from pytest_mgh.access.globs import Part

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_LITERALS = ("*", "?", "$")

Context = Mapping[str, tuple[str, ...]]
"""The condition keys of a call, in lower case; a key that is not there is absent."""

Filled = tuple[Part, ...]
"""A text of a policy as it is for one call; a wildcard that a variable holds means itself."""


class PolicyText(NamedTuple):
    """A text of a policy, whose variables are filled in anew for each call."""

    source: str
    variables: bool

    def fill(self, context: Context) -> Filled | None:
        """Return the text for a call; `None` if a variable has no value there."""
        if not self.variables:
            return ((self.source, True),)
        parts: list[Part] = []
        # A split by a pattern with a group gives texts and names in turn.
        for at, part in enumerate(_VARIABLE.split(self.source)):
            value = _value(part, context) if at % 2 else part
            if value is None:
                return None
            parts.append((value, at % 2 == 0))
        return tuple(parts)


def _value(variable: str, context: Context) -> str | None:
    name, comma, default = variable.partition(",")
    if name in _LITERALS:
        return name
    values = context.get(name.strip().lower())
    if values is not None and len(values) == 1:
        return values[0]
    return default.strip().strip("'") if comma else None


def compile_text(source: str, *, variables: bool) -> PolicyText:
    """Compile a text; without variables, `${...}` means itself."""
    return PolicyText(source, variables and _VARIABLE.search(source) is not None)


def plain(filled: Filled) -> str:
    """Return a filled text with all its wildcards as they are written."""
    return "".join(part for part, _ in filled)
