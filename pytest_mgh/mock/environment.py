"""What the process sees while the mock is on: fake credentials, and the home Region."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_mgh.access.principals import FAKE_CREDENTIALS

_GONE = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_NAMES = (*FAKE_CREDENTIALS, *_GONE, "AWS_DEFAULT_REGION", "AWS_REGION")

Variables = dict[str, "str | None"]
"""Values of environment variables, `None` for those that are not set."""


@contextmanager
def fake_environment(region: str) -> Iterator[Variables]:
    """Change the variables; they come back as they were, whatever the code inside made of them.

    Yields the values that are restored at the end; they may be changed inside.

    Args:
        region: The Region of clients that are given none. Where AWS_REGION is set, which botocore
            doesn't read and others do, it is the same.
    """
    before = read_variables()
    try:
        os.environ.update(FAKE_CREDENTIALS)
        for name in _GONE:
            if before[name] is not None:
                del os.environ[name]
        os.environ["AWS_DEFAULT_REGION"] = region
        if "AWS_REGION" in os.environ:
            os.environ["AWS_REGION"] = region
        yield before
    finally:
        set_variables(before)


def read_variables() -> Variables:
    """Return the variables that a mock changes, as they are now."""
    environ = os.environ
    return {name: environ[name] if name in environ else None for name in _NAMES}  # noqa: SIM401 (`get` takes five times as long where there is none)


def set_variables(values: Variables) -> None:
    """Set these variables, or unset them."""
    for name, value in values.items():
        if value is None:
            if name in os.environ:
                del os.environ[name]
        else:
            os.environ[name] = value
