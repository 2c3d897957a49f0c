"""Every operation of `mgh`: importing this module enters their handlers."""

from __future__ import annotations

from pytest_mgh.services.migration_hub import (  # noqa: F401
    application_states,
    resources,
    streams,
    tasks,
)
