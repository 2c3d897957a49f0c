"""The health check: it waits until the server answers, and fails if it does not."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result
from ports import held_port

from pytest_mgh import MigrationHub
from pytest_mgh.__main__ import command
from pytest_mgh.server import health_command
from pytest_mgh.server.serving import HubServer

if TYPE_CHECKING:
    from http_calls import Serve

ANSWERS = f"ok: pytest-mgh {version('pytest-mgh')} answers mgh, migrationhub-config, discovery"


def ask(*arguments: str, **env: str) -> Result:
    return CliRunner().invoke(command, ["health", *arguments], env=env, prog_name="pytest-mgh")


@pytest.mark.parametrize(
    "options",
    [{}, {"control": False}, {"host": "0.0.0.0"}, {"token": "sesame"}],
    ids=["usual", "without control", "everywhere", "with a token"],
)
def test_every_server_reports_its_health(serve: Serve, options: dict[str, Any]) -> None:
    with urlopen(f"{serve(**options).url}/_mgh/health") as answer:
        assert answer.status == 200
        assert json.load(answer) == {
            "status": "ok",
            "version": version("pytest-mgh"),
            "services": ["mgh", "migrationhub-config", "discovery"],
            "moto": False,
        }


def test_the_health_reveals_nothing_of_the_state(serve: Serve, mgh: MigrationHub) -> None:
    mgh.load({"streams": [{"name": "SMS"}]})

    with urlopen(f"{serve(control=False).url}/_mgh/health") as answer:
        assert b"SMS" not in answer.read()


def test_the_health_command_prints_one_line(serve: Serve) -> None:
    result = ask(serve().url)

    assert (result.exit_code, result.output) == (0, f"{ANSWERS}\n")


def test_the_health_command_finds_the_server_as_sdks_do(serve: Serve) -> None:
    assert ask(AWS_ENDPOINT_URL=serve().url).exit_code == 0


def test_the_health_reports_moto_too(serve: Serve) -> None:
    with serve().with_moto() as server:
        assert ask(server.url).output == f"{ANSWERS}, and moto all others\n"


def test_without_a_server_the_health_command_fails_at_once() -> None:
    with held_port() as port:
        result = ask(f"http://127.0.0.1:{port}")

    assert result.exit_code == 1
    assert "Error: nothing answers at http://127.0.0.1:" in result.output
    assert "Connection refused" in result.output


def test_waiting_for_health_ends_at_the_timeout() -> None:
    with held_port() as port:
        result = ask(f"http://127.0.0.1:{port}", "--wait", "0.2")

    assert result.exit_code == 1
    assert "nothing answers" in result.output


def test_waiting_for_health_ends_when_the_server_starts(
    mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_command, "_PAUSE", 0.0)
    asked = threading.Event()
    real = health_command._ask

    def ask_and_tell(url: str) -> Any:
        try:
            return real(url)
        finally:
            asked.set()

    monkeypatch.setattr(health_command, "_ask", ask_and_tell)
    with held_port() as port:
        server = HubServer(mgh, port=port)
        starting = threading.Thread(target=lambda: (asked.wait(60), server.start()))
        starting.start()
        try:
            assert ask(f"http://127.0.0.1:{port}", "--wait", "60").exit_code == 0
        finally:
            starting.join()
            server.stop()


@pytest.fixture(params=[(404, b""), (200, b"<html>"), (200, b"[]")], ids=["404", "page", "list"])
def other(request: pytest.FixtureRequest) -> Iterator[str]:
    """Another server."""
    status, body = request.param

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_health_command_does_not_wait_for_another_kind_of_server(other: str) -> None:
    result = ask(other, "--wait", "60")

    assert result.exit_code == 1
    assert f"the server at {other} is not pytest-mgh" in result.output


def test_the_health_command_times_out_on_a_silent_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health_command, "_PATIENCE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        result = ask(f"http://127.0.0.1:{silent.getsockname()[1]}", "--wait", "0.1")

    assert result.exit_code == 1
    assert "timed out" in result.output


@pytest.mark.parametrize("url", ["localhost:5000", "http://", "file:///etc"])
def test_an_invalid_url_is_refused(url: str) -> None:
    result = ask(url)

    assert result.exit_code == 2
    assert f"{url!r} is not a URL such as http://127.0.0.1:5000" in result.output


def test_the_health_command_refuses_the_url_of_a_page(serve: Serve) -> None:
    with pytest.raises(HTTPError, match="404") as caught:
        urlopen(f"{serve().url}/_mgh/healthy")
    caught.value.close()
