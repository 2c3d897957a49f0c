"""Documents that users write, with error messages that say where they break their schema."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import closest, nearest
from pytest_mgh.protocol import schemas
from pytest_mgh.protocol.validation import Breach, find_breaches, make_predicate

if TYPE_CHECKING:
    from pytest_mgh.protocol.predicates import Predicate


def find_mistake(folder: str, name: str, document: Any) -> Breach | None:
    """Return the first place where a document breaks `schemas/<folder>/<name>.json`."""
    if _accepts(folder, name)(document):
        return None
    return next(find_breaches(schemas.load(folder, name), document), None)


@cache
def _accepts(folder: str, name: str) -> Predicate:
    return make_predicate(schemas.load(folder, name))


def read_text(path: Path) -> str:
    """Return the text of a file; `ValueError` with its name if it is none in UTF-8."""
    __tracebackhide__ = True
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name}: not UTF-8 text: {error}") from None


def path_text(path: Iterable[str | int]) -> str:
    """Return a path into a document as people write it: `streams[0].name`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def explain(breach: Breach) -> str:
    """Say what is wrong, what is allowed, and the nearest right name."""
    value, wanted, schema = breach.value, breach.wanted, breach.schema
    match breach.rule:
        case "enum":
            return f"{value!r}; {nearest(str(value), map(str, wanted))}"
        case "oneOf":
            pair = " and ".join(option["required"][0] for option in wanted)
            return f"must have exactly one of {pair}"
        case "additionalProperties":
            unknown = str(next(name for name in value if name not in schema["properties"]))
            return f"{unknown!r} is not known; {nearest(unknown, schema['properties'])}"
        case "pattern":
            return f"{value!r} is not {schema['title']}"
        case "required":
            absent = [name for name in wanted if name not in value]
            others = [str(name) for name in value if name not in schema.get("properties", value)]
            meant = ((closest(name, others), name) for name in absent)
            hints = [
                f"; {one!r} is not known, did you mean {name!r}?" for one, name in meant if one
            ]
            return f"has no {' and no '.join(map(repr, absent))}{''.join(hints)}"
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            return f"{value!r:.100} is not {' or '.join(_KINDS[kind] for kind in kinds)}"
    text = _LIMITS.get(breach.rule, "is not allowed here")
    return f"{value!r:.100} {text.format(wanted)}"


_KINDS = {
    "array": "a list",
    "boolean": "True or False",
    "integer": "a whole number",
    "null": "None",
    "number": "a number",
    "object": "a mapping",
    "string": "a string",
}

_LIMITS = {
    "maximum": "is more than {}",
    "maxItems": "has more than {} items",
    "maxLength": "is longer than {} characters",
    "maxProperties": "has more than {} members",
    "minimum": "is less than {}",
    "minItems": "has fewer items than {}",
    "minLength": "is shorter than {} characters",
    "minProperties": "has fewer members than {}",
}
