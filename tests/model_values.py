"""Values for botocore's shapes: ones that obey the model, and ones that break a constraint."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from botocore.model import ListShape, MapShape, Shape, StructureShape

# Whatever a pattern asks for, one of these obeys it.
_TEXTS = (
    "a",
    "SMS",
    "us-west-2",
    "123456789012",
    "hrc-abcdefghijkl",
    "arn:aws:ec2:us-east-1:123456789012:image/ami-1",
    "o-0123456789abcdef0",
    "import-task-0123456789abcdef0123456789abcdef",
    "01234567-89ab-cdef-0123-456789abcdef",
    "s3://bucket/key.csv",
    "AVG",
)
# And one of these has anything that it forbids.
_BREAKING_TEXTS = (
    "a\n", "a/b", "a:b", "a|b", "a b", "!", "-", "\x00", " ", "", "xarn:aws:ec2:::image",
)  # fmt: skip

WRONG_TYPES: dict[str, tuple[Any, ...]] = {
    "string": (1, True, ["a"], {"a": "b"}),
    "integer": ("1", True, [1], {}),
    "long": ("1", True, [1], {}),
    "boolean": ("true", 1, [True], {}),
    "timestamp": ("2017-05-01T17:47:33Z", True, [1493660853], {}),
    "list": ("a", 1, {"a": "b"}),
    "structure": ("a", 1, []),
}


class Broken(NamedTuple):
    """A request in which one member breaks one constraint."""

    name: str
    path: tuple[str | int, ...]
    request: dict[str, Any]


def valid(shape: Shape | None) -> Any:
    """Return a value with every member of the shape, each obeying the model."""
    match shape:
        case None:
            return {}
        case StructureShape():
            return {name: valid(member) for name, member in shape.members.items()}
        case ListShape():
            return [valid(shape.member)] * max(1, shape.metadata.get("min", 0))
        case MapShape():
            return {}
    if shape.type_name == "string":
        return _text(shape)
    return {
        "boolean": False,
        "timestamp": 1493660853,
        "double": 50.0,
        "integer": max(1, shape.metadata.get("min", 1)),
        "long": max(1, shape.metadata.get("min", 1)),
    }[shape.type_name]


def break_each_constraint(shape: StructureShape) -> Iterator[Broken]:
    """Break every constraint of an input, one at a time."""
    request = valid(shape)
    for path, part in _walk(shape, ()):
        if isinstance(part, StructureShape):
            for name in part.required_members:
                yield Broken("required", (*path, name), _replaced(request, (*path, name), None))
        for name, value in _breaking_values(part):
            yield Broken(name, path, _replaced(request, path, value))


def break_each_type(shape: StructureShape) -> Iterator[Broken]:
    """Give every member of an input each wrong JSON type."""
    request = valid(shape)
    for path, part in _walk(shape, ()):
        for value in WRONG_TYPES.get(part.type_name, ()) if path else ():
            yield Broken(f"is-{type(value).__name__}", path, _replaced(request, path, value))


def _walk(shape: Shape, path: tuple[str | int, ...]) -> Iterator[tuple[Any, Shape]]:
    yield path, shape
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield from _walk(member, (*path, name))
    elif isinstance(shape, ListShape):
        yield from _walk(shape.member, (*path, 0))


def _breaking_values(shape: Shape) -> Iterator[tuple[str, Any]]:
    traits = shape.metadata
    least, most = traits.get("min"), traits.get("max")
    if isinstance(shape, ListShape):
        if least:
            yield "min", [valid(shape.member)] * (least - 1)
        if most is not None:
            yield "max", [valid(shape.member)] * (most + 1)
    elif shape.type_name == "string":
        if least:
            yield "min", "a" * (least - 1)
        if most is not None:
            yield "max", "a" * (most + 1)
        if "enum" in traits:
            yield "enum", "NOT_A_MEMBER"
        breaking = [text for text in _BREAKING_TEXTS if not _obeys(text, shape)]
        if "pattern" in traits and breaking:
            yield "pattern", breaking[0]
    elif shape.type_name in ("integer", "long"):
        if least is not None:
            yield "min", least - 1
        if most is not None:
            yield "max", most + 1


def _text(shape: Shape) -> str:
    if "enum" in shape.metadata:
        # The last resource attribute type is one without a documented value format.
        return str(shape.metadata["enum"][-1])
    traits = shape.metadata
    for text in _TEXTS:
        if _obeys(text, shape) and traits.get("min", 0) <= len(text) <= traits.get("max", 1 << 30):
            return text
    raise AssertionError(f"{shape.name}: no sample text obeys {shape.metadata}; add one")


def _obeys(text: str, shape: Shape) -> bool:
    return re.fullmatch(shape.metadata.get("pattern", "(?s:.*)"), text) is not None


def _replaced(request: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """Return the request with another value at the path; `None` removes the member."""
    changed = copy.deepcopy(request)
    place = changed
    for part in path[:-1]:
        place = place[part]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return changed
