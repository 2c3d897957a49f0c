"""The type of an `mgh` client, as the stubs that the user has call it; `Any` without stubs.

It is for type checkers only. mypy-boto3-mgh and types-boto3-mgh define the same names: whichever is
installed gives them, and what is not installed gives nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_mgh import *  # type: ignore[import-not-found, unused-ignore]  # noqa: F403
    from types_boto3_mgh import *  # type: ignore[import-not-found, unused-ignore]  # noqa: F403
