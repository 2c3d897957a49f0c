"""Every operation of `discovery`: importing this module enters their handlers."""

from __future__ import annotations

from pytest_mgh.services.discovery import (  # noqa: F401
    agents,
    applications,
    configurations,
    continuous_exports,
    deletions,
    exports,
    imports,
    summary,
    tags,
)
