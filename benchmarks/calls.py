"""What a call costs: ours, moto's, the Stubber's and the floor's, in one process."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError
from botocore.stub import Stubber

from benchmarks import clients
from benchmarks.measure import Call, Candidate, added, figure, take_turns
from benchmarks.rows import Row
from pytest_mgh import MigrationHub, mock_mgh

SIGNED = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-date": "20261129T120000Z",
    "authorization": (
        "AWS4-HMAC-SHA256 Credential=key/20261129/us-west-2/mgh/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=0"
    ),
}
"""Headers of a call without a client; its target is to be added."""
STREAM = "SMS"
TASK: Any = {"ProgressUpdateStream": STREAM, "MigrationTaskName": "sms-12de3cf1a"}
ATTRIBUTES: Any = {
    **TASK,
    "ResourceAttributeList": [
        {"Type": "FQDN", "Value": f"web-{number}.example.com"} for number in range(20)
    ],
}
DESCRIBED: Any = {
    "MigrationTask": {**TASK, "Task": {"Status": "NOT_STARTED"}, "UpdateDateTime": 1764331200.123}
}
READ: Any = {**TASK, "MigrationTaskName": "sms-read"}
REFUSED: Any = {**TASK, "MigrationTaskName": "a:b"}
PARAMETER: Any = {"Name": "sms-12de3cf1a", "Value": STREAM, "Type": "String", "Overwrite": True}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "mgh:ImportMigrationTask",
            "Resource": f"arn:aws:mgh:*:*:progressUpdateStream/{name}*",
        }
        for name in [*(f"stream-{number}" for number in range(49)), STREAM]
    ],
}


def measure(calls: int, turns: int) -> Iterator[Row]:
    """Measure all candidates, and yield the rows."""
    with mock_mgh() as hub:
        yield from _measure(hub, calls, turns)


def _measure(hub: MigrationHub, calls: int, turns: int) -> Iterator[Row]:
    # moto registers its handlers on every client created after its import: create the others first.
    floor_client, parameter_client = clients.floor("mgh"), clients.floor("ssm")
    refused_client = clients.floor("mgh", status=400, answer=clients.REFUSAL)
    described_client = clients.floor("mgh", answer=DESCRIBED)
    ours, stubbed = clients.client("mgh"), clients.client("mgh")
    limited = clients.client("mgh", hub.principal("limited", policy=POLICY).access_key)
    stubber = Stubber(stubbed)

    from moto import mock_aws

    with_moto_imported = clients.client("ssm")
    with mock_aws():
        beside_client = clients.client("mgh")

    names = (TASK["MigrationTaskName"], READ["MigrationTaskName"])
    hub.load({"streams": [{"name": STREAM, "tasks": [{"name": name} for name in names]}]})
    floor = Candidate("floor", _import_task(floor_client))
    small = Candidate("pytest-mgh", _import_task(ours))
    put_floor = Candidate("floor", lambda: floor_client.put_resource_attributes(**ATTRIBUTES))
    first_put = _put_first(ours, hub)
    put = Candidate("ours", lambda: ours.put_resource_attributes(**ATTRIBUTES))
    read_floor = Candidate("floor", lambda: described_client.describe_migration_task(**READ))
    read = Candidate("ours", lambda: ours.describe_migration_task(**READ))
    with_policy = Candidate("ours", _import_task(limited))
    refused_floor = Candidate("floor", _refused(refused_client))
    refused = Candidate("ours", _refused(ours))
    beside = Candidate("ours", _import_task(beside_client), mock_aws)
    stub = Candidate(
        "botocore Stubber",
        _import_task(stubbed),
        lambda: stubber,
        lambda: stubber.add_response("import_migration_task", {}),
    )
    parameter_floor = Candidate("floor", _put_parameter(parameter_client))
    parameter = Candidate(
        "moto", _put_parameter(with_moto_imported), mock_aws, _put_parameter(with_moto_imported)
    )
    take_turns(
        [
            floor, small, put_floor, put, first_put, read_floor, read, with_policy, refused_floor,
            refused, beside, stub, parameter_floor, parameter,
        ],
        calls=calls,
        turns=turns,
    )  # fmt: skip

    yield Row(
        "the floor of a small call (ImportMigrationTask), us",
        figure([seconds * 1e6 for seconds in floor.seconds]),
    )
    yield Row(
        "added by a small call (ImportMigrationTask), over its floor",
        added(small, floor),
        budget=0.10,
        peers={"moto": added(parameter, parameter_floor), "Stubber": added(stub, floor)},
    )
    for what, one, its_floor, budget in (
        ("20 attributes (PutResourceAttributes)", put, put_floor, 0.20),
        ("20 attributes that no task had before", first_put, put_floor, None),
        ("a read (DescribeMigrationTask)", read, read_floor, None),
        ("a small call under a policy of 50 statements", with_policy, floor, None),
        ("a call that is refused by its constraints", refused, refused_floor, None),
        ("a small call beside an active moto", beside, floor, None),
    ):
        yield Row(f"added by {what}, over its floor", added(one, its_floor), budget=budget)


def _import_task(client: Any) -> Call:
    """Return the small call; each time it makes another task."""
    names = (f"sms-{number}" for number in itertools.count())
    return lambda: client.import_migration_task(**TASK | {"MigrationTaskName": next(names)})


def _put_first(client: Any, hub: MigrationHub) -> Candidate:
    """Return a call with attributes that are as new as its task."""
    names = (f"put-{number}" for number in itertools.count())
    requests: list[Any] = []

    def prepare() -> None:
        name = next(names)
        hub.add_task(STREAM, name)
        attributes = [
            {"Type": "FQDN", "Value": f"{name}-{number}.example.com"} for number in range(20)
        ]
        requests.append(
            {**TASK, "MigrationTaskName": name, "ResourceAttributeList": attributes},
        )

    return Candidate(
        "ours", lambda: client.put_resource_attributes(**requests.pop()), prepare=prepare
    )


def _put_parameter(client: Any) -> Call:
    """Return what it is measured beside: another two strings that are stored, each time anew."""
    names = (f"sms-{number}" for number in itertools.count())
    return lambda: client.put_parameter(**PARAMETER | {"Name": next(names)})


def _refused(client: Any) -> Callable[[], None]:
    def call() -> None:
        try:
            client.import_migration_task(**REFUSED)
        except ClientError:
            return
        raise AssertionError("the call that is to be refused was answered")

    return call
