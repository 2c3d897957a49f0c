"""The report as a file: JSON for programs, an HTML page for people."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_mgh.state.writable_file import write_whole

if TYPE_CHECKING:
    from pytest_mgh.report.outcomes import Report


def _json(report: Report) -> str:
    return json.dumps(report.document(), indent=2) + "\n"


def _html(report: Report) -> str:
    from pytest_mgh.report.page import page  # jinja2 is an extra

    return page(report)


FORMS: dict[str, Callable[[Report], str]] = {".json": _json, ".html": _html}
"""What the endings of a file's name stand for."""


def write_report(path: Path, report: Report) -> str:
    """Write the report in the form that the file's name ends in; return what was done.

    Raises:
        OSError: The file can't be written.
    """
    write_whole(path, FORMS[path.suffix.lower()](report))
    return f"Report written to {path}"
