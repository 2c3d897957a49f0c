"""What a call costs: ours, moto's, the Stubber's and the floor's, in one process."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError
from botocore.stub import Stubber

from benchmarks import clients
from benchmarks.measure import (
    Call,
    Candidate,
    Figure,
    added,
    figure,
    ratio,
    share_of_added,
    take_turns,
)
from benchmarks.rows import Row
from pytest_mgh import MigrationHub, mock_mgh

STREAM = "SMS"
TASK: Any = {"ProgressUpdateStream": STREAM, "MigrationTaskName": "sms-12de3cf1a"}
ATTRIBUTES: Any = {
    **TASK,
    "ResourceAttributeList": [
        {"Type": "FQDN", "Value": f"web-{number}.example.com"} for number in range(20)
    ],
}
REFUSED: Any = {**TASK, "MigrationTaskName": "a:b"}
PARAMETER: Any = {"Name": "sms-12de3cf1a", "Value": STREAM, "Type": "String", "Overwrite": True}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "mgh:ImportMigrationTask",
            "Resource": f"arn:aws:mgh:us-west-2:123456789012:progressUpdateStream/{name}*",
        }
        for name in [*(f"stream-{number}" for number in range(49)), STREAM]
    ],
}
THREADS = 8


def measure(calls: int, turns: int) -> Iterator[Row]:
    """Measure all candidates, and yield the rows."""
    small_floor, parameter_floor = clients.floor("mgh"), clients.floor("ssm")
    refused_floor = clients.floor("mgh", status=400, answer=clients.REFUSAL)
    ours = _ours()
    stubbed = clients.client("mgh")
    stubber = Stubber(stubbed)

    def expect(times: int) -> None:
        for _ in range(times):
            stubber.add_response("import_migration_task", {})

    floor = Candidate("floor", _import_task(small_floor))
    small = Candidate("pytest-mgh", _import_task(ours), _mocked)
    stub = Candidate(
        "botocore Stubber",
        _import_task(stubbed),
        lambda: stubber,
        expect,
    )
    put_floor = Candidate("floor", lambda: small_floor.put_resource_attributes(**ATTRIBUTES))
    put = Candidate("ours", lambda: ours.put_resource_attributes(**ATTRIBUTES), _mocked)
    with_policy = Candidate("ours", _import_task(ours), _with_policy)
    no_floor = Candidate("floor", lambda: _refused(refused_floor))
    no = Candidate("ours", lambda: _refused(ours), _mocked)
    # moto puts its handlers on every client that is made after its import: first those without it.
    take_turns([floor, small, stub], calls=calls, turns=2)

    from moto import mock_aws

    with_moto_imported = clients.client("ssm")
    parameters = Candidate("floor", _put_parameter(parameter_floor))
    moto = Candidate("moto", _put_parameter(with_moto_imported), mock_aws)
    beside_client = _client_beside_moto(mock_aws)
    beside = Candidate("ours", _import_task(beside_client), lambda: _beside(mock_aws))
    everything = [
        floor, small, stub, parameters, moto, put_floor, put, with_policy, no_floor, no, beside
    ]  # fmt: skip
    for candidate in everything:
        candidate.seconds.clear()
    take_turns(everything, calls=calls, turns=turns)

    name = "added by a small call (ImportMigrationTask)"
    yield Row(f"{name}, us", added(small, floor), peers={"moto": added(moto, parameters),
        "Stubber": added(stub, floor)})  # fmt: skip
    yield Row(
        f"{name}, over what moto adds to ssm PutParameter",
        share_of_added(small, floor, moto, parameters),
        budget=1 / 6,
    )
    for what, one, its_floor, budget in (
        ("20 attributes (PutResourceAttributes)", put, put_floor, 120 / 45 / 6),
        ("a small call under a policy of 50 statements", with_policy, floor, None),
        ("a call that is refused by its constraints", no, no_floor, None),
        ("a small call beside an active moto", beside, floor, None),
    ):
        yield Row(f"added by {what}, us", added(one, its_floor))
        share = share_of_added(one, its_floor, moto, parameters)
        yield Row(f"added by {what}, over what moto adds", share, budget=budget)
    yield Row("a small call over its floor", ratio(small, floor))
    yield Row(f"a call from {THREADS} threads over one from one", _threads(ours, calls, turns))


def _import_task(client: Any) -> Call:
    """Return the small call; each time it makes another task."""
    names = (f"sms-{number}" for number in itertools.count())
    return lambda: client.import_migration_task(**TASK | {"MigrationTaskName": next(names)})


def _put_parameter(client: Any) -> Call:
    """Return what it is measured beside: another two strings that are stored, each time anew."""
    names = (f"sms-{number}" for number in itertools.count())
    return lambda: client.put_parameter(**PARAMETER | {"Name": next(names)})


@contextmanager
def _mocked(**options: Any) -> Iterator[MigrationHub]:
    with mock_mgh(**options) as hub:
        hub.load({"streams": [{"name": STREAM, "tasks": [{"name": TASK["MigrationTaskName"]}]}]})
        yield hub


@contextmanager
def _with_policy() -> Iterator[MigrationHub]:
    with _mocked(policy=POLICY) as hub:
        yield hub


def _ours() -> Any:
    """Return a client that an active mock answers; its address is AWS's own."""
    return clients.client("mgh")


def _client_beside_moto(mock_aws: Any) -> Any:
    with mock_aws():
        return clients.client("mgh")


@contextmanager
def _beside(mock_aws: Any) -> Iterator[MigrationHub]:
    with mock_aws(), _mocked() as hub:
        yield hub


def _refused(client: Any) -> None:
    try:
        client.import_migration_task(**REFUSED)
    except ClientError:
        return
    raise AssertionError("the call that is to be refused was answered")


def _threads(client: Any, calls: int, turns: int) -> Figure:
    """Return what a call takes on 8 threads, over what it takes on one: 1 is no loss."""
    with _mocked(), ThreadPoolExecutor(THREADS) as pool:

        def spread() -> None:
            list(pool.map(lambda _: client.import_migration_task(**TASK), range(THREADS)))

        def line() -> None:
            for _ in range(THREADS):
                client.import_migration_task(**TASK)

        many, single = Candidate("threads", spread), Candidate("one", line)
        take_turns([many, single], calls=max(calls // THREADS, 1), turns=turns)
    return figure(
        [first / second for first, second in zip(many.seconds, single.seconds, strict=True)]
    )
