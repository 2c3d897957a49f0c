from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_mgh.protocol.json_pieces import Items, Members, in_order, parse, whole, write
from pytest_mgh.protocol.wire import parse_json

TREE = {
    "plain": [1, None, {"a": "b"}],
    "none": Items([], str),
    "no members": Members([], str),
    "items": Items(range(45), lambda number: {"number": number}),
    "members": Members(["a", "b"], lambda name: [name]),
    "inner": [{"items": Items(iter("xy"), str.upper)}],
}

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)  # fmt: skip


def test_a_tree_is_written_as_its_data() -> None:
    tree = TREE | {"inner": [{"items": Items("xy", str.upper)}]}

    assert json.loads("".join(write(tree))) == whole(tree)
    assert whole(tree)["items"][44] == {"number": 44}


def test_many_items_are_written_in_several_pieces() -> None:
    assert len(list(write(Items(range(100), str)))) > 3


@pytest.mark.parametrize("count", [0, 1, 4999, 5001, 12000])
def test_texts_are_sorted_in_pieces(count: int) -> None:
    texts = [str(number * 7919 % 12000) for number in range(count)]

    assert list(in_order(texts)) == sorted(texts)


@given(document=DOCUMENTS, indent=st.sampled_from([None, 1]))
def test_a_document_read_in_pieces_equals_what_json_reads(
    document: Any, indent: int | None
) -> None:
    text = f" {json.dumps(document, indent=indent)}\n"

    assert parse(text) == parse_json(text) == document


def test_a_deeply_nested_document_is_read() -> None:
    text = "[" * 50 + "1" + "]" * 50

    assert parse(text) == parse_json(text)


def test_the_last_of_two_members_of_the_same_name_counts() -> None:
    assert parse('{"a": 1, "a": 2}') == {"a": 2}


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "{", "[", "[1", "[1,", "[1,]", "[,]", '{"a"', '{"a":', '{"a":1', '{"a":1,}',
        "{1:2}",
        "{a:1}", '{"a" 1}', "[1 2]", "1 2", "[]x", "NaN", "[NaN]", "[1e999]", "tru", '"a', "]",
    ],
)  # fmt: skip
def test_invalid_json_is_refused_as_by_json(text: str) -> None:
    with pytest.raises(ValueError) as theirs:  # noqa: PT011 (its text is compared)
        parse_json(text)
    with pytest.raises(ValueError) as ours:  # noqa: PT011
        parse(text)

    assert str(ours.value) == str(theirs.value)
