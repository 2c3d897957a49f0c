"""Process-wide state: the active mock, and whether real calls are blocked."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Protocol
from weakref import WeakKeyDictionary, WeakSet


class _Downloads(Protocol):
    def open(self) -> str | None:
        """Return where archives are served; `None` where no socket may be opened."""


class _Interception(Protocol):
    def make_request(
        self, proceed: Callable[..., Any], endpoint: Any, operation_model: Any, request_dict: Any, /
    ) -> Any:
        """Make the call of a client of botocore, from its beginning."""

    def respond(self, request: Any, /) -> Any:
        """Answer a request."""

    def reach(self, emitter: Any, operation: Any, /) -> object:
        """Reach a client that began its call in another mock."""


class ActiveMock(Protocol):
    """What others than its own room ask of the mock that is active.

    Attributes:
        is_beginning: Whether fixtures of the test are being set up, which may set Region and time.
    """

    is_beginning: bool

    @property
    def hub(self) -> Any:
        """The hub."""

    @property
    def interception(self) -> _Interception:
        """Answers the calls of botocore's clients from the hub."""

    @property
    def requests_adapter(self) -> Any:
        """Answers those of `requests` from it, if that was asked for."""

    @property
    def downloads(self) -> _Downloads:
        """Serves the archives of exports."""

    @property
    def configs(self) -> MutableMapping[Any, Any]:
        """The configuration files, without secrets, as sessions have read them inside."""

    @property
    def profile(self) -> str | None:
        """The profile of the environment outside of the mock."""

    @property
    def is_sleep_mocked(self) -> bool:
        """Whether `time.sleep` moves the hub's clock."""

    @property
    def is_shared(self) -> bool:
        """Whether tests that do not take the hub keep what others of them changed."""

    def begin_anew(self) -> None:
        """Let the hub begin in the Region and at the time that fixtures have set."""


class ProcessState:
    """What the patched functions of other libraries ask.

    Attributes:
        lock: Held while a mock is entered or left.
        mock: The mock that is active; `None` while there is none.
        hub_listeners: Are told of each hub that a mock starts.
        end_listeners: Are told of each hub that a mock leaves, while its state is there.
        explorer: Sees every attempt of a call, and says which error it is to meet, if any; told by
            `met` whether a fault of the test's own strikes it. `None` while nothing is explored.
        real_calls_blocked: Whether calls to the simulated services are refused without a mock.
        refusals: Why calls were refused, as far as nobody has taken it: their callers may have
            swallowed it. `None` where nobody will take it, because no test runs.
        client_makers: The tests that made clients, by the client's event emitter; `None` for a
            client that was not made inside a mock.
        patches: By module and name, the functions that are patched, and what they ask.
        is_a_server: Whether the process is there for `pytest-mgh serve` alone.
        finder: Finds the modules that are to be patched at their import.
    """

    def __init__(self) -> None:
        self._locks: WeakSet[Any] = WeakSet()
        self._held: list[Any] = []
        self.lock: threading.RLock = self.new_lock()
        self.mock: ActiveMock | None = None
        self.hub_listeners: list[Callable[[Any], None]] = []
        self.end_listeners: list[Callable[[Any], None]] = []
        self.explorer: Any = None
        self.real_calls_blocked = False
        self.refusals: dict[str, None] | None = None
        self.client_makers: WeakKeyDictionary[Any, str | None] = WeakKeyDictionary()
        self.patches: dict[str, Mapping[str, Callable[..., Any]]] = {}
        self.finder: Any = None
        self.is_a_server = False

    def take_refusals(self) -> list[str]:
        """Return why calls were refused since the last time."""
        refusals = list(self.refusals or ())
        if self.refusals is not None:
            self.refusals = {}
        return refusals

    def new_lock(self) -> threading.RLock:
        """Return a lock that is free in a forked child, though another thread may have held it."""
        lock = threading.RLock()
        self._locks.add(lock)
        return lock

    def hold_locks(self) -> None:
        """Wait until no other thread holds a lock, and hold all of them."""
        locks = list(self._locks)
        held: list[Any] = []
        first = None
        while len(held) < len(locks):
            for lock in held:
                lock.release()
            held = []
            if first is not None:
                first.acquire()
                held.append(first)
            for lock in locks:
                if lock is first:
                    continue
                if not lock.acquire(blocking=False):
                    first = lock  # wait for it alone: its thread may want another
                    break
                held.append(lock)
        self._held = held

    def free_locks(self) -> None:
        """Free the locks that `hold_locks` has taken."""
        held, self._held = self._held, []
        for lock in held:
            lock.release()


def _process() -> ProcessState:
    """Return what is kept outside of the package.

    The package may be dropped and imported anew (pytester does that) while other libraries are
    still patched.
    """
    process: ProcessState | None = vars(sys).get(_NAME)
    if process is None:
        process = vars(sys)[_NAME] = ProcessState()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=process.hold_locks,
                after_in_parent=process.free_locks,
                after_in_child=process.free_locks,
            )
    return process


_NAME = "_pytest_mgh_process"
PROCESS = _process()
