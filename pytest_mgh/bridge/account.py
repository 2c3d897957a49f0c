"""An account that probes call: the live one, or the hub that it is compared with."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_mgh.bridge.calls import Answer, Request, Send
from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.state.accounts import SUPPORTED_REGIONS

if TYPE_CHECKING:
    from pytest_mgh.bridge.patience import Patience

Value = TypeVar("Value")

DENIED = (
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationErrorException",
    "UnauthorizedOperation",
)
UNUSABLE = {
    "ExpiredTokenException": "the credentials have expired",
    "InvalidClientTokenId": "AWS does not know the credentials",
    "InvalidSignatureException": "AWS refuses the signature: check the secret key and the clock",
    "RequestExpired": "AWS refuses the time of the signature: check the clock",
    "UnrecognizedClientException": "AWS does not know the credentials, or they have expired",
}
"""Codes that tell that no call will succeed, and what they mean."""

_NO_ANSWER = (
    "PolicyErrorException",  # Migration Hub itself may not call Application Discovery Service
    "InternalFailure",
    "InternalServerError",
    "RequestTimeoutException",
    "ServerInternalErrorException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "ThrottlingException",
)
_LAGGING = ("InvalidParameterValueException", "ResourceNotFoundException")
"""Codes that a call may get because what was written just before is not seen yet."""


class BridgeError(Exception):
    """The account can't be read or compared; the message says why."""


class NotTried(Exception):  # noqa: N818 (it is an outcome)
    """A rule that can't be tried in this account now.

    Args:
        reason: Why.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class ProbedAccount:
    """An account that probes call.

    Attributes:
        send: Sends a request to it.
        account_id: Its id; `None` if it is not known.
        home_region: Its home Region.
        name: The name of this run: of the stream that it makes, and the beginning of all other
            names.
        patience: How long to wait for the account to catch up.
        clock: Tells the account's time, in seconds since the epoch.
        catch_up: Lets background work be done, where that needs asking for.
        symbols: What stands in comparisons for ids that the run knows.
        times: The times that requests said.
        scene: What the run has made so far, by what it is for.
        applications: The names of the applications that it has made, by their ids.
    """

    send: Send
    account_id: str | None
    home_region: str
    name: str
    patience: Patience
    clock: Callable[[], float] = time.time
    catch_up: Callable[[], None] = lambda: None
    symbols: dict[str, str] = field(default_factory=dict)
    times: set[float] = field(default_factory=set)
    scene: dict[str, Any] = field(default_factory=dict)
    applications: dict[str, str] = field(default_factory=dict)

    @property
    def elsewhere(self) -> str:
        """Another Region in which Migration Hub is offered."""
        return next(region for region in SUPPORTED_REGIONS if region != self.home_region)

    @property
    def own_id(self) -> str:
        """Its id, where a probe needs it."""
        if self.account_id is None:
            raise NotTried("the caller may not read the account's id")
        return self.account_id

    # calls

    def mgh(self, operation: str, *, region: str | None = None, **members: Any) -> Answer:
        """Call an operation of `mgh`."""
        return self._call("mgh", operation, region, members)

    def config(self, operation: str, *, region: str | None = None, **members: Any) -> Answer:
        """Call an operation of `migrationhub-config`."""
        return self._call("migrationhub-config", operation, region, members)

    def discovery(self, operation: str, *, region: str | None = None, **members: Any) -> Answer:
        """Call an operation of `discovery`."""
        return self._call("discovery", operation, region, members)

    def dry(self, operation: str, *, region: str | None = None, **members: Any) -> Answer:
        """Call an operation of any service, as a dry run if it has one."""
        found = OPERATIONS[operation]
        if found.dry_run:
            members["DryRun"] = True
        return self._call(found.service.name, operation, region, members)

    def raw(
        self,
        body: str = "{}",
        *,
        operation: str = "ListProgressUpdateStreams",
        method: str = "POST",
        signed: bool = True,
        **headers: str,
    ) -> Answer:
        """Send a request as no SDK would.

        Args:
            body: The body.
            operation: The operation of `mgh`.
            method: The HTTP method.
            signed: Whether it is signed.
            headers: Other headers than usual, with `_` for `-`.
        """
        changed = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        encoded = body.encode()
        request = Request("mgh", operation, self.home_region, encoded, changed, method, signed)
        return Answer(request, self.send(request))

    def _call(
        self, service: str, operation: str, region: str | None, members: dict[str, Any]
    ) -> Answer:
        time = members.get("UpdateDateTime")
        if isinstance(time, (int, float)):
            self.times.add(float(time))
        body = json.dumps(members).encode()
        request = Request(service, operation, region or self.home_region, body)
        answer = Answer(request, self.send(request))
        if answer.code in DENIED:
            raise NotTried(f"the caller may not call {OPERATIONS[operation].action}")
        if answer.code in UNUSABLE:
            raise BridgeError(UNUSABLE[answer.code])
        if answer.code in _NO_ANSWER:
            raise NotTried(f"{operation} answered {answer.reply.status} {answer.code}")
        made = answer.at("configurationId") if operation == "CreateApplication" else None
        if isinstance(made, str):
            self.applications[made] = members["name"]
        return answer

    # setting the scene

    def need(self, call: Callable[..., Answer], *arguments: Any, **members: Any) -> Answer:
        """Make a call that a probe needs to succeed; it is no part of what is compared.

        Args:
            call: What makes it.
            arguments: What it is given.
            members: What it is given by name.

        Raises:
            NotTried: It is refused, and goes on to be as long as patience lasts.
        """
        answer = self.patience.until(
            lambda answer: answer.ok or answer.code not in _LAGGING,
            lambda: call(*arguments, **members),
        )
        if not answer.ok:
            raise NotTried(
                f"{answer.request.operation}, which it needs, answered "
                f"{answer.reply.status} {answer.code}"
            )
        return answer

    def wait(self, ask: Callable[[], Value], *, until: Callable[[Value], bool], what: str) -> Value:
        """Ask until the answer is as it should be.

        Raises:
            NotTried: It is not, as long as patience lasts.
        """
        self.catch_up()
        answer = self.patience.until(until, ask)
        if not until(answer):
            raise NotTried(f"{what} did not happen in {self.patience.seconds:.0f} s")
        return answer
