"""The options of the report, checked when the run starts."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from pytest_mgh.report.files import FORMS
from pytest_mgh.state.writable_file import check_writable

TABLE = "-"
"""Stands for the terminal where `--mgh-report` names no file."""


@dataclass(frozen=True)
class ReportOptions:
    """What the run reports at its end, and the share in percent below which it fails."""

    table: bool
    files: tuple[Path, ...]
    fail_under: float | None
    events: Path | None
    policy: Path | None


def read_options(config: pytest.Config) -> ReportOptions:
    """Return the options of a run.

    Raises:
        pytest.UsageError: A value that is not allowed, or a file that can't be written.
    """
    reports: list[str] = config.getoption("mgh_report") or []
    fail_under: str | None = config.getoption("mgh_fail_under")
    folder = config.invocation_params.dir  # tests may change the working directory
    for report in reports:
        if report != TABLE:
            if report:
                _check_ending(report)
            _check_file("--mgh-report", report, folder)
    files = tuple(folder / report for report in reports if report != TABLE)
    taken = {file.resolve(): "the report is" for file in files}
    events = _read_file(config, "--mgh-events", folder, taken, "the events are")
    policy = _read_file(config, "--mgh-policy", folder, taken, "the policy is")
    least = None if fail_under is None else _percent(fail_under)
    return ReportOptions(TABLE in reports, files, least, events, policy)


def _read_file(
    config: pytest.Config, option: str, folder: Path, taken: dict[Path, str], what: str
) -> Path | None:
    """Return the file that an option names, if it does; it must not be one of those taken."""
    name: str | None = config.getoption(option)
    if name is None:
        return None
    _check_file(option, name, folder)
    file = folder / name
    other = taken.setdefault(file.resolve(), what)
    if other != what:
        raise pytest.UsageError(f"{option}={name}: {other} already written to that file")
    return file


def _check_ending(report: str) -> None:
    ending = Path(report).suffix.lower()
    if ending not in FORMS:
        raise pytest.UsageError(
            f"--mgh-report={report}: a report file must end in .html or .json. If {report} is a "
            f"test to run, write: --mgh-report={TABLE} {report}"
        )
    if ending == ".html" and find_spec("jinja2") is None:
        raise pytest.UsageError(
            f"--mgh-report={report}: an HTML page needs jinja2: pip install 'pytest-mgh[report]'. "
            "A file that ends in .json needs no extra package"
        )


def _check_file(option: str, name: str, folder: Path) -> None:
    if not name:
        raise pytest.UsageError(f"{option}: no file name after the =")
    try:
        check_writable(folder / name)
    except OSError as error:
        raise pytest.UsageError(
            f"{option}={name}: can't be written: {error.strerror}. Allowed: a file in an existing "
            "folder"
        ) from None


def _percent(text: str) -> float:
    try:
        percent = float(text)
    except ValueError:
        percent = -1
    if not 0 <= percent <= 100:  # nan isn't either
        raise pytest.UsageError(f"--mgh-fail-under={text}: allowed: a number from 0 to 100")
    return percent
