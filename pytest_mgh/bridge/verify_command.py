"""`pytest-mgh verify`: compare the hub with an account."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable
from itertools import count
from pathlib import Path

import click

from pytest_mgh.bridge.caller import NotTried
from pytest_mgh.bridge.connection import AwsConnection
from pytest_mgh.bridge.findings import Outcome, Verification
from pytest_mgh.bridge.leftovers import PREFIX, find_leftovers
from pytest_mgh.bridge.options import (
    CONTEXT,
    account_options,
    check_outputs,
    confirm,
    could_not_run,
    ending,
    write_output,
)
from pytest_mgh.bridge.patience import MAX_WAIT
from pytest_mgh.bridge.progress import Progress
from pytest_mgh.bridge.report import as_json, as_markdown, summary, table
from pytest_mgh.bridge.verification import Run, open_run

HOUR = 3600.0
"""Seconds after which a run is no longer taken to be under way."""


@click.command(context_settings=CONTEXT)
@account_options
@click.option("--write", is_flag=True, help="Also try the rules that need writes.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option(
    "--output",
    "outputs",
    type=click.Path(dir_okay=False, path_type=Path),
    multiple=True,
    help="File for the result: JSON, or Markdown for an issue if it ends in .md; may be repeated.",
)
@click.option(
    "--patience",
    default=MAX_WAIT,
    show_default=True,
    type=click.FloatRange(min=0),
    help="Seconds to wait until writes become visible.",
)
@click.option("-v", "--verbose", is_flag=True, help="Also print the rules with the same answer.")
def verify(
    profile: str | None,
    region: str | None,
    endpoint_url: str | None,
    write: bool,
    yes: bool,
    outputs: tuple[Path, ...],
    patience: float,
    verbose: bool,
) -> None:
    """Compare the mock with your AWS account.

    It makes the same calls to the account and to an in-memory hub, and lists the differences.

    Without --write nothing in the account can change. The exit status is 0 if all answers are the
    same, 1 if any differ, 2 if the comparison could not be made.
    """
    check_outputs(outputs)
    with ending():
        run = open_run(AwsConnection(profile, region, endpoint_url), write=write, patience=patience)
        account = run.account_id or "whose id the caller may not read"
        click.echo(f"Account {account}, home Region {run.home_region}.")
        if write:
            _offer_leftovers(run, yes=yes)
        for line in run.plan().sentences(run.name):
            click.echo(line)
        if not yes and not confirm("Go on?"):
            could_not_run("nothing was tried; --yes skips the question")
        verification = _try(run)
    _print(verification, verbose=verbose)
    for path in outputs:
        _write(path, verification)
    if not verification.of(Outcome.SAME, Outcome.WORDING, Outcome.DIFFERS):
        could_not_run("nothing could be tried")
    sys.exit(1 if verification.differs else 0)


def _offer_leftovers(run: Run, *, yes: bool) -> None:
    """Find what earlier runs left in the account, and delete it if the user agrees."""
    try:
        leftovers = find_leftovers(run.account)
    except NotTried as untried:
        click.echo(f"Could not look for leftovers of earlier runs: {untried}.")
        return
    old = leftovers.before(run.clock() - HOUR)
    confirmed = old if yes else leftovers
    if leftovers.names() != confirmed.names():
        click.echo(
            f"Things whose names begin with {PREFIX} were made by runs that began within the last "
            "hour; they stay, because such a run may still be going on."
        )
    if not confirmed:
        return
    click.echo("Earlier runs left these behind:")
    for name in confirmed.names():
        click.echo(f"  {name}")
    if yes or confirm("Delete them?"):
        _print_leftovers(run.delete(confirmed))


def _try(run: Run) -> Verification:
    """Try all rules, and show the progress."""
    number, done = len([*run.probes()]), count(1)
    try:
        with Progress() as progress:
            return run.verification(lambda _: progress("rules", next(done), number))
    finally:
        _print_leftovers(run.left)


def _print_leftovers(problems: Iterable[str]) -> None:
    for problem in problems:
        click.echo(f"Left in the account: {problem}", err=True)


def _print(verification: Verification, *, verbose: bool) -> None:
    order = [Outcome.DIFFERS, Outcome.WORDING, Outcome.NOT_TRIED]
    if verbose:
        order.append(Outcome.SAME)
    findings = [finding for outcome in order for finding in verification.of(outcome)]
    if findings:
        click.echo()
        for line in table(findings, shutil.get_terminal_size((120, 24)).columns):
            click.echo(line)
    click.echo()
    click.echo(f"{summary(verification)}.")
    if verification.of(Outcome.DIFFERS, Outcome.WORDING):
        click.echo(
            "--output FILE.md writes the full result as Markdown for an issue, without names or "
            "ids."
        )


def _write(path: Path, verification: Verification) -> None:
    if path.suffix.lower() == ".md":
        text = as_markdown(verification)
    else:
        text = json.dumps(as_json(verification), indent=2, ensure_ascii=False) + "\n"
    write_output(path, text)
    click.echo(f"Written to {path}.")
