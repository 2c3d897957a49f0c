"""Calls that would reach AWS: which of them are refused, and why."""

from __future__ import annotations

import os
import re
import socket
import sys
import threading
from functools import wraps
from typing import Any, NoReturn
from weakref import WeakKeyDictionary

from pytest_mgh.errors import RealCallError
from pytest_mgh.transports.hosts import is_service_host

_GUARDED = "pytest_mgh_guarded"
_PORT = re.compile(r":[0-9]+$")
_WAYS = "the fixture mgh, @pytest.mark.mgh, @mock_mgh or `with mock_mgh()`"


class RealCalls:
    """Refuses calls to the simulated services while no mock is active.

    A client that was made inside a mock never reaches AWS; where `blocked` is set, none does. While
    one of `blocked` and `mocked` is set, no library finds the address of a service.
    """

    def __init__(self) -> None:
        self.blocked = False
        self.mocked = False
        self._made_inside: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
        self._errors: list[RealCallError] = []
        self._lock = threading.Lock()

    def guard_addresses(self) -> None:
        """See from now on what hosts are looked up, and what proxies are to look up.

        Others may have put back what was there before, so that it is worth doing again.
        """
        from http.client import HTTPConnection  # botocore has it; the plugin alone does not

        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            look_up = getattr(socket, name)
            if not hasattr(look_up, _GUARDED):
                setattr(socket, name, self._guarding(look_up))
        tunnel: Any = HTTPConnection.set_tunnel
        if not hasattr(tunnel, _GUARDED):
            HTTPConnection.set_tunnel = self._guarding_tunnel(tunnel)  # type: ignore[method-assign]

    def _guarding(self, look_up: Any) -> Any:
        @wraps(look_up)
        def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
            self._check_host(host)
            return look_up(host, *args, **kwargs)

        guarded.__module__ = "socket"  # where pickle finds it; the C function says _socket
        setattr(guarded, _GUARDED, True)
        return guarded

    def _guarding_tunnel(self, tunnel: Any) -> Any:
        @wraps(tunnel)
        def guarded(connection: Any, host: Any, *args: Any, **kwargs: Any) -> Any:
            self._check_host(_PORT.sub("", host) if isinstance(host, str) else host)
            return tunnel(connection, host, *args, **kwargs)

        setattr(guarded, _GUARDED, True)
        return guarded

    def _check_host(self, host: Any) -> None:
        if self.blocked or self.mocked:
            name = host.decode("latin-1") if isinstance(host, bytes) else host
            if isinstance(name, str) and is_service_host(name):
                self._refuse_address(name)

    def _refuse_address(self, host: str) -> NoReturn:
        if self.mocked:
            self._refuse(
                f"a call to {host} would reach AWS from inside a Migration Hub mock: the mock "
                "answers botocore's clients, and with requests=True the library requests. Give "
                "other libraries and processes the URL of the fixture mgh_server."
            )
        self._refuse(f"a call to {host} would reach AWS, and mgh_block_real_calls is on.")

    def note_client(self, emitter: Any) -> None:
        """Note that a client, known by its event emitter, is made inside a mock."""
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0] or _test_case()
        with self._lock:
            self._made_inside.setdefault(emitter, test)

    def check(self, emitter: Any, call: str) -> None:
        """Refuse the call of a client, if it must not reach AWS.

        Raises:
            RealCallError: It must not; the message says why, and what to do.
        """
        test = self._made_inside.get(emitter)
        if test is not None:
            self.refuse_client(call, test)
        if self.blocked:
            self._refuse(
                f"{call} would reach AWS: no Migration Hub mock is active, and "
                f"mgh_block_real_calls is on. Activate the mock for it: {_WAYS}."
            )

    def refuse_client(self, call: str, test: str = "") -> NoReturn:
        """Refuse the call of a client that was made inside a mock."""
        maker = f" in {test}" if test else ""
        self._refuse(
            f"{call} would reach AWS: its client was made{maker} inside a Migration Hub mock, "
            f"which has ended. Make the client where it is used, or activate the mock there: "
            f"{_WAYS}."
        )

    def refuse_late(self, call: str) -> NoReturn:
        """Refuse a call that was under way when its mock ended."""
        self._refuse(
            f"{call} would reach AWS: the Migration Hub mock that it began in has ended. Wait "
            "inside the mock for the calls of threads and tasks."
        )

    def _refuse(self, message: str) -> NoReturn:
        error = RealCallError(message)
        self._errors.append(error)  # the code under test may swallow it
        raise error

    def take_errors(self) -> list[RealCallError]:
        """Return the refusals since the last time."""
        errors, self._errors = self._errors, []
        return errors


def _test_case() -> str:
    """Return the id of the `unittest.TestCase` that runs in this thread, or nothing."""
    unittest: Any = sys.modules.get("unittest")
    frame = None if unittest is None else sys._getframe(1)  # noqa: SLF001 (the only way)
    while frame is not None:
        owner = frame.f_locals.get("self") if "self" in frame.f_code.co_varnames else None
        if isinstance(owner, unittest.TestCase):
            return str(owner.id())
        frame = frame.f_back
    return ""


REAL_CALLS = RealCalls()
