"""What the process sees while the mock is on: fake credentials, and a Region."""

from __future__ import annotations

import os

from pytest_mgh.access.principals import FAKE_CREDENTIALS

_GONE = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_NAMES = (*FAKE_CREDENTIALS, *_GONE, "AWS_DEFAULT_REGION")


class Environment:
    """The variables that the mock changes; `restore` brings them back exactly as they were."""

    def __init__(self, default_region: str) -> None:
        self._before = {name: os.environ.get(name) for name in _NAMES}
        os.environ.update(FAKE_CREDENTIALS)
        for name in _GONE:
            os.environ.pop(name, None)
        os.environ.setdefault("AWS_DEFAULT_REGION", default_region)

    def restore(self) -> None:
        """Undo every change, also those that the code under the mock made."""
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
