"""The service models of botocore compared with the services of the hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import botocore.session
import pytest

from pytest_mgh.services.catalog import OPERATIONS, SERVICES, operations_of

if TYPE_CHECKING:
    from botocore.model import ServiceModel

    from pytest_mgh.services.service import Service

SCHEMAS = Path(__file__).parents[2] / "schemas"
_session = botocore.session.get_session()
BY_NAME = {service.name: service for service in SERVICES.values()}
EACH_OPERATION = [
    pytest.param(service, name, id=f"{service}-{name}")
    for service in BY_NAME
    for name in operations_of(BY_NAME[service])
]

# The access levels of the Service Authorization Reference.
LEVELS = {
    "mgh": {
        "List": """
            ListApplicationStates ListCreatedArtifacts ListDiscoveredResources
            ListMigrationTaskUpdates ListMigrationTasks ListProgressUpdateStreams
            ListSourceResources
        """,
        "Read": "DescribeApplicationState DescribeMigrationTask",
        "Write": """
            AssociateCreatedArtifact AssociateDiscoveredResource AssociateSourceResource
            CreateProgressUpdateStream DeleteProgressUpdateStream DisassociateCreatedArtifact
            DisassociateDiscoveredResource DisassociateSourceResource ImportMigrationTask
            NotifyApplicationState NotifyMigrationTaskState PutResourceAttributes
        """,
    },
    "migrationhub-config": {
        "List": "DescribeHomeRegionControls",
        "Read": "GetHomeRegion",
        "Write": "CreateHomeRegionControl DeleteHomeRegionControl",
    },
    "discovery": {
        "List": "DescribeImportTasks ListConfigurations ListServerNeighbors",
        "Read": """
            DescribeAgents DescribeBatchDeleteConfigurationTask DescribeConfigurations
            DescribeContinuousExports DescribeExportConfigurations DescribeExportTasks DescribeTags
            GetDiscoverySummary
        """,
        "Write": """
            AssociateConfigurationItemsToApplication BatchDeleteAgents BatchDeleteImportData
            CreateApplication DeleteApplications DisassociateConfigurationItemsFromApplication
            ExportConfigurations StartBatchDeleteConfigurationTask StartContinuousExport
            StartDataCollectionByAgentIds StartExportTask StartImportTask StopContinuousExport
            StopDataCollectionByAgentIds UpdateApplication
        """,
        "Tagging": "CreateTags DeleteTags",
    },
}


def model(service: str) -> ServiceModel:
    return _session.get_service_model(service)


@pytest.fixture(params=BY_NAME)
def service(request: pytest.FixtureRequest) -> Service:
    return BY_NAME[request.param]


def test_three_services_are_simulated() -> None:
    """Migration Hub, its home-Region API, Application Discovery Service."""
    assert BY_NAME.keys() == LEVELS.keys()


def test_every_operation_of_the_model_is_simulated(service: Service) -> None:
    """An operation that AWS adds is to be decided upon."""
    assert {*operations_of(service)} == {*model(service.name).operation_names}


def test_all_53_operations_are_simulated() -> None:
    counts = {name: len(operations_of(service)) for name, service in BY_NAME.items()}
    assert counts == {"mgh": 21, "migrationhub-config": 4, "discovery": 28}


def test_a_service_has_the_target_prefix_and_endpoint_of_the_model(service: Service) -> None:
    """The prefix of X-Amz-Target, and JSON 1.1."""
    metadata = model(service.name).metadata

    assert metadata["targetPrefix"] == service.target_prefix
    assert (metadata["protocol"], metadata["jsonVersion"]) == ("json", "1.1")


def test_every_operation_has_all_of_its_schemas_and_every_schema_an_operation(
    service: Service,
) -> None:
    """One file an operation and side."""
    files = {file.name for file in (SCHEMAS / service.name).iterdir()}

    assert files == {
        f"{name}.{side}.json"
        for name in operations_of(service)
        for side in ("request", "response", "error")
    }


@pytest.mark.parametrize(("service_name", "name"), EACH_OPERATION)
def test_an_operation_has_dry_run_if_it_has_it_in_the_model(service_name: str, name: str) -> None:
    """The column DryRun."""
    shape = model(service_name).operation_model(name).input_shape
    members = shape.members if shape is not None else {}

    assert OPERATIONS[name].dry_run is ("DryRun" in members)


@pytest.mark.parametrize(("service_name", "name"), EACH_OPERATION)
def test_an_operation_has_the_access_level_of_the_reference(service_name: str, name: str) -> None:
    """The columns Access and Level."""
    operation = OPERATIONS[name]
    levels = LEVELS[service_name]

    assert [level for level, names in levels.items() if name in names.split()] == [
        operation.access.value
    ]


@pytest.mark.parametrize(("service_name", "name"), EACH_OPERATION)
def test_an_operation_is_named_as_its_action_and_its_handler(service_name: str, name: str) -> None:
    """The IAM action is the prefix and the operation's name."""
    operation = OPERATIONS[name]

    assert operation.name == name
    assert operation.handler.__name__.replace("_", "") == name.lower()
    prefix = {"mgh": "mgh", "migrationhub-config": "mgh", "discovery": "discovery"}[service_name]
    assert operation.action == f"{prefix}:{name}"


def test_tokens_and_page_sizes_have_the_names_of_the_model(service: Service) -> None:
    """NextToken and MaxResults, or nextToken and maxResults."""
    shapes = (
        model(service.name).operation_model(name).input_shape for name in operations_of(service)
    )
    members = {member for shape in shapes if shape is not None for member in shape.members}

    paging = {member for member in members if member.lower() in ("nexttoken", "maxresults")}
    assert paging == {service.token_member, service.page_size_member}


def test_error_messages_have_the_member_names_of_the_model(service: Service) -> None:
    """`Message`, or `message`."""
    for shape in model(service.name).error_shapes:
        assert service.message_member in shape.members


def test_every_error_of_a_service_is_in_its_model(service: Service) -> None:
    """No code that a client could not catch by name."""
    codes = {shape.name for shape in model(service.name).error_shapes}
    worded = {service.invalid, service.denied, service.denied_dry_run}
    if service.home_region_not_set:
        worded |= {service.outside_home_region, "HomeRegionNotSetException"}

    assert worded <= codes


@pytest.mark.parametrize(("service_name", "name"), EACH_OPERATION)
def test_an_operation_has_the_page_size_of_the_model(service_name: str, name: str) -> None:
    """The largest page size; 100 if the model sets none."""
    service, operation = BY_NAME[service_name], OPERATIONS[name]
    shape = model(service_name).operation_model(name).input_shape
    sizes = shape.members.get(service.page_size_member) if shape is not None else None

    limit = 100 if sizes is None else sizes.metadata.get("max", 100)
    assert operation.page_size == limit
