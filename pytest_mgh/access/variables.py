"""Policy variables: `${aws:username}` and their kin (Version 2012-10-17 only)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_LITERALS = ("*", "?", "$")

# Stand for wildcards that mean themselves, until a pattern or a plain text is made of a text.
_ESCAPED = {"*": "\ue000", "?": "\ue001"}


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a policy, whose variables are filled in anew for each call."""

    source: str
    variables: bool

    def fill(self, context: Mapping[str, tuple[str, ...]]) -> str | None:
        """Return the text for a call; `None` if a variable has no value there.

        A wildcard that comes out of a variable means itself.
        """
        if not self.variables:
            return self.source
        absent = False

        def value(match: re.Match[str]) -> str:
            nonlocal absent
            name, comma, default = match[1].partition(",")
            if name in _LITERALS:
                return _escape(name)
            values = context.get(name.strip().lower())
            if values is not None and len(values) == 1:
                return _escape(values[0])
            if comma:
                return _escape(default.strip().strip("'"))
            absent = True
            return ""

        filled = _VARIABLE.sub(value, self.source)
        return None if absent else filled


def compile_text(source: str, *, variables: bool) -> Text:
    """Compile a text; without variables, `${...}` means itself."""
    return Text(source, variables and _VARIABLE.search(source) is not None)


def glob_pattern(glob: str, *, character: str = r"[\s\S]") -> str:
    """Return the regular expression of a filled text: `*` is any text, `?` one character."""
    pattern = "".join(
        {"*": f"{character}*", "?": character}.get(one) or re.escape(one) for one in glob
    )
    for wildcard, escaped in _ESCAPED.items():
        pattern = pattern.replace(escaped, re.escape(wildcard))
    return pattern


def plain(text: str) -> str:
    """Return a filled text with the wildcards that mean themselves."""
    for wildcard, escaped in _ESCAPED.items():
        text = text.replace(escaped, wildcard)
    return text


def _escape(value: str) -> str:
    for wildcard, escaped in _ESCAPED.items():
        value = value.replace(wildcard, escaped)
    return value
