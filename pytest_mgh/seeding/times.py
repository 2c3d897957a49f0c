"""Times as people write them: ISO 8601 text, dates of YAML, datetimes, seconds since the epoch."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from pytest_mgh.protocol import schemas
from pytest_mgh.protocol.times import read_time
from pytest_mgh.seeding.seed_error import SeedError

if TYPE_CHECKING:
    from pytest_mgh.protocol.schemas import Schema

Reader = Callable[[Any], Any]


def read_times(document: Any, kind: str | None = None) -> Any:
    """Return an estate with its times as seconds since the epoch.

    What else it holds is as it was, and may still break the schema.

    Args:
        document: The estate, or an item of it.
        kind: What kind of item it is, as `schemas/hub/estate.json` calls it.

    Raises:
        SeedError: A time that is none.
    """
    reader = _reader_of(kind)
    return document if reader is None else reader(document)


@cache
def _reader_of(kind: str | None) -> Reader | None:
    estate = schemas.load("hub", "estate")
    definitions = estate["$defs"]
    return _reader(estate if kind is None else definitions[kind], definitions)


def _reader(schema: Schema, definitions: Schema) -> Reader | None:
    """Return a function that reads the times of a schema's values, or `None` if it has none."""
    match schema:
        case {"$ref": "#/$defs/Time"}:
            return _read_time
        case {"$ref": str(reference)}:
            return _reader(definitions[reference.removeprefix("#/$defs/")], definitions)
        case {"items": items}:
            read_item = _reader(items, definitions)
            return None if read_item is None else _list_reader(read_item)
        case {"properties": properties}:
            readers = {name: _reader(member, definitions) for name, member in properties.items()}
            found = {name: reader for name, reader in readers.items() if reader is not None}
            return _object_reader(found) if found else None
    return None


def _read_time(written: object) -> float:
    try:
        return read_time(written)
    except ValueError as error:
        raise SeedError([], str(error)) from None


def _list_reader(read_item: Reader) -> Reader:
    def read(items: Any) -> Any:
        if not isinstance(items, list):
            return items
        return [_read_part(number, item, read_item) for number, item in enumerate(items)]

    return read


def _object_reader(readers: dict[str, Reader]) -> Reader:
    def read(members: Any) -> Any:
        if not isinstance(members, dict):
            return members
        times = {
            name: _read_part(name, members[name], reader)
            for name, reader in readers.items()
            if name in members
        }
        return members | times

    return read


def _read_part(place: str | int, part: Any, reader: Reader) -> Any:
    try:
        return reader(part)
    except SeedError as error:
        raise SeedError([place, *error.path], error.reason) from None
