"""What the process sees while the mock is on: fake credentials, and a Region."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_mgh.access.principals import FAKE_CREDENTIALS

_GONE = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_NAMES = (*FAKE_CREDENTIALS, *_GONE, "AWS_DEFAULT_REGION")


@contextmanager
def fake_environment(default_region: str) -> Iterator[None]:
    """Change the variables; they come back as they were, whatever the code inside made of them.

    Args:
        default_region: The Region where none is set.
    """
    before = {name: os.environ.get(name) for name in _NAMES}
    try:
        os.environ.update(FAKE_CREDENTIALS)
        for name in _GONE:
            os.environ.pop(name, None)
        os.environ.setdefault("AWS_DEFAULT_REGION", default_region)
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
