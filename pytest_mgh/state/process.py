"""What holds for the whole process, and for no single hub: which mock is active, and real calls."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary


class Process:
    """What the patched functions of other libraries ask.

    Attributes:
        lock: Held while a mock is entered or left.
        mock: The `Activation` of the mock that is active; `None` while there is none.
        hub_listeners: Are told of each hub that a mock starts.
        real_calls_blocked: Whether calls to the simulated services are refused without a mock.
        refusals: Why calls were refused, as far as nobody has taken it: their callers may have
            swallowed it.
        client_makers: The tests that made clients, by the client's event emitter; `None` for a
            client that was not made inside a mock.
        patches: By module and name, the functions that are patched, and what they ask.
        finder: Finds the modules that are to be patched at their import.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.mock: Any = None
        self.hub_listeners: list[Callable[[Any], None]] = []
        self.real_calls_blocked = False
        self.refusals: dict[str, None] = {}
        self.client_makers: WeakKeyDictionary[Any, str | None] = WeakKeyDictionary()
        self.patches: dict[str, Mapping[str, Callable[..., Any]]] = {}
        self.finder: Any = None

    def take_refusals(self) -> list[str]:
        """Return why calls were refused since the last time."""
        refusals, self.refusals = self.refusals, {}
        return list(refusals)


# Kept outside of the package, which may be dropped and imported anew (pytester does that) while
# other libraries are still patched.
PROCESS: Process = vars(sys).setdefault("_pytest_mgh_process", Process())
