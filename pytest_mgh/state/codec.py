"""Records as JSON-ready data and back, as the annotations of their members say.

What a record looks like stands in its class alone: how it is written, what can be read as it, and
the JSON Schema that tells others are made from there, once for each class.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Callable, Sequence
from collections.abc import Mapping as AnyMapping
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from pytest_mgh.errors import nearest
from pytest_mgh.protocol.documents import path_text
from pytest_mgh.protocol.values import JSON_OBJECT, KEY, NEVER, REFERENCE, Bounds, OneOf, Pattern
from pytest_mgh.protocol.wire import MAX_DEPTH
from pytest_mgh.state.compound_forms import (
    Either,
    List,
    Mapping,
    Optional,
    Rows,
    Tuple,
    make_object,
)
from pytest_mgh.state.forms import (
    BOOLEAN,
    NULL,
    TEXT,
    Choice,
    Date,
    Deadline,
    Form,
    JsonObjectText,
    Known,
    Misfit,
    Number,
    Text,
    shown,
)
from pytest_mgh.state.in_order import InOrder

if TYPE_CHECKING:
    from pytest_mgh.protocol.schemas import Schema


def encode(value: Any) -> Any:
    """Return a record, or whatever holds records, as JSON-ready data."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _form(type(value)).encode(value)
    if isinstance(value, AnyMapping):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    return Rows(_ANY).encode(value) if isinstance(value, InOrder) else value


def decode(kind: Any, data: Any, known: Known | None = None) -> Any:
    """Return the value of a type that `encode` made data of.

    Args:
        kind: The type.
        data: JSON-ready data.
        known: The records that references may mean, by class and key. What is read of these
            classes enters it.

    Raises:
        ValueError: Data of another shape, or of values that the type doesn't allow; it says where.
    """
    __tracebackhide__ = True
    try:
        return _form(kind).decode(data, {} if known is None else known)
    except Misfit as misfit:
        place = path_text(reversed(misfit.path))
        raise ValueError(f"{place}: {misfit.reason}" if place else misfit.reason) from None


def check_record(record: Any) -> None:
    """Raise `ValueError` for a record that, once it is written, could not be read back."""
    __tracebackhide__ = True
    decode(type(record), encode(record))


def make_schema(record: type) -> Schema:
    """Return the JSON Schema of a record; those that stand in it are its definitions."""
    definitions: Schema = {}
    form = _form(record)
    assert isinstance(form, _Record)
    return {**form.definition(definitions), "$defs": dict(sorted(definitions.items()))}


class _Record(Form):
    """A record: the members that it is made of, then its properties that can be set."""

    def __init__(self, kind: type) -> None:
        self.kind = kind
        hints = get_type_hints(kind, include_extras=True)
        made = [one.name for one in dataclasses.fields(kind) if one.init]
        properties = {name: one.fget for name, one in vars(kind).items() if _is_settable(one)}
        for name, getter in properties.items():
            hints[name] = get_type_hints(getter, include_extras=True)["return"]
        self.key = next((name for name in made if KEY in get_args(hints[name])[1:]), None)
        self._forms = {name: _form(hints[name]) for name in (*made, *properties)}
        self._encoders = [
            (name, form.encode)
            for name, form in self._forms.items()
            if getattr(form.encode, "__func__", None) is not Form.encode
        ]
        self._made = [(name, self._forms[name].decode) for name in made]
        self._set = [(name, self._forms[name].decode) for name in properties]

    def encode(self, value: Any) -> Any:
        data = {name: getattr(value, name) for name in self._forms}
        for name, encode in self._encoders:
            data[name] = encode(data[name])
        return data

    def decode(self, data: Any, known: Known) -> Any:
        if type(data) is not dict:
            raise Misfit(f"{shown(data)} is not an object")
        if data.keys() != self._forms.keys():
            raise self._other_members(data)
        name, members = "", {}
        try:
            for name, decode in self._made:
                members[name] = decode(data[name], known)
            later = [(name := one, decode(data[one], known)) for one, decode in self._set]
        except Misfit as misfit:
            misfit.path.append(name)
            raise
        try:
            record = self.kind(**members)
            for name, value in later:
                setattr(record, name, value)
        except ValueError as error:  # it has its own rule
            raise Misfit(str(error)) from error
        if self.kind in known and self.key is not None:
            known[self.kind][members[self.key]] = record
        return record

    def _other_members(self, data: dict[Any, Any]) -> Misfit:
        for name in self._forms:
            if name not in data:
                return Misfit("is missing", name)
        unknown = next(name for name in data if name not in self._forms)
        return Misfit(f"{shown(unknown)} is not known; {nearest(str(unknown), self._forms)}")

    def schema(self, definitions: Schema) -> Schema:
        name = self.kind.__name__
        if name not in definitions:
            definitions[name] = self.definition(definitions)
        return {"$ref": f"#/$defs/{name}"}

    def definition(self, definitions: Schema) -> Schema:
        return make_object({name: form.schema(definitions) for name, form in self._forms.items()})


class _Reference(Form):
    """A record that stands elsewhere: only its key is written."""

    def __init__(self, kind: type) -> None:
        key = _form(kind).key
        assert key is not None
        self._kind = kind
        self.encode = attrgetter(key)  # type: ignore[method-assign, assignment]

    def decode(self, data: Any, known: Known) -> Any:
        record = known[self._kind].get(data) if type(data) is str else None
        if record is None:
            raise Misfit(f"{shown(data)} is not one of the {self._kind.__name__.lower()}s")
        return record

    def schema(self, definitions: Schema) -> Schema:
        return {"type": "string"}


class _Json(Form):
    """Any JSON value."""

    def encode(self, value: Any) -> Any:
        return encode(value)

    def decode(self, data: Any, known: Known) -> Any:
        return _copied(data, MAX_DEPTH)

    def schema(self, definitions: Schema) -> Schema:
        return {}


def _copied(data: Any, depth: int) -> Any:
    """Return a copy of JSON data that has at most so many levels."""
    if depth < 0:
        raise Misfit(f"is nested deeper than {MAX_DEPTH} levels")
    kind = type(data)
    if kind is dict and all(type(key) is str for key in data):
        return {key: _copied(item, depth - 1) for key, item in data.items()}
    if kind is list:
        return [_copied(item, depth - 1) for item in data]
    if data is None or kind in (str, int, bool) or (kind is float and math.isfinite(data)):
        return data
    raise Misfit(f"{shown(data)} is not JSON")


@cache
def _form(kind: Any) -> Form:
    """Return the form of a type; `TypeError` for one that has none."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _annotated(*arguments)
    compiled = _COMPILERS.get(origin or kind)
    if compiled is not None:
        return compiled(*arguments)
    if dataclasses.is_dataclass(kind):
        return _Record(kind)  # type: ignore[arg-type]
    raise TypeError(f"{kind!r} has no form as JSON")


def _annotated(kind: Any, *marks: Any) -> Form:
    if REFERENCE in marks:
        return _Reference(kind)
    if JSON_OBJECT in marks:
        return JsonObjectText()
    for mark in marks:
        match mark:
            case Pattern():
                return Text(mark)
            case OneOf(texts):
                return Choice(texts)
            case Bounds():
                return Deadline(kind, mark) if NEVER in marks else Number(kind, mark)
    return _form(kind)


def _union(*kinds: Any) -> Form:
    forms = [_form(kind) for kind in kinds if kind is not types.NoneType]
    form = forms[0] if len(forms) == 1 else Either(forms)
    return Optional(form) if types.NoneType in kinds else form


def _tuple(*kinds: Any) -> Form:
    if kinds[-1] is ...:
        return List(tuple, _form(kinds[0]))
    return Tuple([_form(kind) for kind in kinds])


def _is_settable(member: object) -> bool:
    return isinstance(member, property) and member.fset is not None


_ANY = _Json()

_COMPILERS: dict[Any, Callable[..., Form]] = {
    Any: lambda: _ANY,
    str: lambda: TEXT,
    bool: lambda: BOOLEAN,
    None: lambda: NULL,
    types.NoneType: lambda: NULL,
    int: lambda: Number(int, None),
    float: lambda: Number(float, None),
    datetime: Date,
    Literal: lambda *choices: Choice(choices),
    Union: _union,
    types.UnionType: _union,
    list: lambda kind: List(list, _form(kind)),
    Sequence: lambda kind: List(tuple, _form(kind)),
    tuple: _tuple,
    dict: lambda _, kind: Mapping(_form(kind)),
    AnyMapping: lambda _, kind: Mapping(_form(kind)),
    InOrder: lambda _, kind: Rows(_form(kind)),
}
