"""Temporary failures are retried; the others are raised at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from liftoff.reporting import Reporter
from liftoff.retry import Retry

if TYPE_CHECKING:
    from pytest_mgh import MigrationHub

# They count attempts: a call that fails once more has one more attempt.
pytestmark = pytest.mark.mgh_explore(False)

THROTTLED = (400, "ThrottlingException")
DOWN = (500, "ServiceUnavailableException")
DENIED = (400, "AccessDeniedException")


def fail(client: Any, operation: str, *faults: tuple[int, str] | Exception, **members: Any) -> None:
    """Let the next calls of an operation fail, one fault each."""
    waiting = list(faults)

    def answer(**_: Any) -> tuple[Any, dict[str, Any]] | None:
        if not waiting:
            return None
        fault = waiting.pop(0)
        if isinstance(fault, Exception):
            raise fault
        status, code = fault
        return SimpleNamespace(status_code=status), {
            "Error": {"Code": code, "Message": ""},
            "ResponseMetadata": {"HTTPStatusCode": status},
            **members,
        }

    client.meta.events.register(f"before-call.migration-hub.{operation}", answer)


@pytest.fixture
def patient(mgh_client: Any, naps: list[float]) -> Reporter:
    """A reporter on the client of the fixture `mgh_client`."""
    return Reporter(mgh_client, "Liftoff", retry=Retry(sleep=naps.append))


def test_each_delay_is_twice_the_one_before(
    mgh: MigrationHub, mgh_client: Any, patient: Reporter, naps: list[float]
) -> None:
    fail(mgh_client, "CreateProgressUpdateStream", THROTTLED, DOWN, THROTTLED)

    patient.open_stream()

    assert naps == [0.5, 1.0, 2.0]
    assert [stream.name for stream in mgh.streams] == ["Liftoff"]


def test_broken_connections_are_retried(
    mgh: MigrationHub, mgh_client: Any, patient: Reporter, naps: list[float]
) -> None:
    url = "https://mgh.us-west-2.amazonaws.com/"
    fail(
        mgh_client,
        "CreateProgressUpdateStream",
        ConnectTimeoutError(endpoint_url=url),
        ReadTimeoutError(endpoint_url=url),
    )

    patient.open_stream()

    assert len(naps) == 2
    assert [stream.name for stream in mgh.streams] == ["Liftoff"]


def test_the_delay_requested_by_the_service_is_kept(
    mgh_client: Any, patient: Reporter, naps: list[float]
) -> None:
    fail(mgh_client, "CreateProgressUpdateStream", THROTTLED, RetryAfterSeconds=7)

    patient.open_stream()

    assert naps == [7.0]


def test_lists_are_retried(
    mgh: MigrationHub, mgh_client: Any, patient: Reporter, naps: list[float]
) -> None:
    patient.open_stream()
    patient.import_task("build-01")
    fail(mgh_client, "ListMigrationTasks", DOWN)

    assert patient.task_statuses() == {"build-01": "NOT_STARTED"}
    assert naps == [0.5]


def test_retries_end_at_the_limit(
    mgh: MigrationHub, mgh_client: Any, patient: Reporter, naps: list[float]
) -> None:
    fail(mgh_client, "CreateProgressUpdateStream", *[DOWN] * 5)

    with pytest.raises(ClientError, match="ServiceUnavailableException"):
        patient.open_stream()

    assert naps == [0.5, 1.0, 2.0, 4.0]
    assert mgh.streams == ()


def test_permanent_errors_are_not_retried(
    mgh_client: Any, patient: Reporter, naps: list[float]
) -> None:
    fail(mgh_client, "CreateProgressUpdateStream", DENIED)

    with pytest.raises(ClientError, match="AccessDeniedException"):
        patient.open_stream()

    assert naps == []
