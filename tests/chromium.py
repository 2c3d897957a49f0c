"""The browser that tests of pages drive: a system's own, not one that is downloaded."""

from __future__ import annotations

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
"""Its path; `None` where none is installed."""
