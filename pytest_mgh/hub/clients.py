"""Botocore clients for a hub, on a session that stays warm.

A new session costs tens of milliseconds, a client on a warm one about two.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.session import Session


@cache
def hub_session() -> Session:
    """Return the botocore session that hubs make their own clients with."""
    from botocore.session import Session

    return Session()


def create_client(service: str, *, config: Any = None, **options: Any) -> Any:
    """Return a client for a hub: endpoints and proxies that others are to use are not its own."""
    from botocore.config import Config

    own: Any = Config(ignore_configured_endpoint_urls=True, proxies={})  # type: ignore[call-arg]  # no stub
    if config is not None:
        own = own.merge(config)
    return hub_session().create_client(service, config=own, **options)
