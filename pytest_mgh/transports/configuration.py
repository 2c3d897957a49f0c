"""Settings from the environment and the config file, as botocore reads them; no credentials."""

from __future__ import annotations

import os
from functools import lru_cache
from inspect import unwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.session import Session


def default_region(profile: str | None = None) -> str | None:
    """Return the Region of a client that is given none; `None` without one.

    A variable that is set and empty counts as not set, and a config file that botocore can't read,
    or that hasn't the profile, as empty.

    Args:
        profile: The profile of the config file; by default that of the environment.
    """
    region = os.environ.get("AWS_DEFAULT_REGION")
    return region or _region_of_file(profile)


def _region_of_file(profile: str | None) -> str | None:
    path = _config_file()
    try:
        stat = os.stat(path)  # noqa: PTH116 (every mock that is entered asks, and pathlib is slow)
    except OSError:
        return None
    variables = ("AWS_DEFAULT_PROFILE", "AWS_PROFILE")  # in botocore's order
    profile = profile or next(filter(None, map(os.environ.get, variables)), None)
    return _read_region(path, stat.st_mtime_ns, stat.st_size, profile)


def _config_file() -> str:
    given = os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config"
    return os.path.expanduser(given)  # noqa: PTH111 (as above)


def _session(config_file: str, profile: str | None) -> Session:
    from botocore.session import Session

    session = Session(profile=profile)
    session.set_config_variable("config_file", config_file)
    session.set_config_variable("credentials_file", os.devnull)
    return session


@lru_cache(maxsize=8)
def _read_region(path: str, changed: int, size: int, profile: str | None) -> str | None:
    """Return the Region of a profile; the cache is valid while time and size of the file stay."""
    from botocore.exceptions import BotoCoreError

    try:
        region: str | None = _session(path, profile).get_scoped_config().get("region")
    except BotoCoreError:
        return None
    return region


def configured_endpoint(service: str, profile: str | None = None) -> str | None:
    """Return the endpoint that clients of a service have without an `endpoint_url`.

    Args:
        service: The service's name in botocore.
        profile: The profile of the config file; by default that of the environment.
    """
    from botocore.configprovider import ConfiguredEndpointProvider
    from botocore.exceptions import BotoCoreError

    session = _session(_config_file(), profile)
    provide = unwrap(ConfiguredEndpointProvider.provide)  # not as a mock has it
    try:
        url: str | None = provide(
            ConfiguredEndpointProvider(session.full_config, session.get_scoped_config(), service)
        )
    except BotoCoreError:
        return None
    return url
