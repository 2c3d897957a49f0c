"""The table of a server's attributes, and everything compared with it."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

from discovery_filters import FILTERS

from pytest_mgh import ServerView
from pytest_mgh.protocol import schemas
from pytest_mgh.protocol.values import AttributeType
from pytest_mgh.seeding.servers import ServerDetails
from pytest_mgh.services.discovery.export_files import PERFORMANCE, SERVERS
from pytest_mgh.services.discovery.fields import SERVER_FIELDS
from pytest_mgh.services.discovery.import_sheet import RVTOOLS, TEMPLATE
from pytest_mgh.services.discovery.rows import server_row
from pytest_mgh.state.attributes import ATTRIBUTES, BY_TYPE, MEASUREMENTS, SERVER_TYPES
from pytest_mgh.state.discovery_records import Server

PLAIN = {name for name, one in ATTRIBUTES.items() if not one.is_measurement}
ESTATE = schemas.load("hub", "estate")["$defs"]["Server"]["properties"]

# The columns of AWS's import template that set an attribute.
COLUMNS = """
    ExternalId SMBiosId IPAddress MACAddress HostName VMware.MoRefId VMware.VMName
    VMware.VCenterId CPU.NumberOfProcessors CPU.NumberOfCores CPU.NumberOfLogicalCores OS.Name
    OS.Version RAM.TotalSizeInMB RAM.UsedSizeInMB.Avg RAM.UsedSizeInMB.Max CPU.UsagePct.Avg
    CPU.UsagePct.Max DiskReadsPerSecondInKB.Avg DiskReadsPerSecondInKB.Max
    DiskWritesPerSecondInKB.Avg DiskWritesPerSecondInKB.Max DiskReadsOpsPerSecond.Avg
    DiskReadsOpsPerSecond.Max DiskWritesOpsPerSecond.Avg DiskWritesOpsPerSecond.Max
    NetworkReadsPerSecondInKB.Avg NetworkReadsPerSecondInKB.Max
    NetworkWritesPerSecondInKB.Avg NetworkWritesPerSecondInKB.Max
"""


def test_every_attribute_can_be_seeded() -> None:
    others = {"configuration_id", "tags", "performance"}
    assert ServerDetails.__annotations__.keys() == (PLAIN - {"hostname"}) | others
    assert ESTATE.keys() == PLAIN | others
    assert [*ESTATE["performance"]["properties"]] == [*MEASUREMENTS]
    assert sorted(ESTATE["type"]["enum"]) == sorted(SERVER_TYPES)


def test_every_attribute_is_shown_by_the_views() -> None:
    others = {"configuration_id", "tags", "performance", "applications", "tasks", "entries"}
    assert {field.name for field in fields(ServerView)} == PLAIN | others


def test_every_type_of_resource_attribute_sets_an_attribute() -> None:
    assert BY_TYPE.keys() == set(get_args(AttributeType))


def test_every_column_of_the_template_sets_an_attribute() -> None:
    assert sorted(TEMPLATE) == sorted(COLUMNS.split())
    assert {"VM", "DNS Name", "VM ID", "VI SDK UUID"} <= RVTOOLS.keys()


def test_the_filters_of_servers_are_those_of_the_guide() -> None:
    documented = {name: set_ for set_, names in FILTERS["SERVER"].items() for name in names.split()}

    assert {name: field.conditions for name, field in SERVER_FIELDS.items()} == documented


def test_rows_and_exports_are_generated_from_the_attributes() -> None:
    listed = {f"server.{one.key}" for one in ATTRIBUTES.values() if one.listed}
    assert (
        server_row(Server("d-server-1")).keys()
        - {
            "server.configurationId",
            "server.timeOfCreation",
        }
        == listed
    )
    exported = [one.export for one in ATTRIBUTES.values() if one.export]
    assert len(set(exported)) == len(exported) == len(ATTRIBUTES)
    assert set(exported) <= {*SERVERS, *PERFORMANCE}


def test_keys_columns_and_titles_are_unique() -> None:
    for member in ("key", "column", "rvtools", "title"):
        found = [value for one in ATTRIBUTES.values() if (value := getattr(one, member))]
        assert len(set(found)) == len(found), member
