"""`pytest-mgh health`: checks whether a server answers, and waits for one that starts."""

from __future__ import annotations

import json
import time
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

import click

PATH = "/_mgh/health"
_PAUSE = 0.05
_PATIENCE = 5.0
"""Seconds that a server has to answer once it is asked."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("url", default="http://127.0.0.1:5000", envvar="AWS_ENDPOINT_URL")
@click.option(
    "--wait",
    metavar="SECONDS",
    default=0.0,
    show_default=True,
    type=click.FloatRange(min=0),
    help="Seconds to wait for a server that does not answer yet.",
)
def health(url: str, wait: float) -> None:
    """Check whether a server answers.

    The exit status is 0 if one answers at URL, else 1.

    The default URL is the value of AWS_ENDPOINT_URL, or http://127.0.0.1:5000.
    """
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise click.UsageError(f"{url!r} is not a URL such as http://127.0.0.1:5000")
    end = time.monotonic() + wait
    while True:
        try:
            found = _ask(url)
            break
        except (OSError, HTTPException) as error:
            if time.monotonic() >= end:
                raise click.ClickException(f"nothing answers at {url}: {_reason(error)}") from None
        time.sleep(_PAUSE)
    others = ", and moto all others" if found["moto"] else ""
    services = ", ".join(found["services"])
    click.echo(f"{found['status']}: pytest-mgh {found['version']} answers {services}{others}")


def _ask(url: str) -> dict[str, Any]:
    """Return what a server reports about itself.

    Raises:
        OSError: Nothing answers.
        ClickException: Something else answers.
    """
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(url.rstrip("/") + PATH, timeout=_PATIENCE) as answer:
            found = json.load(answer)
            if isinstance(found, dict) and found.keys() >= {"status", "services", "moto"}:
                return found
    except HTTPError as error:
        error.close()
        raise click.ClickException(f"the server at {url} is not pytest-mgh: {error}") from None
    except ValueError:
        pass
    raise click.ClickException(f"the server at {url} is not pytest-mgh")


def _reason(error: Exception) -> str:
    return str(error.reason if isinstance(error, URLError) else error) or type(error).__name__
