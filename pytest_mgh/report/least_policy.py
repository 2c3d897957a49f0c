"""The least policy that allows what a run did: for the tool that it tested."""

from __future__ import annotations

import json
import re
from os.path import commonprefix
from typing import TYPE_CHECKING, Any

from pytest_mgh.report.wording import counted

if TYPE_CHECKING:
    from pathlib import Path

_STREAM = re.compile(r"progressUpdateStream/([^/]*)(?:/migrationTask/(.*))?", re.DOTALL)
_TO_A_SEPARATOR = re.compile(r".*[^A-Za-z0-9]", re.DOTALL)
_SPECIAL = re.compile(r"[*?$]")


class NamesSeen:
    """The names of streams, or of tasks, in a run.

    Attributes:
        start: What they all start with: the whole name, while there is but one; `None` of none.
        vary: Whether there are several.
    """

    def __init__(self) -> None:
        self.start: str | None = None
        self.vary: bool = False

    def add(self, name: str, *, vary: bool = False) -> None:
        """Add a name, or what several names start with."""
        if self.start not in (None, name):
            name, vary = commonprefix([self.start, name]), True  # noqa: RUF071 (no paths)
        self.start, self.vary = name, self.vary or vary

    @property
    def only(self) -> str | None:
        """The one name, as a policy writes it; `None` of several."""
        return None if self.vary else _escape(self.start or "")

    @property
    def beginning(self) -> str:
        """What several names start with up to a separator, as a policy writes it."""
        found = _TO_A_SEPARATOR.match(self.start or "")
        return _escape(found[0]) if found else ""


class NeededPermissions:
    """The permissions that calls needed, and had: what the least policy is made of.

    It stays small: two names of tasks are as good as a million.
    """

    def __init__(self) -> None:
        # By the kind of resource: stream, task, or what else policies match with.
        self._actions: dict[str, set[str]] = {}
        self._streams, self._tasks = NamesSeen(), NamesSeen()

    def add(self, action: str, resource: str) -> None:
        """Add what a call needed.

        Args:
            action: The IAM action.
            resource: The resource part of the ARN that it is on; `*` for an action that is on none.
        """
        kind, found = resource, _STREAM.fullmatch(resource)
        if found is not None:
            kind, (stream, task) = "stream", found.groups()
            self._streams.add(stream)
            if task is not None:
                kind = "task"
                self._tasks.add(task)
        self._actions.setdefault(kind, set()).add(action)

    @property
    def actions(self) -> list[str]:
        """The actions, in alphabetical order."""
        return sorted({action for actions in self._actions.values() for action in actions})

    def document(self) -> dict[str, Any]:
        """Return the policy: for every Region and account, with wildcards where names vary."""
        return {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Action": sorted(actions), "Resource": self._resource(kind)}
                for kind, actions in sorted(self._actions.items())
            ],
        }

    def _resource(self, kind: str) -> str:
        if kind not in ("stream", "task"):
            return kind
        stream = self._streams.only
        if stream is None:
            stream = f"{self._streams.beginning}*"
        arn = f"arn:aws:mgh:*:*:progressUpdateStream/{stream}"
        if kind == "stream":
            return arn
        # Tasks are servers: the next ones have names that no test knows.
        return f"{arn}/migrationTask/{self._tasks.only or '*'}"

    def pack(self) -> dict[str, Any]:
        """Return all of it as plain data: what `absorb` takes in another process."""
        return {
            "actions": {kind: sorted(actions) for kind, actions in self._actions.items()},
            "names": [[names.start, names.vary] for names in (self._streams, self._tasks)],
        }

    def absorb(self, packed: dict[str, Any]) -> None:
        """Add what another process has packed."""
        for kind, actions in packed["actions"].items():
            self._actions.setdefault(kind, set()).update(actions)
        for names, (start, vary) in zip((self._streams, self._tasks), packed["names"], strict=True):
            if start is not None:
                names.add(start, vary=vary)


def write_policy(path: Path, permissions: NeededPermissions) -> str:
    """Write the policy to a file; return what was done. There is no policy without an action.

    Raises:
        OSError: The file can't be written.
    """
    actions = len(permissions.actions)
    if not actions:
        return f"No call needed a permission: {path} is not written"
    path.write_text(json.dumps(permissions.document(), indent=2) + "\n", encoding="utf-8")
    return f"Policy written to {path}: {counted(actions, 'action')}"


def _escape(name: str) -> str:
    """Return a name as a policy writes it, where `*`, `?` and `$` mean themselves."""
    return _SPECIAL.sub(r"${\g<0>}", name)
