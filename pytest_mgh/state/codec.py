"""Records as JSON-ready data and back, by the types of their fields."""

from __future__ import annotations

import dataclasses
import math
import types
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from pytest_mgh.protocol.times import EARLIEST, LATEST
from pytest_mgh.state.in_order import InOrder
from pytest_mgh.state.journal import Journal


def encode(value: Any) -> Any:
    """Return a record as JSON-ready data; infinity becomes null."""
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value) if field.init]
        return {name: encode(getattr(value, name)) for name in names}
    if isinstance(value, InOrder):
        return {"next": value.next, "rows": [[at, key, encode(row)] for at, key, row in value.rows]}
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    return None if value == math.inf else value


def decode(kind: Any, data: Any, place: str) -> Any:
    """Return the record of a type that `encode` made data of.

    Raises:
        ValueError: Data of another shape; it says at which place.
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (kind,) = (one for one in arguments if one is not type(None))
        return None if data is None else decode(kind, data, place)
    if dataclasses.is_dataclass(kind):
        fields = _types(kind)  # type: ignore[arg-type]
        _check(isinstance(data, dict), data, place)
        for name in fields.keys() ^ data.keys():
            raise ValueError(f"{place}.{name}: {'missing' if name in fields else 'unknown'}")
        return kind(
            **{name: decode(fields[name], data[name], f"{place}.{name}") for name in fields}
        )  # type: ignore[operator]
    if origin is InOrder:
        kept: InOrder[str, Any] = InOrder()
        _check(isinstance(data, dict) and data.keys() == {"next", "rows"}, data, place)
        rows = decode(list[tuple[int, str, arguments[1]]], data["rows"], f"{place}.rows")  # type: ignore[valid-type]
        kept.load(Journal(), decode(int, data["next"], f"{place}.next"), rows)
        return kept
    if origin is dict:
        _check(isinstance(data, dict), data, place)
        return {key: decode(arguments[1], item, f"{place}.{key}") for key, item in data.items()}
    if origin is list:
        _check(isinstance(data, list), data, place)
        return [decode(arguments[0], item, f"{place}.{at}") for at, item in enumerate(data)]
    if origin is tuple:
        _check(isinstance(data, list), data, place)
        kinds = [arguments[0]] * len(data) if arguments[-1] is ... else arguments
        _check(len(kinds) == len(data), data, place)
        parts = enumerate(zip(kinds, data, strict=True))
        return tuple(decode(one, item, f"{place}.{at}") for at, (one, item) in parts)
    waits = place.endswith(".due")  # the one number that may be without end
    if kind is float and data is None and waits:
        return math.inf
    if kind in _PLAIN:
        _check(type(data) in _PLAIN[kind], data, place)
    if kind is float and not waits:
        _check(EARLIEST <= data <= LATEST, data, place)  # most numbers are times
    return data


_PLAIN: dict[Any, tuple[type, ...]] = {
    str: (str,), int: (int,), bool: (bool,), float: (int, float), types.NoneType: (types.NoneType,),
}  # fmt: skip


def _check(holds: bool, data: Any, place: str) -> None:
    if not holds:
        raise ValueError(f"{place}: {data!r} is not what belongs there")


@cache
def _types(record: type) -> dict[str, Any]:
    """Return the types of the fields that make a record."""
    hints = get_type_hints(record)
    return {field.name: hints[field.name] for field in dataclasses.fields(record) if field.init}
