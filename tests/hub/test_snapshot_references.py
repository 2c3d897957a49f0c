"""The parts of a snapshot agree with each other; one that doesn't is refused, and says which."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest
from full_hub import refuse

pytestmark = pytest.mark.usefixtures("stopped_clock")

Tamper = Callable[[Any], None]


def store(snapshot: Any) -> Any:
    return snapshot["accounts"][0]["stores"]["us-west-2"]


def record(snapshot: Any, part: str, at: int = 0) -> Any:
    return store(snapshot)[part]["rows"][at][2]


def entry(snapshot: Any) -> Any:
    """The first entry of the first server."""
    return next(iter(record(snapshot, "servers")["entries"].values()))


def task(snapshot: Any) -> Any:
    return store(snapshot)["streams"][0]["tasks"]["task"]


def resource(snapshot: Any, part: str) -> Any:
    return task(snapshot)[part]["rows"][0][2]


def put(place: Callable[[Any], Any], **members: Any) -> Tamper:
    """Give members of what stands at a place other values."""
    return lambda snapshot: place(snapshot).update(members)


def of(part: str, at: int = 0) -> Callable[[Any], Any]:
    return lambda snapshot: record(snapshot, part, at)


def linked(part: str) -> Callable[[Any], Any]:
    return lambda snapshot: resource(snapshot, part)


def top(snapshot: Any) -> Any:
    return snapshot


def principal(at: int) -> Callable[[Any], Any]:
    return lambda snapshot: snapshot["principals"][at]


def twice(place: Callable[[Any], list[Any]]) -> Tamper:
    return lambda snapshot: place(snapshot).append(copy.deepcopy(place(snapshot)[0]))


def known_key(snapshot: Any) -> None:
    snapshot["refused_callers"][0]["access_key"] = snapshot["principals"][1]["access_key"]
    for call in snapshot["calls"]:
        if call["principal"] == "000000000001":
            call["principal"] = snapshot["principals"][1]["access_key"]


def same_names(snapshot: Any) -> None:
    snapshot["principals"].append(
        snapshot["principals"][1] | {"access_key": "AKIA0000000000000001", "secret": "other"}
    )


def server_and_application(snapshot: Any) -> None:
    """Give an application the id of a server."""
    row = store(snapshot)["discovered_applications"]["rows"][1]
    row[1] = row[2]["configuration_id"] = record(snapshot, "servers")["configuration_id"]


def without_state(snapshot: Any) -> None:
    del store(snapshot)["applications"]["rows"][1]


def servers_apart(snapshot: Any) -> None:
    record(snapshot, "servers")["applications"].clear()


def applications_apart(snapshot: Any) -> None:
    record(snapshot, "discovered_applications")["servers"].clear()


def renamed_value(snapshot: Any) -> None:
    values = entry(snapshot)["values"]
    values["host_name"] = values.pop("hostname")


TAMPERED: dict[str, tuple[Tamper, str]] = {
    "a default principal of another account": (
        put(top, default_principal="ASIA976160040AF2C71F"),
        "default_principal: belongs to account 210987654321, not to the account of the settings",
    ),
    "a default principal that is only a refused caller": (
        put(top, default_principal="000000000001"),
        "default_principal: is not one of the principals",
    ),
    "the access key of a principal for a refused caller": (
        known_key,
        "refused_callers[0].access_key:",
    ),
    "two principals of one name": (
        same_names,
        "principals: a name appears twice in an account",
    ),
    "a home Region control for another account": (
        lambda snapshot: snapshot["accounts"][0]["control"].update(target_id="210987654321"),
        "accounts[0].control.target_id: is not the account 123456789012",
    ),
    "background work twice": (
        twice(lambda snapshot: snapshot["background"]),
        "background: the same work appears twice",
    ),
    "background work of an operation that has none": (
        lambda snapshot: snapshot["background"][0].update(operation="ListMigrationTasks"),
        "background[0].operation: 'ListMigrationTasks' has no background work",
    ),
    "more calls than are kept": (
        lambda snapshot: snapshot["settings"].update(keep_events=1),
        "calls: more than settings.keep_events, 1",
    ),
    "a fault of an operation that cannot raise it": (
        lambda snapshot: snapshot["faults"][0].update(error="PolicyErrorException"),
        "faults[0]: ",
    ),
    "a throttle of no operation": (
        lambda snapshot: snapshot["throttles"].update(
            Nonsense=snapshot["throttles"]["ListApplicationStates"]
        ),
        "throttles.Nonsense: ",
    ),
    "a file both as text and as base64": (
        lambda snapshot: snapshot["import_archives"].update({"s3://bucket/key.csv": "UEv/"}),
        "import_archives.s3://bucket/key.csv: is also in import_sources",
    ),
    "a file with half of a surrogate pair": (
        lambda snapshot: snapshot["import_sources"].update({"s3://bucket/key.csv": "a\ud800"}),
        "import_sources.s3://bucket/key.csv: has an invalid character",
    ),
    "base64 with bits that it does not need": (
        lambda snapshot: snapshot["import_archives"].update({"s3://bucket/vms.zip": "/x=="}),
        "import_archives.s3://bucket/vms.zip: is not base64",
    ),
    "a text as base64": (
        lambda snapshot: snapshot["import_archives"].update({"s3://bucket/vms.zip": "YWJj"}),
        "import_archives.s3://bucket/vms.zip: is text",
    ),
    "streams in another order": (
        lambda snapshot: store(snapshot)["streams"].reverse(),
        "streams: are not sorted by name",
    ),
    "a task of another stream": (
        put(task, stream="leaving"),
        "streams[0].tasks.task.stream: is not 'SMS'",
    ),
    "a created artifact with a status detail": (
        put(linked("artifacts"), status_detail="read"),
        "streams[0].tasks.task: only sources have a status_detail",
    ),
    "a discovered resource with a status detail": (
        put(linked("resources"), status_detail="read"),
        "streams[0].tasks.task: only sources have a status_detail",
    ),
    "a created artifact that is mapped automatically": (
        put(linked("artifacts"), automatic=True),
        "streams[0].tasks.task: only resources are mapped automatically",
    ),
    "a source resource that is mapped automatically": (
        put(linked("sources"), automatic=True),
        "streams[0].tasks.task: only resources are mapped automatically",
    ),
    "a server with the id of an application": (
        server_and_application,
        "is a server as well",
    ),
    "an application without a state": (
        without_state,
        "of discovered_applications is missing",
    ),
    "two applications of one name": (
        put(of("discovered_applications", 1), name="shop"),
        "discovered_applications: a name appears twice",
    ),
    "an application with a server that there is not": (
        put(of("discovered_applications", 1), servers={"d-server-none": None}),
        "has 'd-server-none', which is not in it",
    ),
    "an application with a server that is not in it": (servers_apart, "which is not in it"),
    "a server in an application that there is not": (
        put(of("servers", 1), applications={"d-application-none": None}),
        "is in 'd-application-none', which doesn't have it",
    ),
    "a server in an application that does not have it": (
        applications_apart,
        "which doesn't have it",
    ),
    "a server without entries": (put(of("servers"), entries={}), "has no entries"),
    "an entry of two servers": (
        lambda snapshot: record(snapshot, "servers", 1)["entries"].update(
            record(snapshot, "servers")["entries"]
        ),
        "appears twice, or out of order",
    ),
    "an entry later than the last": (put(entry, order=99), "appears twice, or out of order"),
    "an unknown attribute": (
        renamed_value,
        "values: 'host_name' is not known; did you mean 'hostname'",
    ),
    "an attribute without values": (
        lambda snapshot: entry(snapshot)["values"].update(hostname=[]),
        "values.hostname: is empty",
    ),
    "an attribute with an empty value": (
        lambda snapshot: entry(snapshot)["values"].update(hostname=[""]),
        "values.hostname: is empty",
    ),
    "an unknown type of server": (
        lambda snapshot: entry(snapshot)["values"].update(type=["TOASTER"]),
        "values.type: ",
    ),
    "a process on no server": (put(of("processes"), server="d-server-none"), "is on no server"),
    "a connection from no server": (
        put(of("connections"), source="d-server-none"),
        "has 'd-server-none', which is not a server",
    ),
    "a connection to no server": (
        put(of("connections"), destination="d-server-none"),
        "has 'd-server-none', which is not a server",
    ),
    "an agent's export without an agent": (
        put(of("exports"), kind="AGENT"),
        "has an agent, or none, against its kind",
    ),
    "an estate's export with an agent": (
        put(of("exports"), agent_id="o-0123456789abcdef0"),
        "has an agent, or none, against its kind",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_a_snapshot_whose_parts_disagree_is_refused(filled: Any, name: str) -> None:
    tamper, message = TAMPERED[name]
    snapshot = copy.deepcopy(filled)
    tamper(snapshot)
    refuse(snapshot, f"snapshot: .*{re.escape(message)}")
