"""Files that are not estates, and their errors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_mgh import MigrationHub

DEEP = 100_000


def nested(levels: int) -> Any:
    made: Any = []
    for _ in range(levels):
        made = [made]
    return made


def cycle() -> Any:
    made: list[Any] = []
    made.append(made)
    return made


REFUSED: dict[str, tuple[str, str | bytes, str]] = {
    "deep JSON": ("e.json", "[" * DEEP + "]" * DEEP, r"e\.json: estate: is nested deeper than 100"),
    "deep YAML": ("e.yaml", "[" * DEEP + "]" * DEEP, r"e\.yaml: estate: is nested deeper than 100"),
    "deep enough": (
        "e.json",
        '{"servers": ' + "[" * 200 + "]" * 200 + "}",
        r"e\.json(, line 1)?: estate: is nested deeper than 100",
    ),
    "a circle": ("e.yaml", "servers: &a [*a]", r"e\.yaml, line 1: estate: is nested deeper than"),
    "bytes": ("e.yaml", b"servers: \xff", r"e\.yaml: not UTF-8 text: .*0xff"),
    "bytes of JSON": ("e.json", b'{"a": "\xff"}', r"e\.json: not UTF-8 text: .*0xff"),
    "a key twice in JSON": (
        "e.json",
        '{"servers": [{"hostname": "a",\n "hostname": "b"}]}',
        r"e\.json: not JSON: 'hostname' appears twice in an object",
    ),
    "a key twice in YAML": (
        "e.yaml",
        "servers:\n- hostname: a\n  type: EC2\n  hostname: b\n",
        r"e\.yaml, line 4: 'hostname' appears twice",
    ),
    "a part twice in YAML": (
        "e.yaml",
        "streams: []\nservers: []\nstreams: []\n",
        r"e\.yaml, line 3: 'streams' appears twice",
    ),
    "NaN": (
        "e.json",
        '{"streams": [{"name": "SMS", "tasks": [{"name": "t", "update_time": NaN}]}]}',
        r"e\.json, line 1: streams\[0\]\.tasks\[0\]\.update_time: nan",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_not_an_estate_is_refused_with_its_name(
    mgh: MigrationHub, tmp_path: Path, what: str
) -> None:
    name, text, message = REFUSED[what]
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    before = mgh.snapshot()

    with pytest.raises(ValueError, match=f"^{message}"):
        mgh.load(file)
    assert mgh.snapshot() == before


@pytest.mark.parametrize(
    "content", [nested(DEEP), cycle(), nested(101)], ids=["deep", "circle", "101"]
)
def test_a_mapping_that_is_nested_too_deeply_is_refused(mgh: MigrationHub, content: Any) -> None:
    with pytest.raises(ValueError, match=r"^estate: is nested deeper than 100 levels"):
        mgh.load({"servers": content})


def test_keys_may_repeat_in_several_mappings_and_override_merged_keys(
    mgh: MigrationHub, tmp_path: Path
) -> None:
    file = tmp_path / "estate.yaml"
    file.write_text(
        "servers:\n"
        "- &web {hostname: web, type: EC2, tags: {stage: prod}}\n"
        "- {<<: *web, hostname: db}\n"
        "- *web\n"
    )

    mgh.load(file)

    assert [(server.hostname, server.type) for server in mgh.servers] == [
        ("web", "EC2"),
        ("db", "EC2"),
        ("web", "EC2"),
    ]


def test_a_key_that_is_no_text_is_refused(mgh: MigrationHub, tmp_path: Path) -> None:
    file = tmp_path / "estate.yaml"
    file.write_text("? [servers, streams]\n: []\n")

    with pytest.raises(ValueError, match=r"^estate\.yaml"):
        mgh.load(file)


def test_a_mistake_under_a_key_that_json_escapes_is_reported_with_the_line_around_it(
    mgh: MigrationHub, tmp_path: Path
) -> None:
    file = tmp_path / "estate.json"
    file.write_text(
        '{"servers": [\n{"hostname": "web", "tags":\n{"a": "b",\n"\\ud83d\\ude00": 5}}]}'
    )

    with pytest.raises(ValueError, match=r"^estate\.json, line 3: servers\[0\]\.tags\..: 5 is not"):
        mgh.load(file)


def test_times_in_what_should_be_a_list_are_left_to_the_schema(
    mgh: MigrationHub, tmp_path: Path
) -> None:
    file = tmp_path / "estate.yaml"
    file.write_text("streams: {name: SMS}\n")

    with pytest.raises(ValueError, match=r"^estate\.yaml, line 1: streams: "):
        mgh.load(file)


def test_without_pyyaml_a_json_file_has_no_lines(
    mgh: MigrationHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    file = tmp_path / "estate.json"
    file.write_text('{"servers": [{"hostname": 5}]}')

    with pytest.raises(ValueError, match=r"^estate\.json: servers\[0\]\.hostname: 5"):
        mgh.load(file)


def test_a_cell_that_is_not_text_fails_its_record(mgh: MigrationHub, tmp_path: Path) -> None:
    file = tmp_path / "servers.csv"
    file.write_bytes(b"HostName\n\xff\nweb\n")
    discovery = mgh.client("discovery")

    mgh.import_source("s3://bucket/servers.csv", file)
    discovery.start_import_task(name="servers", importUrl="s3://bucket/servers.csv")

    (task,) = discovery.describe_import_tasks()["tasks"]
    assert task["status"] == "IMPORT_COMPLETE_WITH_ERRORS"
    assert (task["serverImportSuccess"], task["serverImportFailure"]) == (1, 1)
