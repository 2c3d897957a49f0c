"""The console's page and data, as they go over HTTP."""

from __future__ import annotations

import json
import re
import threading
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import boto3
import pytest
from waiting import MINUTE

import pytest_mgh.server
from pytest_mgh import MigrationHub
from pytest_mgh.server.serving import HubServer

PAGE = Path(pytest_mgh.server.__file__).parent / "page"
FILES = sorted(path.name for path in PAGE.iterdir())
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def ask(
    server: HubServer, path: str, headers: dict[str, str] | None = None, **query: Any
) -> tuple[HTTPResponse, bytes]:
    """Return the answer to a GET, and its body."""
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    try:
        connection.request("GET", f"{path}?{urlencode(query)}", headers=headers or {})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def read(server: HubServer, what: str, **query: Any) -> Any:
    """Return the data of a successful response."""
    response, body = ask(server, f"/_mgh/console/{what}", **query)
    assert response.status == 200, body
    assert response.headers["Content-Type"] == "application/json"
    return json.loads(body)


def refusal(server: HubServer, what: str, **query: Any) -> tuple[int, str]:
    """Return the status and the message of an answer that refuses."""
    response, body = ask(server, f"/_mgh/console/{what}", **query)
    return response.status, json.loads(body)["message"]


@pytest.fixture
def task(mgh_client: Any) -> dict[str, str]:
    """A task with a hostile name, as the arguments that name it."""
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="S M?S")
    task = {"ProgressUpdateStream": "S M?S", "MigrationTaskName": "a/b#c?d&e=%2F\n<b>é"}
    mgh_client.import_migration_task(**task)
    return task


# the page and its files


@pytest.mark.parametrize("path", ["/", "/_mgh/console/page/main.js", "/_mgh/console/tasks"])
def test_every_console_response_has_security_headers(mgh_server: HubServer, path: str) -> None:
    response, _ = ask(mgh_server, path)

    assert response.status == 200
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_the_page_is_html(mgh_server: HubServer) -> None:
    response, body = ask(mgh_server, "/")

    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert body == (PAGE / "index.html").read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_served_with_its_type(mgh_server: HubServer, name: str) -> None:
    response, body = ask(mgh_server, f"/_mgh/console/page/{name}")

    kinds = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg"}
    assert response.status == 200
    assert response.headers["Content-Type"].startswith(kinds[name.rpartition(".")[2]])
    assert body == (PAGE / name).read_bytes()


@pytest.mark.parametrize(
    "name", ["no.js", "..%2fconsole.py", "%2e%2e", ".", "..%5cconsole.py", "index.html%00"]
)
def test_no_other_file_is_served(mgh_server: HubServer, name: str) -> None:
    response, _ = ask(mgh_server, f"/_mgh/console/page/{name}")

    assert response.status == 404


def test_the_page_has_nothing_inline_and_nothing_from_other_hosts() -> None:
    html = (PAGE / "index.html").read_text(encoding="utf-8")

    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert re.findall(r"<script[^>]*>([^<]*)</script>", html) == ["", ""]
    for link in re.findall(r'(?:src|href)="([^"#]+)"', html):
        assert link.removeprefix("/_mgh/console/page/") in FILES


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(("js", "css"))])
def test_the_files_of_the_console_load_nothing_from_other_hosts(name: str) -> None:
    text = (PAGE / name).read_text(encoding="utf-8")

    assert set(re.findall(r"https?://[^\"'\s)]+", text)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
    for imported in re.findall(r'^import .* from "\./([^"]+)"', text, re.MULTILINE):
        assert imported in FILES


# tables


def test_a_table_is_searched_sorted_and_paged(mgh: MigrationHub, mgh_server: HubServer) -> None:
    tasks = [{"name": f"task-{n:03}", "status": "IN_PROGRESS"} for n in range(250)]
    mgh.load({"streams": [{"name": "SMS", "tasks": tasks}]})

    page = read(
        mgh_server,
        "tasks",
        search="TASK-1",
        status="IN_PROGRESS",
        sort="name",
        descending="true",
        offset=20,
        limit=10,
    )

    assert (page["total"], page["offset"]) == (100, 20)
    assert [row["name"] for row in page["rows"]] == [f"task-{n}" for n in range(179, 169, -1)]


@pytest.mark.parametrize(
    "name",
    [
        "applications",
        "events",
        "faults",
        "pending",
        "principals",
        "servers",
        "streams",
        "throttles",
    ],
)
def test_every_table_is_served(mgh_server: HubServer, name: str) -> None:
    assert read(mgh_server, name).keys() == {"total", "offset", "rows", "choices"}


def test_a_page_has_100_rows_by_default_and_1000_at_most(
    mgh: MigrationHub, mgh_server: HubServer
) -> None:
    mgh.load({"streams": [{"name": "S", "tasks": [{"name": str(n)} for n in range(1200)]}]})

    assert len(read(mgh_server, "tasks")["rows"]) == 100
    assert len(read(mgh_server, "tasks", limit=5000)["rows"]) == 1000


@pytest.mark.parametrize(
    ("what", "query", "status", "message"),
    [
        ("tusks", {}, 404, "no table 'tusks'; did you mean 'tasks'?"),
        ("tasks", {"sort": "nme"}, 400, "sort='nme': did you mean 'name'?"),
        ("tasks", {"stats": "FAILED"}, 400, "no filter 'stats'; did you mean 'status'?"),
        ("tasks", {"limit": "0"}, 400, "limit=0: must be >= 1"),
        ("tasks", {"limit": "ten"}, 400, "limit='ten': must be a whole number >= 0"),
        ("tasks", {"offset": "-1"}, 400, "offset='-1': must be a whole number >= 0"),
        ("tasks", {"descending": "yes"}, 400, "descending='yes': allowed: false, true"),
        ("task", {"stream": "SMS"}, 400, "name is missing"),
        ("task", {"stream": "SMS", "name": "no"}, 404, "'SMS' 'no' does not exist"),
        ("server", {"id": "no"}, 404, "'no' does not exist"),
        ("application", {"id": "no"}, 404, "'no' does not exist"),
        ("event", {"number": "7"}, 404, "no event 7; there are none"),
        ("event", {}, 400, "number is missing"),
    ],
)
def test_an_unknown_row_or_table_is_refused(
    mgh_server: HubServer, what: str, query: dict[str, str], status: int, message: str
) -> None:
    got, text = refusal(mgh_server, what, **query)

    assert got == status
    assert text.startswith(message)


# details


def test_the_console_serves_a_task_with_all_details(
    mgh: MigrationHub, mgh_server: HubServer, mgh_client: Any, task: dict[str, str]
) -> None:
    server = mgh.add_server("web-01")
    mgh_client.associate_discovered_resource(
        **task, DiscoveredResource={"ConfigurationId": server.configuration_id}
    )
    mgh_client.notify_migration_task_state(
        **task,
        Task={"Status": "IN_PROGRESS", "ProgressPercent": 7},
        UpdateDateTime=1_700_000_000,
        NextUpdateSeconds=60,
    )

    found = read(
        mgh_server, "task", stream=task["ProgressUpdateStream"], name=task["MigrationTaskName"]
    )

    assert found["name"] == task["MigrationTaskName"]
    assert found["servers"] == [{"configuration_id": server.configuration_id, "hostname": "web-01"}]
    assert (found["progress_percent"], found["due"], found["is_stale"]) == (7, 1_700_000_060, True)
    assert found["updates"] == [
        {
            "time": "2023-11-14T22:13:20+00:00",
            "status": "IN_PROGRESS",
            "status_detail": None,
            "progress_percent": 7,
        }
    ]


def test_the_console_serves_a_server_and_an_application(
    mgh: MigrationHub, mgh_server: HubServer
) -> None:
    server = mgh.add_server("web-01", mac_addresses=["02:00:5e:10:00:0b"])
    application = mgh.add_application("Web shop", servers=[server], wave="1")

    found = read(mgh_server, "server", id=server.configuration_id)
    assert found["mac_addresses"] == ["02:00:5e:10:00:0b"]
    assert found["applications"] == [
        {"configuration_id": application.configuration_id, "name": "Web shop"}
    ]
    assert read(mgh_server, "application", id=application.configuration_id)["wave"] == "1"


def test_the_console_serves_an_event_as_its_cloudtrail_record(
    mgh: MigrationHub, mgh_server: HubServer, mgh_client: Any
) -> None:
    mgh_client.list_progress_update_streams()
    mgh_client.list_migration_tasks()

    (row,) = read(mgh_server, "events", operation="ListMigrationTasks")["rows"]

    assert read(mgh_server, "event", number=row["number"]) == mgh.events[1]
    assert row["request_id"] == mgh.events[1]["requestID"]


def test_calls_are_answered_while_a_table_is_read(
    mgh: MigrationHub, mgh_server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()
    reading = threading.Event()

    def row(*_: str) -> dict[str, Any]:
        reading.set()
        return {"in time": answered.wait(MINUTE)}

    monkeypatch.setattr(mgh, "row", row)
    found: list[Any] = []
    reader = threading.Thread(target=lambda: found.append(read(mgh_server, "application", id="a")))
    reader.start()
    assert reading.wait(MINUTE)
    client: Any = boto3.client("mgh", "us-west-2", endpoint_url=mgh_server.url)
    client.list_progress_update_streams()
    answered.set()
    reader.join()

    assert found == [{"in time": True}]


# the token


@pytest.fixture
def guarded(mgh: MigrationHub) -> Any:
    with HubServer(mgh, token="open sesame") as server:
        yield server


def cookie(response: HTTPResponse) -> str:
    return response.headers["Set-Cookie"].partition(";")[0]


@pytest.mark.parametrize(
    "path", ["/", "/_mgh/console/page/main.js", "/_mgh/console/tasks", "/_mgh/console/changes"]
)
def test_without_the_token_nothing_is_shown(guarded: HubServer, path: str) -> None:
    response, _ = ask(guarded, path)

    assert response.status == 401
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "path", ["/", "/_mgh/console/page/main.js", "/_mgh/console/tasks", "/_mgh/state"]
)
def test_opening_the_page_with_the_token_sets_a_cookie_for_later_requests(
    guarded: HubServer, path: str
) -> None:
    opened, _ = ask(guarded, "/", token="open sesame")
    response, _ = ask(guarded, path, {"Cookie": cookie(opened)})

    assert response.status == 200


def test_the_cookie_is_for_this_servers_pages_only(guarded: HubServer) -> None:
    opened, _ = ask(guarded, "/", token="open sesame")
    name, *rest = opened.headers["Set-Cookie"].split("; ")

    assert name.startswith(f"mgh-console-{urlsplit(guarded.url).port}=")
    assert "sesame" not in name
    assert set(rest) == {"Path=/", "HttpOnly", "SameSite=Strict"}


def test_another_servers_cookie_is_not_accepted(mgh: MigrationHub, guarded: HubServer) -> None:
    with HubServer(mgh, token="another") as other:
        opened, _ = ask(other, "/", token="another")
        name = f"mgh-console-{urlsplit(guarded.url).port}"
        forged = f"{name}={cookie(opened).partition('=')[2]}"
        response, _ = ask(guarded, "/", {"Cookie": forged})

    assert response.status == 401


@pytest.mark.parametrize("value", ["", "open sesame", "x" * 64, '"é"'])
def test_no_other_cookie_is_accepted(guarded: HubServer, value: str) -> None:
    name = f"mgh-console-{urlsplit(guarded.url).port}"
    response, _ = ask(guarded, "/", {"Cookie": f"{name}={value}"})

    assert response.status == 401


def test_pages_of_other_origins_are_refused_even_with_the_cookie(guarded: HubServer) -> None:
    opened, _ = ask(guarded, "/", token="open sesame")
    headers = {"Cookie": cookie(opened), "Origin": "http://127.0.0.1:1"}
    response, _ = ask(guarded, "/_mgh/console/tasks", headers)

    assert response.status == 403


def test_without_a_token_no_cookie_is_set(mgh_server: HubServer) -> None:
    response, _ = ask(mgh_server, "/")

    assert "Set-Cookie" not in response.headers
