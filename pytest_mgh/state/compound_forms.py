"""The forms of what holds other values: lists, tuples, mappings, records in order."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pytest_mgh.state.forms import Form, Known, Misfit, shown
from pytest_mgh.state.in_order import EMPTY, InOrder

if TYPE_CHECKING:
    from pytest_mgh.protocol.schemas import Schema


class Optional(Form):
    """A value, or `None`."""

    def __init__(self, form: Form) -> None:
        self._form = form

    def encode(self, value: Any) -> Any:  # noqa: D102
        return None if value is None else self._form.encode(value)

    def decode(self, data: Any, known: Known) -> Any:  # noqa: D102
        return None if data is None else self._form.decode(data, known)

    def schema(self, definitions: Schema) -> Schema:  # noqa: D102
        schema = self._form.schema(definitions)
        if isinstance(schema.get("type"), str):
            return {**schema, "type": [schema["type"], "null"]}
        return {"anyOf": [schema, {"type": "null"}]}


class Either(Form):
    """A value of one of several types that are all written as they are."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self._forms = forms

    def decode(self, data: Any, known: Known) -> Any:  # noqa: D102
        reasons = []
        for form in self._forms:
            try:
                return form.decode(data, known)
            except Misfit as misfit:  # noqa: PERF203 (there are few)
                reasons.append(misfit.reason)
        raise Misfit(", and ".join(reasons))

    def schema(self, definitions: Schema) -> Schema:  # noqa: D102
        return {"anyOf": [form.schema(definitions) for form in self._forms]}


class List(Form):
    """A list, or a tuple of any length. A key stands in it once."""

    def __init__(self, kind: type, form: Form) -> None:
        self._kind, self._form = kind, form

    def encode(self, value: Any) -> Any:  # noqa: D102
        encode = self._form.encode
        return [encode(item) for item in value]

    def decode(self, data: Any, known: Known) -> Any:  # noqa: D102
        if type(data) is not list:
            raise Misfit(f"{shown(data)} is not a list")
        decode, items = self._form.decode, []
        try:
            for item in data:
                items.append(decode(item, known))  # noqa: PERF401 (its length is the place)
        except Misfit as misfit:
            misfit.path.append(len(items))
            raise
        if self._form.key is not None:
            _check_once(items, self._form.key)
        return items if self._kind is list else tuple(items)

    def schema(self, definitions: Schema) -> Schema:  # noqa: D102
        return {"type": "array", "items": self._form.schema(definitions)}


class Tuple(Form):
    """A tuple of so many values."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self._forms = forms

    def encode(self, value: Any) -> Any:  # noqa: D102
        return [form.encode(item) for form, item in zip(self._forms, value, strict=True)]

    def decode(self, data: Any, known: Known) -> Any:  # noqa: D102
        if type(data) is not list or len(data) != len(self._forms):
            raise Misfit(f"{shown(data)} is not a list of {len(self._forms)}")
        items: list[Any] = []
        try:
            for form, item in zip(self._forms, data, strict=True):
                items.append(form.decode(item, known))
        except Misfit as misfit:
            misfit.path.append(len(items))
            raise
        return tuple(items)

    def schema(self, definitions: Schema) -> Schema:  # noqa: D102
        return _array([form.schema(definitions) for form in self._forms])


class Mapping(Form):
    """A mapping of texts to values; a record stands under its key."""

    def __init__(self, form: Form) -> None:
        self._form = form

    def encode(self, value: Any) -> Any:  # noqa: D102
        encode = self._form.encode
        return {key: encode(item) for key, item in value.items()}

    def decode(self, data: Any, known: Known) -> Any:  # noqa: D102
        if type(data) is not dict:
            raise Misfit(f"{shown(data)} is not an object")
        decode, items, name = self._form.decode, {}, self._form.key
        key: Any = None
        try:
            for key, item in data.items():
                if type(key) is not str:
                    raise Misfit("is not a string")
                items[key] = value = decode(item, known)
                if name is not None:
                    _check_key(name, value, key)
        except Misfit as misfit:
            misfit.path.append(str(key))
            raise
        return items

    def schema(self, definitions: Schema) -> Schema:  # noqa: D102
        return {"type": "object", "additionalProperties": self._form.schema(definitions)}


class Rows(Form):
    """Records in order: the position, key and record of each, and the next position."""

    def __init__(self, form: Form) -> None:
        self._form = form

    def encode(self, value: Any) -> Any:  # noqa: D102
        encode = self._form.encode
        return {"next": value.next, "rows": [[at, key, encode(row)] for at, key, row in value.rows]}

    def decode(self, data: Any, known: Known) -> Any:  # noqa: D102
        if type(data) is not dict or data.keys() != {"next", "rows"}:
            raise Misfit(f"{shown(data)} is not an object with the members next and rows")
        after, rows = data["next"], data["rows"]
        if type(after) is not int or not 0 < after < 2**63:
            raise Misfit(f"{shown(after)} is not a whole number from 1 to {2**63 - 1}", "next")
        if type(rows) is not list:
            raise Misfit(f"{shown(rows)} is not a list", "rows")
        read: dict[str, tuple[int, Any]] = {}
        before = 0
        try:
            for row in rows:
                if type(row) is not list or len(row) != 3:
                    raise Misfit(f"{shown(row)} is not a list of position, key and record")
                before = self._read_row(row, before, after, read, known)
        except Misfit as misfit:
            misfit.path += [len(read), "rows"]
            raise
        if after == 1:
            return EMPTY
        return InOrder.of(after, ((at, key, record) for key, (at, record) in read.items()))

    def _read_row(
        self, row: list[Any], before: int, after: int, read: dict[str, Any], known: Known
    ) -> int:
        position, key, item = row
        if type(position) is not int or not before < position < after:
            raise Misfit(
                f"{shown(position)} is not a position between {before} and {after}, in order", 0
            )
        if type(key) is not str or key in read:
            raise Misfit(f"{shown(key)} is not a string that appears once", 1)
        try:
            record = self._form.decode(item, known)
            if self._form.key is not None:
                _check_key(self._form.key, record, key)
        except Misfit as misfit:
            misfit.path.append(2)
            raise
        read[key] = position, record
        return position

    def schema(self, definitions: Schema) -> Schema:  # noqa: D102
        position = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
        row = _array([position, {"type": "string"}, self._form.schema(definitions)])
        members = {"next": position, "rows": {"type": "array", "items": row}}
        return make_object(members)


def make_object(members: Schema) -> Schema:
    """Return the schema of an object that has these members and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(members),
        "properties": members,
    }


def _array(items: list[Schema]) -> Schema:
    size = len(items)
    return {"type": "array", "minItems": size, "maxItems": size, "prefixItems": items}


def _check_key(name: str, record: Any, key: str) -> None:
    own = getattr(record, name)
    if own != key:
        raise Misfit(f"{shown(own)} is not the key {shown(key)} that it is stored under", name)


def _check_once(records: list[Any], name: str) -> None:
    keys = list(map(attrgetter(name), records))
    if len(set(keys)) < len(keys):
        at = next(at for at, key in enumerate(keys) if key in keys[:at])
        raise Misfit(f"{shown(keys[at])} appears twice", name, at)
