"""Watchers: functions that are called after each call to any hub of this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pytest_mgh.cloudtrail.records import CallRecord

Watcher: TypeAlias = "Callable[[tuple[str, str] | None, str, CallRecord | None], None]"
"""Is called after each call: with the names of its service and operation (`None` if no service has
it); how it ended ("ok", the code of an error, or a failure of the connection); and its record,
`None` if the caller is not known."""

WATCHERS: list[Watcher] = []

PermissionWatcher: TypeAlias = Callable[[str, str], None]
"""Is called for each permission that a call needed and had: with the IAM action, and the resource
part of the ARN that it is on, or `*`."""

PERMISSION_WATCHERS: list[PermissionWatcher] = []
