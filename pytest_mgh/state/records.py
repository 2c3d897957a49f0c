"""The records of Migration Hub: streams, tasks, what is attached to them, applications."""

from __future__ import annotations

from dataclasses import dataclass, field

from pytest_mgh.state.in_order import InOrder


@dataclass(frozen=True, slots=True)
class TaskState:
    """What a migration tool said of a task at one moment: the model's `Task`."""

    status: str
    detail: str | None = None
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class TaskUpdate:
    """One NotifyMigrationTaskState: when the tool gathered the state, and the state."""

    time: float
    state: TaskState


@dataclass(frozen=True, slots=True)
class Association:
    """A created artifact, a discovered resource or a source resource of a task."""

    name: str
    description: str | None = None
    detail: str | None = None
    automatic: bool = False
    """Whether Migration Hub made it by itself, from the task's attributes."""


@dataclass(slots=True)
class Task:
    """A migration task. Times are seconds since the epoch."""

    stream: str
    name: str
    state: TaskState
    time: float
    next_update_seconds: int | None = None
    updates: list[TaskUpdate] = field(default_factory=list)
    attributes: tuple[tuple[str, str], ...] | None = None
    _artifacts: InOrder[str, Association] | None = None
    _resources: InOrder[str, Association] | None = None
    _sources: InOrder[str, Association] | None = None

    @property
    def artifacts(self) -> InOrder[str, Association]:
        """The created artifacts, by ARN."""
        if self._artifacts is None:
            self._artifacts = InOrder()
        return self._artifacts

    @property
    def resources(self) -> InOrder[str, Association]:
        """The discovered resources, by configuration id."""
        if self._resources is None:
            self._resources = InOrder()
        return self._resources

    @property
    def sources(self) -> InOrder[str, Association]:
        """The source resources, by name."""
        if self._sources is None:
            self._sources = InOrder()
        return self._sources


@dataclass(slots=True)
class Stream:
    """A progress update stream and its tasks by name."""

    name: str
    deleting: bool = False
    tasks: dict[str, Task] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApplicationState:
    """What Migration Hub knows of an application; `time` is `None` until it is notified."""

    application_id: str
    status: str = "NOT_STARTED"
    time: float | None = None
    started: bool = False
    """Whether it was ever more than NOT_STARTED."""
