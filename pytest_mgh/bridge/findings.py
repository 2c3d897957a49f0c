"""The result of a verification: an outcome for each rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any


class Outcome(str, Enum):
    """The outcome of a rule."""

    SAME = "same"
    WORDING = "wording"
    """The same but for the text of a refusal."""
    DIFFERS = "differs"
    NOT_TRIED = "not tried"


@dataclass(frozen=True)
class Finding:
    """The outcome of one rule.

    The answers contain no ids, names or keys of the account.

    Attributes:
        rule: The rule, as a sentence.
        rows: The rows of docs/fidelity/ that it concerns.
        outcome: The outcome.
        hub: What the hub answers.
        account: What the account answered.
        place: Where in the answers the two first differ.
        reason: Why it was not tried.
    """

    rule: str
    rows: tuple[str, ...]
    outcome: Outcome
    hub: Any = None
    account: Any = None
    place: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Verification:
    """The result of `verify`.

    Attributes:
        date: The day, in UTC, as YYYY-MM-DD.
        region: The home Region.
        version: The version of pytest-mgh.
        wrote: Whether the run wrote into the account.
        findings: One for each rule, in the order in which they were tried.
        left: Descriptions of what the run created but could not delete.
        from_aws: Whether AWS answered, not another endpoint.
    """

    date: str
    region: str
    version: str
    wrote: bool
    findings: tuple[Finding, ...]
    left: tuple[str, ...] = ()
    from_aws: bool = True

    def of(self, *outcomes: Outcome) -> tuple[Finding, ...]:
        """Return the findings with one of these outcomes."""
        return tuple(one for one in self.findings if one.outcome in outcomes)

    @property
    def differs(self) -> bool:
        """Whether the account answered anything otherwise than the hub."""
        return bool(self.of(Outcome.DIFFERS))
