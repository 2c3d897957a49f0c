from __future__ import annotations

from typing import Any

import pytest
from clients import stream_names as names
from sample_values import ARTIFACT, MANUAL, SERVER

MODES = pytest.mark.parametrize(
    "mode",
    [
        pytest.param("eager", marks=pytest.mark.mgh(background="eager")),
        pytest.param("manual", marks=pytest.mark.mgh(background="manual")),
    ],
)


@pytest.fixture
def full(mgh: Any, client: Any, sms: dict[str, str]) -> dict[str, str]:
    """A task that has everything that a task can have."""
    mgh.add_server(configuration_id=SERVER, hostname="web.example.com")
    client.notify_migration_task_state(
        **sms, Task={"Status": "IN_PROGRESS"}, UpdateDateTime=1493660853, NextUpdateSeconds=60
    )
    client.put_resource_attributes(
        **sms, ResourceAttributeList=[{"Type": "FQDN", "Value": "web.example.com"}]
    )
    client.associate_created_artifact(**sms, CreatedArtifact={"Name": ARTIFACT})
    client.associate_discovered_resource(**sms, DiscoveredResource={"ConfigurationId": SERVER})
    client.associate_source_resource(**sms, SourceResource={"Name": "source"})
    mgh.settle()
    return sms


# create and list


def test_a_created_stream_is_listed(client: Any) -> None:
    """S1: CreateProgressUpdateStream creates a stream, and returns nothing."""
    answer = client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert answer.keys() == {"ResponseMetadata"}
    assert names(client) == ["SMS"]


def test_two_accounts_can_have_a_stream_of_one_name(
    mgh: Any, client: Any, config: Any, sms: dict[str, str], other_account: Any
) -> None:
    """S1: a stream is scoped to its account."""
    with other_account():
        config.create_home_region_control(HomeRegion="us-west-2", Target={"Type": "ACCOUNT"})
        assert names(client) == []
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
        assert client.list_migration_tasks()["MigrationTaskSummaryList"] == []
        client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert client.describe_migration_task(**sms)["MigrationTask"]["MigrationTaskName"]


def test_creating_a_stream_again_keeps_its_contents(client: Any, full: dict[str, str]) -> None:
    """silent: creating one that exists succeeds and changes nothing."""
    before = client.describe_migration_task(**full)["MigrationTask"]
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert names(client) == ["SMS"]
    assert client.describe_migration_task(**full)["MigrationTask"] == before


def test_streams_are_listed_by_name(client: Any) -> None:
    """silent: the order is by name, ascending."""
    for name in ("SMS", "DMS", "sms", "CloudEndure", "ATADATA"):
        client.create_progress_update_stream(ProgressUpdateStreamName=name)
    assert names(client) == ["ATADATA", "CloudEndure", "DMS", "SMS", "sms"]


def test_names_of_streams_differ_by_case(client: Any) -> None:
    """silent: `SMS` and `sms` are two streams."""
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.create_progress_update_stream(ProgressUpdateStreamName="sms")
    client.delete_progress_update_stream(ProgressUpdateStreamName="sms")
    assert names(client) == ["SMS"]


@pytest.mark.parametrize(
    "name", [" SMS ", "*", "a.b-c_d", "\x7f", "Größe", "\U0001f680" * 50, "x" * 50], ids=ascii
)
def test_a_stream_keeps_its_exact_name(client: Any, name: str) -> None:
    """silent: names are not trimmed, and their length is counted in code points."""
    client.create_progress_update_stream(ProgressUpdateStreamName=name)
    assert names(client) == [name]


@pytest.mark.parametrize(
    "name", ["", "x" * 51, "a/b", "a:b", "a|b", "a\nb", "SMS\n", "\x00", "\x1f"], ids=ascii
)
def test_a_wrong_name_is_refused(client: Any, refused: Any, name: str) -> None:
    """silent: length and pattern are checked, on the whole name."""
    with refused("InvalidInputException"):
        client.create_progress_update_stream(ProgressUpdateStreamName=name)
    assert names(client) == []


# delete


@MODES
def test_a_deletion_returns_an_empty_response(client: Any, sms: dict[str, str], mode: str) -> None:
    """S2: DeleteProgressUpdateStream returns at once; S6: the name is all it needs."""
    answer = client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert answer.keys() == {"ResponseMetadata"}
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


@MODES
def test_a_deletion_removes_everything_in_the_stream(
    mgh: Any, client: Any, full: dict[str, str], mode: str
) -> None:
    """S2: the stream, its tasks and all that is attached to them are removed."""
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.settle()
    assert names(client) == []
    assert (mgh.streams, mgh.tasks) == ((), ())
    assert client.list_migration_tasks()["MigrationTaskSummaryList"] == []
    assert client.list_migration_tasks(ResourceName=SERVER)["MigrationTaskSummaryList"] == []


@pytest.mark.parametrize(
    "operation",
    [
        "describe_migration_task",
        "list_created_artifacts",
        "list_discovered_resources",
        "list_migration_task_updates",
        "list_source_resources",
    ],
)
@MODES
def test_a_task_is_not_found_after_the_deletion_of_its_stream(
    mgh: Any, client: Any, full: dict[str, str], refused: Any, mode: str, operation: str
) -> None:
    """S2: nothing of the stream can be read any more."""
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.settle()
    with refused("ResourceNotFoundException"):
        getattr(client, operation)(**full)


@MODES
def test_a_deletion_leaves_other_streams_alone(
    mgh: Any, client: Any, sms: dict[str, str], mode: str
) -> None:
    """S2: a task of the same name in another stream is kept."""
    client.create_progress_update_stream(ProgressUpdateStreamName="DMS")
    client.import_migration_task(**{**sms, "ProgressUpdateStream": "DMS"})
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.settle()
    assert [(task.stream, task.name) for task in mgh.tasks] == [("DMS", "sms-12de3cf1a")]


@MODES
def test_a_deletion_keeps_the_states_of_applications(
    mgh: Any, client: Any, sms: dict[str, str], mode: str
) -> None:
    """silent: applications are not children of a stream."""
    erp = mgh.add_application("erp").configuration_id
    client.notify_application_state(ApplicationId=erp, Status="COMPLETED")
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.settle()
    state = client.describe_application_state(ApplicationId=erp)
    assert state["ApplicationStatus"] == "COMPLETED"


@MODES
def test_a_stream_created_after_its_deletion_is_a_new_one(
    mgh: Any, client: Any, full: dict[str, str], refused: Any, mode: str
) -> None:
    """S5: it has none of the old one's tasks."""
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.settle()
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert names(client) == ["SMS"]
    with refused("ResourceNotFoundException"):
        client.describe_migration_task(**full)


@MODES
def test_a_task_imported_after_the_deletion_is_a_new_one(
    mgh: Any, client: Any, full: dict[str, str], mode: str
) -> None:
    """S5: it has no items of the old one of its name."""
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.settle()
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.import_migration_task(**full)
    task = mgh.task("SMS", "sms-12de3cf1a")
    assert task.status == "NOT_STARTED"
    assert (task.updates, task.attributes) == ((), ())
    assert (task.artifacts, task.resources, task.sources) == ((), (), ())


@MODES
def test_deleting_an_unknown_stream_is_refused(client: Any, refused: Any, mode: str) -> None:
    """silent: it is ResourceNotFoundException."""
    with refused("ResourceNotFoundException"):
        client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")


@MODES
def test_a_deleted_stream_cannot_be_deleted_again(
    mgh: Any, client: Any, sms: dict[str, str], refused: Any, mode: str
) -> None:
    """silent: after the background job it is unknown."""
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.settle()
    with refused("ResourceNotFoundException"):
        client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")


@pytest.mark.mgh(background="eager")
def test_an_eager_hub_finishes_a_deletion_with_the_call(
    mgh: Any, client: Any, sms: dict[str, str]
) -> None:
    """silent: by default the background job takes no time."""
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert names(client) == []
    assert mgh.pending == ()


def test_the_default_is_eager(mgh: Any, client: Any, sms: dict[str, str]) -> None:
    """silent: without the option a deletion is done at once."""
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert names(client) == []


# while a stream is being deleted


@pytest.fixture
def deleting(mgh: Any, client: Any, full: dict[str, str]) -> dict[str, str]:
    """A full task whose stream is being deleted until `mgh.settle()`."""
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    return full


@MANUAL
def test_a_stream_that_is_being_deleted_is_still_listed(
    mgh: Any, client: Any, deleting: dict[str, str]
) -> None:
    """S3: until the background job is done, ListProgressUpdateStreams shows it."""
    assert names(client) == ["SMS"]
    assert [stream.deleting for stream in mgh.streams] == [True]
    mgh.settle()
    assert names(client) == []


@MANUAL
def test_a_waiting_deletion_is_pending(mgh: Any, deleting: dict[str, str]) -> None:
    """S2: `hub.pending` shows the background job, `hub.settle()` does it."""
    (work,) = mgh.pending
    assert (work.operation, work.subject) == ("DeleteProgressUpdateStream", ("SMS",))
    mgh.settle()
    assert mgh.pending == ()


WRITES: dict[str, dict[str, Any]] = {
    "import_migration_task": {},
    "notify_migration_task_state": {
        "Task": {"Status": "COMPLETED"},
        "UpdateDateTime": 1493660900,
        "NextUpdateSeconds": 60,
    },
    "associate_created_artifact": {"CreatedArtifact": {"Name": ARTIFACT}},
    "associate_discovered_resource": {"DiscoveredResource": {"ConfigurationId": SERVER}},
    "associate_source_resource": {"SourceResource": {"Name": "source"}},
}


@MANUAL
@pytest.mark.parametrize("operation", sorted(WRITES))
def test_a_stream_that_is_being_deleted_accepts_no_writes(
    mgh: Any, client: Any, deleting: dict[str, str], refused: Any, operation: str
) -> None:
    """S4: Import, Notify and every Associate are invalid input meanwhile."""
    before = mgh.tasks
    with refused("InvalidInputException", r"Progress update stream 'SMS' is being deleted\.$"):
        getattr(client, operation)(**deleting, **WRITES[operation])
    assert mgh.tasks == before


@MANUAL
@pytest.mark.parametrize("operation", sorted(WRITES))
def test_the_deletion_of_the_stream_is_reported_before_a_missing_task(
    mgh: Any, client: Any, deleting: dict[str, str], refused: Any, operation: str
) -> None:
    """S4: a task that the stream never had makes no difference (order of checks, 2.5 step 8)."""
    task = {**deleting, "MigrationTaskName": "unknown"}
    with refused("InvalidInputException"):
        getattr(client, operation)(**task, **WRITES[operation])


@MANUAL
def test_a_stream_that_is_being_deleted_cannot_be_created(
    mgh: Any, client: Any, deleting: dict[str, str], refused: Any
) -> None:
    """S4: CreateProgressUpdateStream of that name is invalid input until the deletion is done."""
    with refused("InvalidInputException"):
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.settle()
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert [stream.deleting for stream in mgh.streams] == [False]


@MANUAL
def test_other_streams_work_while_one_is_being_deleted(
    mgh: Any, client: Any, deleting: dict[str, str]
) -> None:
    """S4: only the stream itself is closed."""
    client.create_progress_update_stream(ProgressUpdateStreamName="DMS")
    client.import_migration_task(**{**deleting, "ProgressUpdateStream": "DMS"})
    mgh.settle()
    assert [task.stream for task in mgh.tasks] == ["DMS"]


@MANUAL
def test_attributes_cannot_be_put_while_the_stream_is_being_deleted(
    mgh: Any, client: Any, deleting: dict[str, str], refused: Any
) -> None:
    """silent: PutResourceAttributes is invalid input meanwhile."""
    with refused("InvalidInputException"):
        client.put_resource_attributes(
            **deleting, ResourceAttributeList=[{"Type": "FQDN", "Value": "other"}]
        )
    assert mgh.task("SMS", "sms-12de3cf1a").attributes == (("FQDN", "web.example.com"),)


@MANUAL
@pytest.mark.parametrize(
    ("operation", "argument", "attached"),
    [
        ("disassociate_created_artifact", {"CreatedArtifactName": ARTIFACT}, "artifacts"),
        ("disassociate_discovered_resource", {"ConfigurationId": SERVER}, "resources"),
        ("disassociate_source_resource", {"SourceResourceName": "source"}, "sources"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_items_can_be_detached_while_the_stream_is_being_deleted(
    mgh: Any,
    client: Any,
    deleting: dict[str, str],
    operation: str,
    argument: dict[str, str],
    attached: str,
) -> None:
    """silent: Disassociate works meanwhile."""
    getattr(client, operation)(**deleting, **argument)
    assert getattr(mgh.task("SMS", "sms-12de3cf1a"), attached) == ()


@MANUAL
@pytest.mark.parametrize(
    ("operation", "member"),
    [
        ("list_created_artifacts", "CreatedArtifactList"),
        ("list_discovered_resources", "DiscoveredResourceList"),
        ("list_migration_task_updates", "MigrationTaskUpdateList"),
        ("list_source_resources", "SourceResourceList"),
    ],
)
def test_attached_items_can_be_listed_until_the_deletion_is_done(
    client: Any, deleting: dict[str, str], operation: str, member: str
) -> None:
    """silent: lists of a task still give its data."""
    assert len(getattr(client, operation)(**deleting)[member]) == 1


@MANUAL
def test_a_task_can_be_described_and_listed_until_the_deletion_is_done(
    client: Any, deleting: dict[str, str]
) -> None:
    """silent: the task itself still exists."""
    task = client.describe_migration_task(**deleting)["MigrationTask"]
    assert task["Task"]["Status"] == "IN_PROGRESS"
    assert len(client.list_migration_tasks()["MigrationTaskSummaryList"]) == 1


@MANUAL
def test_a_stream_can_be_deleted_again_while_it_is_being_deleted(
    mgh: Any, client: Any, deleting: dict[str, str]
) -> None:
    """silent: the second call succeeds and starts nothing new."""
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert len(mgh.pending) == 1
    mgh.settle()
    assert mgh.streams == ()


@MANUAL
def test_settling_twice_changes_nothing(mgh: Any, client: Any, deleting: dict[str, str]) -> None:
    """S5: a stream created after the deletion is not hit by another settle."""
    mgh.settle()
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.settle()
    assert names(client) == ["SMS"]


@MANUAL
def test_a_deletion_in_another_region_keeps_the_stream_in_the_home_region(
    mgh: Any, config: Any, connect: Any, client: Any, sms: dict[str, str]
) -> None:
    """silent: a deletion applies to the Region of the request."""
    mgh.home_region = "eu-west-1"
    abroad = connect(region="eu-west-1")
    abroad.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.settle()
    assert names(abroad) == ["SMS"]
    assert names(client) == []
