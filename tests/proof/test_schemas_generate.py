"""Requests that two validators accept by the schemas are accepted, all others are refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from proof.generated import OF_EACH, REQUESTS, as_read, corpora
from proof.junk import post

from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.protocol import schemas
from pytest_mgh.protocol.validation import make_predicate
from pytest_mgh.services.catalog import OPERATIONS


@pytest.fixture(scope="module")
def hub() -> Iterator[MigrationHub]:
    with mock_mgh() as hub:
        yield hub


def is_refused(hub: MigrationHub, operation: str, request: Any) -> bool:
    """Whether the hub refuses the form of the request, not its contents."""
    target = f"{OPERATIONS[operation].service.target_prefix}.{operation}"
    said = json.loads(hub.answer(post(target, json.dumps(request).encode())).body)
    message = said.get("Message", said.get("message", ""))
    return said.get("__type") == "SerializationException" or bool(
        re.match(r"\d+ validation errors? detected: ", message)
    )


@pytest.mark.parametrize(("service", "operation"), REQUESTS)
def test_a_request_is_accepted_exactly_if_both_validators_accept_it(
    hub: MigrationHub, service: str, operation: str
) -> None:
    schema = schemas.load(service, f"{operation}.request")
    ours, theirs = Draft202012Validator(schema), jsonschema_rs.validator_for(schema)
    predicate = make_predicate(schema)
    verdicts = set()

    @settings(max_examples=OF_EACH, suppress_health_check=list(HealthCheck))
    @given(corpus=corpora(service, f"{operation}.request"))
    def check(corpus: list[Any]) -> None:
        for at, request in enumerate(corpus):
            verdict = ours.is_valid(request)
            assert theirs.is_valid(request) == verdict, request
            assert verdict or not predicate(request), request

            due = theirs.is_valid(as_read(request, schema, schema.get("$defs", {})))
            assert due or at > 0, "the generator made what does not obey"
            verdicts.add(due)
            assert is_refused(hub, operation, request) == (not due), request

    check()
    assert verdicts == {True, False} if schema.get("properties") else {True}
