"""Runs the hub's HTTP server in a thread of this process."""

from __future__ import annotations

import asyncio
import os
import shlex
import socket
import subprocess
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from pytest_mgh.access.principals import FAKE_CREDENTIALS
from pytest_mgh.server.application import make_application
from pytest_mgh.server.gate import Gate, is_loopback
from pytest_mgh.state.accounts import DEFAULT_REGION
from pytest_mgh.transports.http import MOST_BYTES

if TYPE_CHECKING:
    from typing_extensions import Self

    from pytest_mgh.context import WireRequest, WireResponse
    from pytest_mgh.hub import MigrationHub

Watcher = Callable[["WireRequest", "WireResponse"], None]

# An SDK that finds one of these may look elsewhere, or wait for what isn't there.
_GONE = (
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
_ENDPOINTS = (
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_MIGRATION_HUB",
    "AWS_ENDPOINT_URL_MIGRATIONHUB_CONFIG",
    "AWS_ENDPOINT_URL_APPLICATION_DISCOVERY_SERVICE",
)
_LOOPBACK = "127.0.0.1,localhost,::1"


class HubServer:
    """The hub over HTTP, between `start` and `stop`.

    Args:
        hub: What answers.
        host: The address to listen on.
        port: The port; 0 takes a free one.
        control: Whether `/_mgh/` and the console are there; by default only on loopback.
        token: What callers of `/_mgh/` and the console have to know; `None` asks for nothing.
        most_bytes: Bytes of the longest body that is read.

    Attributes:
        hub: The same.
        url: Where it is reached, while it runs.
        controlled: Whether `/_mgh/` and the console are there.
    """

    def __init__(
        self,
        hub: MigrationHub,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        control: bool | None = None,
        token: str | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.hub = hub
        self.url = ""
        self.controlled = is_loopback(host) if control is None else control
        self._watchers: list[Watcher] = []
        self._address = (host, port)
        gate = Gate(host, token) if self.controlled else None
        self._application = make_application(hub, self._answer, gate, most_bytes)
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop: Any = None
        self._end: Any = None

    def watch(self, watcher: Watcher) -> None:
        """Tell a function of every request to a service, and of its response."""
        self._watchers.append(watcher)

    def _answer(self, request: WireRequest) -> WireResponse:
        response = self.hub.answer(request)
        for watcher in self._watchers:
            watcher(request, response)
        return response

    def start(self) -> None:
        """Listen, and answer from now on.

        Raises:
            OSError: The address is in use, or is none of this machine's.
        """
        listener = _listen(*self._address)
        host, port = listener.getsockname()[:2]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._ready.clear()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listener)), name="pytest-mgh server", daemon=True
        )
        self._thread.start()
        self._ready.wait()

    def stop(self, *, grace: float = 0.0) -> None:
        """Stop listening, and end.

        Args:
            grace: Seconds that calls under way have to be answered.
        """
        thread, self._thread = self._thread, None
        if thread is not None:
            self._loop.call_soon_threadsafe(self._end.set_result, grace)
            thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def env(self) -> dict[str, str]:
        """The environment for a subprocess: this process's, with the hub in the place of AWS."""
        env = {name: value for name, value in os.environ.items() if not _is_endpoint(name)}
        for name in _GONE:
            env.pop(name, None)
        region = self.hub.home_region or DEFAULT_REGION
        return {
            **env,
            **FAKE_CREDENTIALS,
            **dict.fromkeys(_ENDPOINTS, self.url),
            **dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), region),
            **dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull),
            **dict.fromkeys(("NO_PROXY", "no_proxy"), _LOOPBACK),
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
        }

    def command(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command in the environment `env`, and return what it printed.

        Args:
            arguments: The program and its arguments; a single text is split as a shell would.
            options: Further arguments of `subprocess.run`; output is captured as text, and `env`
                adds to the environment.
        """
        words = shlex.split(arguments[0]) if len(arguments) == 1 else arguments
        env = self.env | options.pop("env", {})
        return subprocess.run(
            words, env=env, **({"capture_output": True, "text": True, "check": False} | options)
        )

    async def _serve(self, listener: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.create_future()
        config = uvicorn.Config(
            self._application,
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
        )
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        server.lifespan.state["lasting"] = set()
        await server.startup(sockets=[listener])
        self._ready.set()
        while not self._end.done():
            await server.on_tick(0)  # keeps the Date header right
            await asyncio.wait([self._end], timeout=1)
        await _shut_down(server, self._end.result())


async def _shut_down(server: uvicorn.Server, grace: float) -> None:
    for listening in server.servers:
        listening.close()
    for transport in server.lifespan.state["lasting"].copy():
        transport.abort()  # these would never end by themselves
    for connection in list(server.server_state.connections):
        connection.shutdown()
    if server.server_state.tasks:
        await asyncio.wait(server.server_state.tasks, timeout=grace)
    for connection in list(server.server_state.connections):
        connection.transport.abort()


class _Protocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """Gives every request its connection, which faults break."""

    app_state: dict[str, Any]

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns off delays (Nagle) only where the protocol is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener


def _is_endpoint(name: str) -> bool:
    return name.startswith("AWS_ENDPOINT_URL")
