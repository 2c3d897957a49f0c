"""Runs the hub's HTTP server in a thread of this process."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import threading
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

import uvicorn

from pytest_mgh.errors import KnownAttributes
from pytest_mgh.hub.clients import urls_of
from pytest_mgh.server.application import HubApplication
from pytest_mgh.server.connections import HttpConnection
from pytest_mgh.server.gate import Gate
from pytest_mgh.server.listening import listen, url_of
from pytest_mgh.server.moto_server import MotoServer, check_installed
from pytest_mgh.server.names import HostNames
from pytest_mgh.server.subprocesses import run_command, subprocess_environment
from pytest_mgh.state.accounts import DEFAULT_REGION
from pytest_mgh.transports.hosts import is_loopback
from pytest_mgh.transports.http import MAX_REQUEST_SIZE

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from typing_extensions import Self

    from pytest_mgh.hub.migration_hub import MigrationHub

KEEP_ALIVE = 60
"""Seconds that an idle connection is kept; an SDK that uses one as it closes has to try again."""


class HubServer(KnownAttributes):
    """The hub over HTTP, between `start` and `stop`.

    Args:
        hub: The hub that answers.
        host: The address to listen on, or a host name.
        port: The port; 0 takes a free one.
        control: Whether to serve `/_mgh/` and the console; by default only on loopback.
        token: Token that callers of `/_mgh/` and the console must send; by default none on
            loopback, and a generated one elsewhere.
        max_request_size: Largest accepted request body, in bytes, except for moto's.
        moto: Whether moto answers the services that the hub does not, at the same address.
        allow_hosts: Additional host names to accept on loopback.

    Attributes:
        hub: The hub that answers.
        url: Its URL, while it runs.
        controlled: Whether it serves `/_mgh/` and the console.
        token: The token that callers of these must send, if any.

    Raises:
        ValueError: An empty host, which would be every address, or an empty token.
        ImportError: `moto=True` without the extra `moto`.
    """

    def __init__(
        self,
        hub: MigrationHub,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        control: bool | None = None,
        token: str | None = None,
        max_request_size: int = MAX_REQUEST_SIZE,
        moto: bool = False,
        allow_hosts: Collection[str] = (),
    ) -> None:
        for name, value in (("host", host), ("token", token)):
            if value == "":
                raise ValueError(f"{name}='': must not be empty")
        self.hub = hub
        self.url: str = ""
        self.controlled: bool = is_loopback(host) if control is None else control
        if token is None and not is_loopback(host):
            token = secrets.token_urlsafe(16)
        self.token: str | None = token if self.controlled else None
        self._address = (host, port)
        names = HostNames(host, allow_hosts)
        gate = Gate(host, names, token) if self.controlled else None
        self._application = HubApplication(hub, names, gate, max_request_size)
        self._moto = moto
        if moto:
            check_installed()
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None
        self._loop: Any = None
        self._end: Any = None

    if not TYPE_CHECKING:

        def _explain_missing(self, name: str) -> str:
            if hasattr(type(self.hub), name):
                return f"its hub has it: hub.{name}"
            return super()._explain_missing(name)

    def start(self) -> None:
        """Start listening and answering.

        Raises:
            OSError: The address is in use, or does not belong to this machine.
            RuntimeError: It is already running.
        """
        if self._thread is not None:
            raise RuntimeError(f"the server is already running at {self.url}")
        listener = listen(*self._address)
        self.url = url_of(listener)
        self._ready.clear()
        self._failure = None
        self._thread = threading.Thread(
            target=self._run, args=(listener,), name="pytest-mgh server", daemon=True
        )
        self._thread.start()
        self._ready.wait()
        urls_of(self.hub).append(self.url)
        if self._moto:
            self._start_moto()
        if self._failure is not None:
            self.stop()

    def stop(self, *, grace: float = 0.0) -> None:
        """Stop the server, if it is running.

        Args:
            grace: Seconds to wait for unfinished calls.
        """
        thread, self._thread = self._thread, None
        if thread is None:
            return
        urls_of(self.hub).remove(self.url)
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._end.set_result, grace)
        thread.join()
        self._stop_moto()
        if self._failure is not None:
            raise self._failure

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @contextlib.contextmanager
    def with_moto(self) -> Iterator[Self]:
        """Let moto answer the services that the hub does not, in this block.

        moto's state is the one that `mock_aws` has in this process: what a test puts there is
        found here. Where no mock of moto's is active, the state is empty at the first call, and
        gone with the block.

        Raises:
            ImportError: The extra `moto` is not installed.
        """
        if self._application.moto is not None:
            yield self
            return
        check_installed()
        self._start_moto()
        try:
            yield self
        finally:
            self._stop_moto()

    def _start_moto(self) -> None:
        self._application.moto = MotoServer(self.hub)
        self._application.moto.start()

    def _stop_moto(self) -> None:
        moto, self._application.moto = self._application.moto, None
        if moto is not None:
            moto.stop()

    @property
    def env(self) -> dict[str, str]:
        """This process's environment variables, with the hub instead of AWS: for a subprocess."""
        return subprocess_environment(self.url, self.hub.home_region or DEFAULT_REGION)

    def command(self, *arguments: str, **options: Any) -> CompletedProcess[str]:
        """Run a command in the environment `env`, and return its result.

        Args:
            arguments: The program and its arguments; a single string is split as by a shell.
            options: Further arguments of `subprocess.run`; output is captured as text, and `env`
                adds to the environment.

        Raises:
            TypeError: An argument that is not a string, or an option that needs another one.
        """
        return run_command(arguments, options, self.env)

    def _run(self, listener: socket.socket) -> None:
        try:
            asyncio.run(self._serve(listener))
        except BaseException as failure:  # noqa: BLE001 (`start` and `stop` raise it)
            self._failure = failure
        finally:
            listener.close()
            self._ready.set()

    async def _serve(self, listener: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = self._loop.create_future()
        config = uvicorn.Config(
            self._application,
            http=HttpConnection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # anybody could claim to be somebody else
            timeout_keep_alive=KEEP_ALIVE,
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


_TURNS_OF_ACCEPTING = 3
"""Turns of the loop until asyncio has made a connection of what it has just accepted."""


async def _stop_accepting(servers: Collection[asyncio.Server]) -> None:
    """Close the listening sockets, when the connections that are being accepted are made.

    asyncio leaves a connection open that is not made when its server closes.
    """
    loop = asyncio.get_running_loop()
    for server in servers:
        for listener in server.sockets:
            with contextlib.suppress(NotImplementedError):  # Windows has another way of waiting
                loop.remove_reader(listener)
    for _ in range(_TURNS_OF_ACCEPTING):
        await asyncio.sleep(0)
    for server in servers:
        server.close()


async def _shut_down(server: uvicorn.Server, grace: float) -> None:
    await _stop_accepting(server.servers)
    for transport in server.lifespan.state["lasting"].copy():
        transport.abort()  # they would never end otherwise
    connections, tasks = server.server_state.connections, server.server_state.tasks
    for connection in list(connections):
        connection.shutdown()
    await _end_of(tasks, grace)
    for connection in list(connections):
        connection.transport.abort()
    await _end_of(tasks, 1.0)  # so that they notice the closed connection


async def _end_of(tasks: Collection[asyncio.Task[None]], timeout: float) -> None:
    if tasks:
        await asyncio.wait(tasks, timeout=timeout)
