"""The names under which a server answers: no page of another site may call it.

A name that somebody else's DNS lets point at loopback makes a browser believe that this server is
that site's own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache

from pytest_mgh.transports.hosts import is_aws_host, is_loopback, is_machine_name, name_of

_Refuse = Callable[["str | None", "str | None"], "tuple[int, str] | None"]


class HostNames:
    """The names under which a server answers calls.

    Args:
        host: The address that it listens on: beyond loopback every name is let through.
        allowed: Further names.
    """

    def __init__(self, host: str, allowed: Collection[str] = ()) -> None:
        self.allowed: frozenset[str] = frozenset(name.lower().rstrip(".") for name in allowed)
        self._loopback = is_loopback(host)
        # A server is called under few names, and each of their calls asks.
        self.refuse: _Refuse = lru_cache(maxsize=256)(self._refuse)

    def is_own(self, host: str) -> bool:
        """Whether a Host header names this machine, or what is allowed beside."""
        return self._knows(name_of(host) or "")

    def _knows(self, name: str) -> bool:
        return is_loopback(name) or name in self.allowed

    def _refuse(self, host: str | None, origin: str | None) -> tuple[int, str] | None:
        """Return the status and the message for a request that may not pass, or `None`.

        Args:
            host: The Host header, if there is one: every browser sends it.
            origin: The Origin header: the site whose page calls.
        """
        name = name_of(host) if host else ""
        if name is None:
            return 400, f"there is no host {host!r}"
        if not self._loopback or not name:
            return None
        if not (self._knows(name) or is_aws_host(name) or is_machine_name(name)):
            return 403, (
                f"this server only answers on loopback, not as {name!r}; to allow that name: "
                f"--allow-host {name}, or HubServer(hub, allow_hosts=[...])"
            )
        if origin is not None and not self.is_own(origin.partition("://")[2]):
            return 403, f"pages of {origin} may not call this server"
        return None
