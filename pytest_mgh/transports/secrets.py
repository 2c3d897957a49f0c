"""Sessions of botocore inside a mock: no secret of the user's is asked for, run or kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_mgh.access.principals import FAKE_CREDENTIALS
from pytest_mgh.state.process import PROCESS
from pytest_mgh.transports.patches import patch

# ruff: noqa: SLF001 (botocore has no public way to what a session holds)

_SECRETS = frozenset(
    {"aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"}
)


def shield_secrets() -> None:
    """Let sessions ask from now on, whose they are: inside a mock they get fakes."""
    for module, asked in _ASKED.items():
        patch(module, asked)


def get_credentials(proceed: Callable[..., Any], session: Any) -> Any:
    """Return a session's credentials: those that it has, or inside a mock the environment's."""
    from botocore.credentials import Credentials, EnvProvider

    if not _looks_for_credentials(session):
        return proceed(session)
    return EnvProvider().load() or Credentials(*FAKE_CREDENTIALS.values())


async def get_credentials_async(proceed: Callable[..., Any], session: Any) -> Any:
    """Return the credentials of a session of aiobotocore."""
    from aiobotocore.credentials import AioCredentials, AioEnvProvider

    if not _looks_for_credentials(session):
        return await proceed(session)
    return await AioEnvProvider().load() or AioCredentials(*FAKE_CREDENTIALS.values())


def _looks_for_credentials(session: Any) -> bool:
    return PROCESS.mock is not None and session._credentials is None


def read_config(proceed: Callable[..., Any], session: Any) -> Any:
    """Return what files say to a session; one that reads them inside a mock reads no secret."""
    mock = PROCESS.mock
    if mock is None:
        return proceed(session)
    configs = mock.configs
    with PROCESS.lock:  # several threads may read for one session
        if session._config is not None:
            return session._config
        if session not in configs:
            configs[session] = _read_without_secrets(proceed, session)
        return configs[session]


def _read_without_secrets(proceed: Callable[..., Any], session: Any) -> Any:
    try:
        config = proceed(session)
    finally:
        session._config = None  # after the mock it is read anew
    for profile in config["profiles"].values():
        for name in _SECRETS & profile.keys():
            del profile[name]
    return config


_ASKED: dict[str, dict[str, Callable[..., Any]]] = {
    "botocore.session": {
        "Session.get_credentials": get_credentials,
        "Session.full_config": read_config,
    },
    "aiobotocore.session": {"AioSession.get_credentials": get_credentials_async},
}
