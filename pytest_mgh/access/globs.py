"""Patterns with wildcards. Matching takes time that grows with the text: nothing is tried twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

Part = tuple[str, bool]
"""A piece of a text, and whether `*` and `?` are wildcards in it or mean themselves."""

_Token = tuple[str, bool]
"""A character, and whether it is a wildcard."""


class Segment(NamedTuple):
    """What stands between two stars: it has one length, as `?` is one character.

    Args:
        length: Its characters.
        text: What it is; `None` where it has a `?`.
        pattern: The same as an expression without repetition.
    """

    length: int
    text: str | None
    pattern: re.Pattern[str]

    def is_at(self, text: str, start: int) -> bool:
        """Whether it stands at that place of a text."""
        if self.text is not None:
            return text.startswith(self.text, start)
        return self.pattern.match(text, start) is not None

    def end_in(self, text: str, start: int, end: int) -> int:
        """Return where it ends for the first time between two places of a text, or -1."""
        if self.text is not None:
            found = text.find(self.text, start, end)
        else:
            match = self.pattern.search(text, start, end)
            found = -1 if match is None else match.start()
        return found if found < 0 else found + self.length


class Glob(NamedTuple):
    """A pattern: `*` is any text, `?` is one character.

    The first segment begins the text and the last one ends it. Of those between, each is looked
    for behind the one before: the first place that is found leaves the most to the others.
    """

    segments: tuple[Segment, ...]

    def matches(self, text: str) -> bool:
        """Whether the whole text is of this pattern."""
        first, *between = self.segments
        if not between:
            return len(text) == first.length and first.is_at(text, 0)
        last = between.pop()
        at, end = first.length, len(text) - last.length
        if at > end or not first.is_at(text, 0) or not last.is_at(text, end):
            return False
        for segment in between:
            at = segment.end_in(text, at, end)
            if at < 0:
                return False
        return True


class ArnGlob(NamedTuple):
    """The pattern of an ARN: a wildcard stays within its part, but for the last part."""

    parts: tuple[Glob, ...]

    def matches(self, text: str) -> bool:
        """Whether the whole text is of this pattern."""
        parts = text.split(":", len(self.parts) - 1)
        return len(parts) == len(self.parts) and all(
            glob.matches(part) for glob, part in zip(self.parts, parts, strict=True)
        )


def compile_glob(parts: tuple[Part, ...]) -> Glob:
    """Compile the pattern that a text is."""
    return _glob(_tokens(parts))


_ARN_PARTS = 6


def compile_arn_glob(parts: tuple[Part, ...]) -> Glob | ArnGlob:
    """Compile the pattern of an ARN that a text is; `*` alone is any ARN.

    Raises:
        ValueError: It has fewer parts than an ARN.
    """
    tokens = _tokens(parts)
    if tokens == [("*", True)]:
        return _glob(tokens)
    arn: list[list[_Token]] = [[]]
    for token in tokens:
        if token[0] == ":" and len(arn) < _ARN_PARTS:
            arn.append([])
        else:
            arn[-1].append(token)
    if len(arn) < _ARN_PARTS:
        raise ValueError("not an ARN")
    return ArnGlob(tuple(map(_glob, arn)))


def _tokens(parts: tuple[Part, ...]) -> list[_Token]:
    return [(one, wild and one in "*?") for text, wild in parts for one in text]


_STAR = ("*", True)


def _glob(tokens: list[_Token]) -> Glob:
    return Glob(tuple(map(_segment, _between_stars(tokens))))


def _between_stars(tokens: list[_Token]) -> Iterator[list[_Token]]:
    """Give the tokens before, between and behind the stars; stars in a row are one."""
    segment: list[_Token] = []
    for is_star, group in groupby(tokens, _STAR.__eq__):
        if is_star:
            yield segment
            segment = []
        else:
            segment = list(group)
    yield segment


def _segment(tokens: list[_Token]) -> Segment:
    wild = any(is_wild for _, is_wild in tokens)
    text = "".join(one for one, _ in tokens)
    pattern = "".join("." if is_wild else re.escape(one) for one, is_wild in tokens)
    return Segment(len(tokens), None if wild else text, re.compile(pattern, re.DOTALL))
