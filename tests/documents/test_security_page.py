"""SECURITY.md names the tests that hold its promises."""

from __future__ import annotations

import re

from documentation import ROOT, codes, read, sections, table

PAGE = ROOT / "SECURITY.md"
PARTS = ["Secrets", "The server", "Nothing hangs", "Nothing is lost"]


def test_every_promise_names_existing_tests() -> None:
    missing = []
    for part in PARTS:
        for promise, tests in table(PAGE, part):
            named = [code.split("::") for code in codes(tests)]
            assert named, promise
            missing += [
                f"{path}::{name}"
                for path, name in named
                if not re.search(rf"^(async )?def {name}\(", read(ROOT / path), re.MULTILINE)
            ]

    assert missing == []


def test_every_part_of_the_security_page_is_checked() -> None:
    parts = [name for name, text in sections(PAGE).items() if "| Promise |" in text]

    assert parts == PARTS


def test_a_test_stands_for_one_promise_only() -> None:
    named = [code for part in PARTS for _, tests in table(PAGE, part) for code in codes(tests)]

    assert len(named) == len({*named})
