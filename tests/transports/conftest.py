"""aiobotocore is an extra, and aioboto3 is optional: their tests run if these are installed."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [
    f"test_{name}.py" for name in ("aioboto3", "aiobotocore") if find_spec(name) is None
]
