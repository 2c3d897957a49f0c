from __future__ import annotations

from typing import Any

from pytest_mgh.state.disposal import take_apart


def test_a_document_is_taken_apart_as_deep_as_asked() -> None:
    deepest: list[Any] = ["kept"]
    inner: dict[str, Any] = {"deepest": deepest, "text": "gone"}
    document: list[Any] = [inner, 5]

    take_apart(document, 2)

    assert (document, inner, deepest) == ([], {}, ["kept"])
