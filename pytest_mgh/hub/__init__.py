"""The hub in a test's hand, part by part."""

from __future__ import annotations

from pytest_mgh.hub.migration_hub import MigrationHub

__all__ = ["MigrationHub"]
