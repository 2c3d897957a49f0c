"""A Moto-style mock of AWS Migration Hub for pytest."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_mgh.errors import (
        MghAssertionError,
        NotSimulatedError,
        PolicyWarning,
        RealCallError,
        UnusedFaultWarning,
    )
    from pytest_mgh.hub.discovery_views import (
        AgentView,
        ConnectionView,
        ExportView,
        FailureView,
        ImportView,
        ProcessView,
    )
    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.hub.views import (
        ApplicationView,
        ArtifactView,
        EntryView,
        ResourceView,
        ServerView,
        SourceView,
        StreamView,
        TaskView,
        UpdateView,
    )
    from pytest_mgh.mock.activation import MockMigrationHub, mock_mgh

__all__ = [
    "AgentView",
    "ApplicationView",
    "ArtifactView",
    "ConnectionView",
    "EntryView",
    "ExportView",
    "FailureView",
    "ImportView",
    "MghAssertionError",
    "MigrationHub",
    "MockMigrationHub",
    "NotSimulatedError",
    "PolicyWarning",
    "ProcessView",
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
    "AgentView": "hub.discovery_views",
    "ConnectionView": "hub.discovery_views",
    "ExportView": "hub.discovery_views",
    "FailureView": "hub.discovery_views",
    "ImportView": "hub.discovery_views",
    "MghAssertionError": "errors",
    "MigrationHub": "hub.migration_hub",
    "MockMigrationHub": "mock.activation",
    "NotSimulatedError": "errors",
    "PolicyWarning": "errors",
    "ProcessView": "hub.discovery_views",
    "RealCallError": "errors",
    "UnusedFaultWarning": "errors",
    "mock_mgh": "mock.activation",
}


def __getattr__(name: str) -> Any:
    # Names are resolved on first use: pytest loads this package at every start.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_MODULES.get(name, 'hub.views')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
