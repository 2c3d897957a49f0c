"""Marks the rows of docs/fidelity/ that were compared with AWS: `make fidelity`.

The results are in verification/, one file for each run; the newest run decides about a row.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pytest_mgh.protocol.documents import explain, find_mistake, path_text

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "fidelity"
INDEX = "index.md"  # it counts the marks; the other pages have the rows
RESULTS = ROOT / "verification"

_MARK = re.compile(r" \*(?:Seen|Seen in part|Not so) on AWS \d{4}-\d\d-\d\d\.\*")
_STATUS = re.compile(r"(<!-- verification -->\n).*?(\n<!-- /verification -->)", re.DOTALL)
_NONE = "**Nothing here was checked against a live AWS account.**"


class Mark(NamedTuple):
    """The outcome of a row in a run."""

    date: str
    word: str

    @property
    def text(self) -> str:
        """The mark as written in the row."""
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


def mark_pages(pages: Mapping[str, str], marks: Mapping[str, Mark]) -> dict[str, str]:
    """Return the pages with these marks and no others.

    Args:
        pages: The texts by file name, the index among them.
        marks: The marks by row, as `heading: first cell`.

    Raises:
        ValueError: A mark of a row that no page has.
    """
    left = dict(marks)
    marked = {
        name: text if name == INDEX else "\n".join(_marked(text.splitlines(), left)) + "\n"
        for name, text in pages.items()
    }
    if left:
        raise ValueError(f"no page of docs/{FOLDER.name}/ has a row {min(left)!r}")
    index = _STATUS.sub(lambda found: found[1] + _status(marks) + found[2], pages[INDEX])
    return {**marked, INDEX: index}


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


def _status(marks: Mapping[str, Mark]) -> str:
    if not marks:
        return _NONE
    seen = sum(mark.word == "Seen" for mark in marks.values())
    last = max(mark.date for mark in marks.values())
    return (
        f"**{seen} rows agree with AWS, the last of them compared on {last}**: they have a date. "
        "Rows with *Not so* are still wrong."
    )


def main(arguments: list[str] | None = None) -> int:
    """Mark the pages; with `--check` only report which ones are not marked correctly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args(arguments)
    pages = {path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.md"))}
    try:
        marked = mark_pages(pages, marks_of(read_results(RESULTS)))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    changed = [name for name, text in marked.items() if text != pages[name]]
    for name in changed:
        if options.check:
            print(f"{name} does not have the marks of {RESULTS.name}/: run make fidelity")
        else:
            (FOLDER / name).write_text(marked[name], "utf-8")
    return int(options.check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
