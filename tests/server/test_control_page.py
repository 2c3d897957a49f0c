"""The page about control over HTTP: its table and its lines are those of the description."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from documentation import ROOT, blocks, codes, table

from pytest_mgh.protocol import schemas
from pytest_mgh.server.serving import HubServer

PAGE = ROOT / "docs" / "control.md"
DESCRIPTION = schemas.load("control", "openapi")
OPERATIONS = {
    (method.upper(), path): operation
    for path, item in DESCRIPTION["paths"].items()
    for method, operation in item.items()
}
(LINES,) = [block.text.splitlines() for block in blocks(PAGE) if block.language == "bash"]


def body_of(operation: Any) -> dict[str, Any]:
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    if "$ref" in schema:
        schema = DESCRIPTION["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    found: dict[str, Any] = schema
    return found


def split(call: str) -> tuple[tuple[str, str], list[str]]:
    method, _, target = call.partition(" ")
    path, _, query = target.partition("?")
    return (method, path), re.findall(r"(\w+)=", query)


def read_line(line: str) -> tuple[str, str, str | None, str | None]:
    """Return the method, URL, body, and the file for the response of a line of curl."""
    words, _, file = line.partition(" > ")
    program, *options, url = shlex.split(words)
    assert (program, options.pop(0)) == ("curl", "-s")
    given = dict(zip(options[::2], options[1::2], strict=True))
    body = given.pop("--json", None)
    method = given.pop("-X", "GET" if body is None else "POST")
    assert given == {}
    return method, url, body, file or None


def test_the_table_has_every_operation_with_its_parameters() -> None:
    shown = dict(split(codes(row[0])[0]) for row in table(PAGE, "Calls"))

    assert shown == {
        call: [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
        for call, operation in OPERATIONS.items()
    }


def test_the_table_has_the_members_of_every_body() -> None:
    for call, body, _ in table(PAGE, "Calls"):
        operation = OPERATIONS[split(codes(call)[0])[0]]
        if "requestBody" not in operation:
            assert body == ""
            continue
        required, _, optional = body.partition("[")
        schema = body_of(operation)
        shown = re.findall(r'"(\w+)"', required), re.findall(r'"(\w+)"', optional)
        assert {*shown[0], *shown[1]} == {*schema.get("properties", ())}, call
        assert {*schema.get("required", ())} <= {*shown[0]}, call


def test_every_operation_has_an_example_that_works(mgh_server: HubServer, tmp_path: Path) -> None:
    called = []
    for line in LINES:
        method, url, body, file = read_line(line)
        if body is not None and body.startswith("@"):
            body = (tmp_path / body[1:]).read_text("utf-8")
        request = Request(
            url.replace("http://127.0.0.1:5000", mgh_server.url),
            method=method,
            data=None if body is None else body.encode(),
            headers={} if body is None else {"Content-Type": "application/json"},
        )
        with urlopen(request) as answer:
            content = answer.read()
        assert not content or json.loads(content) is not None
        if file is not None:
            (tmp_path / file).write_bytes(content)
        path = url.removeprefix("http://127.0.0.1:5000").partition("?")[0]
        called.append((method, re.sub(r"/schemas/.*", "/schemas/{folder}/{name}", path)))

    assert sorted(called) == sorted(OPERATIONS)
