from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from pytest_mgh.state.collection import no_collection
from pytest_mgh.state.process import PROCESS


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.isenabled()
    yield
    if before:
        gc.enable()
    else:
        gc.disable()


def test_no_collection_disables_the_garbage_collector() -> None:
    gc.enable()
    with no_collection():
        with no_collection():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_no_collection_keeps_a_disabled_garbage_collector_disabled() -> None:
    gc.disable()
    with no_collection():
        pass
    assert not gc.isenabled()


def test_no_collection_enables_the_garbage_collector_after_an_error() -> None:
    gc.enable()
    with pytest.raises(KeyError), no_collection():
        raise KeyError
    assert gc.isenabled()


@pytest.mark.parametrize("is_a_server", [True, False])
def test_no_collection_freezes_objects_only_in_a_server_process(
    monkeypatch: pytest.MonkeyPatch, *, is_a_server: bool
) -> None:
    gc.enable()
    frozen: list[bool] = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    monkeypatch.setattr(PROCESS, "is_a_server", is_a_server)

    with no_collection(freeze=True):
        pass

    assert frozen == [True] * is_a_server
