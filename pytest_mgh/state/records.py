"""The records of Migration Hub: streams, tasks, what is attached to them, applications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

from pytest_mgh.protocol.values import (
    KEY,
    ApplicationStatus,
    AttributeType,
    Count,
    Percent,
    TaskStatus,
    Time,
)
from pytest_mgh.state.in_order import EMPTY, InOrder


@dataclass(frozen=True, slots=True)
class TaskState:
    """What a migration tool reported of a task at one time: the model's `Task`."""

    status: TaskStatus
    status_detail: str | None = None
    progress_percent: Percent | None = None


NOT_STARTED = TaskState("NOT_STARTED")
"""The state of a task that no tool has reported on."""


@dataclass(frozen=True, slots=True)
class TaskUpdate:
    """One NotifyMigrationTaskState: when the tool gathered the state, and the state."""

    time: Time
    state: TaskState


@dataclass(frozen=True, slots=True)
class Association:
    """A created artifact, a discovered resource or a source resource of a task."""

    name: Annotated[str, KEY]
    description: str | None = None
    status_detail: str | None = None
    automatic: bool = False
    """Whether Migration Hub made it by itself, from the task's attributes."""


@dataclass(slots=True)
class Task:
    """A migration task.

    Attributes:
        artifacts: The created artifacts, by ARN.
        resources: The discovered resources, by configuration id.
        sources: The source resources, by name.
    """

    stream: str
    name: Annotated[str, KEY]
    state: TaskState
    time: Time
    next_update_seconds: Count | None = None
    updates: Sequence[TaskUpdate] = ()
    attributes: tuple[tuple[AttributeType, str], ...] | None = None
    artifacts: InOrder[str, Association] = EMPTY
    resources: InOrder[str, Association] = EMPTY
    sources: InOrder[str, Association] = EMPTY


@dataclass(slots=True)
class Stream:
    """A progress update stream and its tasks by name."""

    name: Annotated[str, KEY]
    deleting: bool = False
    tasks: dict[str, Task] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApplicationState:
    """What Migration Hub knows of an application; `time` is `None` until it is notified."""

    application_id: Annotated[str, KEY]
    status: ApplicationStatus = "NOT_STARTED"
    time: Time | None = None
    started: bool = False
    """Whether it was ever more than NOT_STARTED."""
