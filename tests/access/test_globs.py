from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_mgh.access.globs import compile_arn_glob, compile_glob
from pytest_mgh.access.policy import Policy

TEXT = st.text("ab?*:", max_size=8)


def matches(glob: str, text: str) -> bool:
    return compile_glob(((glob, True),)).matches(text)


def matches_arn(glob: str, text: str) -> bool:
    return compile_arn_glob(((glob, True),)).matches(text)


def defined(glob: str, text: str) -> bool:
    """Say the same as `matches`, straight from the definition."""

    @cache
    def match(left: int, right: int) -> bool:
        if left == len(glob):
            return right == len(text)
        if glob[left] == "*":
            return match(left + 1, right) or (right < len(text) and match(left, right + 1))
        return right < len(text) and glob[left] in ("?", text[right]) and match(left + 1, right + 1)

    return match(0, 0)


@pytest.mark.parametrize(
    ("glob", "text", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("*", "a\nb", True),
        ("**", "ab", True),
        ("a*", "a", True),
        ("a*", "ba", False),
        ("*a", "ba", True),
        ("*a", "ab", False),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("a*b*c", "abbc", True),
        ("a*bc*c", "abc", False),
        ("?", "", False),
        ("?", "\n", True),
        ("??", "a", False),
        ("a?c", "abc", True),
        ("*?b", "ab", True),
        ("*?b", "b", False),
        ("*a?*?b*", "xaybyab", True),
        ("a.c", "abc", False),
        ("[ab]", "a", False),
        ("A", "a", False),
    ],
)
def test_a_star_is_any_text_and_a_question_mark_is_one_character(
    glob: str, text: str, *, expected: bool
) -> None:
    assert matches(glob, text) is expected


@given(TEXT, TEXT)
def test_a_pattern_matches_by_its_definition(glob: str, text: str) -> None:
    assert matches(glob, text) is defined(glob, text)


@given(TEXT)
def test_a_wildcard_in_the_value_of_a_variable_is_literal(value: str) -> None:
    glob = compile_glob((("x", True), (value, False), ("y", True)))
    assert glob.matches(f"x{value}y")
    assert not glob.matches(f"x{value}zy")


@pytest.mark.parametrize(
    ("glob", "text", "expected"),
    [
        ("*", "anything", True),
        ("arn:*:mgh:*:*:*", "arn:aws:mgh:us-west-2:1:a:b/c", True),
        ("arn:*:*:*", "arn:aws:mgh:us-west-2", False),
        ("arn:a*:mgh:*:1:*", "arn:aws:mgh:x:y:1:z", False),
        ("arn:aws:mgh:?:1:a*z", "arn:aws:mgh:x:1:a:b:z", True),
        ("arn:aws:mgh:?:1:a*z", "arn:aws:mgh::1:az", False),
    ],
)
def test_a_wildcard_in_an_arn_matches_within_its_part_except_in_the_last(
    glob: str, text: str, *, expected: bool
) -> None:
    if glob.count(":") < 5 and glob != "*":
        with pytest.raises(ValueError, match="not an ARN"):
            matches_arn(glob, text)
    else:
        assert matches_arn(glob, text) is expected


# time


def seconds(work: Callable[[], object]) -> float:
    """Return the least CPU time of a few tries."""
    times = []
    for _ in range(3):
        start = time.thread_time()
        work()
        times.append(time.thread_time() - start)
    return min(times)


@pytest.mark.parametrize("glob", ["*a" * 50 + "b", "*a?" * 50 + "b", "a*" * 50 + "b"])
def test_matching_many_stars_against_a_long_text_is_fast(glob: str) -> None:
    text = "a" * 100_000
    assert not matches(glob, text)
    assert seconds(lambda: matches(glob, text)) < 0.2


@pytest.mark.parametrize("operator", ["StringLike", "StringNotLike"])
def test_the_time_for_a_condition_of_many_stars_grows_linearly_with_the_text(operator: str) -> None:
    condition = {operator: {"aws:UserAgent": "*a" * 20 + "*b"}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    policy = Policy({"Version": "2012-10-17", "Statement": statement})

    def decide(length: int) -> float:
        context = {"aws:useragent": ("a" * length,)}
        return seconds(lambda: policy.find("Allow", "mgh:GetHomeRegion", "*", context))

    assert decide(200_000) < 50 * max(decide(20_000), 1e-4)


def test_matching_an_arn_of_many_stars_is_fast() -> None:
    text = "arn:aws:mgh:us-west-2:123456789012:" + "a" * 100_000
    assert seconds(lambda: matches_arn("arn:*:*:*:*:" + "*a" * 50 + "b", text)) < 0.2


def test_evaluating_a_policy_of_many_stars_is_fast() -> None:
    resource = "arn:aws:mgh:*:*:progressUpdateStream/" + "*a" * 200 + "*b"
    actions = "mgh:" + "*a" * 200 + "*b"
    statement = {"Effect": "Allow", "Action": ["mgh:*", actions], "Resource": resource}
    policy = Policy({"Version": "2012-10-17", "Statement": statement})
    arn = "arn:aws:mgh:us-west-2:123456789012:progressUpdateStream/" + "a" * 1600
    assert seconds(lambda: policy.find("Allow", "mgh:ImportMigrationTask", arn, {})) < 0.2
