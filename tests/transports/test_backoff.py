from __future__ import annotations

import http.server
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.endpoint import Endpoint
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError
from botocore.httpsession import URLLib3Session
from botocore.retries.bucket import Clock, TokenBucket

from pytest_mgh import mock_mgh
from pytest_mgh.transports.backoff import grant_at_once, refill_retry_quota
from pytest_mgh.transports.signers import handler_owners

MODES = ("legacy", "standard", "adaptive")
LIST = "ListMigrationTasks"
RETRIED = (
    "ThrottlingException",
    "InternalServerError",
    "ServiceUnavailableException",
    "ConnectTimeout",
    "ReadTimeout",
    "ConnectionReset",
    "ResponseLost",
)
SESSION = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="us-west-2")
SLEEP = time.sleep
WAIT = threading.Condition.wait


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What any thread slept or waited for with an end; none really does."""
    waits: list[float] = []

    def wait(self: threading.Condition, timeout: float | None = None) -> bool:
        if timeout is None:  # starting a thread waits so
            return WAIT(self)
        waits.append(timeout)
        return False

    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setattr(threading.Condition, "wait", wait)
    return waits


@pytest.fixture
def dead_network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every request that reaches the network fail; these are its URLs."""
    sent: list[str] = []

    def send(_: Any, request: Any) -> None:
        sent.append(request.url)
        raise ConnectionClosedError(endpoint_url=request.url)

    monkeypatch.setattr(URLLib3Session, "send", send)
    return sent


def connect(mode: str, attempts: int | None = None, service: str = "mgh", **kwargs: Any) -> Any:
    retries: dict[str, Any] = {"mode": mode}
    if attempts is not None:
        retries["total_max_attempts"] = attempts
    return SESSION.client(service, config=Config(retries=retries), **kwargs)  # type: ignore[call-overload]


def fails(call: Callable[[], Any]) -> None:
    with pytest.raises((ClientError, BotoCoreError)):
        call()


def buckets(client: Any) -> list[Any]:
    """Return the token buckets of adaptive mode that a client has."""
    handlers = client.meta.events._emitter._handlers.prefix_search("before-send.x.y")
    owners = [getattr(handler, "__self__", None) for handler in handlers]
    return [owner._token_bucket for owner in owners if hasattr(owner, "_token_bucket")]


# no waiting


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("error", RETRIED)
def test_a_retry_after_a_fault_does_not_wait(
    mgh: Any, waits: list[float], mode: str, error: str
) -> None:
    mgh.fail(LIST, error)
    connect(mode, 2).list_migration_tasks()
    assert waits == []


@pytest.mark.parametrize("mode", MODES)
def test_exhausted_retries_do_not_wait(mgh: Any, waits: list[float], mode: str) -> None:
    mgh.fail(LIST, "ThrottlingException", times=None)
    fails(connect(mode, 6).list_migration_tasks)
    assert waits == []


@pytest.mark.parametrize("mode", MODES)
def test_many_calls_do_not_wait(mgh: Any, waits: list[float], mode: str) -> None:
    client = connect(mode, 3)
    for _ in range(10):
        mgh.fail(LIST, "ThrottlingException")
        client.list_migration_tasks()
    assert waits == []


@pytest.mark.parametrize("mode", MODES)
def test_a_throttled_call_does_not_wait(mgh: Any, waits: list[float], mode: str) -> None:
    mgh.throttle(LIST, per_second=0.001)
    client = connect(mode, 3)
    client.list_migration_tasks()
    fails(client.list_migration_tasks)
    assert waits == []


@pytest.mark.parametrize("service", ["migrationhub-config", "discovery"])
@pytest.mark.parametrize("mode", MODES)
def test_retries_of_the_other_services_do_not_wait(
    mgh: Any, waits: list[float], mode: str, service: str
) -> None:
    operation, error, method = {
        "migrationhub-config": ("GetHomeRegion", "InternalServerError", "get_home_region"),
        "discovery": ("DescribeTags", "ServerInternalErrorException", "describe_tags"),
    }[service]
    mgh.fail(operation, error)
    getattr(connect(mode, 2, service), method)()
    assert (waits, len(mgh.backoffs) >= 1) == ([], True)


# recorded delays


@pytest.mark.parametrize("mode", MODES)
def test_without_a_fault_there_are_no_delays(mgh: Any, mode: str) -> None:
    client = connect(mode, 3)
    for _ in range(3):
        client.list_migration_tasks()
    assert mgh.backoffs == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("attempts", [1, 2, 4, 8])
@pytest.mark.parametrize("error", RETRIED)
def test_each_retry_has_one_delay(mgh: Any, mode: str, attempts: int, error: str) -> None:
    mgh.fail(LIST, error, times=None)
    fails(connect(mode, attempts).list_migration_tasks)
    assert len(mgh.backoffs) == attempts - 1


def test_a_delay_of_adaptive_mode_includes_the_wait_of_the_rate_limiter(
    mgh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 3.0)
    mgh.fail(LIST, "ThrottlingException", times=None)
    fails(connect("adaptive", 6).list_migration_tasks)
    assert len(mgh.backoffs) == 5
    assert max(mgh.backoffs) > 3


def test_the_rate_limiter_of_adaptive_mode_adds_delays(mgh: Any) -> None:
    client = connect("adaptive", 1)
    mgh.fail(LIST, "ThrottlingException", times=5)
    for _ in range(5):
        fails(client.list_migration_tasks)
    assert len(mgh.backoffs) >= 3
    assert all(delay > 0 for delay in mgh.backoffs)


@pytest.mark.parametrize("mode", ["legacy", "standard"])
def test_the_delays_are_those_of_botocore(
    waits: list[float], dead_network: list[str], mode: str
) -> None:
    random.seed(7)
    fails(connect(mode, 5).list_migration_tasks)
    random.seed(7)
    with mock_mgh() as hub:
        hub.fail(LIST, "ConnectionReset", times=None)
        fails(connect(mode, 5).list_migration_tasks)
        assert (hub.backoffs, len(dead_network)) == (waits, 5)


@pytest.mark.parametrize("mode", MODES)
def test_the_last_attempt_has_no_delay(mgh: Any, mode: str) -> None:
    mgh.fail(LIST, "ThrottlingException")
    fails(connect(mode, 1).list_migration_tasks)
    assert mgh.backoffs == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("error", ["AccessDeniedException", "InvalidInputException"])
def test_an_error_that_is_not_retried_has_no_delay(mgh: Any, mode: str, error: str) -> None:
    mgh.fail(LIST, error)
    fails(connect(mode, 3).list_migration_tasks)
    assert (mgh.backoffs, len(mgh.events)) == ([], 1)


def test_the_delays_of_all_clients_are_in_one_list(mgh: Any) -> None:
    for mode in ("legacy", "standard"):
        mgh.fail(LIST, "ThrottlingException")
        connect(mode, 2).list_migration_tasks()
    assert len(mgh.backoffs) == 2


def test_a_reset_hub_has_no_delays(mgh: Any) -> None:
    mgh.fail(LIST, "ThrottlingException")
    connect("standard", 2).list_migration_tasks()
    mgh.reset()
    assert mgh.backoffs == []


def test_delays_are_still_recorded_after_a_reset(mgh: Any) -> None:
    client = connect("standard", 2)
    mgh.fail(LIST, "ThrottlingException")
    client.list_migration_tasks()
    mgh.reset()
    mgh.fail(LIST, "ThrottlingException")
    client.list_migration_tasks()
    assert len(mgh.backoffs) == 1


def test_delays_after_a_restore_follow_those_of_the_snapshot(mgh: Any) -> None:
    client = connect("standard", 2)
    mgh.fail(LIST, "ThrottlingException")
    client.list_migration_tasks()
    noted = list(mgh.backoffs)
    mgh.restore(mgh.snapshot())
    mgh.fail(LIST, "ThrottlingException")
    client.list_migration_tasks()
    assert (mgh.backoffs[:1], len(mgh.backoffs)) == (noted, 2)


# as many attempts as botocore makes


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("attempts", [1, 2, 4, None])
@pytest.mark.usefixtures("waits")
def test_the_number_of_attempts_is_the_same_as_without_the_mock(
    dead_network: list[str], mode: str, attempts: int | None
) -> None:
    fails(connect(mode, attempts).list_migration_tasks)
    with mock_mgh() as hub:
        hub.fail(LIST, "ConnectionReset", times=None)
        fails(connect(mode, attempts).list_migration_tasks)
        (fault,) = hub._world.faults.queue
    assert fault.used == len(dead_network)


@pytest.mark.parametrize("mode", MODES)
def test_the_number_of_attempts_follows_the_environment(
    mgh: Any, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "4")
    monkeypatch.setenv("AWS_RETRY_MODE", mode)
    client = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret").client("mgh", "us-west-2")
    mgh.fail(LIST, "InternalServerError", times=None)
    fails(client.list_migration_tasks)
    assert len(mgh.events) == 4


@pytest.mark.parametrize("mode", MODES)
def test_a_response_has_the_number_of_retries(mgh: Any, mode: str) -> None:
    mgh.fail(LIST, "InternalServerError", times=2)
    answer = connect(mode, 5).list_migration_tasks()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2


@pytest.mark.parametrize("mode", MODES)
def test_an_error_response_has_the_number_of_retries(mgh: Any, mode: str) -> None:
    mgh.fail(LIST, "InternalServerError", times=None)
    with pytest.raises(ClientError) as caught:
        connect(mode, 3).list_migration_tasks()
    metadata = caught.value.response["ResponseMetadata"]
    assert (metadata["RetryAttempts"], metadata.get("MaxAttemptsReached")) == (2, True)


def test_retry_handlers_of_the_user_are_still_called(mgh: Any) -> None:
    client = connect("standard", 1)
    client.meta.events.register("needs-retry", lambda attempts, **_: 5 if attempts < 3 else None)
    mgh.fail(LIST, "AccessDeniedException", times=2)
    client.list_migration_tasks()
    assert mgh.backoffs == [5.0, 5.0]


# other clients


def test_time_sleep_is_not_patched_inside_the_mock(mgh: Any) -> None:
    mgh.fail(LIST, "ThrottlingException")
    connect("legacy", 2).list_migration_tasks()
    assert (time.sleep, threading.Condition.wait) == (SLEEP, WAIT)


@pytest.mark.parametrize("mode", MODES)
def test_a_client_of_another_service_still_waits_for_retries(
    mgh: Any, waits: list[float], dead_network: list[str], mode: str
) -> None:
    client = connect(mode, 3, "sts")
    fails(client.get_caller_identity)
    assert (len(waits), len(dead_network), mgh.backoffs) == (2, 3, [])


def test_the_endpoint_of_a_client_of_another_service_is_unchanged(
    mgh: Any, waits: list[float], dead_network: list[str]
) -> None:
    client = connect("standard", 3, "sts")
    fails(client.get_caller_identity)
    assert "_needs_retry" not in vars(client._endpoint)
    assert (len(dead_network), bool(waits)) == (3, True)


class Broken(http.server.BaseHTTPRequestHandler):
    """Answers every call with a failure of the server."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(500)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def broken_server() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), Broken) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("mode", MODES)
def test_a_client_of_a_server_on_this_machine_still_waits_for_retries(
    mgh: Any, broken_server: str, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    client = connect(mode, 3, endpoint_url=broken_server)
    fails(client.list_migration_tasks)
    client.close()
    assert (len(slept), mgh.backoffs) == (2, [])
    assert "_needs_retry" not in vars(client._endpoint)


# afterwards


@pytest.mark.parametrize("mode", MODES)
def test_an_endpoint_is_restored_after_the_mock(mode: str) -> None:
    client = connect(mode, 2)
    before = dict(vars(client._endpoint))
    with mock_mgh() as hub:
        hub.fail(LIST, "ThrottlingException")
        client.list_migration_tasks()
    assert vars(client._endpoint) == before


def never(*_: Any, **__: Any) -> bool:
    return False


@pytest.mark.parametrize("inside", [None, never], ids=["taken away", "replaced"])
def test_an_endpoint_patched_by_others_stays_patched_after_the_mock(inside: Any) -> None:
    client = connect("standard", 2)
    endpoint = client._endpoint
    endpoint._needs_retry = never
    with mock_mgh():
        client.list_migration_tasks()
        del endpoint._needs_retry
        if inside is not None:
            endpoint._needs_retry = inside
    assert vars(endpoint).get("_needs_retry") is inside


def test_an_endpoint_patched_by_others_decides_on_its_retries(mgh: Any) -> None:
    client = connect("standard", 3)
    client._endpoint._needs_retry = never
    mgh.fail(LIST, "ThrottlingException")
    fails(client.list_migration_tasks)
    assert mgh.backoffs == []


def test_the_mock_ends_even_if_others_patched_all_endpoints(
    monkeypatch: pytest.MonkeyPatch, waits: list[float], dead_network: list[str]
) -> None:
    client = connect("standard", 3)
    with mock_mgh():
        client.list_migration_tasks()
        monkeypatch.setattr(Endpoint, "_needs_retry", never)
    fails(client.list_migration_tasks)
    assert (len(dead_network), waits) == (1, [])


def test_the_rate_limiter_is_restored_after_the_mock() -> None:
    client = connect("adaptive", 2)
    (bucket,) = buckets(client)
    with mock_mgh() as hub:
        hub.fail(LIST, "ThrottlingException")
        client.list_migration_tasks()
        inside = "_sleep_amount" in vars(bucket)
    assert (inside, "_sleep_amount" in vars(bucket)) == (True, False)


@pytest.mark.parametrize("mode", MODES)
def test_a_client_waits_for_retries_again_after_the_mock(
    waits: list[float], dead_network: list[str], mode: str
) -> None:
    client = connect(mode, 3)
    with mock_mgh() as hub:
        hub.fail(LIST, "ConnectionReset")
        client.list_migration_tasks()
        noted = list(hub.backoffs)
    fails(client.list_migration_tasks)
    assert (len(waits), len(dead_network), hub.backoffs) == (2, 3, noted)


@pytest.mark.usefixtures("waits")
def test_a_client_used_in_an_earlier_mock_records_its_delays_in_the_next() -> None:
    client = connect("standard", 2)
    lengths = []
    for _ in range(2):
        with mock_mgh() as hub:
            hub.fail(LIST, "ThrottlingException")
            client.list_migration_tasks()
            lengths.append(len(hub.backoffs))
    assert lengths == [1, 1]


def test_a_delay_is_recorded_once_in_nested_mocks() -> None:
    client = connect("standard", 2)
    with mock_mgh() as hub, mock_mgh():
        hub.fail(LIST, "ThrottlingException")
        client.list_migration_tasks()
        assert len(hub.backoffs) == 1


# threads


def in_threads(work: Callable[[], None], count: int = 8) -> list[BaseException]:
    """Do the work in threads that start together; return their errors."""
    failures: list[BaseException] = []
    barrier = threading.Barrier(count)

    def run() -> None:
        barrier.wait()
        try:
            work()
        except BaseException as error:  # noqa: BLE001 (told in the main thread)
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.parametrize("mode", MODES)
def test_eight_threads_with_one_new_client_do_not_wait(
    mgh: Any, waits: list[float], mode: str
) -> None:
    client = connect(mode, 3)
    mgh.fail(LIST, "InternalServerError", times=8)
    failures = in_threads(client.list_migration_tasks)
    assert [failure for failure in failures if not isinstance(failure, ClientError)] == []
    assert waits == []


def test_eight_threads_lose_no_delay(mgh: Any) -> None:
    client = connect("legacy", 3)
    mgh.fail(LIST, "InternalServerError", times=None)
    failures = in_threads(client.list_migration_tasks)
    assert [type(failure).__name__ for failure in failures] == ["InternalServerError"] * 8
    assert len(mgh.backoffs) == 16


def test_eight_threads_with_their_own_clients_do_not_wait(mgh: Any, waits: list[float]) -> None:
    mgh.fail(LIST, "InternalServerError", times=None)
    clients = iter([connect("standard", 3) for _ in range(8)])
    in_threads(lambda: fails(next(clients).list_migration_tasks))
    assert (waits, len(mgh.backoffs)) == ([], 16)


def test_what_a_rate_limiter_has_is_granted_without_a_delay() -> None:
    clock, delays = Clock(), [0.0]
    bucket = TokenBucket(10, clock)
    grant_at_once(bucket, delays)
    bucket._current_capacity = 3

    bucket.acquire(2)
    assert delays == [0.0]


@pytest.mark.parametrize("mode", ["standard", "adaptive"])
def test_a_client_with_handlers_of_its_own_gets_its_whole_retry_quota_back(mode: Any) -> None:
    class Watch:
        def see(self, **_: object) -> None:
            pass

    client = SESSION.client("mgh", config=Config(retries={"mode": mode}))
    operation = client.meta.service_model.operation_model(LIST)
    client.meta.events.register("after-call.migration-hub", Watch().see)
    owners = handler_owners(client.meta.events, "after-call.migration-hub")
    (quota,) = [owner._quota for owner in owners if hasattr(owner, "_quota")]
    quota.acquire(quota.available_capacity)

    refill_retry_quota(client.meta.events, operation)
    assert quota.available_capacity == quota._max_capacity
