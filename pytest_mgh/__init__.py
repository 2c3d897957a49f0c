"""A Moto-style mock of AWS Migration Hub for pytest."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_mgh.errors import (
        MghAssertionError,
        NotSimulatedError,
        RealCallError,
        UnusedFaultWarning,
    )
    from pytest_mgh.hub import MigrationHub
    from pytest_mgh.mock import MockMigrationHub, mock_mgh
    from pytest_mgh.views import (
        ApplicationView,
        ArtifactView,
        ResourceView,
        ServerView,
        SourceView,
        StreamView,
        TaskView,
        UpdateView,
    )

__all__ = [
    "ApplicationView",
    "ArtifactView",
    "MghAssertionError",
    "MigrationHub",
    "MockMigrationHub",
    "NotSimulatedError",
    "RealCallError",
    "ResourceView",
    "ServerView",
    "SourceView",
    "StreamView",
    "TaskView",
    "UnusedFaultWarning",
    "UpdateView",
    "mock_mgh",
]

_MODULES = {
    "MghAssertionError": "errors",
    "MigrationHub": "hub",
    "MockMigrationHub": "mock",
    "NotSimulatedError": "errors",
    "RealCallError": "errors",
    "UnusedFaultWarning": "errors",
    "mock_mgh": "mock",
}


def __getattr__(name: str) -> Any:
    # Names are resolved on first use: pytest loads this package at every start.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES.get(name, 'views')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
