"""`pytest-mgh capture`: an account as a snapshot."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pytest_mgh.bridge.capturing import Capture, open_capture
from pytest_mgh.bridge.connection import AwsConnection
from pytest_mgh.bridge.options import (
    CONTEXT,
    account_options,
    check_outputs,
    ending,
    write_output,
)
from pytest_mgh.bridge.progress import Progress


@click.command(context_settings=CONTEXT)
@account_options
@click.option(
    "--anonymize",
    is_flag=True,
    help="Replace names, hosts, addresses, ids, tags, free text and the account id with made-up "
    "ones of the same form, the same everywhere.",
)
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File for the snapshot; an existing file is replaced.",
)
def capture(
    profile: str | None, region: str | None, endpoint_url: str | None, anonymize: bool, output: Path
) -> None:
    """Copy your AWS account into a snapshot.

    It calls only operations that read. The file is for hub.restore and serve --snapshot.
    """
    check_outputs([output])
    with ending():
        connection = AwsConnection(profile, region, endpoint_url)
        with Progress() as progress:
            capturing = open_capture(connection, anonymize=anonymize, watch=progress)
            try:
                capturing.run()
            except BaseException:
                progress.end()
                if capturing.began:  # the notes in it name what is missing
                    _write(capturing.result(), output)
                raise
        _write(capturing.result(), output)


def _write(result: Capture, output: Path) -> None:
    write_output(output, json.dumps(result.snapshot))
    for note in result.notes[1:]:
        click.echo(note)
    counts = ", ".join(f"{kind} {number}" for kind, number in result.counts.items())
    click.echo(f"Written to {output}: {counts or 'an empty account'}.")
