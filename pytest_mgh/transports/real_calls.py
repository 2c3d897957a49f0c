"""Calls that would reach AWS: which of them are refused, and why."""

from __future__ import annotations

import os
import threading
from typing import Any
from weakref import WeakKeyDictionary

from pytest_mgh.errors import RealCallError

_WAYS = "the fixture mgh, @pytest.mark.mgh, @mock_mgh or `with mock_mgh()`"


class RealCalls:
    """Refuses calls to the simulated services while no mock is active.

    A client that was made inside a mock never reaches AWS; where `blocked` is set, none does.
    """

    def __init__(self) -> None:
        self.blocked = False
        self._made_inside: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
        self._errors: list[RealCallError] = []
        self._lock = threading.Lock()

    def note_client(self, emitter: Any) -> None:
        """Note that a client, known by its event emitter, is made inside a mock."""
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
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

    def refuse_client(self, call: str, test: str = "") -> None:
        """Refuse the call of a client that was made inside a mock."""
        maker = f" in {test}" if test else ""
        self._refuse(
            f"{call} would reach AWS: its client was made{maker} inside a Migration Hub mock, "
            f"which has ended. Make the client where it is used, or activate the mock there: "
            f"{_WAYS}."
        )

    def _refuse(self, message: str) -> None:
        error = RealCallError(message)
        self._errors.append(error)  # the code under test may swallow it
        raise error

    def take_errors(self) -> list[RealCallError]:
        """Return the refusals since the last time."""
        errors, self._errors = self._errors, []
        return errors


REAL_CALLS = RealCalls()
