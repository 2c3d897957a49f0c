"""Makes the same calls to an account and to a hub in memory, and compares the answers."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib.metadata import version
from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.caller import NotTried
from pytest_mgh.bridge.calls import Send
from pytest_mgh.bridge.comparison import first_difference, normal, texts
from pytest_mgh.bridge.connection import AwsConnection
from pytest_mgh.bridge.findings import Finding, Outcome, Verification
from pytest_mgh.bridge.guard import before_account
from pytest_mgh.bridge.leftovers import PREFIX, Leftovers, delete, made_by
from pytest_mgh.bridge.patience import MAX_WAIT, Patience
from pytest_mgh.bridge.plan import Plan
from pytest_mgh.bridge.privacy import Privacy
from pytest_mgh.bridge.probes.catalog import PROBES
from pytest_mgh.bridge.probes.probe import Probe, Stage
from pytest_mgh.bridge.reference import UNKNOWN_ACCOUNT, Reference, make_hub, sends_to


@dataclass
class Run:
    """One verification of one account.

    Attributes:
        account_id: The account's id; `None` if it is not known.
        write: Whether the run may write into it.
        reference: What the hub answers.
        from_aws: Returns, at the end, whether AWS has answered, and nobody else.
        left: Descriptions of what could not be deleted.
    """

    send: Send
    account_id: str | None
    home_region: str
    write: bool = False
    patience: Patience = field(default_factory=Patience)
    clock: Callable[[], float] = time.time
    reference: Reference | None = None
    from_aws: Callable[[], bool] = lambda: True

    def __post_init__(self) -> None:
        if self.reference is None:
            id_ = self.account_id or UNKNOWN_ACCOUNT
            name = f"{PREFIX}{datetime.now(timezone.utc):%Y%m%d%H%M%S}-{secrets.token_hex(3)}"
            self.reference = Reference(id_, self.home_region, name)
        self.name: str = self.reference.name
        self.left: list[str] = []
        self._may_write = False
        self._privacy = Privacy(self.account_id or UNKNOWN_ACCOUNT, self.name)
        self.account: ProbedAccount = ProbedAccount(
            before_account(self.send, self.reference.refused, lambda: self._may_write),
            self.account_id,
            self.home_region,
            self.name,
            self.patience,
            self.clock,
        )

    def probes(self) -> Iterable[Probe]:
        """Yield the probes that this run tries, in their order."""
        for stage in Stage:
            if self.write or stage is Stage.READS:
                yield from (probe for probe in PROBES if probe.stage is stage)

    def findings(self) -> Iterator[Finding]:
        """Try one probe after the other."""
        for probe in self.probes():
            self._may_write = probe.stage is not Stage.READS
            yield self._try(probe)

    def verification(self, watch: Callable[[Finding], None] = lambda _: None) -> Verification:
        """Try all probes, and delete what they made, whatever happens; watch each finding."""
        findings = []
        try:
            for finding in self.findings():
                findings.append(finding)
                watch(finding)
        finally:
            if self.write:
                self.left = [f"what {self.name} made, unless it was deleted before an interruption"]
                self.left = self.delete(made_by(self.account), self.name)
        today = str(datetime.fromtimestamp(self.clock(), timezone.utc).date())
        results = (tuple(findings), tuple(self.left), self.from_aws())
        return Verification(today, self.home_region, version("pytest-mgh"), self.write, *results)

    def delete(self, known: Leftovers, name: str | None = None) -> list[str]:
        """Delete what runs have made; return what could not be deleted, and why.

        Args:
            known: What is known to be there.
            name: What the names of what else is to be found and deleted begin with.
        """
        before, self._may_write = self._may_write, True
        try:
            return delete(self.account, known, name)
        finally:
            self._may_write = before

    def plan(self) -> Plan:
        """Find out what the run is going to do, by doing it to a hub."""
        plan, hub = Plan(), make_hub(self.account_id or UNKNOWN_ACCOUNT, self.home_region, "manual")
        rehearsal = Run(
            plan.counting(sends_to(hub)),
            self.account_id,
            self.home_region,
            self.write,
            Patience(1, lambda _: hub.settle()),
            reference=self.reference,
        )
        rehearsal.verification()
        return plan

    def _try(self, probe: Probe) -> Finding:
        assert self.reference is not None
        expected, expected_texts = self.reference.expected(probe)

        def finding(outcome: Outcome, *answers: Any, **more: str) -> Finding:
            return Finding(probe.name, probe.rows, outcome, *answers, **more)

        try:
            found = self._ask(probe, expected)
        except NotTried as untried:
            return finding(Outcome.NOT_TRIED, reason=self._privacy.text(str(untried)))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            reason = f"the answers that it needs could not be read ({type(error).__name__})"
            return finding(Outcome.NOT_TRIED, reason=reason)
        own = self._privacy.own
        difference = first_difference(expected, normal(found, self.account))
        if difference is not None:
            place, hub, answered = difference
            foreign = own(answered) if probe.open else self._privacy.foreign(answered, expected)
            return finding(Outcome.DIFFERS, own(hub), foreign, place)
        pairs = zip(expected_texts, texts(found, self.account), strict=True)
        others = [pair for pair in pairs if pair[0] != pair[1]]
        if others:
            return finding(Outcome.WORDING, *(own([*one]) for one in zip(*others, strict=True)))
        return finding(Outcome.SAME, own(expected), own(expected))

    def _ask(self, probe: Probe, expected: Any) -> Any:
        """Ask the account, again and again if it may lag behind what was written."""
        answer = probe.ask(self.account)
        if not callable(answer):
            return answer
        return self.patience.until(
            lambda found: first_difference(expected, normal(found, self.account)) is None, answer
        )


def open_run(connection: AwsConnection, *, write: bool = False, patience: float = MAX_WAIT) -> Run:
    """Return a verification of the account that a connection leads to.

    Args:
        connection: The way to the account.
        write: Whether the run may write into it.
        patience: Seconds to wait for it to catch up with what was written.

    Raises:
        BridgeError: The account can't be reached, or has no home Region.
    """
    home = connection.home_region()
    return Run(
        connection.send,
        connection.account_id(home),
        home,
        write,
        Patience(patience),
        from_aws=lambda: connection.leads_to_aws,
    )


def verify(
    *,
    profile: str | None = None,
    region: str | None = None,
    endpoint_url: str | None = None,
    write: bool = False,
    patience: float = MAX_WAIT,
) -> Verification:
    """Make the same calls to an account and to an in-memory hub, and compare the answers.

    Args:
        profile: An AWS profile; by default the one of the environment.
        region: The Region in which to look up the home Region; by default the profile's, else
            us-west-2.
        endpoint_url: URL of the services; by default AWS.
        write: Whether to also try the rules that need writes. They go to a stream with a unique
            name, which is always deleted at the end.
        patience: Seconds to wait until writes become visible.

    Raises:
        BridgeError: The account can't be reached, or has no home Region.
    """
    return open_run(
        AwsConnection(profile, region, endpoint_url), write=write, patience=patience
    ).verification()
