"""Marks the rows of docs/fidelity.md that were compared with AWS: `make fidelity`.

The results stand in verification/, one file a run; what the newest run says of a row counts.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pytest_mgh.protocol.documents import explain, find_mistake, path_text

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "fidelity.md"
RESULTS = ROOT / "verification"

_MARK = re.compile(r" \*(?:Seen|Seen in part|Not so) on AWS \d{4}-\d\d-\d\d\.\*")
_STATUS = re.compile(r"(<!-- verification -->\n).*?(\n<!-- /verification -->)", re.DOTALL)
_NONE = "**Nothing here was checked against a live AWS account.**"


class Mark(NamedTuple):
    """What a run says of a row."""

    date: str
    word: str

    @property
    def text(self) -> str:
        """The mark as it stands in the row."""
        return f" *{self.word} on AWS {self.date}.*"


def read_results(folder: Path) -> list[dict[str, Any]]:
    """Return the results of all runs, the oldest first.

    Raises:
        ValueError: A file that holds none; the message says where, and what is allowed there.
    """
    results = []
    for path in sorted(folder.glob("*.json")):
        try:
            result = json.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise ValueError(f"{path.name}: no JSON: {error}") from None
        mistake = find_mistake("hub", "verification", result)
        if mistake is not None:
            raise ValueError(f"{path.name}: {path_text(mistake.path)}: {explain(mistake)}")
        if path.stem != f"{result['date']}-{result['region']}":
            raise ValueError(f"{path.name}: its name is not {result['date']}-{result['region']}")
        if not result["from_aws"]:
            raise ValueError(f"{path.name}: an endpoint other than AWS has answered")
        results.append(result)
    return sorted(results, key=lambda result: str(result["date"]))


def marks_of(results: Iterable[dict[str, Any]]) -> dict[str, Mark]:
    """Return the marks of rows."""
    marks = {}
    for result in results:
        outcomes: dict[str, set[str]] = defaultdict(set)
        for finding in result["findings"]:
            for row in finding["rows"]:
                outcomes[row].add(finding["outcome"])
        for row, seen in outcomes.items():
            if seen != {"not tried"}:
                marks[row] = Mark(result["date"], _word(seen))
    return marks


def _word(outcomes: set[str]) -> str:
    if "differs" in outcomes:
        return "Not so"
    return "Seen in part" if "not tried" in outcomes else "Seen"


def mark_page(page: str, marks: dict[str, Mark]) -> str:
    """Return the page with these marks and no others.

    Raises:
        ValueError: A mark of a row that the page does not have.
    """
    left = dict(marks)
    lines = list(_marked(page.splitlines(), left))
    if left:
        raise ValueError(f"{PAGE.name} has no row {min(left)!r}")
    text = "\n".join(lines) + "\n"
    return _STATUS.sub(lambda found: found[1] + _status(marks) + found[2], text)


def _marked(lines: Iterable[str], left: dict[str, Mark]) -> Iterator[str]:
    heading = ""
    for line in lines:
        if line.startswith("#"):
            heading = line.lstrip("#").strip()
        if line.startswith("| "):
            _, point, choice, *rest = line.split("|")
            mark = left.pop(f"{heading}: {point.strip()}", None)
            choice = f" {_MARK.sub('', choice).strip()}{mark.text if mark else ''} "
            yield "|".join(["", point, choice, *rest])
        else:
            yield line


def _status(marks: dict[str, Mark]) -> str:
    if not marks:
        return _NONE
    seen = sum(mark.word == "Seen" for mark in marks.values())
    last = max(mark.date for mark in marks.values())
    return (
        f"**{seen} rows were seen on AWS as they stand here, last on {last}**: they say so. What "
        "says *Not so* is still to be mended."
    )


def main(arguments: list[str] | None = None) -> int:
    """Mark the page, or with `--check` say whether it is marked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args(arguments)
    page = PAGE.read_text("utf-8")
    try:
        marked = mark_page(page, marks_of(read_results(RESULTS)))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    if options.check:
        if page != marked:
            print(f"{PAGE.name} does not say what {RESULTS.name}/ says: run make fidelity")
        return int(page != marked)
    PAGE.write_text(marked, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
