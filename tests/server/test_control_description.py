"""schemathesis against the running server: its responses match the description.

It needs newer versions than the plugin does, so it has its own environment:
`make test-description`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.checks import CHECKS

from pytest_mgh import MigrationHub
from pytest_mgh.protocol import schemas
from pytest_mgh.server.serving import HubServer
from pytest_mgh.state.settings import make_settings

DESCRIPTION = schemas.load("control", "openapi")


@pytest.fixture(scope="module")
def server() -> Iterator[HubServer]:
    with HubServer(MigrationHub(make_settings({}))) as server:
        yield server


# Every check but one: a schema cannot express whether a policy, a fault or an estate is valid.
CHECKED = [check for check in CHECKS.get_all() if check.__name__ != "positive_data_acceptance"]

api = schemathesis.openapi.from_dict(DESCRIPTION)


def test_the_description_is_an_openapi_3_1_document() -> None:
    assert list(OpenAPIV31SpecValidator(DESCRIPTION).iter_errors()) == []


@api.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
def test_every_response_matches_the_description(case: schemathesis.Case, server: HubServer) -> None:
    case.call_and_validate(base_url=server.url, checks=CHECKED)
