"""`pytest-mgh serve`: the hub over HTTP, until it is interrupted."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from pytest_mgh.protocol.messages import WireResponse
from pytest_mgh.server.files import check_files, make_hub, save
from pytest_mgh.server.serving import HubServer, Outcome
from pytest_mgh.state.accounts import DEFAULT_REGION
from pytest_mgh.transports.http import MOST_BYTES

if TYPE_CHECKING:
    from pytest_mgh.protocol.messages import WireRequest

GRACE = 5.0
"""Seconds that calls under way have to be answered when the server ends."""

OWN_PROCESS = "the process is only there for the command"
TOGETHER = 1.0
"""Seconds in which a second signal is taken for the first one, sent twice."""

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")
_HANG_UP: Any = getattr(signal, "SIGHUP", None)

FILE = click.Path(dir_okay=False, path_type=Path)
ESTATE = click.Path(exists=True, dir_okay=False, path_type=Path)


_SETTINGS = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=_SETTINGS)
@click.version_option(package_name="pytest-mgh")
def command() -> None:
    """AWS Migration Hub in memory."""


def _seconds_or_mode(_: click.Context, __: click.Parameter, said: str) -> Any:
    with contextlib.suppress(ValueError):
        return float(said)
    return said


@command.command(context_settings=_SETTINGS)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=5000, show_default=True, type=click.IntRange(0, 65535), help="0: a free one."
)
@click.option(
    "--home-region",
    default=DEFAULT_REGION,
    show_default=True,
    help="Home Region of the default account; none leaves it unset.",
)
@click.option("--account-id", default="123456789012", show_default=True, help="Default account.")
@click.option(
    "--background",
    default="eager",
    show_default=True,
    callback=_seconds_or_mode,
    help="When asynchronous work is done: eager, manual, or seconds.",
)
@click.option(
    "--policy", help="Identity policy of the default principal: a JSON file, or a managed policy."
)
@click.option(
    "--strict-discovery/--no-strict-discovery",
    default=True,
    show_default=True,
    help="Refuse ids that the discovery repository doesn't know.",
)
@click.option(
    "--start-applications/--no-start-applications",
    default=True,
    show_default=True,
    help="Move an application to IN_PROGRESS with the first task of one of its servers.",
)
@click.option("--verify-signatures", is_flag=True, help="Check SigV4 signatures.")
@click.option(
    "--estate",
    type=ESTATE,
    multiple=True,
    help="YAML or JSON file to seed a hub with that starts from no snapshot; may be repeated.",
)
@click.option(
    "--snapshot", type=FILE, help="State to start from, if the file is there, and to save at exit."
)
@click.option("--events", type=FILE, help="CloudTrail log to write at exit; .gz compresses it.")
@click.option(
    "--control/--no-control",
    default=None,
    help="Whether /_mgh/ and the console are there; by default only on loopback.",
)
@click.option(
    "--token",
    envvar="PYTEST_MGH_TOKEN",
    show_envvar=True,
    help="What callers of /_mgh/ and the console have to know.",
)
@click.option(
    "--max-request-size",
    default=MOST_BYTES,
    show_default=True,
    type=click.IntRange(min=1),
    help="Bytes of the longest body that is read.",
)
@click.option("-v", "--verbose", is_flag=True, help="Print a line for every call.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def serve(
    host: str,
    port: int,
    snapshot: Path | None,
    events: Path | None,
    estate: tuple[Path, ...],
    control: bool | None,
    token: str | None,
    max_request_size: int,
    verbose: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Answer the calls of any SDK to Migration Hub, its home-Region API and Discovery.

    Point the SDK here with AWS_ENDPOINT_URL or --endpoint-url; any credentials will do.
    """
    check_files(snapshot, events)
    hub = make_hub(options, estate, snapshot)
    try:
        server = HubServer(
            hub, host=host, port=port, control=control, token=token, most_bytes=max_request_size
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if quiet and server.token not in (None, token):
        raise click.UsageError(f"--control on {host} needs a --token, which --quiet doesn't print")
    if verbose:
        server.watch(_print_call)
    said = click.get_current_context().find_root().obj
    with _interrupted(own_process=said == OWN_PROCESS) as wait:
        try:
            server.start()
        except OSError as error:
            raise click.ClickException(_explain(error, host, port)) from None
        if not quiet:
            _greet(server)
        wait()
        server.stop(grace=GRACE)
        save(hub, snapshot, events)
    if not quiet:
        number = len(hub.events)
        _say(f"{number} call{'' if number == 1 else 's'} answered")


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use: give another --port, or 0 for a free one"
    if error.errno == errno.EACCES:
        return f"port {port} of {host} is not open to you: give a --port from 1024 on"
    return f"{host} port {port}: {error.strerror or error}"


def _greet(server: HubServer) -> None:
    _say(f"Migration Hub answers at {server.url}")
    _say(f"  export AWS_ENDPOINT_URL={server.url}")
    if server.controlled:
        query = f"?token={quote(server.token)}" if server.token else ""
        _say(f"Console: {server.url}/{query}")
    else:
        _say("The console and /_mgh/ are off: --control turns them on.")
    _say("Ctrl-C ends it.")


def _print_call(request: WireRequest, outcome: Outcome) -> None:
    operation = request.headers.get("x-amz-target", "no target").rpartition(".")[2]
    if not isinstance(outcome, WireResponse):
        said = str(outcome)
    elif outcome.status == 200:
        said = "200"
    else:
        said = f"{outcome.status} {' '.join(outcome.body.decode().split())}"
    _say(f"{request.source_ip} {operation} {said}", err=True)


def _say(line: str, *, err: bool = False) -> None:
    """Print a line, also where nobody reads any more: the server goes on without them."""
    stream = sys.stderr if err else sys.stdout
    try:
        click.echo(line, err=err)
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):
            return  # a line is lost: the next one may not be
        with contextlib.suppress(OSError, ValueError), Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), stream.fileno())  # else Python would tell of it at its end


@contextmanager
def _interrupted(*, own_process: bool) -> Iterator[Callable[[], None]]:
    """Wait for SIGINT, SIGTERM or SIGHUP, which end the server; a later one ends the process.

    One that comes `TOGETHER` with the first is the same: terminals and wrappers both send it. A
    process of its own takes no more of them once all is saved: it has nothing else to do.
    """
    # What a handler may do while the same thread waits: an Event's lock is not reentrant.
    told: SimpleQueue[None] = SimpleQueue()
    first: float | None = None
    # A terminal that is closed sends SIGHUP; Windows has none.
    names = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    before = {name: signal.getsignal(name) for name in names}
    if before.get(_HANG_UP) is signal.SIG_IGN:
        del before[_HANG_UP]  # nohup asks for that

    def restore() -> None:
        for name, handler in before.items():
            signal.signal(name, signal.SIG_DFL if handler is None else handler)

    def tell(number: int, _: object) -> None:
        nonlocal first
        if first is None:
            first = time.monotonic()
            told.put(None)
        elif time.monotonic() - first > TOGETHER:
            restore()
            if before[signal.Signals(number)] is signal.SIG_IGN:  # so of a job in the background
                signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    def wait() -> None:
        while first is None:
            with contextlib.suppress(Empty):  # where a signal does not end a wait, it ends the next
                told.get(timeout=0.5)

    for name in before:
        signal.signal(name, tell)
    try:
        yield wait
    finally:
        if own_process and first is not None:
            for name in before:
                signal.signal(name, signal.SIG_IGN)
        else:
            restore()
