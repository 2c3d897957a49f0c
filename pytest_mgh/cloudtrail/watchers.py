"""Listeners that are notified of every call to any hub of this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pytest_mgh.cloudtrail.records import CallRecord

Watcher: TypeAlias = "Callable[[tuple[str, str] | None, str, CallRecord | None], None]"
"""Hears of a call: the names of its service and operation (`None` where no service has it); how
it ended ("ok", the code of an error, or a failure of the connection); and its note, which the
calls don't have whose caller is not known."""

WATCHERS: list[Watcher] = []

PermissionWatcher: TypeAlias = Callable[[str, str], None]
"""Hears of a permission that a call needed, and had: the IAM action, and the resource part of the
ARN that it is on, or `*`."""

PERMISSION_WATCHERS: list[PermissionWatcher] = []
