"""What `MigrationHub.fail` returns: a block with which a fault ends."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from types import TracebackType

from pytest_mgh.errors import UnusedFaultWarning
from pytest_mgh.state.faults import Fault, Faults


class FaultScope(AbstractContextManager[Fault]):
    """An injected fault. As a context manager, it ends with the block.

    Args:
        fault: The fault, which `with` gives.
        drop: Drops it from its hub.
    """

    def __init__(self, fault: Fault, drop: Callable[[Fault], None]) -> None:
        self._fault = fault
        self._drop = drop

    def __repr__(self) -> str:
        return f"<{self._fault}>"

    def __enter__(self) -> Fault:
        return self._fault

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        self._drop(self._fault)
        if error is None and self._fault.unused:
            warn_of_unused(self._fault)


def warn_of_unused(fault: Fault) -> None:
    """Warn of a fault that no call met, at the line that asked for it."""
    text = f"unused fault: {fault}"
    if fault.place is None:
        warnings.warn(text, UnusedFaultWarning, stacklevel=3)
    else:
        warnings.warn_explicit(text, UnusedFaultWarning, *fault.place)


def warn_of_all_unused(faults: Faults, but: Collection[Fault]) -> None:
    """Warn of each fault that no call met, once; not of those that others asked for."""
    for fault in faults.unused:
        if not fault.reported and all(fault is not one for one in but):
            fault.reported = True
            warn_of_unused(fault)
