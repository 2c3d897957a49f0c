"""Lets nothing pass that could change an account, until the run may write."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mgh.bridge.calls import Reply, Request, Send


def is_harmless(request: Request) -> bool:
    """Whether a request changes nothing, whatever it is answered."""
    return request.read_only or request.dry_run


class Guard:
    """Stands before the hub and before the account.

    The hub is always asked first. As long as the run may not write, only what changes nothing goes
    to the account: reads, dry runs, and the very requests that the hub has just refused.

    Attributes:
        writing: Whether the run may write.
    """

    def __init__(self) -> None:
        self.writing = False
        self._refused: set[Request] = set()

    def before_hub(self, send: Send) -> Send:
        """Return what sends to the hub, and notes what it refuses."""

        def guarded(request: Request) -> Reply:
            reply = send(request)
            if not (self.writing or is_harmless(request)):
                if reply.status < 300:
                    raise AssertionError(f"{request.operation} would write: the hub accepts it")
                self._refused.add(request)
            return reply

        return guarded

    def before_account(self, send: Send) -> Send:
        """Return what sends to the account."""

        def guarded(request: Request) -> Reply:
            if not (self.writing or is_harmless(request) or request in self._refused):
                raise AssertionError(f"{request.operation} might write: the hub did not refuse it")
            return send(request)

        return guarded
