"""Tests of pages run where Chromium or Chrome is installed, and playwright."""

from __future__ import annotations

from importlib.util import find_spec

from chromium import CHROMIUM

if CHROMIUM and find_spec("playwright"):
    from console import browser, client, kept_page, open_page  # noqa: F401
else:
    collect_ignore = ["test_console_page.py"]
