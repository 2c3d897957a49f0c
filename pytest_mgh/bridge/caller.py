"""Calls an account, the live one or the hub that it is compared with, as probes need it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pytest_mgh.bridge.calls import DENIED, Answer, Request, Send, ask
from pytest_mgh.bridge.patience import Patience
from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.state.accounts import SUPPORTED_REGIONS

Value = TypeVar("Value")

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
"""Codes that a call may get because what was just written is not seen yet."""


class NotTried(Exception):  # noqa: N818 (it is an outcome)
    """A rule that can't be tried in this account now; the text is the reason."""


@dataclass
class Caller:
    """Calls an account.

    Attributes:
        account_id: Its id; `None` if it is not known.
        name: The name of this run: of the stream that it makes, and the beginning of all other
            names.
        clock: Returns the account's time, in seconds since the epoch.
        catch_up: Lets background work be done, where that needs asking for.
        times: The times in requests.
        applications: The names of the applications that were created, by their ids.
    """

    send: Send
    account_id: str | None
    home_region: str
    name: str
    patience: Patience
    clock: Callable[[], float] = time.time
    catch_up: Callable[[], None] = lambda: None
    times: set[float] = field(default_factory=set)
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

    def call(self, operation: str, *, region: str | None = None, **members: Any) -> Answer:
        """Call an operation, in the home Region unless another one is given.

        Raises:
            NotTried: The caller may not call it, or the service fails.
        """
        time = members.get("UpdateDateTime")
        if isinstance(time, (int, float)):
            self.times.add(float(time))
        answer = ask(self.send, Request.of(operation, region or self.home_region, members))
        if answer.code in DENIED:
            raise NotTried(f"the caller may not call {OPERATIONS[operation].action}")
        if answer.code in _NO_ANSWER:
            raise NotTried(str(answer))
        made = answer.at("configurationId") if operation == "CreateApplication" else None
        if isinstance(made, str):
            self.applications[made] = members["name"]
        return answer

    def dry(self, operation: str, *, region: str | None = None, **members: Any) -> Answer:
        """Call an operation, as a dry run if it has one."""
        if OPERATIONS[operation].dry_run:
            members["DryRun"] = True
        return self.call(operation, region=region, **members)

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

    def need(self, operation: str, **members: Any) -> Answer:
        """Make a call that a probe needs to succeed; it is no part of what is compared.

        Raises:
            NotTried: It is refused, and goes on to be as long as patience lasts.
        """
        answer = self.patience.until(
            lambda answer: answer.ok or answer.code not in _LAGGING,
            lambda: self.call(operation, **members),
        )
        if not answer.ok:
            raise NotTried(
                f"{operation}, which it needs, answered {answer.reply.status} {answer.code}"
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
