"""The files of `pytest-mgh serve`: what a hub starts from, and what is written at its end."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click
from click.core import ParameterSource

from pytest_mgh.access.managed_policies import find_managed_policy, nearest_managed_policy
from pytest_mgh.cloudtrail.log_file import is_compressed, write_log
from pytest_mgh.hub.migration_hub import MigrationHub
from pytest_mgh.state.settings import make_settings
from pytest_mgh.state.writable_file import check_writable, replace_file, write_whole


def make_hub(
    options: dict[str, Any], estates: tuple[Path, ...], snapshot: Path | None
) -> MigrationHub:
    """Make the hub; what is wrong with an option or a file is explained in its words."""
    try:
        options["policy"] = _read_policy(options["policy"])
        hub = MigrationHub(make_settings(options))
        if snapshot is not None and snapshot.exists():
            _check_defaults(options, snapshot)
            with _named(snapshot):
                hub.restore(json.loads(snapshot.read_text(encoding="utf-8")))
            return hub  # an estate is in it since its first start
        for path in estates:
            with _named(path):
                hub.load(path)
    except (ValueError, OSError, RuntimeError) as error:
        raise click.UsageError(str(error)) from None
    for note in hub.notes:
        click.echo(f"Note: {note}", err=True)
    return hub


def _check_defaults(options: dict[str, Any], snapshot: Path) -> None:
    """Refuse options of the hub beside a snapshot, which has its own."""
    context = click.get_current_context()
    given = [
        f"--{name.replace('_', '-')}"
        for name in options
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT
    ]
    if given:
        raise click.UsageError(
            f"{snapshot} exists and contains the options of its hub: leave out {', '.join(given)}, "
            "or name another file"
        )


def check_files(snapshot: Path | None, events: Path | None) -> None:
    """Refuse files that could not be written at exit, before anything is in the hub."""
    if snapshot is not None and events is not None and snapshot.resolve() == events.resolve():
        raise click.UsageError(f"--snapshot and --events would both write {snapshot}")
    for path in filter(None, (snapshot, events)):
        if not path.parent.is_dir():
            raise click.UsageError(f"can't write {path}: there is no folder {str(path.parent)!r}")
        try:
            check_writable(path)
        except OSError as error:
            raise click.UsageError(f"{path} cannot be written: {error.strerror}") from None


def _read_policy(text: str | None) -> str | None:
    """Return the text of a file; an argument that names no file is returned as it is."""
    if text is None or text.lstrip().startswith(("{", "[")):
        return text
    if _is_file(text):
        with _named(Path(text)):
            content = Path(text).read_text(encoding="utf-8")
            if not isinstance(json.loads(content), dict):  # what is no policy is not to be printed
                raise ValueError("a policy must be a JSON object")
            return content
    if find_managed_policy(text) is None:
        hint = nearest_managed_policy(text)
        raise ValueError(f"--policy {text}: neither a file nor a managed policy; {hint}")
    return text


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except OSError:  # a name that no file can have
        return False


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Name the file where something is wrong with it."""
    try:
        yield
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}: not JSON: {error}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: {str(error).removeprefix(path.name).lstrip(':, ')}") from None


def save(
    hub: MigrationHub, snapshot: Path | None, events: Path | None, *, last: bool = True
) -> list[str]:
    """Write the files; return what went wrong.

    What can't be written does not keep the rest from it.

    Args:
        hub: What is saved.
        snapshot: The file for its state.
        events: The file for its events.
        last: Whether the hub ends now: a state that can't be written is kept elsewhere, and what
            is returned says where.
    """
    failures = []
    if snapshot is not None:
        content = json.dumps(hub.snapshot())
        try:
            write_whole(snapshot, content)
        except OSError as error:
            failures.append(f"{_failure(snapshot, error)}{_rescue(content) if last else ''}")
    if events is not None:
        try:
            replace_file(events, lambda file: _write_events(file, events, hub))
        except OSError as error:
            failures.append(_failure(events, error))
    return failures


def _failure(path: Path, error: OSError) -> str:
    return f"{path} could not be written: {error.strerror}"


def _write_events(file: BinaryIO, path: Path, hub: MigrationHub) -> None:
    write_log(file, hub.events, compress=is_compressed(path.name))


def _rescue(content: str) -> str:
    """Keep a state that could not be written where it was to be, and report where it is."""
    try:
        number, name = tempfile.mkstemp(prefix="pytest-mgh-", suffix=".json")
        with open(number, "w", encoding="utf-8") as file:  # noqa: PTH123 (a descriptor)
            file.write(content)
    except OSError as error:
        return f"; nor could a file in {tempfile.gettempdir()}: {error.strerror}"
    return f"; the state is in {name}"
