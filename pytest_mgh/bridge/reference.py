"""The hub in memory: what it answers to probes is what the account is compared with."""

from __future__ import annotations

from typing import Any, TypeAlias

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.calls import Reply, Request, Send
from pytest_mgh.bridge.comparison import normal, texts
from pytest_mgh.bridge.guard import before_hub
from pytest_mgh.bridge.patience import Patience
from pytest_mgh.bridge.probes.probe import Probe, Stage
from pytest_mgh.hub.migration_hub import MigrationHub
from pytest_mgh.protocol.messages import WireRequest
from pytest_mgh.protocol.wire import CONTENT_TYPE
from pytest_mgh.services.service import SERVICES
from pytest_mgh.state.background import Mode
from pytest_mgh.state.settings import Settings

UNKNOWN_ACCOUNT = "123456789012"
"""Stands for the account's id where it may not be asked for."""

Expected: TypeAlias = tuple[Any, list[str | None]]

_BY_NAME = {service.name: service for service in SERVICES.values()}
_SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/{region}/{service}/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0"
)


_ESTATE: dict[str, Any] = {
    "servers": [
        {"hostname": "web-1.example", "agent_id": "o-0123456789abcdef0"},
        {"hostname": "web-2.example"},
    ],
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
        send(Request.of("StartImportTask", home_region, members))
        hub.advance(1)  # else both would be of one time
    hub.settle()
    return hub


def sends_to(hub: MigrationHub) -> Send:
    """Return what sends requests to a hub, without a network."""

    def send(request: Request) -> Reply:
        service = _BY_NAME[request.service]
        headers = {
            "authorization": _SIGNED.format(region=request.region, service=service.signing_name),
            "content-type": CONTENT_TYPE,
            "x-amz-date": "20150830T123600Z",
            "x-amz-target": f"{service.target_prefix}.{request.operation}",
        }
        if not request.signed:
            del headers["authorization"]
        headers |= {name.lower(): value for name, value in request.headers}
        url = f"https://{request.service}.{request.region}.amazonaws.com/"
        response = hub.answer(WireRequest(headers, request.body, request.method, url))
        return Reply(response.status, response.body, response.headers.get("Date", ""))

    return send


class Reference:
    """What the hub answers to each probe, found out once.

    Probes build on what earlier ones have made: they are always asked in one order.

    Attributes:
        name: The name of the run.
        refused: The requests that the hub refused to probes that must not write.
    """

    def __init__(self, account_id: str, home_region: str, name: str) -> None:
        self.name = name
        self.refused: set[Request] = set()
        self._of = (account_id, home_region)
        self._accounts: dict[Mode, ProbedAccount] = {}
        self._expected: dict[str, Expected] = {}
        self._may_write = False

    def expected(self, probe: Probe) -> Expected:
        """Return what the hub answers to a probe: its normal form, and the texts of refusals."""
        if probe.name not in self._expected:
            self._may_write = probe.stage is not Stage.READS
            account = self._account(probe.background)
            answer = probe.ask(account)
            answer = answer() if callable(answer) else answer
            self._expected[probe.name] = normal(answer, account), texts(answer, account)
        return self._expected[probe.name]

    def _account(self, background: Mode) -> ProbedAccount:
        """Return a hub as what probes call."""
        if background not in self._accounts:
            hub = make_hub(*self._of, background)
            self._accounts[background] = ProbedAccount(
                before_hub(sends_to(hub), self.refused, lambda: self._may_write),
                *self._of,
                self.name,
                Patience(0, hub.advance),
                lambda: hub.now.timestamp(),
                catch_up=hub.settle,
            )
        return self._accounts[background]
