r"""Turns the Java regular expressions of AWS's models into ones that any schema tool reads alike.

AWS matches the whole string, and in Java's dialect. A JSON Schema pattern is searched for, in
ECMA-262's dialect with the ``u`` flag, or in that of the language the tool is written in. So what
the dialects read differently (``.``, ``\s``, ``\d``, ``$``, octal escapes) is spelled out here.
"""

from __future__ import annotations

import re

PREFIX = "^(?:"
SUFFIX = r")(?![\s\S])"  # the end of the string; a `$` would also hold before a last newline

_LINE_TERMINATORS = r"\n\r\u0085\u2028\u2029"
_SHORTHANDS = {
    r"\d": "0-9",
    r"\s": r" \t\n\u000b\f\r",
    r"\w": "A-Za-z0-9_",
    r"\p{Cntrl}": r"\u0000-\u001f\u007f",
}

_ESCAPE = r"""
    (?P<code> \\0(?: [0-3][0-7]{2} | [0-7]{1,2} ) | \\x[0-9A-Fa-f]{2}
            | \\u(?![dD][89A-Fa-f])[0-9A-Fa-f]{4} )
  | (?P<shorthand> \\[dDsSwW] | \\p\{Cntrl\} )
  | (?P<control> \\[tnrf] )
  | (?P<quoted> \\[^0-9A-Za-z] )
"""
_TOKEN = re.compile(
    rf"""{_ESCAPE}
  | (?P<class> \[ (?: \\. | [^\\\[\]] )+ \] )
  | (?P<open> \( (?!\?) | \(\?: )
  | (?P<close> \) )
  | (?P<either> \| )
  | (?P<quantifier> (?: [*+?] | \{{ \d+ (?: ,\d* )? \}} ) \?? (?![*+?]) )
  | (?P<any> \. )
  | (?P<start> \^ )
  | (?P<end> \$ (?= \| | \)* \Z ) )
  | (?P<plain> [^\\^$.|?*+()\[{{] )
    """,
    re.VERBOSE | re.DOTALL,
)
_MEMBER = re.compile(rf"{_ESCAPE} | (?P<plain> [^\\] )", re.VERBOSE | re.DOTALL)


def translate(pattern: str) -> str:
    """Translate a pattern; between ``PREFIX`` and ``SUFFIX`` it holds for whole strings only.

    Raises ValueError for a construct that this module doesn't know.
    """
    parts: list[tuple[str, str]] = []
    depth, alternatives = 0, False
    for token in _tokens(_TOKEN, pattern, pattern):
        kind = str(token.lastgroup)
        depth += (kind == "open") - (kind == "close")
        alternatives = alternatives or (kind == "either" and depth == 0)
        parts.append((kind, _outside_class(kind, token[0], pattern)))
    if not alternatives:
        parts = _without_anchors(parts)
    return PREFIX + "".join(text for _, text in parts) + SUFFIX


def keywords(pattern: str) -> dict[str, str]:
    """Return the keywords of a schema for a pattern: the translated one, and the model's own."""
    return {"pattern": translate(pattern), "$comment": pattern}


def _tokens(syntax: re.Pattern[str], text: str, pattern: str) -> list[re.Match[str]]:
    """Cut the text into tokens, leaving none out."""
    found: list[re.Match[str]] = []
    position = 0
    while position < len(text):
        token = syntax.match(text, position)
        if token is None:
            raise _unknown(text[position : position + 4], pattern)
        found.append(token)
        position = token.end()
    return found


def _without_anchors(parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Drop an outer ``^`` and ``$``, which say nothing where the whole string must match."""
    if parts and parts[0][0] == "start":
        parts = parts[1:]
    if parts and parts[-1][0] == "end":
        parts = parts[:-1]
    return parts


def _outside_class(kind: str, text: str, pattern: str) -> str:
    """Translate a token that stands by itself."""
    match kind:
        case "class":
            return _class(text, pattern)
        case "code":
            return _code(text)
        case "shorthand":
            negation = "^" if text[1].isupper() else ""
            return f"[{negation}{_SHORTHANDS[text.lower() if negation else text]}]"
        case "any":
            return f"[^{_LINE_TERMINATORS}]"
        case "end":  # ends an alternative here, so nothing can follow it (see _TOKEN)
            return r"(?![\s\S])"
        case "quoted" | "plain":
            return _literal(text[-1], special=r"^$\.*+?()[]{}|", quoted=kind == "quoted")
        case _:
            return text


def _class(text: str, pattern: str) -> str:
    """Translate a character class."""
    if text == r"[\s\S]":
        return text  # every character, in any dialect
    if doubled := re.search(r"&&|--|~~|\|\|", text):
        raise _unknown(doubled[0], pattern)  # a set operation in Java, or soon in Python
    negation = "^" if text[1] == "^" else ""
    members = _tokens(_MEMBER, text[1 + len(negation) : -1], pattern)
    parts = []
    while members:
        first = members.pop(0)
        parts.append(_inside_class(first, pattern))
        if len(members) > 1 and members[0][0] == "-":
            last = members[1]
            if "shorthand" in (first.lastgroup, last.lastgroup):
                raise _unknown(f"{first[0]}-{last[0]}", pattern)
            parts.append("-" + _inside_class(last, pattern))
            del members[:2]
    return f"[{negation}{''.join(parts)}]"


def _inside_class(token: re.Match[str], pattern: str) -> str:
    """Translate a token that stands in a character class."""
    match token.lastgroup:
        case "code":
            return _code(token[0])
        case "shorthand":
            if token[0] not in _SHORTHANDS:
                raise _unknown(f"{token[0]} in a character class", pattern)
            return _SHORTHANDS[token[0]]
        case "quoted":
            return _literal(token[0][-1], special=r"\[]^-", quoted=True)
        case _:
            return token[0]


def _code(text: str) -> str:
    r"""Write a character that is given by its number as ``\u`` and four digits."""
    number = int(text[2:], 8 if text[1] == "0" else 16)
    return f"\\u{number:04x}"


def _literal(character: str, *, special: str, quoted: bool) -> str:
    """Write a character that means itself, with a backslash only where it needs one."""
    needed = character in special if quoted else character in "]}"
    return "\\" + character if needed else character


def _unknown(construct: str, pattern: str) -> ValueError:
    return ValueError(f"cannot translate {construct!r} in the Java pattern {pattern!r}")
