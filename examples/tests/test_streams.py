"""A stream that is being deleted accepts no reports; after its deletion the tool starts afresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from liftoff.reporting import Reporter

    from pytest_mgh import MigrationHub

pytestmark = pytest.mark.mgh(background="manual")


@pytest.fixture
def deleting(mgh_client: Any, reporter: Reporter) -> None:
    """A stream with one task, which is being deleted."""
    reporter.open_stream()
    reporter.import_task("build-01")
    mgh_client.delete_progress_update_stream(ProgressUpdateStreamName="Liftoff")


@pytest.mark.usefixtures("deleting")
def test_no_reports_while_the_stream_is_being_deleted(
    mgh: MigrationHub, reporter: Reporter
) -> None:
    for report in (
        reporter.open_stream,
        lambda: reporter.import_task("build-02"),
        lambda: reporter.report("build-01", "IN_PROGRESS", 50, "Replicating disks"),
    ):
        with pytest.raises(ClientError, match="is being deleted"):
            report()

    assert mgh.streams[0].deleting
    assert mgh.task("Liftoff", "build-01").status == "NOT_STARTED"


@pytest.mark.usefixtures("deleting")
def test_a_stream_of_the_same_name_starts_empty(mgh: MigrationHub, reporter: Reporter) -> None:
    mgh.settle()

    reporter.open_stream()

    assert [stream.name for stream in mgh.streams] == ["Liftoff"]
    assert mgh.tasks == ()
