"""The outcome of a test in which a call failed: judged by its error and the final state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pytest_mgh.report.exploration.differences import differences, repetitions
from pytest_mgh.report.exploration.failures import Extent, Failure
from pytest_mgh.report.exploration.runs import Run

_MAX_DETAILS = 5


class Outcome(Enum):
    """The outcome of a test in which a call failed."""

    BROKE = "broke"
    """It raised a different error, or did not end."""

    LOST = "lost"
    """The error was swallowed: something is missing at the end, or exists twice."""

    REPORTED = "reported"
    """The tool or the test reported the error."""

    SURVIVED = "survived"
    """The test passed, and the resulting state is the same."""


@dataclass(frozen=True)
class Finding:
    """The outcome of one run in which a call failed.

    Attributes:
        test: The test's node id, or the name of the function.
        call: The number of the call.
        operation: The operation that it called.
        label: What distinguishes it from other calls of that operation.
        error: The injected error.
        extent: What failed: one attempt, the whole call, or the call and every later one like it.
        outcome: The outcome.
        details: The evidence: differences, the error, or repeated updates.
    """

    test: str
    call: int
    operation: str
    label: str
    error: str
    extent: Extent
    outcome: Outcome
    details: tuple[str, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether a good tool does better: it survives one attempt, and loses nothing."""
        if self.outcome is Outcome.REPORTED:
            return self.extent is Extent.ATTEMPT
        return self.outcome is not Outcome.SURVIVED

    @property
    def selection(self) -> str:
        """How `--mgh-explore-only` names the failure."""
        extent = "" if self.extent is Extent.ATTEMPT else f":{self.extent.value}"
        return f"{self.call}:{self.error}{extent}"

    @property
    def repetition(self) -> str:
        """The line that lets the same call of the test, or of the function, fail again."""
        if "::" not in self.test:
            return f"explore({self.test}, only={self.selection!r})"
        plain = not set(self.test) & set(" '\"[]()*?$&;|<>\\")
        test = self.test if plain else "'" + self.test.replace("'", "'\\''") + "'"
        return f"pytest {test} --mgh-explore-only={self.selection}"

    def document(self) -> dict[str, Any]:
        """Return it as JSON-ready data, in the form of `schemas/hub/report.json`."""
        return {
            **vars(self),
            "extent": self.extent.value,
            "outcome": self.outcome.value,
            "details": [*self.details],
        }


def read_finding(document: dict[str, Any]) -> Finding:
    """Return the finding that a document describes."""
    extent, outcome = Extent(document["extent"]), Outcome(document["outcome"])
    details = tuple(document["details"])
    return Finding(**{**document, "extent": extent, "outcome": outcome, "details": details})


def judge(test: str, failure: Failure, undisturbed: Run, run: Run) -> Finding | None:
    """Return the finding of a run; `None` if the call was not made, so that nothing failed."""
    outcome, details = _outcome(failure, undisturbed, run)
    if not run.watch.struck and outcome is Outcome.SURVIVED:
        return None
    more = len(details) - _MAX_DETAILS
    if more > 0:
        details = [*details[:_MAX_DETAILS], f"and {more} more"]
    call, error, extent = failure.call, failure.error, failure.extent
    named = (test, call.number, call.operation, call.label)
    return Finding(*named, error, extent, outcome, tuple(details))


def _outcome(failure: Failure, undisturbed: Run, run: Run) -> tuple[Outcome, list[str]]:
    if run.watch.end:
        return Outcome.BROKE, [run.watch.end]
    different = differences(undisturbed.final, run.final)
    if run.error is None:
        if different:
            return Outcome.LOST, different
        return Outcome.SURVIVED, repetitions(undisturbed.final, run.final)
    error = _first_line(run.error)
    if _is_reported(failure.error, run):
        return Outcome.REPORTED, [error]
    if _is_assertion(run.error):
        shown = [*different, *repetitions(undisturbed.final, run.final)]
        return Outcome.LOST, [*(shown or ["the end in the hub is the same"]), error]
    return Outcome.BROKE, [error]


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    name = type(error).__name__
    return f"{name}: {text.splitlines()[0]}"[:200] if text else name


def _is_assertion(error: BaseException) -> bool:
    """Whether the test itself has failed: by `assert`, `pytest.fail` or their like."""
    return isinstance(error, AssertionError) or type(error).__module__ == "_pytest.outcomes"


# Whether the error of the call can be seen


_READ_TIMEOUT = (
    {"ReadTimeoutError", "ReadTimeout"},
    ("Read timeout on endpoint URL", "timed out"),
)
_TRACES: dict[str, tuple[set[str], tuple[str, ...]]] = {
    "ConnectTimeout": (
        {"ConnectTimeoutError", "ConnectTimeout"},
        ("Connect timeout on endpoint URL", "timed out"),
    ),
    "ReadTimeout": _READ_TIMEOUT,
    "ResponseLost": _READ_TIMEOUT,
    "ConnectionReset": (
        {"ConnectionClosedError", "ConnectionResetError"},
        ("Connection was closed before we received",),
    ),
}
"""The exceptions of Python and the words by which failures of the connection are seen."""

_RESETS = ("Connection was closed", "Could not connect", "reset by peer", "ECONNRESET", "hang up")
"""Words of other SDKs for a reset connection, which over HTTP stands for every failure."""

_ACCIDENTS = (
    ArithmeticError,
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    RecursionError,
    StopIteration,
    TypeError,
    ValueError,
)
"""What Python raises where a program is wrong. A tool's own errors are others."""


def _is_reported(error: str, run: Run) -> bool:
    assert run.error is not None
    if any(_is_injected(one, error) for one in _chain(run.error)):
        return True
    if isinstance(run.error, SystemExit) or _is_assertion(run.error):
        return _has_text(f"{run.error}\n{run.output}", error)
    behind = [one for one in _contexts(run.error) if _is_injected(one, error)]
    if isinstance(run.error, _ACCIDENTS):  # `raise ValueError(f"... {error}")` is none
        return any(str(one) in str(run.error) for one in behind)
    # `raise MigrationError("...")` in the handler of the error: the tool means to report it.
    return bool(behind) or _has_text(_texts_of(run.error), error)


def _contexts(error: BaseException) -> Iterator[BaseException]:
    """Give the errors that were being handled when an error was raised."""
    while error.__context__ is not None:
        error = error.__context__
        yield error


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, its causes, and the members of groups."""
    yield error
    for inner in (error.__cause__, *getattr(error, "exceptions", ())):
        if isinstance(inner, BaseException):
            yield from _chain(inner)


def _is_injected(error: BaseException, name: str) -> bool:
    response: Any = getattr(error, "response", None)
    if isinstance(response, dict) and response.get("Error", {}).get("Code") == name:
        return True
    names = {kind.__name__ for kind in type(error).__mro__}
    return name in _TRACES and not names.isdisjoint(_TRACES[name][0])


def _texts_of(error: BaseException) -> str:
    """Return the text of an error, and the output of the process that it is about."""
    parts = [str(error), getattr(error, "stderr", ""), getattr(error, "stdout", "")]
    return "\n".join(
        part.decode(errors="replace") if isinstance(part, bytes) else str(part) for part in parts
    )


def _has_text(text: str, error: str) -> bool:
    exceptions, words = _TRACES.get(error, ((), ()))
    resets = _RESETS if error in _TRACES else ()
    return any(word in text for word in (error, *words, *exceptions, *resets))
