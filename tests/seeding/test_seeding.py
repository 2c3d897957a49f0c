from __future__ import annotations

import inspect
import json
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pytest_mgh import MigrationHub
from pytest_mgh.protocol import schemas
from pytest_mgh.seeding.servers import ServerDetails

WEB, SHOP = "d-server-0c4f2dd1fee22c6c1", "d-application-0282ccd1ba7c211ca"
ARN = "arn:aws:ec2:us-east-1:123456789012:image/ami-1"

ESTATE: dict[str, Any] = {
    "servers": [
        {
            "hostname": "web",
            "configuration_id": WEB,
            "ip_addresses": ["192.0.2.10"],
            "mac_addresses": ["02:00:5e:10:00:01"],
            "type": "EC2",
            "os_name": "Ubuntu",
            "os_version": "22.04",
            "agent_id": "o-0123456789abcdef0",
            "tags": {"stage": "prod"},
            "performance": {"numCpus": 4, "avgCpuUsagePct": "12.5"},
        },
        {"hostname": "db"},
    ],
    "applications": [
        {
            "name": "Shop",
            "configuration_id": SHOP,
            "description": "sells things",
            "wave": "wave 1",
            "servers": ["web", "db"],
        },
        {"name": "Ledger", "status": "COMPLETED", "last_updated": 86400},
    ],
    "streams": [
        {
            "name": "SMS",
            "tasks": [
                {
                    "name": "sms-1",
                    "status": "NOT_STARTED",
                    "status_detail": "waiting",
                    "progress_percent": 0,
                    "update_time": 86400,
                    "next_update_seconds": 60,
                    "server": "web",
                    "attributes": [{"FQDN": "web"}, {"IPV4_ADDRESS": "192.0.2.10"}],
                    "artifacts": [ARN],
                    "sources": ["disk 1"],
                },
                {"name": "sms-2"},
            ],
        },
        {"name": "DMS"},
    ],
}
YAML = """\
servers:
  - hostname: web
    ip_addresses: [192.0.2.10]
applications:
  - name: Shop
    servers: [web]
streams:
  - name: SMS
    tasks:
      - name: sms-1
        server: web
        status: IN_PROGRESS
"""


def state(hub: MigrationHub) -> tuple[Any, ...]:
    return hub.servers, hub.applications, hub.streams, hub.tasks


def write(folder: Path, text: str, name: str = "estate.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


# servers


def test_a_server_needs_no_arguments(mgh: MigrationHub) -> None:
    """A seeding call; ids are of the usual form."""
    server = mgh.add_server()

    assert server.configuration_id.startswith("d-server-0")
    assert (server.hostname, server.type, server.source) == (None, "OTHER", None)
    assert mgh.servers == (server,)


def test_a_server_has_the_given_details(mgh: MigrationHub) -> None:
    """The view shows it."""
    server = mgh.add_server(
        "web",
        configuration_id=WEB,
        ip_addresses=["192.0.2.10"],
        mac_addresses=["02:00:5e:10:00:01"],
        type="EC2",
        os_name="Ubuntu",
        os_version="22.04",
        source="Import",
        tags={"stage": "prod"},
    )

    assert server == mgh.server("web") == mgh.server(WEB)
    assert server.configuration_id == WEB
    assert server.ip_addresses == ("192.0.2.10",)
    assert server.mac_addresses == ("02:00:5e:10:00:01",)
    assert (server.type, server.os_name, server.os_version) == ("EC2", "Ubuntu", "22.04")
    assert server.source == "Import"
    assert server.tags == (("stage", "prod"),)


def test_addresses_may_be_any_iterable(mgh: MigrationHub) -> None:
    """The seeding call accepts any iterable."""
    server = mgh.add_server(ip_addresses=(address for address in ["192.0.2.10", "192.0.2.11"]))

    assert server.ip_addresses == ("192.0.2.10", "192.0.2.11")


def test_a_server_of_a_vcenter_is_a_vm(mgh: MigrationHub) -> None:
    """VMWARE_VM where a VM_MANAGER_ID is known, unless another type is given."""
    assert mgh.add_server(vm_manager_id="vcenter-1").type == "VMWARE_VM"
    assert mgh.add_server(vm_manager_id="vcenter-1", type="VMWARE_HOST").type == "VMWARE_HOST"


def test_a_server_with_an_agent_has_the_agent_as_its_source(mgh: MigrationHub) -> None:
    """Server.source is `Agent`, unless another source is given."""
    assert mgh.add_server(agent_id="o-0123456789abcdef0").source == "Agent"
    assert mgh.add_server(agent_id="o-ffffffffffffffff0", source="Import").source == "Import"


@pytest.mark.parametrize(
    "type_", ["EC2", "OTHER", "VMWARE_HOST", "VMWARE_VM", "VMWARE_VM_TEMPLATE"]
)
def test_a_server_is_of_one_of_five_types(mgh: MigrationHub, type_: str) -> None:
    """The values of server.type."""
    assert mgh.add_server(type=type_).type == type_


def test_another_type_is_refused_with_the_nearest_valid_one(mgh: MigrationHub) -> None:
    """The values of server.type; a refused server is not there."""
    with pytest.raises(ValueError, match=r"type: 'VMWARE_WM'; did you mean 'VMWARE_VM'"):
        mgh.add_server("web", type="VMWARE_WM")

    assert mgh.servers == ()


@pytest.mark.parametrize("taken", ["server", "application"])
def test_an_id_that_is_taken_is_refused(mgh: MigrationHub, taken: str) -> None:
    """Ids are unique in the repository."""
    if taken == "server":
        mgh.add_server("first", configuration_id=WEB)
    else:
        mgh.add_application("first", configuration_id=WEB)
    before = state(mgh)

    with pytest.raises(ValueError, match=WEB):
        mgh.add_server("second", configuration_id=WEB)
    with pytest.raises(ValueError, match=WEB):
        mgh.add_application("second", configuration_id=WEB)

    assert state(mgh) == before


def test_two_servers_may_have_one_name(mgh: MigrationHub) -> None:
    """Only ids are unique."""
    mgh.add_server("web")
    mgh.add_server("web")

    assert [server.hostname for server in mgh.servers] == ["web", "web"]


def test_an_application_of_a_name_that_two_servers_have_is_refused(mgh: MigrationHub) -> None:
    first, second = mgh.add_server("web"), mgh.add_server("web")
    ids = f"{first.configuration_id}, {second.configuration_id}"

    with pytest.raises(
        ValueError, match=rf"^servers\[0\]: 2 servers have the host name 'web'.*: {ids}$"
    ):
        mgh.add_application("Shop", servers=["web"])

    assert mgh.add_application("Shop", servers=[second]).servers == (second.configuration_id,)


def test_an_unknown_argument_is_a_type_error(mgh: MigrationHub) -> None:
    """A typing mistake in a test is an error."""
    with pytest.raises(TypeError, match="host_name"):
        mgh.add_server(host_name="web")  # type: ignore[call-arg]


def test_data_is_seeded_into_the_home_region(mgh: MigrationHub) -> None:
    """H13: seeds go to the home Region of their time."""
    mgh.add_server("web")
    mgh.home_region = "eu-west-1"

    assert mgh.servers == ()


# applications


def test_an_application_needs_a_name_only(mgh: MigrationHub) -> None:
    """A seeding call; Migration Hub lists it as NOT_STARTED."""
    application = mgh.add_application("Shop")

    assert application.configuration_id.startswith("d-application-0")
    assert (application.name, application.status) == ("Shop", "NOT_STARTED")
    assert (application.servers, application.last_updated) == ((), None)
    assert mgh.applications == (application,)


def test_an_application_accepts_servers_by_view_id_and_name(mgh: MigrationHub) -> None:
    """Whatever the test has of a server."""
    view, by_id = mgh.add_server("a"), mgh.add_server("b").configuration_id
    by_name = mgh.add_server("c").configuration_id

    application = mgh.add_application("Shop", servers=[view, by_id, "c"])

    assert application.servers == (view.configuration_id, by_id, by_name)
    assert mgh.server("c").applications == (application.configuration_id,)


def test_an_unknown_server_is_refused_with_the_nearest_valid_one(mgh: MigrationHub) -> None:
    """A refused application is not there."""
    mgh.add_server("web-1")

    with pytest.raises(ValueError, match=r"no server 'web1'.*did you mean 'web-1'"):
        mgh.add_application("Shop", servers=["web1"])

    assert mgh.applications == ()
    assert mgh.server("web-1").applications == ()


def test_a_name_that_is_taken_is_refused(mgh: MigrationHub) -> None:
    """silent: names of applications are keys."""
    first = mgh.add_application("Shop")

    with pytest.raises(ValueError, match="Shop"):
        mgh.add_application("Shop")

    assert mgh.applications == (first,)


def test_an_application_is_found_by_name_and_id(mgh: MigrationHub) -> None:
    """What was seeded can be looked at."""
    application = mgh.add_application("Shop", configuration_id=SHOP)

    assert application == mgh.application("Shop") == mgh.application(SHOP)


@pytest.mark.parametrize(
    ("kind", "name"), [("server", "web1"), ("application", "Shop1"), ("stream", "SMS1")]
)
def test_an_unknown_name_is_a_lookup_error_that_names_the_nearest(
    mgh: MigrationHub, kind: str, name: str
) -> None:
    """A typing mistake in a test is an error."""
    mgh.add_server("web")
    mgh.add_application("Shop")
    mgh.client().create_progress_update_stream(ProgressUpdateStreamName="SMS")

    with pytest.raises(LookupError, match=f"no {kind} '{name}'; .*did you mean '{name[:-1]}'"):
        getattr(mgh, kind)(name)


# estates


def test_the_schema_of_estates_is_valid() -> None:
    """`schemas/hub/estate.json`, JSON Schema 2020-12."""
    schema = schemas.load("hub", "estate")

    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


def test_the_schema_knows_every_argument_of_the_seeding_calls() -> None:
    """An estate accepts everything that a call accepts."""
    definitions = schemas.load("hub", "estate")["$defs"]
    arguments = inspect.signature(MigrationHub.add_application).parameters.keys() - {"self"}

    assert definitions["Server"]["properties"].keys() == {
        "hostname",
        *ServerDetails.__annotations__,
    }
    assert definitions["Application"]["properties"].keys() == {
        *arguments,
        "status",
        "last_updated",
    }


def test_an_estate_may_be_empty(mgh: MigrationHub) -> None:
    """Every part is optional."""
    mgh.load({})

    assert state(mgh) == ((), (), (), ())


def test_servers_of_an_estate_are_added(mgh: MigrationHub) -> None:
    """A whole estate from a mapping."""
    mgh.load(ESTATE)

    web, db = mgh.servers
    assert (web.configuration_id, web.hostname, web.type) == (WEB, "web", "EC2")
    assert (web.ip_addresses, web.tags) == (("192.0.2.10",), (("stage", "prod"),))
    assert db.hostname == "db"


def test_the_measurements_of_an_estate_are_described(mgh: MigrationHub) -> None:
    """As text."""
    mgh.load(ESTATE)

    (row,) = mgh.client("discovery").describe_configurations(configurationIds=[WEB])[
        "configurations"
    ]
    assert row["server.performance.numCpus"] == "4"
    assert row["server.performance.avgCpuUsagePct"] == "12.5"


def test_applications_of_an_estate_are_added(mgh: MigrationHub) -> None:
    """A14: with the state that Migration Hub is to have of them."""
    mgh.load(ESTATE)

    shop, ledger = mgh.applications
    assert (shop.configuration_id, shop.name, shop.status) == (SHOP, "Shop", "NOT_STARTED")
    assert shop.servers == tuple(server.configuration_id for server in mgh.servers)
    assert (ledger.name, ledger.status) == ("Ledger", "COMPLETED")
    assert ledger.last_updated == datetime(1970, 1, 2, tzinfo=timezone.utc)


def test_tasks_of_an_estate_are_added(mgh: MigrationHub) -> None:
    """A3, T5: with all that can be attached to them."""
    mgh.load(ESTATE)

    task = mgh.task("SMS", "sms-1")
    assert (task.status, task.status_detail, task.progress_percent) == ("NOT_STARTED", "waiting", 0)
    assert task.update_time == datetime(1970, 1, 2, tzinfo=timezone.utc)
    assert [update.status for update in task.updates] == ["NOT_STARTED"]
    assert task.attributes == (("FQDN", "web"), ("IPV4_ADDRESS", "192.0.2.10"))
    assert [(one.configuration_id, one.automatic) for one in task.resources] == [(WEB, False)]
    assert [one.name for one in task.artifacts] == [ARN]
    assert [one.name for one in task.sources] == ["disk 1"]


def test_a_task_given_only_by_name_is_not_started(mgh: MigrationHub) -> None:
    """T4: NOT_STARTED, without updates."""
    mgh.load(ESTATE)

    task = mgh.task("SMS", "sms-2")
    assert (task.status, task.updates, task.resources) == ("NOT_STARTED", (), ())


def test_the_tasks_of_an_estate_are_listed_by_their_server(mgh: MigrationHub) -> None:
    """A12: a seeded mapping is like a manual one."""
    mgh.load(ESTATE)

    rows = mgh.client().list_migration_tasks(ResourceName=WEB)["MigrationTaskSummaryList"]
    assert [row["MigrationTaskName"] for row in rows] == ["sms-1"]


def test_a_started_task_of_an_estate_starts_its_application(mgh: MigrationHub) -> None:
    """T9: an estate is no exception."""
    mgh.load(
        {
            "servers": [{"hostname": "web"}],
            "applications": [{"name": "Shop", "servers": ["web"]}],
            "streams": [
                {
                    "name": "SMS",
                    "tasks": [{"name": "sms-1", "server": "web", "status": "IN_PROGRESS"}],
                }
            ],
        }
    )

    assert mgh.application("Shop").status == "IN_PROGRESS"


@pytest.mark.parametrize("status", ["COMPLETED", "IN_PROGRESS"])
def test_the_state_that_an_estate_gives_an_application_is_kept(
    mgh: MigrationHub, status: str
) -> None:
    """T9: an application that is more than NOT_STARTED has started; later changes are manual."""
    mgh.load(
        {
            "servers": [{"hostname": "web"}],
            "applications": [
                {"name": "Shop", "servers": ["web"], "status": status, "last_updated": 86400}
            ],
            "streams": [
                {
                    "name": "SMS",
                    "tasks": [{"name": "sms-1", "server": "web", "status": "COMPLETED"}],
                }
            ],
        }
    )

    shop = mgh.application("Shop")
    assert shop.status == status
    assert shop.last_updated == datetime(1970, 1, 2, tzinfo=timezone.utc)


def test_an_estate_may_name_existing_servers(mgh: MigrationHub) -> None:
    """Estates add up; servers are named by host name or id."""
    web = mgh.add_server("web").configuration_id
    db = mgh.add_server("db").configuration_id

    mgh.load({"applications": [{"name": "Shop", "servers": ["web", db]}]})

    assert mgh.application("Shop").servers == (web, db)


def test_a_yaml_file_is_read(mgh: MigrationHub, tmp_path: Path) -> None:
    """By path, as an object or as text."""
    mgh.load(write(tmp_path, YAML))

    assert mgh.server("web").ip_addresses == ("192.0.2.10",)
    assert mgh.task("SMS", "sms-1").status == "IN_PROGRESS"


def test_a_path_may_be_text(mgh: MigrationHub, tmp_path: Path) -> None:
    """By path, as an object or as text."""
    mgh.load(str(write(tmp_path, YAML)))

    assert mgh.application("Shop").servers == (mgh.server("web").configuration_id,)


def test_a_json_file_needs_no_pyyaml(
    mgh: MigrationHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    good = write(tmp_path, json.dumps({"streams": [{"name": "SMS"}]}), "good.json")
    bad = write(tmp_path, json.dumps({"streams": [{"nam": "SMS"}]}), "bad.json")

    mgh.load(good)
    with pytest.raises(ValueError, match=r"^bad.json: streams\[0\]: .*'nam'|^bad.json: streams"):
        mgh.load(bad)

    assert mgh.stream("SMS").name == "SMS"


def test_a_syntax_error_in_a_json_file_has_the_message_of_json(
    mgh: MigrationHub, tmp_path: Path
) -> None:
    file = write(tmp_path, '{"servers": [,]}', "estate.json")

    with pytest.raises(
        ValueError, match=r"^estate.json: not JSON: Expecting value: line 1 column 14"
    ):
        mgh.load(file)


def test_a_mistake_in_a_json_file_is_reported_with_its_line(
    mgh: MigrationHub, tmp_path: Path
) -> None:
    file = write(tmp_path, '{"servers": [\n\t{"hostnam": "web"}]}', "estate.json")

    with pytest.raises(ValueError, match=r"^estate.json, line 2: servers\[0\]: 'hostnam' is not"):
        mgh.load(file)


@pytest.mark.parametrize("name", ["estate.json", "estate.yaml"])
def test_an_estate_may_name_its_schema_for_editors(
    mgh: MigrationHub, tmp_path: Path, name: str
) -> None:
    estate = {"$schema": "schemas/hub/estate.json", "servers": [{"hostname": "web"}]}

    mgh.load(write(tmp_path, json.dumps(estate), name))

    assert mgh.server("web").hostname == "web"


@pytest.mark.parametrize("indent", [None, 2, "\t"], ids=["compact", "blanks", "tabs"])
def test_a_json_file_is_read(mgh: MigrationHub, tmp_path: Path, indent: Any) -> None:
    """Any JSON text, with any whitespace between its parts."""
    mgh.load(write(tmp_path, json.dumps(ESTATE, indent=indent), "estate.json"))

    assert len(mgh.servers) == 2
    assert mgh.task("SMS", "sms-1").update_time == datetime(1970, 1, 2, tzinfo=timezone.utc)


def test_a_file_and_a_mapping_load_the_same_estate(
    mgh: MigrationHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is nothing but its content."""
    monkeypatch.setattr(mgh._world.clock, "time", lambda: 86400.0)
    estate = {
        "servers": [{"hostname": "web", "configuration_id": WEB}],
        "applications": [{"name": "Shop", "configuration_id": SHOP, "servers": ["web"]}],
    }
    mgh.load(estate)
    from_mapping = state(mgh)
    mgh.home_region = "eu-west-1"

    mgh.load(write(tmp_path, json.dumps(estate)))

    assert state(mgh) == from_mapping


def test_without_pyyaml_the_error_says_what_to_install(
    mgh: MigrationHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PyYAML is an extra."""
    monkeypatch.setitem(sys.modules, "yaml", None)

    with pytest.raises(RuntimeError, match=r"pip install 'pytest-mgh\[yaml\]'"):
        mgh.load(write(tmp_path, YAML))


def test_a_mapping_needs_no_pyyaml(mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only files do."""
    monkeypatch.setitem(sys.modules, "yaml", None)

    mgh.load(ESTATE)

    assert len(mgh.servers) == 2


def test_a_missing_file_is_refused_by_its_path(mgh: MigrationHub, tmp_path: Path) -> None:
    """The error is the file system's own."""
    with pytest.raises(FileNotFoundError, match="missing"):
        mgh.load(tmp_path / "missing.yaml")


# refused estates


@pytest.mark.parametrize(
    ("estate", "message"),
    [
        ({"server": []}, r"^estate: 'server' is not known; .*did you mean 'servers'"),
        ({"servers": [{}, {"hostnam": "a"}]}, r"^servers\[1\]: 'hostnam'.*mean 'hostname'"),
        ({"servers": [{"type": "EC3"}]}, r"^servers\[0\]\.type: 'EC3'.*mean 'EC2'"),
        ({"servers": {}}, r"^servers: .*a list"),
        ({"servers": [{"ip_addresses": "192.0.2.10"}]}, r"^servers\[0\]\.ip_addresses: .*a list"),
        ({"servers": [{"hostname": 1}]}, r"^servers\[0\]\.hostname: .*a string"),
        ({"servers": [{"configuration_id": "a b"}]}, r"^servers\[0\]\.configuration_id: 'a b' is"),
        ({"servers": [{"tags": {"a": 1}}]}, r"^servers\[0\]\.tags\.a: "),
        (
            {"servers": [{"performance": {"a": None}}]},
            r"^servers\[0\]\.performance: 'a' is not known",
        ),
        ({"applications": [{}]}, r"^applications\[0\]: .*'name'"),
        ({"applications": [{"name": " "}]}, r"^applications\[0\]\.name: ' ' is not a name"),
        ({"applications": [{"name": "x" * 128}]}, r"^applications\[0\]\.name: "),
        (
            {"applications": [{"name": "a", "status": "FAILED"}]},
            r"^applications\[0\]\.status: 'FAILED'; allowed: COMPLETED, IN_PROGRESS, NOT_STARTED",
        ),
        ({"streams": [{"name": "a/b"}]}, r"^streams\[0\]\.name: 'a/b' is not a stream name"),
        (
            {"streams": [{"name": "a", "tasks": [{"name": "a:b"}]}]},
            r"^streams\[0\]\.tasks\[0\]\.name: 'a:b' is not a task name",
        ),
        (
            {"streams": [{"name": "a", "tasks": [{"name": "b", "progress_percent": 101}]}]},
            r"^streams\[0\]\.tasks\[0\]\.progress_percent: ",
        ),
        (
            {"streams": [{"name": "a", "tasks": [{"name": "b", "status": "DONE"}]}]},
            r"^streams\[0\]\.tasks\[0\]\.status: 'DONE'; allowed: ",
        ),
        (
            {"streams": [{"name": "a", "tasks": [{"name": "b", "attributes": [{"IPV4": "1"}]}]}]},
            r"^streams\[0\]\.tasks\[0\]\.attributes\[0\]: 'IPV4'.*mean 'IPV4_ADDRESS'",
        ),
    ],
)
def test_an_estate_that_breaks_the_schema_is_refused_with_its_place(
    mgh: MigrationHub, estate: dict[str, Any], message: str
) -> None:
    """The path, and what is allowed there."""
    with pytest.raises(ValueError, match=message):
        mgh.load(estate)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("server: []\n", r"^estate.yaml, line 1: .*mean 'servers'"),
        (
            "servers:\n  - hostname: a\n  - hostname: b\n    typ: EC2\n",
            r"^estate.yaml, line 3: servers\[1\]: 'typ'.*mean 'type'",
        ),
        (
            "servers:\n  - hostname: a\n    type: EC3\n",
            r"^estate.yaml, line 3: servers\[0\]\.type: .*mean 'EC2'",
        ),
        (
            "# a comment\n\nservers:\n  - hostname: a\n    ip_addresses:\n      - 1\n",
            r"^estate.yaml, line 6: servers\[0\]\.ip_addresses\[0\]: ",
        ),
        ("- a\n- b\n", r"^estate.yaml, line 1: estate: "),
        ("servers: [\n", r"^estate.yaml"),
        ("a: b: c\n", r"^estate.yaml"),
        ("", r"^estate.yaml"),
        ("# nothing\n", r"^estate.yaml"),
        ("servers:\n", r"^estate.yaml, line 1: servers: "),
    ],
)
def test_a_file_that_breaks_the_schema_is_refused_with_its_line(
    mgh: MigrationHub, tmp_path: Path, text: str, message: str
) -> None:
    """The file and the line, and what is allowed there."""
    with pytest.raises(ValueError, match=message):
        mgh.load(write(tmp_path, text))


def test_an_error_in_a_merged_mapping_is_refused_with_the_file(
    mgh: MigrationHub, tmp_path: Path
) -> None:
    """A value that YAML merged in stands elsewhere in the file."""
    text = "servers:\n  - hostname: a\n    <<: {type: EC3}\n"

    with pytest.raises(ValueError, match=r"^estate.yaml, line \d+: servers\[0\]\.type.*mean 'EC2'"):
        mgh.load(write(tmp_path, text))


TWICE: list[Any] = [
    pytest.param(
        {"applications": [{"name": "new"}, {"name": "new"}]},
        r"applications\[1\].*'new'",
        id="application twice",
    ),
    pytest.param(
        {"applications": [{"name": "Shop"}]}, r"applications\[0\].*'Shop'", id="application"
    ),
    pytest.param(
        {"streams": [{"name": "a"}, {"name": "a"}]}, r"streams\[1\].*'a'", id="stream twice"
    ),
    pytest.param({"streams": [{"name": "SMS"}]}, r"streams\[0\].*'SMS'", id="stream"),
    pytest.param(
        {"servers": [{"external_id": "ab"}, {"external_id": "AB"}]},
        r"servers\[1\]\.external_id: 'AB' already exists",
        id="external id twice",
    ),
    pytest.param(
        {"servers": [{"external_id": "ERP-1"}]},
        r"servers\[0\]\.external_id: 'ERP-1' already exists",
        id="external id",
    ),
    pytest.param(
        {"servers": [{"hostname": "web"}], "applications": [{"name": "a", "servers": ["web"]}]},
        r"applications\[0\]\.servers\[0\]: 2 servers have the host name 'web'; use a "
        "configuration id",
        id="host name of several servers",
    ),
    pytest.param(
        {"streams": [{"name": "a", "tasks": [{"name": "b"}, {"name": "b"}]}]},
        r"streams\[0\]\.tasks\[1\].*'b'",
        id="task twice",
    ),
    pytest.param(
        {"servers": [{"configuration_id": "a"}], "applications": [
            {"name": "new", "configuration_id": "a"}]},
        r"applications\[0\].*'a'",
        id="id twice",
    ),
    pytest.param(
        {"servers": [{"configuration_id": WEB}]}, rf"servers\[0\].*'{WEB}'", id="id"
    ),
    pytest.param(
        {"applications": [{"name": "new", "servers": ["web", "wbe"]}]},
        r"applications\[0\]\.servers\[1\].*'wbe'.*did you mean 'web'",
        id="unknown server of an application",
    ),
    pytest.param(
        {"streams": [{"name": "a", "tasks": [{"name": "b", "server": "wbe"}]}]},
        r"streams\[0\]\.tasks\[0\]\.server.*'wbe'.*did you mean 'web'",
        id="unknown server of a task",
    ),
]  # fmt: skip


@pytest.fixture
def seeded(mgh: MigrationHub) -> MigrationHub:
    """A hub that has a server, an application and a stream."""
    mgh.add_server("web", configuration_id=WEB, external_id="erp-1")
    mgh.add_application("Shop")
    mgh.client().create_progress_update_stream(ProgressUpdateStreamName="SMS")
    return mgh


@pytest.mark.parametrize(("estate", "_"), TWICE)
def test_a_refused_estate_seeds_nothing(
    seeded: MigrationHub, estate: dict[str, Any], _: str
) -> None:
    """Completely or not at all, including everything before the mistake."""
    before = state(seeded)

    with pytest.raises(ValueError, match=r"\S"):
        seeded.load({"servers": [{"hostname": "early"}]} | estate)

    assert state(seeded) == before


@pytest.mark.parametrize(("estate", "message"), TWICE)
def test_duplicates_and_missing_keys_of_an_estate_are_refused_with_their_place(
    seeded: MigrationHub, estate: dict[str, Any], message: str
) -> None:
    """The error of `load` names the place."""
    with pytest.raises(ValueError, match=message):
        seeded.load(estate)


def test_duplicates_in_a_file_are_refused_with_their_line(
    seeded: MigrationHub, tmp_path: Path
) -> None:
    """The error of `load` names the place."""
    file = write(tmp_path, "applications:\n  - name: new\n  - name: new\n")

    with pytest.raises(ValueError, match=r"^estate.yaml, line 3: "):
        seeded.load(file)


def test_missing_keys_in_a_file_are_refused_with_their_line(
    seeded: MigrationHub, tmp_path: Path
) -> None:
    """The error of `load` names the place."""
    file = write(tmp_path, "applications:\n  - name: new\n    servers:\n      - wbe\n")

    with pytest.raises(ValueError, match=r"^estate.yaml, line 4: .*did you mean 'web'"):
        seeded.load(file)


@pytest.mark.parametrize(
    "details",
    [
        {"bios_id": 5},
        {"agent_id": "short"},
        {"configuration_id": "a b"},
        {"tags": {str(number): "x" for number in range(31)}},
        {"performance": {"numCpus": None}},
        {"ip_addresses": "192.0.2.1"},
    ],
    ids=str,
)
def test_a_refused_server_leaves_nothing_behind(mgh: MigrationHub, details: Any) -> None:
    with pytest.raises(ValueError, match=next(iter(details))):
        mgh.add_server("web", **details)

    assert mgh.servers == ()


@pytest.mark.parametrize(
    "details",
    [{"name": ""}, {"name": "a" * 128}, {"wave": " 1"}, {"description": "a" * 1001}],
    ids=lambda details: next(iter(details)),
)
def test_the_limits_of_the_service_apply_to_a_seeded_application(
    mgh: MigrationHub, details: Any
) -> None:
    with pytest.raises(ValueError, match=next(iter(details))):
        mgh.add_application(**{"name": "Shop", **details})

    assert mgh.applications == ()


@pytest.mark.parametrize(
    ("estate", "place"),
    [
        (
            {"servers": [{"hostname": "a"}, {"hostname": "b", "ip_addresses": ["x"]}]},
            r"servers\[1\]\.ip_addresses: 'x' is not an IP address",
        ),
        (
            {
                "streams": [
                    {"name": "s", "tasks": [{"name": "t", "attributes": [{"IPV4_ADDRESS": "x"}]}]}
                ]
            },
            r"streams\[0\]\.tasks\[0\]\.attributes: .*IPV4|streams.*attributes: Value 'x'",
        ),
        (
            {"streams": [{"name": "s", "tasks": [{"name": "t", "artifacts": ["x"]}]}]},
            r"streams\[0\]\.tasks\[0\]\.artifacts\[0\]: 'x' is not an ARN",
        ),
    ],
    ids=["an address", "an attribute", "an artifact"],
)
def test_a_refused_estate_leaves_nothing_behind(mgh: MigrationHub, estate: Any, place: str) -> None:
    with pytest.raises(ValueError, match=place):
        mgh.load(estate)

    assert (mgh.servers, mgh.streams) == ((), ())


def test_an_agent_joins_a_server_that_has_no_hostname(mgh: MigrationHub) -> None:
    server = mgh.add_server(ip_addresses=["192.0.2.10"])
    agent = mgh.add_agent(server=server.configuration_id)

    assert mgh.servers[0].agent_id == agent.agent_id
    assert mgh.servers[0].hostname is None


def test_a_connection_finds_its_process_among_those_of_the_server(mgh: MigrationHub) -> None:
    mgh.add_server("web")
    mgh.add_server("db")
    mgh.add_process("web", "nginx")
    second = mgh.add_process("web", "php")

    mgh.add_connection("web", "db", port=5432, source_process="php")
    assert mgh.connections[0].source_process == second.configuration_id


def test_a_connection_of_a_process_that_its_server_has_not_is_refused(mgh: MigrationHub) -> None:
    mgh.add_server("web")
    mgh.add_server("db")
    mgh.add_process("db", "postgres")

    with pytest.raises(ValueError, match=r"source_process.*'web' has no process 'postgres'"):
        mgh.add_connection("web", "db", port=5432, source_process="postgres")
    assert mgh.connections == ()


def test_an_agent_id_that_an_agent_has_is_refused_for_a_server(mgh: MigrationHub) -> None:
    mgh.add_agent("o-0123456789abcdef0")

    with pytest.raises(ValueError, match="'o-0123456789abcdef0' already exists"):
        mgh.add_server("web", agent_id="o-0123456789abcdef0")


@pytest.mark.mgh(strict_discovery=False)
def test_an_application_that_is_added_keeps_the_state_that_migration_hub_has_of_it(
    mgh: MigrationHub,
) -> None:
    mgh.client().notify_application_state(
        ApplicationId=SHOP, Status="COMPLETED", UpdateDateTime=86400
    )
    mgh.add_application("Shop", configuration_id=SHOP)

    assert mgh.applications[0].status == "COMPLETED"
