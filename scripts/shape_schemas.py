"""JSON Schemas of botocore shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, MapShape, Shape, StructureShape
from java_patterns import keywords

if TYPE_CHECKING:
    from collections.abc import Mapping

Schema = dict[str, Any]

_TYPES = {
    "structure": "object",
    "map": "object",
    "list": "array",
    "string": "string",
    "boolean": "boolean",
    "integer": "integer",
    "long": "integer",
    "float": "number",
    "double": "number",
    "timestamp": "number",
}
_LIMITS = {
    "object": {"min": "minProperties", "max": "maxProperties"},
    "array": {"min": "minItems", "max": "maxItems"},
    "string": {"min": "minLength", "max": "maxLength"},
    "integer": {"min": "minimum", "max": "maximum"},
    "number": {"min": "minimum", "max": "maximum"},
}
_SAYS_NOTHING = {"minProperties": 0, "minItems": 0, "minLength": 0}
_YEARS_1_TO_9999 = {"minimum": -62135596800, "maximum": 253402300799}  # a datetime's range


@dataclass(slots=True)
class Definitions:
    """The named shapes that one schema file refers to.

    Attributes:
        closed: Structures refuse members that the model doesn't name.
        overlay: Keywords to add to a shape's definition, by the shape's name.
        found: The definitions so far.

    """

    closed: bool = False
    overlay: Mapping[str, Schema] = field(default_factory=dict)
    found: dict[str, Schema] = field(default_factory=dict)

    def root(self, shape: Shape | None) -> Schema:
        """Make the schema of an operation's input or output; none is an empty structure."""
        return self.schema(shape or StructureShape("Empty", {"type": "structure", "members": {}}))

    def schema(self, shape: Shape) -> Schema:
        """Make the shape's own schema."""
        if shape.type_name not in _TYPES:
            raise ValueError(f"{shape.name}: no JSON Schema for the type {shape.type_name!r}")
        schema: Schema = {"type": _TYPES[shape.type_name], **_constraints(shape)}
        if isinstance(shape, ListShape):
            schema["items"] = self.reference(shape.member)
        elif isinstance(shape, MapShape):
            schema["additionalProperties"] = self.reference(shape.value)
        elif isinstance(shape, StructureShape):
            schema |= self._structure(shape)
        return schema | self.overlay.get(shape.name, {})

    def reference(self, shape: Shape) -> Schema:
        """Return a reference to the shape's definition, or its schema if that is a plain type."""
        if shape.name not in self.found:
            schema = self.schema(shape)
            if schema.keys() == {"type"}:
                return schema
            self.found[shape.name] = schema
        return {"$ref": f"#/$defs/{shape.name}"}

    def _structure(self, shape: StructureShape) -> Schema:
        keywords: Schema = {"additionalProperties": False} if self.closed else {}
        if shape.required_members:
            keywords["required"] = list(shape.required_members)
        keywords["properties"] = {
            name: self.reference(member) for name, member in shape.members.items()
        }
        return keywords


def _constraints(shape: Shape) -> Schema:
    """Return the constraints of the model on a value, apart from its type and parts."""
    if shape.type_name == "timestamp":
        return dict(_YEARS_1_TO_9999)
    traits = shape.metadata
    constraints: Schema = {}
    for trait, keyword in _LIMITS.get(_TYPES[shape.type_name], {}).items():
        if trait in traits and traits[trait] != _SAYS_NOTHING.get(keyword):
            constraints[keyword] = traits[trait]
    if "pattern" in traits:
        constraints |= keywords(traits["pattern"])
    if "enum" in traits:
        constraints["enum"] = list(traits["enum"])
    return constraints
