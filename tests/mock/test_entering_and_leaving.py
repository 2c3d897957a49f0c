"""Each step of starting and stopping a mock fails once: everything is restored."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.httpsession import URLLib3Session

from pytest_mgh import NotSimulatedError, mock_mgh
from pytest_mgh.mock import activation, environment, sessions
from pytest_mgh.state.process import PROCESS
from pytest_mgh.transports import botocore as interception


class StepError(Exception):
    """What a step fails with."""


class RealCallError(Exception):
    """Stands for a call that reaches the network."""


@pytest.fixture(autouse=True)
def _own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Credentials, a Region and a default session of the user's own, and no network."""

    def send(*_: Any) -> None:
        raise RealCallError

    monkeypatch.setattr(URLLib3Session, "send", send)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "eu-west-1" if name.endswith("REGION") else "own")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    session = boto3.Session("OWNKEY", "own-secret", region_name="eu-west-1")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    yield
    PROCESS.take_refusals()


@pytest.fixture
def client() -> Any:
    """A client with a rate limiter, which the mock changes too."""
    config = Config(retries={"mode": "adaptive", "total_max_attempts": 1})
    return boto3.Session("OWNKEY", "own-secret").client("mgh", "us-west-2", config=config)


def limiter(client: Any) -> Any:
    (owner,) = {
        handler.__self__
        for handler in client.meta.events._emitter._handlers.prefix_search("before-send.x.y")
        if hasattr(getattr(handler, "__self__", None), "_token_bucket")
    }
    return owner._token_bucket


def everything(client: Any) -> dict[str, Any]:
    """Return all that a mock changes."""
    event = "before-send.migration-hub.ListMigrationTasks"
    session = boto3.DEFAULT_SESSION
    return {
        "environment": dict(os.environ),
        "session": session,
        "credentials": session.get_credentials().access_key,
        "mock": PROCESS.mock,
        "handlers": list(client.meta.events._emitter._handlers.prefix_search(event)),
        "endpoint": dict(vars(client._endpoint)),
        "waits": "_sleep_amount" not in vars(limiter(client)),
    }


def is_left_alone(client: Any) -> bool:
    try:
        client.list_progress_update_streams()
    except RealCallError:
        return True
    return False


def is_answered(client: Any) -> bool:
    return not is_left_alone(client)


# entering


def fail(*_: Any, **__: Any) -> Any:
    raise StepError


@contextmanager
def fail_at_entry(*_: Any) -> Iterator[None]:
    raise StepError
    yield


class _HalfMapping(dict[str, str]):
    """Fails once some of its items have been read."""

    def __getitem__(self, name: str) -> str:
        if name == list(self)[-1]:
            raise StepError
        return super().__getitem__(name)

    def keys(self) -> Any:
        return [*super().keys()]


ENTERING: dict[str, Callable[[], tuple[Any, str, Any]]] = {
    "making what answers": lambda: (interception.Interception, "__init__", fail),
    "patching other libraries": lambda: (activation, "guard", fail),
    "the environment": lambda: (activation, "fake_environment", fail_at_entry),
    "a part of the environment": lambda: (
        environment,
        "FAKE_CREDENTIALS",
        _HalfMapping(environment.FAKE_CREDENTIALS),
    ),
    "the default session": lambda: (activation, "fake_default_session", fail_at_entry),
    "patching boto3": lambda: (sessions, "patch", fail),
    "the credentials of the session": lambda: (
        boto3.DEFAULT_SESSION._session,
        "set_credentials",
        fail,
    ),
    "those who listen": lambda: (PROCESS, "hub_listeners", [fail]),
}


@pytest.mark.parametrize("step", ENTERING)
def test_a_failed_start_of_the_mock_restores_everything(
    monkeypatch: pytest.MonkeyPatch, client: Any, step: str
) -> None:
    before = everything(client)
    mock = mock_mgh()

    with monkeypatch.context() as patch:
        patch.setattr(*ENTERING[step]())
        with pytest.raises(StepError):
            mock.start()

    assert everything(client) == before
    assert is_left_alone(client)
    with pytest.raises(RuntimeError, match="without start"):
        mock.stop()
    with mock:
        assert is_answered(client)
    assert everything(client) == before


# leaving


def failing_at_exit(step: Callable[..., Any]) -> Callable[..., Any]:
    """Return a step that is undone, and fails at that."""

    @contextmanager
    def wrapper(*args: Any) -> Iterator[None]:
        with step(*args):
            yield
        raise StepError

    return wrapper


def failing_after(function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapper(*args: Any, **kwargs: Any) -> None:
        function(*args, **kwargs)
        raise StepError

    return wrapper


Patched = Callable[[pytest.MonkeyPatch, Any], None]


def _environment(patch: pytest.MonkeyPatch, _: Any) -> None:
    step: Callable[..., AbstractContextManager[None]] = activation.fake_environment
    patch.setattr(activation, "fake_environment", failing_at_exit(step))


def _session(patch: pytest.MonkeyPatch, _: Any) -> None:
    patch.setattr(
        activation, "fake_default_session", failing_at_exit(activation.fake_default_session)
    )


def _default_session(patch: pytest.MonkeyPatch, _: Any) -> None:
    restore = sessions._restore_default_session
    patch.setattr(sessions, "_restore_default_session", failing_after(restore))


def _interception(patch: pytest.MonkeyPatch, _: Any) -> None:
    patch.setattr(interception.Interception, "end", failing_after(interception.Interception.end))


def _emitter(patch: pytest.MonkeyPatch, client: Any) -> None:
    emitter = client.meta.events
    patch.setattr(emitter, "unregister", failing_after(emitter.unregister))


def _limiter(patch: pytest.MonkeyPatch, _: Any) -> None:
    patch.setattr(interception, "wait_again", failing_after(interception.wait_again))


LEAVING: dict[str, Patched] = {
    "the environment": _environment,
    "boto3's session": _session,
    "the default session": _default_session,
    "what answers": _interception,
    "the handlers of a client": _emitter,
    "a rate limiter": _limiter,
}


@pytest.mark.parametrize("step", LEAVING)
def test_a_failed_step_of_stopping_does_not_prevent_the_other_steps(
    monkeypatch: pytest.MonkeyPatch, client: Any, step: str
) -> None:
    before = everything(client)
    other = boto3.Session("OWNKEY", "own-secret").client("mgh", "us-west-2")

    with monkeypatch.context() as patch:
        LEAVING[step](patch, client)
        with pytest.raises(StepError), mock_mgh():
            assert [is_answered(client), is_answered(other)] == [True, True]

    assert everything(client) == before
    assert [is_left_alone(client), is_left_alone(other)] == [True, True]


def test_stopping_survives_the_failure_of_all_its_steps(
    monkeypatch: pytest.MonkeyPatch, client: Any
) -> None:
    before = everything(client)

    with monkeypatch.context() as patch:
        for make_fail in LEAVING.values():
            make_fail(patch, client)
        with pytest.raises(StepError), mock_mgh():
            assert is_answered(client)

    assert everything(client) == before
    with mock_mgh():
        assert is_answered(client)
    assert everything(client) == before


def test_an_interrupt_while_the_mock_stops_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, client: Any
) -> None:
    before = everything(client)

    def interrupt(_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(interception, "wait_again", interrupt)
        with pytest.raises(KeyboardInterrupt), mock_mgh():
            assert is_answered(client)
    del limiter(client)._sleep_amount  # interrupts

    assert everything(client) == before


def test_an_error_of_stopping_is_raised_in_place_of_an_error_of_the_test(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _interception(monkeypatch, None)
    mock = mock_mgh()
    mock.start()._world.test_errors.append(NotSimulatedError("swallowed"))

    with pytest.raises(StepError):
        mock.stop()


def test_a_client_changed_by_others_does_not_prevent_the_restoring_of_other_clients(
    client: Any,
) -> None:
    before = everything(client)
    other = boto3.Session("OWNKEY", "own-secret").client("mgh", "us-west-2")

    with mock_mgh():
        assert [is_answered(client), is_answered(other)] == [True, True]
        del limiter(client)._sleep_amount
        client.meta.events.unregister("before-send.migration-hub", unique_id="pytest-mgh")

    assert everything(client) == before
    assert is_left_alone(other)
