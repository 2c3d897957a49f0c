from __future__ import annotations

import contextlib
import copy
import gc
import json
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from refusals import outcome
from sample_values import LIST_ONLY, NOON, TASK

from pytest_mgh import MghAssertionError, mock_mgh
from pytest_mgh.hub.migration_hub import MigrationHub
from pytest_mgh.state.settings import make_settings

CSV = "ExternalId,HostName,IPAddress,ApplicationName\next-1,imported,10.0.0.9,Imported\n"


pytestmark = pytest.mark.usefixtures("stopped_clock")


def connect(service: str = "mgh", **kwargs: Any) -> Any:
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client(service, "us-west-2", config=config, **kwargs)  # type: ignore[call-overload]


def start(hub: Any) -> None:
    client = connect()
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.import_migration_task(**TASK)


def state(hub: Any) -> Any:
    return json.loads(json.dumps(hub.snapshot(), allow_nan=False))


def swap_connection_lost(hub: Any) -> None:
    hub.fail("ListMigrationTasks", "InternalServerError", times=2)
    outcome(connect().list_migration_tasks)


def change_policies(hub: Any) -> None:
    hub.principals[-1].policy = None
    hub.policy = LIST_ONLY


def make_a_denied_call(hub: Any) -> None:
    client = connect(**hub.principals[-1].credentials)
    outcome(lambda: client.create_progress_update_stream(ProgressUpdateStreamName="x"))


def import_a_file(hub: Any) -> None:
    hub.import_source("s3://bucket/key.csv", CSV)
    connect("discovery").start_import_task(name="one", importUrl="s3://bucket/key.csv")
    hub.settle()


def lose_an_import(hub: Any) -> None:
    connect("discovery").start_import_task(name="two", importUrl="s3://bucket/none.csv")
    hub.settle()


def delete_the_stream(hub: Any) -> None:
    connect().delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    hub.settle()


def tag(hub: Any) -> None:
    ids = [hub.server("db1").configuration_id]
    connect("discovery").create_tags(configurationIds=ids, tags=[{"key": "a", "value": "b"}])


def notify(hub: Any) -> None:
    connect().notify_migration_task_state(
        **TASK, Task={"Status": "IN_PROGRESS"}, UpdateDateTime=NOON, NextUpdateSeconds=60
    )


def put_attributes(hub: Any) -> None:
    pairs = [{"Type": "IPV4_ADDRESS", "Value": "10.0.0.1"}]
    connect().put_resource_attributes(**TASK, ResourceAttributeList=pairs)


def attach(hub: Any) -> None:
    connect().associate_source_resource(**TASK, SourceResource={"Name": "vm-1"})


def detach(hub: Any) -> None:
    connect().disassociate_source_resource(**TASK, SourceResourceName="vm-1")


def restore_a_snapshot(hub: Any) -> None:
    hub.restore(hub.snapshot())
    hub.principals[-1].policy = None
    hub.add_server("new")


CHANGES: dict[str, Callable[[Any], Any]] = {
    "a call": lambda hub: connect().import_migration_task(**{**TASK, "MigrationTaskName": "b"}),
    "a state": notify,
    "attributes": put_attributes,
    "what is attached": attach,
    "what is detached": detach,
    "a deleted stream": delete_the_stream,
    "a server": lambda hub: hub.add_server("new"),
    "an application": lambda hub: hub.add_application("new", servers=["db1"]),
    "an estate": lambda hub: hub.load({"servers": [{"hostname": "a"}, {"hostname": "b"}]}),
    "tags": tag,
    "an import": import_a_file,
    "an import that fails": lose_an_import,
    "the clock": lambda hub: hub.advance(60),
    "a fault": lambda hub: hub.fail("ListMigrationTasks", "InternalServerError"),
    "a fault that was met": swap_connection_lost,
    "a throttle": lambda hub: hub.throttle("ListApplicationStates", per_second=2),
    "a recovery": lambda hub: hub.recover(),
    "the home Region": lambda hub: setattr(hub, "home_region", "eu-central-1"),
    "no home Region": lambda hub: setattr(hub, "home_region", None),
    "a principal": lambda hub: hub.principal("other"),
    "policies": change_policies,
    "a denial": make_a_denied_call,
    "settled work": lambda hub: hub.settle(),
    "a reset": lambda hub: hub.reset(),
    "a snapshot": restore_a_snapshot,
}


def fill(hub: Any) -> None:
    start(hub)
    hub.add_server("db1", ip_addresses=["10.0.0.1"])
    hub.add_application("shop", servers=["db1"])
    attach(hub)
    hub.principal("reader", policy=LIST_ONLY)
    hub.throttle("ListMigrationTasks", per_second=2)
    hub.fail("ListApplicationStates", "InternalServerError", times=3)
    put_attributes(hub)


@pytest.fixture
def hub() -> Iterator[Any]:
    with mock_mgh(background="manual") as made:
        fill(made)
        yield made
        made.recover()


@pytest.mark.parametrize("change", CHANGES)
def test_a_checkpoint_restores_every_kind_of_change(hub: Any, change: str) -> None:
    before = state(hub)
    checkpoint = hub.checkpoint()
    for _ in range(2):
        CHANGES[change](hub)
        assert state(hub) != before
        hub.restore(checkpoint)
        assert state(hub) == before


class Shown:
    """What a hub shows besides its snapshot."""

    def __init__(self, hub: Any) -> None:
        self.parts = [
            hub.streams,
            hub.tasks,
            hub.servers,
            hub.applications,
            hub.pending,
            list(hub.events),
            hub.denials,
            hub.notes,
            copy.deepcopy(hub.faults),
            hub.now,
            list(hub.backoffs),
            repr(hub),
        ]


PLANS = st.lists(
    st.one_of(
        st.sampled_from(sorted(CHANGES)),
        st.just("checkpoint"),
        st.just("checkpoint"),
        st.tuples(st.just("restore"), st.integers(0, 5)),
        st.tuples(st.just("restore"), st.integers(0, 5)),
        st.tuples(st.just("drop"), st.integers(0, 5)),
    ),
    max_size=25,
)


@given(PLANS)
def test_checkpoints_can_be_restored_in_any_order(plan: list[Any]) -> None:
    with mock_mgh(background="manual") as hub:
        fill(hub)
        kept: list[tuple[Any, Any]] = []
        for step in plan:
            match step:
                case "checkpoint":
                    kept.append((hub.checkpoint(), (state(hub), Shown(hub).parts)))
                case ("restore", number) if kept:
                    checkpoint, expected = kept[number % len(kept)]
                    hub.restore(checkpoint)
                    assert (state(hub), Shown(hub).parts) == expected
                case ("drop", number) if kept:
                    del kept[number % len(kept)]
                case str():
                    with contextlib.suppress(ClientError, LookupError, ValueError):
                        CHANGES[step](hub)
        for checkpoint, expected in kept:
            hub.restore(checkpoint)
            assert (state(hub), Shown(hub).parts) == expected
        hub.recover()


def test_an_advanced_clock_is_set_back_by_a_checkpoint(hub: Any) -> None:
    checkpoint = hub.checkpoint()
    hub.advance(3600)
    hub.restore(checkpoint)
    assert hub.now == NOON


def test_ids_continue_from_the_checkpoint(hub: Any) -> None:
    checkpoint = hub.checkpoint()
    ids = set()
    for _ in range(3):
        ids.add(hub.add_server("new").configuration_id)
        hub.restore(checkpoint)
    assert len(ids) == 1


def test_a_page_token_is_valid_in_the_state_that_it_was_created_in(hub: Any) -> None:
    client = connect()
    for name in "abc":
        client.create_progress_update_stream(ProgressUpdateStreamName=name)
    token = client.list_progress_update_streams(MaxResults=1)["NextToken"]
    checkpoint = hub.checkpoint()
    hub.reset()
    hub.restore(checkpoint)
    assert client.list_progress_update_streams(NextToken=token)


def test_restoring_a_checkpoint_removes_later_delays_from_the_same_list(hub: Any) -> None:
    hub.backoffs.append(1.0)
    noted = hub.backoffs
    checkpoint = hub.checkpoint()
    noted.append(2.0)
    hub.reset()
    noted.append(3.0)
    hub.restore(checkpoint)
    assert hub.backoffs == [1.0]
    assert hub.backoffs is noted


def test_a_principal_object_decides_as_at_the_checkpoint(hub: Any) -> None:
    reader = hub.principals[-1]
    client = connect(**reader.credentials)
    checkpoint = hub.checkpoint()
    reader.policy = None
    hub.restore(checkpoint)
    assert reader.policy == LIST_ONLY
    assert outcome(lambda: client.import_migration_task(**TASK)) == "AccessDeniedException"
    reader.policy = None
    assert outcome(lambda: client.import_migration_task(**TASK)) == "ok"


def test_roles_assumed_with_moto_keep_the_policies_of_their_role() -> None:
    with mock_aws(), mock_mgh() as hub:
        role = hub.principal("tool", role=True)
        arn = "arn:aws:iam::123456789012:role/tool"
        made = boto3.client("sts", "us-west-2").assume_role(RoleArn=arn, RoleSessionName="session")
        keys = {
            "aws_access_key_id": made["Credentials"]["AccessKeyId"],
            "aws_secret_access_key": made["Credentials"]["SecretAccessKey"],
            "aws_session_token": made["Credentials"]["SessionToken"],
        }
        client = connect(**keys)
        client.list_migration_tasks()
        checkpoint = hub.checkpoint()
        role.policy = LIST_ONLY
        hub.restore(checkpoint)
        start_stream = {"ProgressUpdateStreamName": "x"}
        assert outcome(lambda: client.create_progress_update_stream(**start_stream)) == "ok"
        role.policy = LIST_ONLY
        got = outcome(lambda: client.create_progress_update_stream(**start_stream))
        assert got == "AccessDeniedException"


@pytest.mark.usefixtures("older_hub")
def test_an_error_before_a_checkpoint_is_restored_is_still_raised_at_the_end() -> None:
    with pytest.raises(MghAssertionError), mock_mgh() as hub:  # noqa: PT012
        checkpoint = hub.checkpoint()
        outcome(connect("discovery").describe_export_tasks)
        hub.restore(checkpoint)


def test_the_revision_grows(hub: Any) -> None:
    checkpoint = hub.checkpoint()
    hub.principals[-1].policy = None
    revision = hub.revision
    hub.restore(checkpoint)
    assert hub.revision > revision


def test_restoring_a_checkpoint_makes_finished_work_pending_again() -> None:
    with mock_mgh(background=30) as hub:
        start(hub)
        connect().delete_progress_update_stream(ProgressUpdateStreamName="SMS")
        checkpoint = hub.checkpoint()
        hub.advance(30)
        assert hub.streams == ()
        hub.restore(checkpoint)
        assert [stream.deleting for stream in hub.streams] == [True]
        hub.advance(30)
        assert hub.streams == ()


def test_a_checkpoint_is_opaque(hub: Any) -> None:
    assert repr(hub.checkpoint()) == "<Checkpoint>"


def test_a_checkpoint_of_another_hub_is_refused(hub: Any) -> None:
    before = state(hub)
    with pytest.raises(ValueError, match="belongs to another hub: use a snapshot"):
        hub.restore(MigrationHub(make_settings({})).checkpoint())
    assert state(hub) == before


def test_changes_are_kept_in_memory_only_as_long_as_a_checkpoint(hub: Any) -> None:
    journal = hub._world.journal
    first = hub.checkpoint()
    hub.add_server("a")
    second = hub.checkpoint()
    hub.add_server("b")
    versions = [weakref.ref(first.version), weakref.ref(second.version)]
    del first
    gc.collect()
    assert [version() is None for version in versions] == [True, False]
    del second
    hub.add_server("c")
    gc.collect()
    assert (versions[1](), journal._undo) == (None, [])
