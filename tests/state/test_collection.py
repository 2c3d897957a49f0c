from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from pytest_mgh.state.collection import no_collection


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.isenabled()
    yield
    if before:
        gc.enable()
    else:
        gc.disable()


def test_no_garbage_is_looked_for_meanwhile() -> None:
    gc.enable()
    with no_collection():
        with no_collection():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_where_none_was_looked_for_that_stays_so() -> None:
    gc.disable()
    with no_collection():
        pass
    assert not gc.isenabled()


def test_an_error_changes_nothing_of_that() -> None:
    gc.enable()
    with pytest.raises(KeyError), no_collection():
        raise KeyError
    assert gc.isenabled()


def test_what_is_made_meanwhile_can_be_taken_for_what_stays() -> None:
    gc.enable()
    before = gc.get_freeze_count()
    with no_collection(freeze=True):
        pass
    frozen = gc.get_freeze_count()
    gc.unfreeze()
    assert frozen > before
