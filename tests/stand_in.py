"""A hub in the place of AWS, whose answers may be changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pytest_mgh import MigrationHub
from pytest_mgh.bridge.calls import Reply, Request, Send
from pytest_mgh.bridge.findings import Outcome, Verification
from pytest_mgh.bridge.leftovers import PREFIX
from pytest_mgh.bridge.patience import Patience
from pytest_mgh.bridge.reference import Reference, make_hub, sends_to
from pytest_mgh.bridge.verification import Run

ACCOUNT = "111122223333"
HOME = "eu-central-1"
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_SESSION_TOKEN": "IQoJb3JpZ2luX2VjEXAMPLETOKEN",
}
"""Credentials for the stand-in, which takes any: they must be in no output."""

REFERENCE = Reference(ACCOUNT, HOME, f"{PREFIX}20270112120000-3f9a1c")
"""What the hub answers: found out once for all tests, as it is always the same."""

Change = Callable[[Send, Request], Reply]
"""Answers a request in its own way; `Send` asks the hub."""


class StandIn:
    """A hub that stands for an account of AWS.

    Args:
        change: How it answers otherwise than the hub.
        deletion_takes: Seconds that the deletion of a stream takes.
        mapping_takes: Seconds that the mapping of a task takes.

    Attributes:
        hub: The hub.
        requests: What was asked, in its order.
    """

    def __init__(
        self,
        change: Change | None = None,
        *,
        deletion_takes: float = 0,
        mapping_takes: float = 0,
    ) -> None:
        self.hub: MigrationHub = make_hub(ACCOUNT, HOME, max(deletion_takes, mapping_takes))
        self.hub.settle()
        self.requests: list[Request] = []
        self._change = change
        self._at_once = {
            operation
            for operation, takes in (
                ("DeleteProgressUpdateStream", deletion_takes),
                ("PutResourceAttributes", mapping_takes),
            )
            if not takes
        }

    def send(self, request: Request) -> Reply:
        """Answer a request."""
        self.requests.append(request)
        hub = sends_to(self.hub)
        reply = self._change(hub, request) if self._change else hub(request)
        settles = request.operation in self._at_once or request.operation.startswith("StartBatch")
        if settles and reply.status == 200:
            self.hub.settle()
        return reply

    def run(self, *, write: bool = True, patience: float = 300, shared: bool = True) -> Run:
        """Return a verification of it; its clock advances while the run waits.

        Args:
            write: Whether it may write.
            patience: Seconds that it waits.
            shared: Whether its name, and what it expects, is that of all runs.
        """
        return Run(
            self.send,
            ACCOUNT,
            HOME,
            write,
            Patience(patience, self.hub.advance),
            lambda: self.hub.now.timestamp(),
            REFERENCE if shared else None,
        )

    def verify(self, *, write: bool = True) -> Verification:
        """Compare it with a hub."""
        return self.run(write=write).verification()


def answering(operation: str, reply: Reply) -> StandIn:
    """Return a stand-in that answers an operation in its own way."""

    def change(send: Send, request: Request) -> Reply:
        return reply if request.operation == operation else send(request)

    return StandIn(change)


def members(request: Request) -> dict[str, Any]:
    """Return the members of a request."""
    try:
        content = json.loads(request.body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def with_members(request: Request, **changes: Any) -> Request:
    """Return a request with other members; `None` leaves one out."""
    content = {**members(request), **changes}
    body = json.dumps({name: value for name, value in content.items() if value is not None})
    return Request(
        request.service,
        request.operation,
        request.region,
        body.encode(),
        request.headers,
        request.method,
        request.signed,
    )


def refusal(code: str, text: str = "", status: int = 400) -> Reply:
    """Return a refusal."""
    return Reply(status, json.dumps({"__type": code, "Message": text}).encode())


def result(content: Any) -> Reply:
    """Return a result."""
    return Reply(200, json.dumps(content).encode())


def rules(verification: Verification, *outcomes: Outcome) -> set[str]:
    """Return the rules with one of these outcomes."""
    return {finding.rule for finding in verification.of(*outcomes)}
