"""Progress update streams: create, delete in the background, list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh.services.migration_hub.lookup import find_stream, refuse_while_deleting
from pytest_mgh.services.migration_hub.service import lists, stream_resource, writes
from pytest_mgh.services.operation import HomeRegion
from pytest_mgh.services.paging import paged

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Hub, Result
    from pytest_mgh.state.store import Store


def finish_stream_deletion(_: Hub, store: Store, name: str) -> None:
    """Remove a stream and all that belongs to it; applications are no part of it."""
    store.remove_stream(name)


@writes(stream_resource)
def create_progress_update_stream(call: Call, store: Store) -> Result:
    """Create a stream; one that already exists stays as it is."""
    name = call.request["ProgressUpdateStreamName"]
    refuse_while_deleting(store.streams.get(name))
    store.add_stream(name)
    return {}


@writes(stream_resource, home_region=HomeRegion.SET, worker=finish_stream_deletion)
def delete_progress_update_stream(call: Call, store: Store) -> Result:
    """Mark a stream as being deleted; the rest is done in the background (S2)."""
    stream = find_stream(store, call.request["ProgressUpdateStreamName"])
    if not stream.deleting:
        store.mark_deleting(stream)
        call.later(stream.name)
    return {}


@lists()
def list_progress_update_streams(call: Call, store: Store) -> Result:
    """List the streams by name, those that are being deleted among them (S3)."""
    member = "ProgressUpdateStreamSummaryList"
    names = store.stream_names
    return paged(call, member, names.after, lambda name: {"ProgressUpdateStreamName": name})
