"""The hooks that make the report: of the run, and of a worker of pytest-xdist."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest

from pytest_mgh.cloudtrail.log_file import is_compressed, write_log
from pytest_mgh.report.exploration.hooks import EXPLORATION
from pytest_mgh.report.files import write_report
from pytest_mgh.report.least_policy import write_policy
from pytest_mgh.report.options import ReportOptions, read_options
from pytest_mgh.report.tally import Tally
from pytest_mgh.state.writable_file import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_mgh.report.outcomes import Report

_SENT = "pytest_mgh"


def register_report(config: pytest.Config) -> None:
    """Let a run report what it exercised, according to its options.

    Raises:
        pytest.UsageError: An option's value that is not allowed.
    """
    if hasattr(config, "workerinput"):
        plugin: WorkerReport | RunReport = WorkerReport(config)
    else:
        options = read_options(config)  # also where nothing runs: a mistake is reported at once
        if config.getoption("collectonly"):
            return
        plugin = RunReport(options)
    config.pluginmanager.register(plugin, "pytest-mgh-report")


class WorkerReport:
    """Sends the calls of a worker to the run when it ends."""

    def __init__(self, config: pytest.Config) -> None:
        self._tally = Tally(
            events=config.getoption("mgh_events") is not None,
            permissions=config.getoption("mgh_policy") is not None,
        )

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Give pytest-xdist what it is to send, after the last fixture is torn down."""
        session.config.workeroutput[_SENT] = self._tally.pack()  # type: ignore[attr-defined]

    def pytest_unconfigure(self) -> None:
        """Count no more."""
        self._tally.close()


class RunReport:
    """Makes the report of the calls of this process and of the workers."""

    def __init__(self, options: ReportOptions) -> None:
        self._options = options
        self._tally = Tally(
            events=options.events is not None, permissions=options.policy is not None
        )
        self._workers: set[str] = set()  # those that have not sent their calls
        self._ran = False
        self._lines: list[tuple[str, dict[str, bool]]] = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodeready(self, node: Any) -> None:
        """Expect the calls of a worker."""
        self._workers.add(node.gateway.id)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add the calls of a worker, unless it crashed; an interrupted one goes down twice."""
        sent = getattr(node, "workeroutput", {}).get(_SENT)
        if sent is not None and node.gateway.id in self._workers:
            self._workers.remove(node.gateway.id)
            self._tally.absorb(sent)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        """Know that tests are run: `--fixtures` and its like finish a session too."""
        self._ran = True

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the files and judge the share, after the last fixture and the last worker."""
        if not self._ran:
            return
        from pytest_mgh.report.outcomes import make_report
        from pytest_mgh.report.text import lost, summary, table

        report = replace(
            make_report(self._tally.counts, self._workers, dry_runs=self._tally.dry_runs),
            exploration=session.config.stash.get(EXPLORATION, None),
        )
        if self._options.table:
            for line in table(report, shutil.get_terminal_size().columns):
                self._print(line)
        if self._options.table or self._options.files:
            self._print(summary(report))
        if report.lost_workers:
            self._print(lost(report), yellow=True)
        writers = [partial(write_report, path, report) for path in self._options.files]
        if self._options.events is not None:
            writers.append(partial(self._write_events, self._options.events))
        if self._options.policy is not None and self._tally.permissions is not None:
            writers.append(partial(write_policy, self._options.policy, self._tally.permissions))
        passed = [self._write(writer) for writer in writers]
        if not all([*passed, self._judge(report)]) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _write_events(self, path: Path) -> str:
        assert self._tally.events is not None
        events, written = self._tally.events, 0

        def write(file: BinaryIO) -> None:
            nonlocal written
            written = write_log(file, events.records(), compress=is_compressed(path.name))

        replace_file(path, write)
        return f"Events written to {path}: {written}"

    def _write(self, writer: Callable[[], str]) -> bool:
        """Write a file; return whether that succeeded."""
        try:
            self._print(writer())
        except OSError as error:
            self._print(f"FAIL {error}", red=True)
            return False
        return True

    def _judge(self, report: Report) -> bool:
        """Return whether the run exercised all that it had to."""
        from pytest_mgh.report.text import share

        least = self._options.fail_under
        if least is None:
            return True
        if report.reaches(least):
            self._print(f"Required share of {least:g}% reached: {share(report)}", green=True)
            return True
        self._print(f"FAIL Required share of {least:g}% not reached: {share(report)}", red=True)
        return False

    def _print(self, text: str, **markup: bool) -> None:
        self._lines.append((text, markup))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the table, what was written, and the verdict."""
        if not self._lines:
            return
        terminalreporter.write_sep("=", "Migration Hub: operations and outcomes")
        for text, markup in self._lines:
            terminalreporter.write_line(text, **markup)

    def pytest_unconfigure(self) -> None:
        """Count no more."""
        self._tally.close()
