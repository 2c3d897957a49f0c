"""Names and addresses of the simulated services, against botocore's own models."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from botocore.config import Config
from botocore.session import Session

from pytest_mgh.services.service import SERVICES, Service
from pytest_mgh.transports.hosts import EVENT_NAMES, is_service_host

MODELS = {service.name: Session().get_service_model(service.name) for service in SERVICES.values()}


def test_services_are_named_as_in_botocores_models() -> None:
    assert {(service.name, service.service_id) for service in SERVICES.values()} == {
        (model.endpoint_prefix, str(model.service_id)) for model in MODELS.values()
    }


def test_events_are_named_as_botocore_names_them() -> None:
    assert {model.service_id.hyphenize() for model in MODELS.values()} == EVENT_NAMES


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.name)
def test_the_endpoint_variable_of_a_service_is_the_one_that_botocore_reads(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(service.endpoint_variable, "https://aws.example.com")
    client = Session().create_client(service.name, "us-west-2")
    assert client.meta.endpoint_url == "https://aws.example.com"


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("region", ["us-west-2", "eu-central-1"])
@pytest.mark.parametrize("fips", [False, True])
@pytest.mark.parametrize("dual_stack", [False, True])
def test_every_host_that_botocore_calls_is_one_of_the_services(
    name: str, region: str, fips: bool, dual_stack: bool
) -> None:
    config = Config(use_fips_endpoint=fips, use_dualstack_endpoint=dual_stack)
    url = Session().create_client(name, region, config=config).meta.endpoint_url
    assert is_service_host(str(urlsplit(url).hostname))
