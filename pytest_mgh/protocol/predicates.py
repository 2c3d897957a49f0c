"""A JSON Schema compiled to a predicate: a quick yes for the values that obey it.

Nearly every request obeys its schema. jsonschema takes hundreds of microseconds to find that out
for twenty attributes; a predicate takes a few, because it is one function, written from the schema
as Python source, that goes through a value once. A predicate may say no to a value that obeys (a
float such as 1.0 where an integer is due, an integer of more than 64 bits): jsonschema then has the
last word. It never says yes to a value that jsonschema refuses; a keyword that it does not know is
left to jsonschema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_mgh.protocol.schemas import Schema

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
    source = _Source(schema.get("$defs", {}), leave, closed=closed)
    name = source.function(lambda: source.check(schema, "value"))
    exec(source.text, source.names)  # of the schema it has only names and texts, as repr
    predicate: Predicate = source.names[name]
    return predicate


class _Source:
    """The source of a predicate: statements that return False where a value breaks the schema.

    Attributes:
        names: What the source refers to: patterns, sets, predicates of parts that were left.
    """

    def __init__(
        self, definitions: Schema, leave: Callable[[Schema], Predicate], *, closed: bool
    ) -> None:
        self._definitions = definitions
        self._leave = leave
        self._closed = closed
        self._functions: list[list[str]] = []
        self._lines: list[str] = []
        self._depth = 1
        self._count = 0
        self.names: dict[str, Any] = {"ABSENT": _ABSENT}

    @property
    def text(self) -> str:
        """The whole source."""
        return "\n".join(line for function in self._functions for line in function)

    def function(self, write: Callable[[], None]) -> str:
        """Write a function that says yes unless what `write` writes says no; return its name."""
        before, depth, name = self._lines, self._depth, self._new("accepts")
        self._lines, self._depth = [f"def {name}(value):"], 1
        write()
        self._line("return True")
        self._functions.append(self._lines)
        self._lines, self._depth = before, depth
        return name

    def check(self, schema: Schema, value: str) -> None:
        """Write the check of a part by the first row that fits it and knows all of its keywords.

        Args:
            schema: The part.
            value: The variable that holds the value.
        """
        keywords = frozenset(schema) - _ANNOTATIONS
        for sign, known, write in (
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
                write(schema, value)
                return
        self._left(schema, value)

    def _left(self, schema: Schema, value: str) -> None:
        self._refuse(f"not {self._name('left', self._leave(schema))}({value})")

    def _reference(self, schema: Schema, value: str) -> None:
        self.check(self._definitions[schema["$ref"].removeprefix("#/$defs/")], value)

    def _string(self, schema: Schema, value: str) -> None:
        refusals = [f"type({value}) is not str", *_range(f"len({value})", schema, "Length")]
        if "enum" in schema:
            refusals.append(f"{value} not in {self._name('members', frozenset(schema['enum']))}")
        if "pattern" in schema:
            search = self._name("search", re.compile(schema["pattern"]).search)
            refusals.append(f"{search}({value}) is None")
        self._refuse(*refusals)

    def _number(self, schema: Schema, value: str) -> None:
        whole = schema["type"] == "integer"
        least = schema.get("minimum", -(2**63) if whole else -_GREATEST_FLOAT)
        greatest = schema.get("maximum", 2**63 - 1 if whole else _GREATEST_FLOAT)
        types = "is not int" if whole else "not in (int, float)"
        self._refuse(f"type({value}) {types}", f"not {least!r} <= {value} <= {greatest!r}")

    def _boolean(self, _: Schema, value: str) -> None:
        self._refuse(f"type({value}) is not bool")

    def _several(self, schema: Schema, value: str) -> None:
        about = {"string": _TEXT, "number": _NUMBER, "integer": _NUMBER}
        accept = [
            self.function(lambda part=part: self.check(part, "value"))  # type: ignore[misc]
            for type_ in schema["type"]
            for part in [{"type": type_} | _pick(schema, about.get(type_, frozenset()))]
        ]
        self._refuse(" and ".join(f"not {name}({value})" for name in accept))

    def _array(self, schema: Schema, value: str) -> None:
        self._refuse(f"type({value}) is not list", *_range(f"len({value})", schema, "Items"))
        item = self._new("item")
        with self._block(f"for {item} in {value}:"):
            self.check(schema["items"], item)

    def _object(self, schema: Schema, value: str) -> None:
        members, required = schema.get("properties", {}), frozenset(schema.get("required", ()))
        if not required <= members.keys():
            self._left(schema, value)
            return
        more = schema.get("additionalProperties", not (self._closed and "type" in schema))
        self._refuse(f"type({value}) is not dict", *_range(f"len({value})", schema, "Properties"))
        unknown = self._new("unknown") if more is False else None
        if unknown:
            self._line(f"{unknown} = len({value}) - {len(required)}")
        variables = {
            name: self._member(name, member, value, required=name in required, unknown=unknown)
            for name, member in members.items()
        }
        texts = {name: variables[name] for name in required if self._is_text(members[name])}
        if unknown:
            self._refuse(unknown)
        elif more is not True:
            self._more(more, frozenset(members), value)
        if "allOf" in schema:
            self._rules(schema["allOf"], value, texts)

    def _is_text(self, schema: Schema) -> bool:
        if "$ref" in schema:
            return self._is_text(self._definitions[schema["$ref"].removeprefix("#/$defs/")])
        return schema.get("type") == "string" and schema.keys() - _ANNOTATIONS <= _STRING

    def _member(
        self, name: str, schema: Schema, owner: str, *, required: bool, unknown: str | None
    ) -> str:
        """Write the check of a member, and return the variable that holds it.

        One that is there is not among the unknown ones.
        """
        value = self._new("member")
        self._line(f"{value} = {owner}.get({name!r}, ABSENT)")
        if required:
            self._refuse(f"{value} is ABSENT")
            self.check(schema, value)
            return value
        with self._block(f"if {value} is not ABSENT:"):
            if unknown:
                self._line(f"{unknown} -= 1")
            self.check(schema, value)
        return value

    def _more(self, schema: Schema, known: frozenset[str], owner: str) -> None:
        """Write the check of the members that have no schema of their own."""
        name, value = self._new("name"), self._new("member")
        with (
            self._block(f"for {name}, {value} in {owner}.items():"),
            self._block(f"if {name} not in {self._name('known', known)}:"),
        ):
            self._refuse(f"type({name}) is not str")
            self.check(schema, value)

    def _rules(self, rules: list[Schema], value: str, texts: dict[str, str]) -> None:
        """Write rules of one form: `if this member is X, then these members obey that`.

        Args:
            rules: The rules.
            value: The variable that holds the object.
            texts: The variables that hold those of its members that are texts for sure.
        """
        consequences: dict[str, Schema] = {}
        deciding: set[str] = set()
        for rule in rules:
            match rule:
                case {
                    "if": {"properties": condition, "required": [key], **more_if},
                    "then": {"properties": consequence, **more_then},
                    **more,
                } if [key] == [*condition] and not (more_if or more_then or more):
                    deciding.add(key)
                    consequences[condition[key].get("const")] = {"properties": consequence}
                case _:
                    self._left({"allOf": rules}, value)
                    return
        is_table = len(deciding) == 1 and len(consequences) == len(rules)
        if not is_table or not all(isinstance(constant, str) for constant in consequences):
            self._left({"allOf": rules}, value)
            return
        key = deciding.pop()
        table, constant, then = self._new("rules"), self._new("constant"), self._new("then")
        if key in texts:
            self._line(f"{then} = {table}.get({texts[key]})")
        else:
            self._line(f"{constant} = {value}.get({key!r})")
            self._line(f"{then} = {table}.get({constant}) if type({constant}) is str else None")
        if all(map(_is_pattern, consequences.values())):
            patterns = {
                case: next(iter(part["properties"].items())) for case, part in consequences.items()
            }
            named = {name for name, _ in patterns.values()}
            if len(named) == 1 and named <= texts.keys():
                self.names[table] = {
                    case: re.compile(rule["pattern"]).search for case, (_, rule) in patterns.items()
                }
                self._refuse(f"{then} is not None and {then}({texts[named.pop()]}) is None")
                return
        functions = {
            case: self.function(lambda part=part: self._object(part, "value"))  # type: ignore[misc]
            for case, part in consequences.items()
        }
        rows = ", ".join(f"{case!r}: {name}" for case, name in functions.items())
        self._functions.append([f"{table} = {{{rows}}}"])
        self._refuse(f"{then} is not None and not {then}({value})")

    # lines

    def _refuse(self, *conditions: str) -> None:
        """Write that a value is refused if one of these holds."""
        self._line(f"if {' or '.join(conditions)}: return False")

    @contextmanager
    def _block(self, line: str) -> Iterator[None]:
        self._line(line)
        self._depth += 1
        start = len(self._lines)
        yield
        if len(self._lines) == start:
            self._line("pass")
        self._depth -= 1

    def _line(self, text: str) -> None:
        self._lines.append("    " * self._depth + text)

    def _name(self, kind: str, thing: Any) -> str:
        """Return a new name for a thing that the source refers to."""
        name = self._new(kind)
        self.names[name] = thing
        return name

    def _new(self, kind: str) -> str:
        self._count += 1
        return f"{kind}_{self._count}"


def _range(expression: str, schema: Schema, what: str) -> list[str]:
    """Return when a length breaks a schema's limits, if it has some."""
    least, greatest = schema.get(f"min{what}"), schema.get(f"max{what}")
    if least is None and greatest is None:
        return []
    if least is not None and greatest is not None:
        return [f"not {least!r} <= {expression} <= {greatest!r}"]
    return [f"{expression} < {least!r}" if greatest is None else f"{expression} > {greatest!r}"]


def _is_pattern(consequence: Schema) -> bool:
    """Whether it only gives the pattern of one member."""
    members = list(consequence["properties"].values())
    return len(members) == 1 and members[0].keys() - _ANNOTATIONS == {"pattern"}


def _pick(schema: Schema, keywords: frozenset[str]) -> Schema:
    return {name: schema[name] for name in keywords & schema.keys()}
