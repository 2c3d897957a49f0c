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
def test_it_has_the_same_handlers_in_the_same_order(
    emitter: HierarchicalEmitter, event: str
) -> None:
    assert emitted(sharing(emitter), event) == emitted(emitter, event)


@pytest.mark.parametrize("event", ["before-call", "before-call.mgh", EVENT, EVENT + ".more", "x"])
@pytest.mark.parametrize("register", ["register", "register_first", "register_last"])
def test_what_it_gets_is_its_own(emitter: HierarchicalEmitter, register: str, event: str) -> None:
    before, plain = emitted(emitter, event), copy(emitter)
    one, other = sharing(emitter), sharing(emitter)

    for changed in (one, plain):
        getattr(changed, register)(event, answer("new"))

    assert emitted(one, event) == emitted(plain, event)
    assert "new" in emitted(one, event)
    assert emitted(other, event) == emitted(emitter, event) == before


def test_what_it_loses_the_others_keep(emitter: HierarchicalEmitter) -> None:
    one = sharing(emitter)

    one.unregister("before-call.mgh", unique_id="once")

    assert emitted(one, EVENT) == ["first", "all"]
    assert emitted(emitter, EVENT) == emitted(sharing(emitter), EVENT)
    assert emitted(emitter, EVENT) == ["first", "service", "all"]


def test_a_copy_of_it_is_one_of_its_own(emitter: HierarchicalEmitter) -> None:
    one = sharing(emitter)
    client = copy(one)

    client.register(EVENT, answer("client"))
    one.register(EVENT, answer("session"))

    assert "session" not in emitted(client, EVENT)
    assert "client" not in emitted(one, EVENT)


def test_what_is_registered_once_stays_so(emitter: HierarchicalEmitter) -> None:
    one = sharing(emitter)

    one.register("before-call.mgh", answer("again"), unique_id="once")

    assert emitted(one, EVENT) == ["first", "service", "all"]
