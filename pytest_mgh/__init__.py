"""A Moto-style mock of AWS Migration Hub for pytest."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_mgh.access.evaluation import Decision
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.cloudtrail.records import Events
    from pytest_mgh.errors import (
        MghAssertionError,
        NotSimulatedError,
        PolicyWarning,
        RealCallError,
        UnusedFaultWarning,
    )
    from pytest_mgh.hub.account import HubAccount
    from pytest_mgh.hub.checkpoint import Checkpoint
    from pytest_mgh.hub.discovery_views import (
        AgentView,
        ConnectionView,
        ContinuousExportView,
        ExportView,
        FailureView,
        ImportView,
        ProcessView,
    )
    from pytest_mgh.hub.lookup import Views
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
    from pytest_mgh.report.exploration.exploration import Exploration
    from pytest_mgh.report.exploration.function import explore
    from pytest_mgh.report.exploration.outcomes import Finding
    from pytest_mgh.server.serving import HubServer as HubServer
    from pytest_mgh.state.background import Work
    from pytest_mgh.state.faults import Fault
    from pytest_mgh.state.settings import Settings

__all__ = [
    "AgentView",
    "ApplicationView",
    "ArtifactView",
    "Checkpoint",
    "ConnectionView",
    "ContinuousExportView",
    "Decision",
    "EntryView",
    "Events",
    "Exploration",
    "ExportView",
    "FailureView",
    "Fault",
    "Finding",
    "HubAccount",
    "ImportView",
    "MghAssertionError",
    "MigrationHub",
    "MockMigrationHub",
    "NotSimulatedError",
    "PolicyWarning",
    "Principal",
    "ProcessView",
    "RealCallError",
    "ResourceView",
    "ServerView",
    "Settings",
    "SourceView",
    "StreamView",
    "TaskView",
    "UnusedFaultWarning",
    "UpdateView",
    "Views",
    "Work",
    "explore",
    "mock_mgh",
]

_MODULES = {
    "AgentView": "hub.discovery_views",
    "ApplicationView": "hub.views",
    "ArtifactView": "hub.views",
    "Checkpoint": "hub.checkpoint",
    "ConnectionView": "hub.discovery_views",
    "ContinuousExportView": "hub.discovery_views",
    "Decision": "access.evaluation",
    "EntryView": "hub.views",
    "Events": "cloudtrail.records",
    "Exploration": "report.exploration.exploration",
    "ExportView": "hub.discovery_views",
    "FailureView": "hub.discovery_views",
    "Fault": "state.faults",
    "Finding": "report.exploration.outcomes",
    "HubAccount": "hub.account",
    "HubServer": "server.serving",
    "ImportView": "hub.discovery_views",
    "MghAssertionError": "errors",
    "MigrationHub": "hub.migration_hub",
    "MockMigrationHub": "mock.activation",
    "NotSimulatedError": "errors",
    "PolicyWarning": "errors",
    "Principal": "access.principals",
    "ProcessView": "hub.discovery_views",
    "RealCallError": "errors",
    "ResourceView": "hub.views",
    "ServerView": "hub.views",
    "Settings": "state.settings",
    "SourceView": "hub.views",
    "StreamView": "hub.views",
    "TaskView": "hub.views",
    "UnusedFaultWarning": "errors",
    "UpdateView": "hub.views",
    "Views": "hub.lookup",
    "Work": "state.background",
    "explore": "report.exploration.function",
    "mock_mgh": "mock.activation",
}
"""The modules of the public names. `HubServer` is not in `__all__`: it needs the extra `server`."""


if not TYPE_CHECKING:  # to type checkers a name that is not there is an error

    def __getattr__(name: str) -> Any:
        # Names are resolved on first use: pytest loads this package at every start.
        if name not in _MODULES:
            hint = ""
            if not name.startswith("_"):
                from pytest_mgh.errors import did_you_mean

                hint = did_you_mean(name, _MODULES)
            text = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(f"{text}; {hint}" if hint else text)
        from pytest_mgh.state.collection import no_collection

        with no_collection():  # none of what modules are made of is garbage
            value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *_MODULES})
