"""The rules for every request: a well-formed response, and no change by a refused call."""

from __future__ import annotations

import json
import re
from typing import Any

from pytest_mgh import MigrationHub
from pytest_mgh.protocol.messages import WireRequest, WireResponse
from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.services.operation import Access

UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What calls leave that is no state of the service: notes of them, and ids that were given away.
NOTES = ("calls", "denials", "ids")
CODES = re.compile("[A-Za-z]{3,64}")


IMPORT = "s3://bucket/a"
TASK = {
    "name": "a",
    "status": "IN_PROGRESS",
    "server": "web",
    "attributes": [{"FQDN": "web"}],
    "artifacts": ["arn:aws:ec2:us-east-1:123456789012:image/ami-1"],
    "sources": ["a"],
}
ELSEWHERE = "210987654321"


def fill(hub: MigrationHub) -> None:
    """Put some of everything into a hub, under the names that random requests use."""
    hub.add_server(
        "web",
        configuration_id="d-server-1",
        agent_id="o-0123456789abcdef0",
        ip_addresses=["192.0.2.10"],
        tags={"a": "a"},
    )
    hub.load(
        {
            "applications": [{"name": "a", "servers": ["web"], "status": "IN_PROGRESS"}],
            "streams": [{"name": name, "tasks": [TASK, {"name": "t1"}]} for name in ("a", "SMS")],
        }
    )
    hub.import_text(IMPORT, "HostName,IPAddress\ndb,192.0.2.11\n")
    discovery = hub.client("discovery")
    discovery.start_import_task(name="a", importUrl=IMPORT)
    gone = hub.add_server("gone").configuration_id
    discovery.start_batch_delete_configuration_task(
        configurationType="SERVER", configurationIds=[gone]
    )
    visitor = hub.principal("visitor", account_id=ELSEWHERE).credentials
    hub.client("migrationhub-config", **visitor).create_home_region_control(
        HomeRegion="us-west-2", Target={"Type": "ACCOUNT"}
    )
    hub.client(**visitor).create_progress_update_stream(ProgressUpdateStreamName="SMS")


def state(hub: MigrationHub) -> Any:
    """Return the state of the hub; empty collections count as absent."""
    snapshot = {name: part for name, part in hub.snapshot().items() if name not in NOTES}
    snapshot["accounts"] = {
        account["account_id"]: {
            "control": account["control"],
            "stores": {region: one for region, one in account["stores"].items() if _holds(one)},
        }
        for account in snapshot["accounts"]
        if account["control"] or any(map(_holds, account["stores"].values()))
    }
    return json.loads(json.dumps(snapshot), object_hook=_absent_if_empty)


def _absent_if_empty(part: dict[str, Any]) -> dict[str, Any] | None:
    """Treat an empty collection as absent: reading it creates one."""
    return None if part.keys() == {"next", "rows"} and not part["rows"] else part


def _holds(store: dict[str, Any]) -> bool:
    parts = (part.get("rows", part) if isinstance(part, dict) else part for part in store.values())
    return any(parts)


def hold(hub: MigrationHub, request: WireRequest) -> WireResponse:
    """Make a call; it is answered in good form, and if it is refused, nothing has changed."""
    before = state(hub)
    response = hub.answer(request)
    check_form(request, response)
    if response.status != 200 or reads(request):
        assert state(hub) == before
    assert all(record["eventName"] for record in hub.events[-1:])
    return response


def reads(request: WireRequest) -> bool:
    """Whether a request is for an operation that only reads."""
    operation = OPERATIONS.get(request.headers.get("x-amz-target", "").partition(".")[2])
    return operation is not None and operation.access in (Access.LIST, Access.READ)


def check_form(request: WireRequest, response: WireResponse) -> None:
    """Hold a response against the protocol."""
    headers = response.headers
    assert UUID.fullmatch(headers["x-amzn-RequestId"])
    assert headers["Content-Length"] == str(len(response.body))
    if headers["Content-Type"] == "application/x-amz-json-1.1":
        body = json.loads(response.body)
        assert isinstance(body, dict)
        assert response.status in (200, 400)
        assert (response.status == 200) == ("__type" not in body)
        if response.status != 200:
            assert CODES.fullmatch(body["__type"])
            assert body.keys() <= {"__type", "Message", "message", "RetryAfterSeconds"}
    elif headers["Content-Type"] == "application/json":
        assert response.status == 200
        assert json.loads(response.body)["Output"]["__type"].endswith("UnknownOperationException")
    else:
        assert headers["Content-Type"] == "application/xml"
        assert response.status in (403, 404)
        assert response.body.startswith(b"<") or request.method == "HEAD"
