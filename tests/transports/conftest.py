"""aiobotocore is an extra: its tests are collected only where it is installed."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if find_spec("aiobotocore") else ["test_aiobotocore.py"]
