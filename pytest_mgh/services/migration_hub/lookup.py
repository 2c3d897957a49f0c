"""Finding what a request names; what is missing is ResourceNotFoundException."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from pytest_mgh.errors import ServiceError
from pytest_mgh.services.service import MIGRATION_HUB

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call
    from pytest_mgh.state.records import Stream, Task
    from pytest_mgh.state.store import Store


def not_found(what: str) -> NoReturn:
    """Refuse a request that names something that is not there."""
    raise ServiceError("ResourceNotFoundException", f"{what} does not exist.")


def refuse_while_deleting(stream: Stream | None) -> None:
    """Refuse an operation that a stream does not take while it is being deleted (S4)."""
    if stream is not None and stream.deleting:
        MIGRATION_HUB.refuse_input(f"Progress update stream '{stream.name}' is being deleted.")


def find_stream(store: Store, name: str) -> Stream:
    """Return a stream of the store."""
    return store.streams.get(name) or not_found(f"Progress update stream '{name}'")


def find_task(call: Call, store: Store) -> Task:
    """Return the task that the request names (T1, T2)."""
    stream = find_stream(store, call.request["ProgressUpdateStream"])
    name = call.request["MigrationTaskName"]
    return stream.tasks.get(name) or not_found(
        f"Migration task '{name}' of progress update stream '{stream.name}'"
    )


def find_task_to_change(call: Call, store: Store) -> Task:
    """Return the task that the request names, unless its stream is being deleted."""
    refuse_while_deleting(store.streams.get(call.request["ProgressUpdateStream"]))
    return find_task(call, store)


def check_configuration(call: Call, store: Store, id_: str) -> None:
    """Refuse an id that the discovery repository doesn't know, where the hub is strict."""
    if call.settings.strict_discovery and id_ not in store.repository:
        not_found(f"Configuration '{id_}'")


def check_application(call: Call, store: Store, id_: str) -> None:
    """Refuse an id that names no application of the repository, where the hub is strict."""
    if call.settings.strict_discovery and id_ not in store.repository.applications:
        not_found(f"Application '{id_}'")
