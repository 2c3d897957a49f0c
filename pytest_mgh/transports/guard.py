"""What other libraries ask before a call: the active mock answers it, or it may go on, or not."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pytest_mgh.state.process import PROCESS
from pytest_mgh.transports.hosts import EVENT_NAMES, NAMES, is_loopback
from pytest_mgh.transports.patches import patch
from pytest_mgh.transports.real_calls import check_client, check_host

if TYPE_CHECKING:
    from pytest_mgh.state.process import ActiveMock

_PORT = re.compile(r":[0-9]+$")


def guard() -> None:
    """Let every call be seen from now on, whatever library makes it."""
    for module, asked in _ASKED.items():
        patch(module, asked)


def make_request(
    proceed: Callable[..., Any], endpoint: Any, operation_model: Any, request_dict: Any
) -> Any:
    """Make the call of a client of botocore; its Endpoint asks."""
    service = operation_model.service_model
    if _is_simulated(service.service_id):
        mock = PROCESS.mock
        if mock is None:
            check_client(endpoint._event_emitter, operation_model, _host(endpoint.host))  # noqa: SLF001
        elif not _is_here(endpoint.host) or _is_configured(endpoint, service.service_name, mock):
            if mock.is_beginning:
                mock.begin_anew()
            return mock.interception.make_request(proceed, endpoint, operation_model, request_dict)
    return proceed(endpoint, operation_model, request_dict)


@lru_cache(maxsize=256)
def _is_simulated(service_id: Any) -> bool:
    return service_id.hyphenize() in EVENT_NAMES


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


@lru_cache(maxsize=256)
def _is_here(url: str) -> bool:
    """Whether a URL is one of this machine."""
    return is_loopback(_host(url))


def _is_configured(endpoint: Any, service: str, mock: ActiveMock) -> bool:
    """Whether a client's endpoint is what the environment or a config file says."""
    if endpoint._event_emitter in PROCESS.client_makers:  # noqa: SLF001 (it has no other name)
        return isinstance(endpoint.host, ConfiguredURL)
    from pytest_mgh.transports.configuration import configured_endpoint

    host: str = endpoint.host
    return host == configured_endpoint(service, mock.profile)


def make_client(proceed: Callable[..., Any], client: Any, *args: Any, **kwargs: Any) -> None:
    """Make a client of botocore, and note which test makes it inside a mock; the client asks."""
    proceed(client, *args, **kwargs)
    test = None
    if PROCESS.mock is not None:
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
    PROCESS.client_makers.setdefault(client.meta.events, test)


class ConfiguredURL(str):
    """An endpoint that the environment or a config file says, and no `endpoint_url`."""

    __slots__ = ()


def find_endpoint(proceed: Callable[..., Any], provider: Any) -> str | None:
    """Return a service's configured endpoint, which counts for no simulated one inside a mock."""
    url: str | None = proceed(provider)
    if url is None or provider._client_name not in NAMES:  # noqa: SLF001 (it has no other name)
        return url
    return ConfiguredURL(url) if PROCESS.mock is None else None


def look_up(proceed: Callable[..., Any], host: Any, *args: Any, **kwargs: Any) -> Any:
    """Look up a host, unless it is a service's; the functions of `socket` ask."""
    check_host(host)
    return proceed(host, *args, **kwargs)


def set_tunnel(
    proceed: Callable[..., Any], connection: Any, host: Any, *args: Any, **kwargs: Any
) -> Any:
    """Let a proxy connect to a host, which it would look up, unless it is a service's."""
    check_host(_PORT.sub("", host) if isinstance(host, str) else host)
    return proceed(connection, host, *args, **kwargs)


_ASKED: dict[str, dict[str, Callable[..., Any]]] = {
    "socket": dict.fromkeys(("getaddrinfo", "gethostbyname", "gethostbyname_ex"), look_up),
    "http.client": {"HTTPConnection.set_tunnel": set_tunnel},
    "botocore.endpoint": {"Endpoint.make_request": make_request},
    "botocore.client": {"BaseClient.__init__": make_client},
    "botocore.configprovider": {"ConfiguredEndpointProvider.provide": find_endpoint},
}
