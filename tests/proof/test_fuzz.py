"""Anything may be sent to the pipeline: it is always answered as a service would."""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from profiles import EXAMPLES
from proof.holding import fill, hold, state
from proof.junk import (
    deep_requests,
    good_requests,
    post,
    requests,
    signed_requests,
    spoiled_requests,
)

from pytest_mgh import MigrationHub, mock_mgh, pipeline
from pytest_mgh.protocol.messages import WireRequest

NOON = 1714564800
# The errors of a request changed after signing; a changed target names no operation.
REFUSALS = (
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "UnknownOperationException",
    "UnrecognizedClientException",
)


class Hubs:
    """Gives each example a hub that is filled as the others'."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        with mock_mgh(**options) as hub:
            fill(hub)
            self._snapshot = hub.snapshot()

    @contextmanager
    def another(self) -> Iterator[MigrationHub]:
        with mock_mgh(**self._options) as hub:
            hub.restore(self._snapshot)
            yield hub


@pytest.fixture(scope="module")
def hubs() -> Hubs:
    return Hubs()


@pytest.fixture(scope="module")
def verifying_hubs() -> Hubs:
    return Hubs(verify_signatures=True)


def test_every_byte_sequence_on_the_wire_is_answered(
    hubs: Hubs, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: Counter[str] = Counter()
    steps = [counting(step, reached) for step in pipeline.STEPS]
    monkeypatch.setattr(pipeline, "STEPS", steps)

    @settings(max_examples=EXAMPLES * 3)
    @given(wire=requests())
    def send(wire: WireRequest) -> None:
        with hubs.another() as hub:
            hold(hub, wire)

    send()
    assert reached.keys() == {step.__name__ for step in steps}, "the requests reach too little"


def counting(step: Callable[[Any], Any], reached: Counter[str]) -> Callable[[Any], Any]:
    """Let a step of the pipeline count how often it is reached."""

    @functools.wraps(step)
    def counted(stage: Any) -> Any:
        reached[step.__name__] += 1
        return step(stage)

    return counted


def test_every_signed_request_is_verified(verifying_hubs: Hubs) -> None:
    verdicts: Counter[bool] = Counter()

    @given(signed=signed_requests())
    def send(signed: tuple[WireRequest, bool]) -> None:
        wire, is_as_signed = signed
        verdicts[is_as_signed] += 1
        with verifying_hubs.another() as hub:
            code = json.loads(hold(hub, wire).body).get("__type")
        assert is_as_signed == (code not in REFUSALS), code

    send()
    assert verdicts.keys() == {True, False}


@settings(max_examples=EXAMPLES * 2)
@given(call=spoiled_requests())
def test_a_malformed_request_is_refused_or_answered(
    hubs: Hubs, call: tuple[str, dict[str, Any]]
) -> None:
    target, document = call
    with hubs.another() as hub:
        hold(hub, post(target, json.dumps(document).encode()))


@given(call=deep_requests())
def test_a_document_of_any_depth_is_answered(hubs: Hubs, call: tuple[str, bytes]) -> None:
    with hubs.another() as hub:
        hold(hub, post(*call))


@given(call=good_requests())
def test_unknown_members_and_null_are_treated_as_absent(
    hubs: Hubs, call: tuple[str, dict[str, Any], dict[str, Any]]
) -> None:
    target, good, noisy = call

    def tell(document: dict[str, Any]) -> list[Any]:
        """Make the call, and turn the page without noise if there is one more."""
        with time_machine.travel(NOON, tick=False), hubs.another() as hub:
            page = json.loads(hold(hub, post(target, json.dumps(document).encode())).body)
            after = state(hub)
            turned = None
            for member in page.keys() & {"NextToken", "nextToken"}:
                request = json.dumps({**good, member: page[member]}).encode()
                turned = json.loads(hold(hub, post(target, request)).body)
        return [page, turned, after]

    assert tell(noisy) == tell(good)
