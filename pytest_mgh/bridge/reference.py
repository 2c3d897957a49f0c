"""The hub in memory as what probes call: it is what the account is compared with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.calls import JSON, Reply, Request, Send
from pytest_mgh.hub.migration_hub import MigrationHub
from pytest_mgh.protocol.messages import WireRequest
from pytest_mgh.services.service import SERVICES
from pytest_mgh.state.settings import Settings

if TYPE_CHECKING:
    from pytest_mgh.state.background import Mode

_BY_NAME = {service.name: service for service in SERVICES.values()}
_SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/{region}/{service}/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0"
)


_ESTATE: dict[str, Any] = {
    "servers": [{"hostname": "web-1.example"}, {"hostname": "web-2.example"}],
    "applications": [{"name": "Shop", "servers": ["web-1.example"]}, {"name": "Billing"}],
    "streams": [
        {"name": "SMS", "tasks": [{"name": "a", "update_time": 1577836800}]},
        {"name": "DMS", "tasks": [{"name": "b", "update_time": 1609459200, "status": "FAILED"}]},
    ],
}
"""What an account may have already, for the probes that look at it."""


def make_hub(account_id: str, home_region: str, background: Mode = "eager") -> MigrationHub:
    """Return a hub that stands for an account."""
    settings = Settings(account_id=account_id, home_region=home_region, background=background)
    hub = MigrationHub(settings)
    hub.load(_ESTATE)
    send = sends_to(hub)
    for name in ("first", "second"):
        members = {"name": name, "importUrl": f"s3://none/{name}.csv"}
        request = Request("discovery", "StartImportTask", home_region, json.dumps(members).encode())
        send(request)
    hub.settle()
    return hub


def target_of(request: Request) -> str:
    """Return the header X-Amz-Target of a request."""
    return f"{_BY_NAME[request.service].target_prefix}.{request.operation}"


def sends_to(hub: MigrationHub) -> Send:
    """Return what sends requests to a hub, without a network."""

    def send(request: Request) -> Reply:
        signing_name = _BY_NAME[request.service].signing_name
        headers = {
            "authorization": _SIGNED.format(region=request.region, service=signing_name),
            "content-type": JSON,
            "x-amz-date": "20150830T123600Z",
            "x-amz-target": target_of(request),
        }
        if not request.signed:
            del headers["authorization"]
        headers |= {name.lower(): value for name, value in request.headers}
        url = f"https://{request.service}.{request.region}.amazonaws.com/"
        response = hub.answer(WireRequest(headers, request.body, request.method, url))
        return Reply(response.status, response.body)

    return send
