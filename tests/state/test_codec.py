from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Annotated, Any, Literal

import pytest
from jsonschema import Draft202012Validator

from pytest_mgh.protocol.values import (
    JSON_OBJECT,
    KEY,
    REFERENCE,
    Bounds,
    OneOf,
    Pattern,
    TimeOrNever,
)
from pytest_mgh.state.codec import check_record, decode, encode, make_schema
from pytest_mgh.state.in_order import EMPTY, InOrder
from pytest_mgh.state.journal import Journal

Wood = Literal["oak", "ash"]


@dataclass
class Leaf:
    name: Annotated[str, KEY]
    size: Annotated[int, Bounds(0, 9)] = 0


@dataclass
class Nest:
    leaf: Annotated[Leaf, REFERENCE]


@dataclass
class Tree:
    """A record with one of each kind of member."""

    wood: Wood
    leaves: list[Leaf] = field(default_factory=list)
    nests: list[Nest] = field(default_factory=list)
    height: float = 1.5
    felled: TimeOrNever = math.inf
    code: Annotated[str, Pattern("2 digits", "[0-9]{2}")] = "42"
    place: Annotated[str, OneOf(("hill", "shore"))] = "hill"
    alive: bool = True
    owner: str | None = None
    mode: float | Wood = "oak"
    pair: tuple[str, int] = ("a", 1)
    rings: tuple[int, ...] = (1, 2)
    branches: Sequence[str] = ()
    by_name: dict[str, Leaf] = field(default_factory=dict)
    marks: dict[str, None] = field(default_factory=dict)
    rows: InOrder[str, Leaf] = EMPTY
    anything: Any = None
    planted: datetime = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)
    letter: Annotated[bytes, JSON_OBJECT] = b"{}"
    counted: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        if self.owner == "nobody":
            raise ValueError("a tree has an owner")

    @property
    def length(self) -> float:
        return self.height

    @length.setter
    def length(self, value: float) -> None:
        if value > 100:
            raise ValueError("no tree is so high")
        self.height = value

    @property
    def shadow(self) -> float:
        return self.height * 2


def tree() -> Tree:
    leaf = Leaf("one", 1)
    rows: InOrder[str, Leaf] = InOrder()
    for name in ("gone", "one", "two"):
        rows.put(Journal(), name, Leaf(name))
    rows.remove(Journal(), "gone")
    return Tree(
        "ash",
        leaves=[leaf, Leaf("two")],
        nests=[Nest(leaf)],
        by_name={"one": Leaf("one")},
        marks={"a": None},
        rows=rows,
        anything={"deep": [1, 2.5, None, True, "x"]},
    )


def read(data: Any) -> Tree:
    made: Tree = decode(Tree, data, {Leaf: {}})
    return made


WRITTEN = encode(tree())


def test_a_record_is_written_as_json() -> None:
    assert json.loads(json.dumps(WRITTEN, allow_nan=False)) == WRITTEN


def test_an_encoded_record_is_decoded_to_the_same_record() -> None:
    assert encode(read(WRITTEN)) == WRITTEN


def test_an_encoded_record_is_valid_under_the_schema() -> None:
    schema = make_schema(Tree)
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(WRITTEN)) == []


def test_a_settable_property_of_a_record_is_encoded_and_other_properties_are_not() -> None:
    assert (WRITTEN.keys() & {"counted", "shadow", "length"}) == {"length"}


def test_infinity_is_encoded_as_null() -> None:
    assert (WRITTEN["felled"], read(WRITTEN).felled) == (None, math.inf)


def test_a_reference_is_decoded_to_the_record_itself() -> None:
    made = read(WRITTEN)
    assert made.nests[0].leaf is made.leaves[0]


def test_empty_rows_are_decoded_to_the_shared_empty_rows() -> None:
    assert read(WRITTEN | {"rows": encode(EMPTY)}).rows is EMPTY


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert read(WRITTEN | {"rings": [3.0]}).rings == (3,)


def test_a_decoded_record_shares_nothing_with_the_data() -> None:
    data = json.loads(json.dumps(WRITTEN))
    made = read(data)
    data["anything"]["deep"].append("later")
    data["rings"].append(3)
    assert encode(made) == WRITTEN


DIGITS = int("9" * 400)
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"wood": "oaks"}, r"wood: 'oaks'; did you mean 'oak'\? allowed: ash, oak"),
    ({"wood": None}, r"wood: None; allowed: ash, oak"),
    ({"leaves": {}}, r"leaves: \{\} is not a list"),
    ({"leaves": [{"name": "one"}]}, r"leaves\[0\]\.size: is missing"),
    ({"leaves": [{"name": "one", "sise": 1, "size": 1}]}, r"leaves\[0\]: 'sise' is not known; "),
    ({"leaves": [{"name": "a", "size": 10}]}, r"leaves\[0\]\.size: 10 is not a whole number from"),
    ({"leaves": [{"name": "a", "size": True}]}, r"leaves\[0\]\.size: True is not a whole number"),
    ({"leaves": [{"name": "a", "size": 0.5}]}, r"leaves\[0\]\.size: 0.5 is not a whole number"),
    ({"leaves": [{"name": "a", "size": 0}] * 2}, r"leaves\[1\]\.name: 'a' appears twice"),
    ({"nests": [{"leaf": "none"}]}, r"nests\[0\]\.leaf: 'none' is not one of the leafs"),
    ({"nests": [{"leaf": []}]}, r"nests\[0\]\.leaf: \[\] is not one of the leafs"),
    ({"height": "1"}, "height: '1' is not a number"),
    ({"height": math.nan}, "height: nan is not a number"),
    ({"height": math.inf}, "height: inf is not a number"),
    ({"height": DIGITS}, r"height: 9{97}\.\.\. is not a number"),
    ({"height": 10**5000}, "height: a number with more digits than Python writes is not a number"),
    ({"felled": 1e12}, "felled: 1000000000000.0 is not a number from .*, or null"),
    ({"felled": "soon"}, "felled: 'soon' is not a number"),
    ({"code": "42\n"}, r"code: '42\\n' is not 2 digits"),
    ({"code": 42}, "code: 42 is not 2 digits"),
    ({"place": "shores"}, "place: 'shores'; did you mean 'shore'"),
    ({"alive": 1}, "alive: 1 is not true or false"),
    ({"owner": 1}, "owner: 1 is not a string"),
    ({"owner": "nobody"}, "a tree has an owner"),
    ({"length": 101}, "no tree is so high"),
    ({"mode": "elm"}, "mode: 'elm' is not a number, and 'elm'; allowed: ash, oak"),
    ({"pair": ["a"]}, r"pair: \['a'\] is not a list of 2"),
    ({"pair": ["a", "b"]}, r"pair\[1\]: 'b' is not a whole number"),
    ({"rings": [1, "2"]}, r"rings\[1\]: '2' is not a whole number"),
    ({"branches": "abc"}, "branches: 'abc' is not a list"),
    ({"by_name": []}, r"by_name: \[\] is not an object"),
    ({"by_name": {"two": {"name": "one", "size": 0}}}, r"by_name\.two\.name: 'one' is not the key"),
    ({"marks": {"a": 1}}, r"marks\.a: 1 is not null"),
    ({"marks": {1: None}}, r"marks\.1: is not a string"),
    ({"rows": {}}, "rows: .* is not an object with the members next and rows"),
    ({"rows": {"next": 0, "rows": []}}, "rows.next: 0 is not a whole number"),
    ({"rows": {"next": DIGITS, "rows": []}}, "rows.next: 9{97}... is not a whole number"),
    ({"rows": {"next": 2, "rows": 5}}, "rows.rows: 5 is not a list"),
    ({"rows": {"next": 2, "rows": [[1, "a"]]}}, r"rows.rows\[0\]: .* is not a list of position"),
    (
        {"rows": {"next": 2, "rows": [[2, "a", {"name": "a", "size": 0}]]}},
        r"rows\.rows\[0\]\[0\]: 2 is not a position between 0 and 2",
    ),
    (
        {
            "rows": {
                "next": 5,
                "rows": [[at, f"{at}", {"name": f"{at}", "size": 0}] for at in (3, 2)],
            }
        },
        r"rows\.rows\[1\]\[0\]: 2 is not a position between 3 and 5",
    ),
    (
        {"rows": {"next": 5, "rows": [[at, "a", {"name": "a", "size": 0}] for at in (1, 2)]}},
        r"rows\.rows\[1\]\[1\]: 'a' is not a string that appears once",
    ),
    (
        {"rows": {"next": 5, "rows": [[1, "a", {"name": "b", "size": 0}]]}},
        r"rows\.rows\[0\]\[2\]\.name: 'b' is not the key 'a'",
    ),
    ({"anything": {"a": [math.nan]}}, "anything: nan is not JSON"),
    ({"anything": {1: 2}}, r"anything: \{1: 2\} is not JSON"),
    ({"anything": (1, 2)}, r"anything: \(1, 2\) is not JSON"),
    ({"planted": "noon"}, "planted: 'noon' is not a date and time"),
    ({"planted": 5}, "planted: 5 is not a date and time"),
    ({"letter": "[]"}, r"letter: '\[\]' is not the text of a JSON object"),
    ({"letter": "{"}, "letter: '{' is not the text"),
    ({"letter": {}}, "letter: {} is not the text"),
    ({"letter": "[" * 100_000}, "letter: .* is not the text"),
]


@pytest.mark.parametrize(("change", "message"), WRONG, ids=[message for _, message in WRONG])
def test_a_value_of_a_wrong_type_is_refused_with_its_place(
    change: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        read(WRITTEN | change)


def test_data_that_is_nested_too_deeply_is_refused() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="anything: is nested deeper than 100 levels"):
        read(WRITTEN | {"anything": deep})


def test_data_that_is_not_an_object_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^\[\] is not an object"):
        read([])


SAID_BY_SCHEMA = [
    change
    for change, _ in WRONG
    if not change.keys() & {"nests", "letter", "length", "planted"}
    and change not in ({"owner": "nobody"}, {"anything": (1, 2)}, {"height": 10**5000})
]


def test_data_that_violates_the_schema_is_refused() -> None:
    validator = Draft202012Validator(make_schema(Tree))
    refused = [change for change in SAID_BY_SCHEMA if not validator.is_valid(WRITTEN | change)]
    assert len(refused) >= 25
    for change in refused:
        with pytest.raises(ValueError, match=r"."):
            read(WRITTEN | change)


def test_a_record_that_could_not_be_read_back_is_refused() -> None:
    check_record(Leaf("one"))
    with pytest.raises(ValueError, match="size: 'big' is not a whole number"):
        check_record(Leaf("one", "big"))  # type: ignore[arg-type]


def test_a_type_without_an_encoding_is_an_error() -> None:
    with pytest.raises(TypeError, match="has no form as JSON"):
        decode(complex, 1)
