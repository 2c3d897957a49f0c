"""Subprocesses that find the hub in the place of AWS."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

from pytest_mgh.access.principals import FAKE_CREDENTIALS
from pytest_mgh.services.service import SERVICES

# An SDK that finds one of these may look elsewhere, wait for what isn't there, or call as another.
_GONE = (
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_DEFAULT_OUTPUT",
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_SECURITY_TOKEN",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
_ENDPOINTS = ("AWS_ENDPOINT_URL", *(service.endpoint_variable for service in SERVICES.values()))
_NO_PROXY = "127.0.0.1,localhost,::1"


def subprocess_environment(url: str, region: str) -> dict[str, str]:
    """Return this process's environment with fake credentials, a Region, and the hub's URL.

    Args:
        url: Where the hub answers.
        region: The Region that calls are made in.
    """
    env = {
        name: value for name, value in os.environ.items() if not name.startswith("AWS_ENDPOINT_URL")
    }
    for name in _GONE:
        env.pop(name, None)
    direct = [*filter(None, (env.get("NO_PROXY", env.get("no_proxy")), _NO_PROXY))]
    return {
        **env,
        **FAKE_CREDENTIALS,
        **dict.fromkeys(_ENDPOINTS, url),
        **dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), region),
        **dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull),
        **dict.fromkeys(("NO_PROXY", "no_proxy"), ",".join(direct)),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }


def run_command(
    arguments: tuple[Any, ...], options: dict[str, Any], env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it printed; `HubServer.command` documents the arguments."""
    words = _words(arguments, options)
    env = {**env, **(options.pop("env", None) or {})}
    return subprocess.run(
        words, env=env, **({"capture_output": True, "text": True, "check": False} | options)
    )


def _words(arguments: tuple[Any, ...], options: Mapping[str, Any]) -> str | Sequence[str]:
    """Return what `subprocess.run` takes; `TypeError` for what makes no command."""
    if not any(arguments):
        raise TypeError("command(): no program given")
    for argument in arguments:
        if not isinstance(argument, (str, PathLike)):
            raise TypeError(
                f"command({argument!r:.60}): pass the words of a command one by one, or a single "
                "string"
            )
    for name in ("stdout", "stderr"):
        if name in options and options.get("capture_output", True):
            raise TypeError(f"command(..., {name}=...): also needs capture_output=False")
    if len(arguments) == 1 and isinstance(arguments[0], str):
        return arguments[0] if options.get("shell") else shlex.split(arguments[0])
    return arguments
