"""The files of `pytest-mgh serve`: what a hub starts from, and what is written at its end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from pytest_mgh.access.managed_policies import find_managed_policy, nearest_managed_policy
from pytest_mgh.cloudtrail.log_file import write_log
from pytest_mgh.hub.migration_hub import MigrationHub
from pytest_mgh.state.settings import make_settings
from pytest_mgh.state.writable_file import check_writable, write_whole


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
            f"{snapshot} is there, and holds the options of its hub: leave out {', '.join(given)}, "
            "or name another file"
        )


def check_files(snapshot: Path | None, events: Path | None) -> None:
    """Refuse files that could not be written at exit, before anything is in the hub."""
    if snapshot is not None and events is not None and snapshot.resolve() == events.resolve():
        raise click.UsageError(f"--snapshot and --events would both write {snapshot}")
    for path in filter(None, (snapshot, events)):
        if not path.parent.is_dir():
            raise click.UsageError(f"there is no folder {str(path.parent)!r} to write {path} into")
        try:
            check_writable(path)
        except OSError as error:
            raise click.UsageError(f"{path} cannot be written: {error.strerror}") from None


def _read_policy(text: str | None) -> str | None:
    """Return the text of a file, or what names no file as it is."""
    if text is None or text.lstrip().startswith(("{", "[")):
        return text
    if _is_file(text):
        with _named(Path(text)):
            content = Path(text).read_text(encoding="utf-8")
            if not isinstance(json.loads(content), dict):  # what is no policy is not to be printed
                raise ValueError("a policy is a JSON object")
            return content
    if find_managed_policy(text) is None:
        hint = nearest_managed_policy(text)
        raise ValueError(f"--policy {text}: no such file, nor a managed policy; {hint}")
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
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: {str(error).removeprefix(path.name).lstrip(':, ')}") from None


def save(hub: MigrationHub, snapshot: Path | None, events: Path | None) -> None:
    """Write what is to be written at exit; what cannot be does not keep the rest from it."""
    failures = []
    for path, write in (
        (snapshot, lambda path: write_whole(path, json.dumps(hub.snapshot()))),
        (events, lambda path: write_log(path, hub.events)),
    ):
        if path is not None:
            try:
                write(path)
            except OSError as error:
                failures.append(f"{path} could not be written: {error.strerror}")
    if failures:
        raise click.ClickException("; ".join(failures))
