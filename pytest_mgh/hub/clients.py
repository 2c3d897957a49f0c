"""Clients that call a hub, all made by one botocore session that stays warm.

A new session costs tens of milliseconds, a client on a warm one about two.
"""

from __future__ import annotations

import os
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from botocore.session import Session

_URLS: WeakKeyDictionary[object, list[str]] = WeakKeyDictionary()


def urls_of(hub: object) -> list[str]:
    """Return the URLs at which servers answer from a hub, the first one first.

    Each server enters its own, and takes it out at its end.
    """
    return _URLS.setdefault(hub, [])


def endpoint_url(hub: object) -> str | None:
    """Return the URL that clients of a hub call; `None` while its mock is active, which sees to it.

    Raises:
        RuntimeError: No mock answers from this hub, and no server.
    """
    if PROCESS.mock is not None and PROCESS.mock.hub is hub:
        return None
    if not urls_of(hub):
        raise RuntimeError(
            "this hub can't answer a client: its mock is not active, and no HubServer is running"
        )
    return urls_of(hub)[0]


@cache
def hub_session() -> Session:
    """Return the botocore session that hubs make their clients with.

    It reads no file of the user's: so it is the same on every machine, and keeps no secret.
    """
    session = _session()
    share_data(session)
    return session


def share_data(session: Session) -> None:
    """Let a session have what botocore reads from its data files, which takes long, from others."""
    for component in ("data_loader", "endpoint_resolver"):
        session.lazy_register_component(component, partial(_reader().get_component, component))


@cache
def _reader() -> Session:
    """Return the session that reads the data files for all others; it makes no client."""
    return _session(include_builtin_handlers=False)  # to register them takes as long as to read


def _session(**options: Any) -> Session:
    from botocore.session import Session

    session = Session(**options)
    session.set_config_variable("profile", None)
    for name in ("config_file", "credentials_file"):
        session.set_config_variable(name, os.devnull)
    return session


def create_client(service: str, *, config: Any = None, **options: Any) -> Any:
    """Return a client for a hub: endpoints and proxies that others are to use are not its own."""
    from botocore.config import Config

    own: Any = Config(ignore_configured_endpoint_urls=True, proxies={})  # type: ignore[call-arg]  # no stub
    if config is not None:
        own = own.merge(config)
    return hub_session().create_client(service, config=own, **options)
