"""Tests of pages need a browser, which is a system's own: they run where one is found."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)

collect_ignore = [] if CHROMIUM and find_spec("playwright") else ["test_console_page.py"]
