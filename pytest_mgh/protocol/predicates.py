"""A JSON Schema compiled to a predicate: a quick yes for the values that obey it.

Nearly every request obeys its schema. jsonschema takes hundreds of microseconds to find that out
for twenty attributes, a predicate takes tens. A predicate may say no to a value that obeys (a
float such as 1.0 where an integer is due, an integer of more than 64 bits): jsonschema then has the
last word. It never says yes
to a value that jsonschema refuses; a keyword that it does not know is left to jsonschema.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]
Predicate = Callable[[Any], bool]

_NUMBER = frozenset({"minimum", "maximum"})
_TEXT = frozenset({"minLength", "maxLength", "pattern"})
_STRING = _TEXT | {"type", "enum"}
_OBJECT = frozenset(
    {
        "type",
        "required",
        "properties",
        "allOf",
        "additionalProperties",
        "minProperties",
        "maxProperties",
    }
)
_ABSENT = object()
_GREATEST_FLOAT = 1.7976931348623157e308
_ANNOTATIONS = frozenset({"$comment", "$defs", "$id", "$schema", "title"})


def compile_predicate(
    schema: Schema, leave: Callable[[Schema], Predicate], *, closed: bool = False
) -> Predicate:
    """Compile a schema whose references stay within it.

    Args:
        schema: The schema.
        leave: Makes the predicate of a part that uses a keyword unknown here.
        closed: Whether to say no to members that an object's schema does not know.
    """
    return _Compiler(schema.get("$defs", {}), leave, closed=closed).compile(schema)


class _Compiler:
    def __init__(
        self, definitions: Schema, leave: Callable[[Schema], Predicate], *, closed: bool
    ) -> None:
        self._definitions = definitions
        self._leave = leave
        self._closed = closed

    def compile(self, schema: Schema) -> Predicate:
        """Compile a part by the first row that fits it and knows all of its keywords."""
        keywords = frozenset(schema) - _ANNOTATIONS
        for sign, known, compile_part in (
            ({"$ref"}, {"$ref"}, self._reference),
            ({"type:several"}, {"type", *_NUMBER, *_TEXT}, self._several),
            ({"enum", "pattern"}, _STRING, self._string),
            ({"type:string"}, _STRING, self._string),
            ({"type:integer", "type:number"}, {"type", *_NUMBER}, self._number),
            ({"type:boolean"}, {"type"}, self._boolean),
            ({"type:array"}, {"type", "minItems", "maxItems", "items"}, self._array),
            ({"type:object"}, _OBJECT, self._object),
        ):
            type_ = schema.get("type")
            kind = "several" if isinstance(type_, list) else type_
            if sign & {*keywords, f"type:{kind}"} and keywords <= known:
                return compile_part(schema)
        return self._leave(schema)

    def _reference(self, schema: Schema) -> Predicate:
        return self.compile(self._definitions[schema["$ref"].removeprefix("#/$defs/")])

    def _string(self, schema: Schema) -> Predicate:
        least, greatest = schema.get("minLength", 0), schema.get("maxLength", float("inf"))
        search = re.compile(schema["pattern"]).search if "pattern" in schema else None
        members = frozenset(schema["enum"]) if "enum" in schema else None
        if members is not None and schema.keys() - _ANNOTATIONS <= {"type", "enum"}:
            return lambda value: type(value) is str and value in members

        def accepts(value: Any) -> bool:
            return (
                type(value) is str
                and least <= len(value) <= greatest
                and (members is None or value in members)
                and (search is None or search(value) is not None)
            )

        return accepts

    def _number(self, schema: Schema) -> Predicate:
        whole = schema["type"] == "integer"
        least = schema.get("minimum", -(2**63) if whole else -_GREATEST_FLOAT)
        greatest = schema.get("maximum", 2**63 - 1 if whole else _GREATEST_FLOAT)
        types = (int,) if whole else (int, float)

        def accepts(value: Any) -> bool:
            return type(value) in types and least <= value <= greatest

        return accepts

    def _boolean(self, _: Schema) -> Predicate:
        return lambda value: type(value) is bool

    def _several(self, schema: Schema) -> Predicate:
        about = {"string": _TEXT, "number": _NUMBER, "integer": _NUMBER}  # other types don't mind
        accept = [
            self.compile({"type": type_} | _pick(schema, about.get(type_, frozenset())))
            for type_ in schema["type"]
        ]
        return lambda value: any(accepts(value) for accepts in accept)

    def _array(self, schema: Schema) -> Predicate:
        least, greatest = schema.get("minItems", 0), schema.get("maxItems", float("inf"))
        accepts_item = self.compile(schema["items"])

        def accepts(value: Any) -> bool:
            return (
                type(value) is list
                and least <= len(value) <= greatest
                and all(map(accepts_item, value))
            )

        return accepts

    def _object(self, schema: Schema) -> Predicate:
        required = frozenset(schema.get("required", ()))
        if not required <= schema.get("properties", {}).keys():
            return self._leave(schema)
        members = [
            (name, self.compile(member), name in required)
            for name, member in schema.get("properties", {}).items()
        ]
        names = frozenset(schema.get("properties", {}))
        least, greatest = schema.get("minProperties", 0), schema.get("maxProperties", float("inf"))
        more = schema.get("additionalProperties", not (self._closed and "type" in schema))
        accepts_more = None if isinstance(more, bool) else self.compile(more)
        obeys_rules = self._rules(schema["allOf"]) if "allOf" in schema else None

        def accepts(value: Any) -> bool:
            if type(value) is not dict:
                return False
            for name, accepts_member, is_required in members:
                member = value.get(name, _ABSENT)
                if member is _ABSENT:
                    if is_required:
                        return False
                elif not accepts_member(member):
                    return False
            if more is not True and not all(
                accepts_more is not None and type(name) is str and accepts_more(value[name])
                for name in value.keys() - names
            ):
                return False
            return least <= len(value) <= greatest and (obeys_rules is None or obeys_rules(value))

        return accepts

    def _rules(self, rules: list[Schema]) -> Predicate:
        """Compile rules of one form: `if this member is X, then these members obey that`."""
        consequences: dict[str, Predicate] = {}
        deciding: set[str] = set()
        for rule in rules:
            match rule:
                case {
                    "if": {"properties": condition, "required": [key], **more_if},
                    "then": {"properties": consequence, **more_then},
                    **more,
                } if [key] == [*condition] and not (more_if or more_then or more):
                    deciding.add(key)
                    constant = condition[key].get("const")
                    consequences[constant] = self._object({"properties": consequence})
                case _:
                    return self._leave({"allOf": rules})
        if len(deciding) != 1 or not all(isinstance(constant, str) for constant in consequences):
            return self._leave({"allOf": rules})
        (key,) = deciding

        def accepts(value: Any) -> bool:
            constant = value.get(key)
            then = consequences.get(constant) if type(constant) is str else None
            return then is None or then(value)

        return accepts


def _pick(schema: Schema, keywords: frozenset[str]) -> Schema:
    return {name: schema[name] for name in keywords & schema.keys()}
