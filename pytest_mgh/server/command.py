"""`pytest-mgh serve`: the hub over HTTP, until it is interrupted."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from pytest_mgh.access.principals import FAKE_CREDENTIALS
from pytest_mgh.server import calls
from pytest_mgh.server.command_files import check_files, make_hub, save
from pytest_mgh.server.serving import HubServer
from pytest_mgh.server.signals import interrupted
from pytest_mgh.state.accounts import DEFAULT_REGION
from pytest_mgh.state.options import OPTIONS
from pytest_mgh.state.process import PROCESS
from pytest_mgh.state.settings import Settings
from pytest_mgh.transports.hosts import is_loopback
from pytest_mgh.transports.http import MAX_REQUEST_SIZE

if TYPE_CHECKING:
    from pytest_mgh.hub.migration_hub import MigrationHub

GRACE = 5.0
"""Seconds that calls under way have to be answered when the server ends."""

_CONTEXT = {"help_option_names": ["-h", "--help"]}
_FILE = click.Path(dir_okay=False, path_type=Path)
_ESTATE = click.Path(exists=True, dir_okay=False, path_type=Path)

Decorator = Callable[[Any], Any]


def _hub_options(function: Any) -> Any:
    """Give a command the options of a hub."""
    for field in reversed(fields(Settings)):
        if OPTIONS[field.name].on_command_line:
            function = _hub_option(field.name, field.default)(function)
    return function


def _hub_option(field: str, default: Any) -> Decorator:
    name, (text, metavar, *_) = field.replace("_", "-"), OPTIONS[field]
    about: dict[str, Any] = {"default": default, "help": f"{text[0].upper()}{text[1:]}."}
    if default is False:
        return click.option(f"--{name}", is_flag=True, **about)
    if default is True:
        return click.option(f"--{name}/--no-{name}", show_default=True, **about)
    return click.option(f"--{name}", metavar=metavar, show_default=True, callback=_read, **about)


def _refuse_empty(_: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
    """Refuse an empty environment variable, which click would ignore."""
    if text is None and os.environ.get(str(parameter.envvar)) == "":
        raise click.UsageError(f"{parameter.envvar} is empty: give it a value, or unset it")
    return text


def _read(_: click.Context, parameter: click.Parameter, text: str | None) -> Any:
    return None if text is None else OPTIONS[str(parameter.name)].read(text)


@click.command(context_settings=_CONTEXT)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=5000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 picks a free one.",
)
@_hub_options
@click.option(
    "--estate",
    "estates",
    type=_ESTATE,
    multiple=True,
    help="YAML or JSON file to seed the hub with, unless it starts from a snapshot; may be "
    "repeated.",
)
@click.option(
    "--snapshot",
    type=_FILE,
    help="State to load at the start, if the file exists, and to save at exit.",
)
@click.option(
    "--events",
    type=_FILE,
    help="CloudTrail log to write at exit; a name that ends in .gz compresses it.",
)
@click.option(
    "--save-every",
    metavar="SECONDS",
    type=click.FloatRange(min=0.1, max=threading.TIMEOUT_MAX),
    help="Also write both files at this interval, if anything has changed.",
)
@click.option(
    "--control/--no-control",
    default=None,
    help="Whether to serve /_mgh/ and the console; by default only on loopback.",
)
@click.option(
    "--token",
    envvar="PYTEST_MGH_TOKEN",
    show_envvar=True,
    callback=_refuse_empty,
    help="Token that callers of /_mgh/ and the console must send.",
)
@click.option(
    "--max-request-size",
    default=MAX_REQUEST_SIZE,
    show_default=True,
    type=click.IntRange(min=1),
    help="Largest accepted request body, in bytes.",
)
@click.option(
    "--with-moto",
    "moto",
    is_flag=True,
    help="Let moto answer all other services at the same address.",
)
@click.option(
    "--allow-host",
    "allow_hosts",
    metavar="NAME",
    multiple=True,
    help="Additional host name to accept on loopback; may be repeated.",
)
@click.option("-v", "--verbose", is_flag=True, help="Print a line for every call.")
@click.option("-q", "--quiet", is_flag=True, help="Print only errors.")
@click.pass_obj
def serve(
    obj: object,
    /,
    estates: tuple[Path, ...],
    snapshot: Path | None,
    events: Path | None,
    save_every: float | None,
    verbose: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Serve the hub over HTTP.

    It answers the calls of the AWS CLI and any SDK to Migration Hub, its home-Region API and
    Application Discovery Service. With --with-moto, moto answers all other services at the same
    address. Set the environment variables that it prints at the start; any credentials will do.
    """
    check_files(snapshot, events)
    if save_every is not None and snapshot is None and events is None:
        raise click.UsageError("--save-every needs a file to save: give --snapshot or --events")
    PROCESS.is_a_server = obj is not None
    hub = make_hub(
        {name: options.pop(name) for name in OPTIONS if name in options}, estates, snapshot
    )
    host = options["host"]
    try:
        server = HubServer(hub, **options)
    except (ValueError, ImportError) as error:
        raise click.UsageError(str(error)) from None
    if quiet and server.token not in (None, options["token"]):
        raise click.UsageError(
            f"--control on {host} needs a --token: --quiet does not print the generated one"
        )
    with contextlib.ExitStack() as stack:
        if verbose:
            stack.enter_context(_calls_on_stderr())
        wait = stack.enter_context(interrupted(own_process=obj is not None))
        with _saving(hub, snapshot, events, save_every):  # from before the first call
            try:
                server.start()
            except OSError as error:
                raise click.ClickException(_explain(error, host, options["port"])) from None
            if not quiet:
                _greet(server, host, moto=options["moto"])
            wait()
        server.stop(grace=GRACE)
        failures = save(hub, snapshot, events)
    if failures:
        raise click.ClickException("; ".join(failures))
    if not quiet:
        number = hub.events.first + len(hub.events)
        _print(f"{number} call{'' if number == 1 else 's'} answered")


@contextlib.contextmanager
def _saving(
    hub: MigrationHub, snapshot: Path | None, events: Path | None, every: float | None
) -> Iterator[None]:
    """Save what has changed, every so many seconds; report once what can't be written."""
    ended, revision_before = threading.Event(), hub.revision

    def work() -> None:
        saved, reported = revision_before, [""]
        while not ended.wait(every):
            revision = hub.revision
            if revision != saved:
                failures = save(hub, snapshot, events, last=False)
                if failures and failures != reported:
                    _print(f"Error: {'; '.join(failures)}", err=True)
                saved, reported = (saved if failures else revision), failures

    if every is None:
        yield
        return
    thread = threading.Thread(target=work, name="pytest-mgh saving", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use: give another --port, or 0 for a free one"
    if error.errno == errno.EACCES:
        return f"no permission to listen on port {port} of {host}: give a --port of 1024 or more"
    reason = (error.strerror or str(error)).partition(" (while ")[0]  # the address again
    return f"{host} port {port}: {reason}"


def _greet(server: HubServer, host: str, *, moto: bool) -> None:
    _print(f"Migration Hub answers at {server.url}")
    _print(f"  export AWS_ENDPOINT_URL={server.url}")
    region = server.hub.home_region or DEFAULT_REGION
    variables = {"AWS_DEFAULT_REGION": region, "AWS_REGION": region, **_credentials(server.hub)}
    _print(f"  export {' '.join(f'{name}={value}' for name, value in variables.items())}")
    if moto:
        _print("moto answers all other services there.")
    if server.controlled:
        query = f"?token={quote(server.token)}" if server.token else ""
        _print(f"Console: {server.url}/{query}")
    else:
        _print("The console and /_mgh/ are off: --control turns them on.")
    if not is_loopback(host):
        _print(
            f"Warning: --host {host} lets anyone who can reach this machine on port "
            f"{server.url.rpartition(':')[2]} call the services",
            err=True,
        )
    _print("Press Ctrl-C to stop.")


def _credentials(hub: MigrationHub) -> dict[str, str]:
    """Return credentials that the hub accepts."""
    if hub.settings.verify_signatures:
        return FAKE_CREDENTIALS
    return dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "any")


@contextlib.contextmanager
def _calls_on_stderr() -> Iterator[None]:
    """Print the lines of the log of calls."""
    handler = _Printer()
    calls.LOG.addHandler(handler)
    calls.LOG.setLevel(logging.INFO)
    try:
        yield
    finally:
        calls.LOG.removeHandler(handler)
        calls.LOG.setLevel(logging.NOTSET)


class _Printer(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        _print(self.format(record), err=True)


def _print(line: str, *, err: bool = False) -> None:
    """Print a line. If its reader is gone, the server goes on without."""
    stream = sys.stderr if err else sys.stdout
    try:
        click.echo(line, err=err)
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):
            return  # this line is lost; later ones may succeed
        with contextlib.suppress(OSError, ValueError), Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), stream.fileno())  # else Python would report it at its exit
