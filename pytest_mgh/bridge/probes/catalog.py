"""All probes: importing this module enters them, in the order in which they are tried."""

from __future__ import annotations

# isort: off
from pytest_mgh.bridge.probes import (  # noqa: F401
    wire,
    limits,
    dry_runs,
    home_region,
    existing,
    streams,
    tasks,
    associations,
    applications,
    pages,
    configurations,
    filters,
    mapping,
    application_changes,
    tags,
    exports,
    deletion,
)

# isort: on
from pytest_mgh.bridge.probes.probe import PROBES

__all__ = ["PROBES"]
