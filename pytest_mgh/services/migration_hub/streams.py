"""Progress update streams: create, delete in the background, list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.services.migration_hub.lookup import find_stream, refuse_while_deleting
from pytest_mgh.services.migration_hub.service import lists, stream_resource, writes
from pytest_mgh.services.paging import Page
from pytest_mgh.services.service import HomeRegion

if TYPE_CHECKING:
    from pytest_mgh.services.call import Call
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World


@writes(stream_resource)
def create_progress_update_stream(call: Call, store: Store) -> dict[str, Any]:
    """Create a stream; one that is there already stays as it is."""
    name = call.request["ProgressUpdateStreamName"]
    refuse_while_deleting(store.streams.get(name))
    store.add_stream(name)
    return {}


@writes(stream_resource, home_region=HomeRegion.SET)
def delete_progress_update_stream(call: Call, store: Store) -> dict[str, Any]:
    """Mark a stream as being deleted; the rest is done in the background (S2)."""
    stream = find_stream(store, call.request["ProgressUpdateStreamName"])
    stream.deleting = True
    call.later(stream.name)
    return {}


def finish_deletion(_: World, store: Store, name: str) -> None:
    """Remove a stream and all that belongs to it; applications are no part of it."""
    store.remove_stream(name)


@lists()
def list_progress_update_streams(call: Call, store: Store) -> dict[str, Any]:
    """List the streams by name, those that are being deleted among them (S3)."""
    page: Page[str] = Page(call, most=100)
    names = page.take(store.stream_names.after(page.start))
    rows = [{"ProgressUpdateStreamName": name} for name in names]
    return page.answer("ProgressUpdateStreamSummaryList", rows)
