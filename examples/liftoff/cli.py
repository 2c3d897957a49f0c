"""The command line of Liftoff."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from liftoff.connection import HomeRegionNotSetError, connect
from liftoff.discovery import Discovery
from liftoff.inventory import InventoryError, read_wave
from liftoff.migrate import migrate_wave
from liftoff.permissions import check_permissions
from liftoff.reporting import Reporter


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        The exit status: 0 if all went well, 1 if a server failed or a permission is missing,
        2 if the wave could not be run.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.check:
            return _check(connect(), options.stream)
        return _migrate(options.wave, options.stream)
    except (HomeRegionNotSetError, InventoryError, OSError, BotoCoreError, ClientError) as error:
        print(f"liftoff: {error}", file=sys.stderr)
        return 2


def _migrate(path: str, stream: str) -> int:
    servers = read_wave(path)
    outcome = migrate_wave(servers, Reporter(connect(), stream), Discovery(connect("discovery")))
    for name in outcome.unmapped:
        print(f"unmapped   {name}: not in the discovery repository")
    for name in outcome.skipped:
        print(f"skipped    {name}: migrated before")
    for name in outcome.completed:
        print(f"completed  {name}")
    for name, reason in outcome.failed.items():
        print(f"failed     {name}: {reason}")
    return 1 if outcome.failed else 0


def _check(client: Any, stream: str) -> int:
    permissions = check_permissions(client, stream)
    for permission in permissions:
        verdict = "allowed" if permission.allowed else f"denied: {permission.message}"
        print(f"{permission.operation:<28} {verdict}")
    return 0 if all(permission.allowed for permission in permissions) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="liftoff", description="Move a wave of servers to AWS.")
    parser.add_argument("wave", help="CSV file with the servers of the wave")
    parser.add_argument("--stream", default="Liftoff", help="progress update stream (%(default)s)")
    parser.add_argument(
        "--check", action="store_true", help="only check the permissions that the wave needs"
    )
    return parser
