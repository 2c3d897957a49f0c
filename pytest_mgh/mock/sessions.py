"""boto3's default session inside a mock, which never mixes with the user's credentials."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pytest_mgh.access.principals import FAKE_CREDENTIALS
from pytest_mgh.hub.clients import share_data
from pytest_mgh.state.accounts import DEFAULT_REGION, SUPPORTED_REGIONS
from pytest_mgh.state.process import PROCESS
from pytest_mgh.transports.configuration import default_region
from pytest_mgh.transports.patches import patch

if TYPE_CHECKING:
    from botocore.hooks import HierarchicalEmitter

# ruff: noqa: SLF001 (neither boto3 nor botocore has a public way to swap cached credentials)


def region_of_process() -> str:
    """Return the Region of clients that are given none, if Migration Hub is offered there.

    Else it is the default one: us-west-2.
    """
    session = getattr(sys.modules.get("boto3"), "DEFAULT_SESSION", None)
    given = {} if session is None else session._session.instance_variables()
    region = given.get("region") or default_region(given.get("profile"))
    return region if region in SUPPORTED_REGIONS else DEFAULT_REGION


_EVENT_NAMES: dict[str, str] = {}
"""What events were called formerly, and are called now: botocore looks it up in long lists."""


@lru_cache(maxsize=1)
def _emitter(handlers: tuple[Any, ...]) -> HierarchicalEmitter:
    """Return an emitter that has botocore's own handlers, and those that others added to them."""
    from botocore.hooks import HierarchicalEmitter
    from botocore.session import Session

    emitter = HierarchicalEmitter()
    Session(event_hooks=emitter)  # registers them, which takes ten times as long as a copy
    return emitter


def _new_session() -> Any:
    """Return a session that shares with others only what botocore reads from its data files."""
    from botocore.handlers import BUILTIN_HANDLERS
    from botocore.session import Session

    from pytest_mgh.transports.shared_handlers import sharing

    emitter = sharing(_emitter(tuple(BUILTIN_HANDLERS)))
    session: Any = Session(event_hooks=emitter, include_builtin_handlers=False)
    vars(session._events)["_alias_name_cache"] = _EVENT_NAMES
    share_data(session)
    return session


def set_up_default_session(proceed: Callable[..., None], **kwargs: Any) -> None:
    """Make boto3's default session, in boto3's own function's place, which is `proceed`.

    Inside a mock it is made of what is warm already.
    """
    if PROCESS.mock is None:
        proceed(**kwargs)
        return
    session = _new_session()
    events = vars(session._events)
    events["_verify_accept_kwargs"] = _trust
    try:
        proceed(**{"botocore_session": session} | kwargs)
    finally:
        del events["_verify_accept_kwargs"]


def _trust(_: object) -> None:
    """Skip the inspection of boto3's own handlers, which takes time in each session."""


@contextmanager
def fake_default_session() -> Iterator[None]:
    """Let boto3's default session sign with the fake credentials.

    One that was there before comes back as it was, with the credentials that it had cached; one
    that is made inside ends with the mock.
    """
    patch("boto3", {"setup_default_session": set_up_default_session})
    before = getattr(sys.modules.get("boto3"), "DEFAULT_SESSION", None)
    with ExitStack() as steps:
        steps.callback(_restore_default_session, before)
        if before is not None:
            session = before._session
            steps.callback(setattr, session, "_credentials", session._credentials)
            session.set_credentials(*FAKE_CREDENTIALS.values())
        yield


def _restore_default_session(session: Any) -> None:
    boto3: Any = sys.modules.get("boto3")  # perhaps imported inside
    if boto3 is not None:
        boto3.DEFAULT_SESSION = session
