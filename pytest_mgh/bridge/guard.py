"""Lets nothing pass that could change an account, unless it may be written.

The hub is always asked first. What is not to write sends to the account only what changes nothing:
reads, dry runs, and the very requests that the hub has refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from pytest_mgh.bridge.calls import Reply, Request, Send


def before_hub(send: Send, refused: set[Request], may_write: Callable[[], bool]) -> Send:
    """Return what sends to the hub, and notes what it refuses."""

    def guarded(request: Request) -> Reply:
        reply = send(request)
        if not (request.is_harmless or may_write()):
            if reply.status < 300:
                raise AssertionError(f"{request.operation} would write: the hub accepts it")
            refused.add(request)
        return reply

    return guarded


def before_account(send: Send, refused: Collection[Request], may_write: Callable[[], bool]) -> Send:
    """Return what sends to the account."""

    def guarded(request: Request) -> Reply:
        if not (request.is_harmless or request in refused or may_write()):
            raise AssertionError(f"{request.operation} might write: the hub did not refuse it")
        return send(request)

    return guarded
