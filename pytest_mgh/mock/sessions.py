"""Sessions that stay warm from one mock to the next, and never mix with the user's credentials.

A new session costs tens of milliseconds, a client on a warm one about two.
"""

from __future__ import annotations

import sys
from copy import copy
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from pytest_mgh.access.principals import FAKE_CREDENTIALS
from pytest_mgh.hub.clients import hub_session

if TYPE_CHECKING:
    from botocore.hooks import HierarchicalEmitter
    from botocore.session import Session

# ruff: noqa: SLF001 (neither boto3 nor botocore has a public way to swap cached credentials)


@lru_cache(maxsize=1)
def _emitter(handlers: tuple[Any, ...]) -> HierarchicalEmitter:
    """Return an emitter that has botocore's own handlers, and those that others added to them."""
    from botocore.hooks import HierarchicalEmitter
    from botocore.session import Session

    emitter = HierarchicalEmitter()
    Session(event_hooks=emitter)  # registers them, which takes ten times as long as a copy
    return emitter


def _new_session() -> Session:
    """Return a session that shares with others only what botocore reads from its data files."""
    from botocore.handlers import BUILTIN_HANDLERS
    from botocore.session import Session

    emitter = copy(_emitter(tuple(BUILTIN_HANDLERS)))
    session: Any = Session(event_hooks=emitter, include_builtin_handlers=False)
    for component in ("data_loader", "endpoint_resolver"):
        session.lazy_register_component(component, partial(hub_session().get_component, component))
    made: Session = session
    return made


class DefaultSession:
    """Lends boto3 a default session for the time of a mock; `restore` takes it back.

    A default session that was there before keeps its settings and signs with the fake credentials
    meanwhile. One that is made under the mock is warm, and ends with the mock.
    """

    def __init__(self) -> None:
        boto3: Any = sys.modules.get("boto3")
        self._boto3 = boto3
        self._before: Any = getattr(self._boto3, "DEFAULT_SESSION", None)
        self._credentials: Any = None
        if self._boto3 is not None:
            self._set_up = self._boto3.setup_default_session
            self._boto3.setup_default_session = self._set_up_warm
        if self._before is not None:
            session = _botocore_session(self._before)
            self._credentials = session._credentials
            session.set_credentials(*FAKE_CREDENTIALS.values())

    def _set_up_warm(self, **kwargs: Any) -> None:
        self._set_up(**{"botocore_session": _new_session()} | kwargs)

    def restore(self) -> None:
        """Bring back the default session as it was, with the credentials that it had cached."""
        if self._before is not None:
            _botocore_session(self._before)._credentials = self._credentials
        if self._boto3 is not None:
            self._boto3.setup_default_session = self._set_up
        boto3: Any = sys.modules.get("boto3")  # perhaps imported under the mock
        if boto3 is not None:
            boto3.DEFAULT_SESSION = self._before


def _botocore_session(session: Any) -> Any:
    return session._session
