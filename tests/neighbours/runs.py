"""What runs tests beside other plugins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]
"""Runs tests, with further options of pytest, and checks the outcomes."""
