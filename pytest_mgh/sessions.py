"""Sessions that stay warm from one mock to the next, and never mix with the user's credentials.

A new session costs tens of milliseconds, a client on a warm one about two.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from pytest_mgh.access.principals import FAKE_CREDENTIALS

if TYPE_CHECKING:
    from botocore.session import Session

# ruff: noqa: SLF001 (neither boto3 nor botocore has a public way to swap cached credentials)

_warm: dict[str, Any] = {}


@cache
def hub_session() -> Session:
    """Return the botocore session that hubs make their own clients with."""
    import botocore.session

    return botocore.session.Session()


class DefaultSession:
    """Lends boto3 a default session for the time of a mock; `restore` takes it back.

    A default session that was there before keeps its settings and signs with the fake credentials
    meanwhile. One that was made under the mock stays with the mock.
    """

    def __init__(self) -> None:
        boto3 = sys.modules.get("boto3")
        self._before: Any = getattr(boto3, "DEFAULT_SESSION", None)
        self._credentials: Any = None
        if boto3 is None:
            return
        if self._before is None:
            boto3.DEFAULT_SESSION = _warm.get("default")  # type: ignore[attr-defined]
        else:
            session = _botocore_session(self._before)
            self._credentials = session._credentials
            session.set_credentials(*FAKE_CREDENTIALS.values())

    def restore(self) -> None:
        """Bring back the default session as it was, with the credentials that it had cached."""
        boto3 = sys.modules.get("boto3")
        if boto3 is None:
            return
        if self._before is not None:
            _botocore_session(self._before)._credentials = self._credentials
        elif _is_plain(boto3.DEFAULT_SESSION):
            _warm["default"] = boto3.DEFAULT_SESSION
        boto3.DEFAULT_SESSION = self._before  # type: ignore[attr-defined]


def _is_plain(session: Any) -> bool:
    """Whether a boto3 session was made without settings, so that another mock may have it."""
    return session is not None and not _botocore_session(session).instance_variables()


def _botocore_session(session: Any) -> Any:
    return session._session
