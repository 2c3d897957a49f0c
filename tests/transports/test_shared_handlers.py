from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

import pytest
from botocore.hooks import HierarchicalEmitter

from pytest_mgh.transports.shared_handlers import sharing


def answer(text: str) -> Callable[..., str]:
    return lambda **_: text


def emitted(emitter: Any, event: str) -> list[str]:
    return [response for _, response in emitter.emit(event)]


@pytest.fixture
def emitter() -> HierarchicalEmitter:
    emitter = HierarchicalEmitter()
    emitter.register("before-call", answer("all"))
    emitter.register("before-call.mgh", answer("service"), unique_id="once")
    emitter.register_first("before-call.mgh.Import", answer("first"))
    return emitter


EVENT = "before-call.mgh.Import"


@pytest.mark.parametrize("event", ["before-call", "before-call.mgh", EVENT, "before-call.s3", "x"])
def test_a_client_has_the_shared_handlers_in_the_same_order(
    emitter: HierarchicalEmitter, event: str
) -> None:
    assert emitted(sharing(emitter), event) == emitted(emitter, event)


@pytest.mark.parametrize("event", ["before-call", "before-call.mgh", EVENT, EVENT + ".more", "x"])
@pytest.mark.parametrize("register", ["register", "register_first", "register_last"])
def test_a_handler_added_to_one_client_is_not_shared(
    emitter: HierarchicalEmitter, register: str, event: str
) -> None:
    before, plain = emitted(emitter, event), copy(emitter)
    one, other = sharing(emitter), sharing(emitter)

    for changed in (one, plain):
        getattr(changed, register)(event, answer("new"))

    assert emitted(one, event) == emitted(plain, event)
    assert "new" in emitted(one, event)
    assert emitted(other, event) == emitted(emitter, event) == before


def test_a_handler_removed_from_one_client_is_kept_by_others(emitter: HierarchicalEmitter) -> None:
    one = sharing(emitter)

    one.unregister("before-call.mgh", unique_id="once")

    assert emitted(one, EVENT) == ["first", "all"]
    assert emitted(emitter, EVENT) == emitted(sharing(emitter), EVENT)
    assert emitted(emitter, EVENT) == ["first", "service", "all"]


def test_a_copy_of_the_handlers_is_independent(emitter: HierarchicalEmitter) -> None:
    one = sharing(emitter)
    client = copy(one)

    client.register(EVENT, answer("client"))
    one.register(EVENT, answer("session"))

    assert "session" not in emitted(client, EVENT)
    assert "client" not in emitted(one, EVENT)


def test_a_unique_handler_stays_unique(emitter: HierarchicalEmitter) -> None:
    one = sharing(emitter)

    one.register("before-call.mgh", answer("again"), unique_id="once")

    assert emitted(one, EVENT) == ["first", "service", "all"]
