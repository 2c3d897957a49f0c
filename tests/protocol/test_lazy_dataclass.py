from __future__ import annotations

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from typing import Any

import pytest

from pytest_mgh.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True, slots=True)
class Frozen:
    name: str
    tags: list[str] = field(default_factory=list, compare=False)
    number: int = 3
    hidden: int = field(default=7, repr=False)
    made: dict[str, int] = field(init=False, default_factory=dict, compare=False)
    count: int = field(init=False, default=0)


@lazy_dataclass(slots=True)
class Open:
    name: str
    number: int = 3
    seen: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.seen = [*self.seen, self.number]


@lazy_dataclass
class Heir(Open):
    more: str = ""


@lazy_dataclass(eq=False, repr=False)
class Bare:
    name: str


ARGUMENTS: list[dict[str, bool]] = [
    {"frozen": True, "slots": True},
    {"frozen": True},
    {"slots": True},
    {"eq": False, "slots": True},
    {"repr": False},
]


def both(**arguments: bool) -> tuple[Any, Any]:
    def make(decorate: Any) -> Any:
        class Record:
            first: int
            second: str = "two"
            third: list[int] = field(default_factory=list, repr=False)
            fourth: int = field(init=False, default=4, compare=False)

        return decorate(**arguments)(Record)

    return make(lazy_dataclass), make(dataclass)


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
def test_it_is_made_as_a_dataclass_is(arguments: dict[str, bool]) -> None:
    lazy, eager = both(**arguments)
    for kind in (lazy, eager):
        with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'first'"):
            kind()
        with pytest.raises(TypeError, match="unexpected keyword argument 'fifth'"):
            kind(1, fifth=5)
        one, other = kind(1), kind(first=1)
        assert (one.first, one.second, one.third, one.fourth) == (1, "two", [], 4)
        assert one.third is not other.third
        assert (one == other) is arguments.get("eq", True)
    lazily, eagerly = inspect.signature(lazy), inspect.signature(eager)
    assert [*lazily.parameters] == [*eagerly.parameters]
    assert [one.name for one in fields(lazy)] == [one.name for one in fields(eager)]


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=str)
def test_it_has_the_slots_and_the_hash_of_a_dataclass(arguments: dict[str, bool]) -> None:
    lazy, eager = both(**arguments)
    assert getattr(lazy, "__slots__", None) == getattr(eager, "__slots__", None)
    assert (lazy.__hash__ is None) == (eager.__hash__ is None)
    assert ("__repr__" in vars(lazy)) == ("__repr__" in vars(eager))


def test_it_shows_what_a_dataclass_shows() -> None:
    lazy, eager = both(slots=True)
    assert repr(lazy(1)) == repr(eager(1))


def test_what_is_not_compared_counts_neither_for_equality_nor_for_the_hash() -> None:
    one, other = Frozen("a", ["b"]), Frozen("a", ["c"])
    assert one == other
    assert hash(one) == hash(other)
    assert one != Frozen("b")
    assert one != "a"


def test_a_frozen_one_refuses_changes() -> None:
    one: Any = Frozen("a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "b"
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name


@pytest.mark.parametrize("one", [Frozen("a", ["b"]), Open("a"), Heir("a", more="b")], ids=repr)
def test_copies_are_equal(one: Any) -> None:
    assert copy.copy(one) == one
    assert copy.deepcopy(one) == one
    assert pickle.loads(pickle.dumps(one)) == one


def test_a_copy_with_other_members_is_made_anew() -> None:
    assert replace(Frozen("a"), number=4) == Frozen("a", number=4)
    assert replace(Open("a"), number=4).seen == [3, 4]


def test_what_comes_after_init_is_called() -> None:
    assert Open("a").seen == [3]
    assert Heir("a", 5, more="b").seen == [5]


def test_members_with_the_name_of_a_builtin_are_no_trouble() -> None:
    @lazy_dataclass
    class Odd:
        object: int
        type: str = "x"

    assert (Odd(1).object, Odd(1).type) == (1, "x")


def test_one_that_contains_itself_is_shown_all_the_same() -> None:
    one: Any = Open("a")
    one.seen = [one]
    assert repr(one) == "Open(name='a', number=3, seen=[...])"


def test_without_equality_it_is_itself_alone() -> None:
    assert Bare("a") != Bare("a")
    assert "object at" in repr(Bare("a"))
