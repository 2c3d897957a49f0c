"""Tests of pages need a browser and playwright: they run where both are installed."""

from __future__ import annotations

from importlib.util import find_spec

from chromium import CHROMIUM

collect_ignore = [] if CHROMIUM and find_spec("playwright") else ["test_console_page.py"]
