from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from datetime import datetime, timezone
from typing import Any

import pytest
from sample_values import TASK

from pytest_mgh import (
    ApplicationView,
    ArtifactView,
    MigrationHub,
    ResourceView,
    ServerView,
    SourceView,
    StreamView,
    TaskView,
    UpdateView,
)

TIME = datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone.utc)


@pytest.fixture
def task(mgh_client: Any) -> dict[str, str]:
    """A task in its stream, as the arguments that name it."""
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh_client.import_migration_task(**TASK)
    return TASK


@pytest.fixture
def notify(mgh_client: Any, task: dict[str, str]) -> Callable[..., None]:
    def notify(status: str, **state: Any) -> None:
        mgh_client.notify_migration_task_state(
            **task,
            Task={"Status": status, **state},
            UpdateDateTime=TIME,
            NextUpdateSeconds=60,
        )

    return notify


# streams


def test_there_are_no_streams_at_first(mgh: MigrationHub) -> None:
    assert mgh.streams == ()


def test_a_stream_has_its_name_and_its_tasks(mgh: MigrationHub, mgh_client: Any) -> None:
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    for name in ("b", "a"):
        mgh_client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName=name)
    assert mgh.streams == (StreamView("SMS", deleting=False, tasks=("a", "b")),)


def test_streams_are_listed_by_name(mgh: MigrationHub, mgh_client: Any) -> None:
    for name in ("b", "a", "C"):
        mgh_client.create_progress_update_stream(ProgressUpdateStreamName=name)
    assert [stream.name for stream in mgh.streams] == ["C", "a", "b"]


@pytest.mark.mgh(background="manual")
@pytest.mark.usefixtures("task")
def test_a_stream_shows_that_its_deletion_is_pending(mgh: MigrationHub, mgh_client: Any) -> None:
    mgh_client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert [stream.deleting for stream in mgh.streams] == [True]


@pytest.mark.mgh(background="manual")
@pytest.mark.usefixtures("task")
def test_a_stream_is_gone_once_its_deletion_is_done(mgh: MigrationHub, mgh_client: Any) -> None:
    mgh_client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.settle()
    assert (mgh.streams, mgh.tasks, mgh.pending) == ((), (), ())


# tasks


def test_there_are_no_tasks_at_first(mgh: MigrationHub) -> None:
    assert mgh.tasks == ()


@pytest.mark.usefixtures("task")
def test_a_new_task_is_not_started(mgh: MigrationHub) -> None:
    task = mgh.task("SMS", "task")
    assert (task.stream, task.name, task.status, task.progress_percent, task.status_detail) == (
        "SMS",
        "task",
        "NOT_STARTED",
        None,
        None,
    )


@pytest.mark.usefixtures("task")
def test_a_new_task_has_nothing_attached(mgh: MigrationHub) -> None:
    task = mgh.task("SMS", "task")
    attached = (task.updates, task.attributes, task.artifacts, task.resources, task.sources)
    assert attached == ((), (), (), (), ())


@pytest.mark.usefixtures("task")
def test_the_time_of_a_new_task_is_that_of_its_import(mgh: MigrationHub) -> None:
    age = datetime.now(timezone.utc) - mgh.task("SMS", "task").update_time
    assert 0 <= age.total_seconds() < 60


def test_a_task_has_its_last_notified_state(mgh: MigrationHub, notify: Callable[..., None]) -> None:
    notify("IN_PROGRESS", StatusDetail="copying", ProgressPercent=40)
    task = mgh.task("SMS", "task")
    assert (task.status, task.status_detail, task.progress_percent, task.update_time) == (
        "IN_PROGRESS",
        "copying",
        40,
        TIME,
    )


def test_a_task_has_all_updates_oldest_first(
    mgh: MigrationHub, notify: Callable[..., None]
) -> None:
    notify("IN_PROGRESS", StatusDetail="copying", ProgressPercent=40)
    notify("COMPLETED")
    assert mgh.task("SMS", "task").updates == (
        UpdateView(TIME, "IN_PROGRESS", "copying", 40),
        UpdateView(TIME, "COMPLETED"),
    )


def test_a_progress_of_zero_is_kept(mgh: MigrationHub, notify: Callable[..., None]) -> None:
    notify("IN_PROGRESS", ProgressPercent=0)
    assert mgh.task("SMS", "task").progress_percent == 0


def test_a_task_has_its_attributes(
    mgh: MigrationHub, mgh_client: Any, task: dict[str, str]
) -> None:
    pairs = [{"Type": "IPV4_ADDRESS", "Value": "10.0.0.1"}]
    mgh_client.put_resource_attributes(**task, ResourceAttributeList=pairs)
    assert mgh.task("SMS", "task").attributes == (("IPV4_ADDRESS", "10.0.0.1"),)


def test_a_task_has_its_artifacts(mgh: MigrationHub, mgh_client: Any, task: dict[str, str]) -> None:
    arn = "arn:aws:ec2:us-west-2:123456789012:image/ami-0123456789abcdef0"
    artifact = {"Name": arn, "Description": "the image"}
    mgh_client.associate_created_artifact(**task, CreatedArtifact=artifact)
    assert mgh.task("SMS", "task").artifacts == (ArtifactView(arn, "the image"),)


def test_a_task_has_its_resources(mgh: MigrationHub, mgh_client: Any, task: dict[str, str]) -> None:
    server = mgh.add_server("db1")
    resource = {"ConfigurationId": server.configuration_id}
    mgh_client.associate_discovered_resource(**task, DiscoveredResource=resource)
    assert mgh.task("SMS", "task").resources == (ResourceView(server.configuration_id),)


def test_a_task_has_its_sources(mgh: MigrationHub, mgh_client: Any, task: dict[str, str]) -> None:
    source = {"Name": "vm-1", "Description": "a VM", "StatusDetail": "read"}
    mgh_client.associate_source_resource(**task, SourceResource=source)
    assert mgh.task("SMS", "task").sources == (SourceView("vm-1", "a VM", "read"),)


def test_tasks_are_listed_by_stream_and_name(mgh: MigrationHub, mgh_client: Any) -> None:
    for stream in ("B", "A"):
        mgh_client.create_progress_update_stream(ProgressUpdateStreamName=stream)
        for name in ("2", "1"):
            mgh_client.import_migration_task(ProgressUpdateStream=stream, MigrationTaskName=name)
    assert [(task.stream, task.name) for task in mgh.tasks] == [
        ("A", "1"),
        ("A", "2"),
        ("B", "1"),
        ("B", "2"),
    ]


@pytest.mark.usefixtures("task")
def test_tasks_and_task_show_the_same(mgh: MigrationHub) -> None:
    assert mgh.tasks == (mgh.task("SMS", "task"),)


@pytest.mark.usefixtures("task")
def test_an_unknown_task_is_a_lookup_error_that_names_the_nearest(mgh: MigrationHub) -> None:
    with pytest.raises(LookupError, match=r"stream 'SMS'.*'tsak'.*did you mean 'task'"):
        mgh.task("SMS", "tsak")


@pytest.mark.usefixtures("task")
def test_an_unknown_stream_is_a_lookup_error_that_names_the_nearest(mgh: MigrationHub) -> None:
    with pytest.raises(LookupError, match=r"no stream 'SMSS'.*did you mean 'SMS'"):
        mgh.task("SMSS", "task")


def test_a_lookup_in_an_empty_hub_says_that_it_is_empty(mgh: MigrationHub) -> None:
    with pytest.raises(LookupError, match="no stream 'SMS'; there are none yet"):
        mgh.task("SMS", "task")


@pytest.mark.usefixtures("task")
def test_one_stream_is_found_by_its_name(mgh: MigrationHub) -> None:
    assert (mgh.stream("SMS"),) == tuple(mgh.streams)


@pytest.mark.usefixtures("task")
def test_looking_up_an_unknown_stream_names_the_nearest(mgh: MigrationHub) -> None:
    with pytest.raises(LookupError, match=r"no stream 'SMSS'.*did you mean 'SMS'"):
        mgh.stream("SMSS")


# servers and applications


def test_there_are_no_servers_and_applications_at_first(mgh: MigrationHub) -> None:
    assert (mgh.servers, mgh.applications) == ((), ())


def test_a_server_is_shown_as_it_was_added(mgh: MigrationHub) -> None:
    added = mgh.add_server(
        "db1",
        configuration_id="d-server-0123456789abcdef",
        ip_addresses=["10.0.0.1"],
        mac_addresses=["00:11:22:33:44:55"],
    )
    expected = ServerView("d-server-0123456789abcdef", "db1", ("10.0.0.1",), ("00:11:22:33:44:55",))
    assert (added, mgh.servers) == (expected, (expected,))


def test_a_server_may_have_no_host_name(mgh: MigrationHub) -> None:
    assert mgh.add_server().hostname is None


def test_servers_are_listed_in_the_order_of_creation(mgh: MigrationHub) -> None:
    added = tuple(mgh.add_server(name) for name in ("b", "a", "c"))
    assert mgh.servers == added


def test_every_server_gets_its_own_id(mgh: MigrationHub) -> None:
    assert len({mgh.add_server().configuration_id for _ in range(20)}) == 20


def test_a_server_id_that_is_taken_is_a_value_error(mgh: MigrationHub) -> None:
    mgh.add_server(configuration_id="d-server-01")
    with pytest.raises(ValueError, match=r"configuration_id: 'd-server-01'.*already"):
        mgh.add_server(configuration_id="d-server-01")


def test_a_refused_server_changes_nothing(mgh: MigrationHub) -> None:
    added = mgh.add_server("db1", configuration_id="d-server-01")
    with pytest.raises(ValueError, match="already"):
        mgh.add_server("other", configuration_id="d-server-01")
    assert mgh.servers == (added,)


def test_an_application_is_shown_as_it_was_added(mgh: MigrationHub) -> None:
    server = mgh.add_server("db1", configuration_id="d-server-01")
    added = mgh.add_application("shop", configuration_id="d-application-01", servers=[server])
    expected = ApplicationView(
        "d-application-01", "shop", "NOT_STARTED", last_updated=None, servers=("d-server-01",)
    )
    assert (added, mgh.applications) == (expected, (expected,))


def test_an_application_accepts_servers_by_view_and_by_id(mgh: MigrationHub) -> None:
    first, second = mgh.add_server("a"), mgh.add_server("b")
    application = mgh.add_application("shop", servers=[first, second.configuration_id])
    assert application.servers == (first.configuration_id, second.configuration_id)


def test_an_application_has_a_repeated_server_once(mgh: MigrationHub) -> None:
    server = mgh.add_server("a")
    application = mgh.add_application("shop", servers=[server, server.configuration_id])
    assert application.servers == (server.configuration_id,)


def test_an_application_of_an_unknown_server_is_a_value_error_that_names_the_nearest(
    mgh: MigrationHub,
) -> None:
    mgh.add_server(configuration_id="d-server-01")
    with pytest.raises(ValueError, match=r"no server 'd-server-02'.*did you mean 'd-server-01'"):
        mgh.add_application("shop", servers=["d-server-02"])


def test_a_refused_application_changes_nothing(mgh: MigrationHub) -> None:
    with pytest.raises(ValueError, match="no server"):
        mgh.add_application("shop", servers=["d-server-02"])
    assert mgh.applications == ()


def test_an_application_id_that_is_taken_is_a_value_error(mgh: MigrationHub) -> None:
    mgh.add_application("shop", configuration_id="d-application-01")
    with pytest.raises(ValueError, match=r"configuration_id: 'd-application-01'.*already"):
        mgh.add_application("other", configuration_id="d-application-01")


def test_an_application_may_not_have_the_id_of_a_server(mgh: MigrationHub) -> None:
    mgh.add_server(configuration_id="d-server-01")
    with pytest.raises(ValueError, match="already"):
        mgh.add_application("shop", configuration_id="d-server-01")


def test_an_application_shows_its_notified_state(mgh: MigrationHub, mgh_client: Any) -> None:
    id_ = mgh.add_application("shop").configuration_id
    mgh_client.notify_application_state(
        ApplicationId=id_, Status="IN_PROGRESS", UpdateDateTime=TIME
    )
    assert mgh.applications == (ApplicationView(id_, "shop", "IN_PROGRESS", TIME),)


@pytest.mark.mgh(strict_discovery=False)
def test_an_application_that_the_repository_does_not_know_has_no_name(
    mgh: MigrationHub, mgh_client: Any
) -> None:
    id_ = "d-application-0123456789abcdef0"
    mgh_client.notify_application_state(ApplicationId=id_, Status="COMPLETED", UpdateDateTime=TIME)
    assert mgh.applications == (ApplicationView(id_, None, "COMPLETED", TIME),)


def test_the_discovery_service_lists_an_added_application(
    mgh: MigrationHub, mgh_client: Any
) -> None:
    id_ = mgh.add_application("shop").configuration_id
    state = mgh_client.describe_application_state(ApplicationId=id_)
    assert state["ApplicationStatus"] == "NOT_STARTED"


def test_a_server_is_found_by_host_name_and_by_id(mgh: MigrationHub) -> None:
    server = mgh.add_server("db1")
    assert (mgh.server("db1"), mgh.server(server.configuration_id)) == (server, server)


def test_looking_up_an_ambiguous_host_name_is_refused(mgh: MigrationHub) -> None:
    first, second = mgh.add_server("db1"), mgh.add_server("db1")

    ids = f"{first.configuration_id}, {second.configuration_id}"
    with pytest.raises(LookupError, match=f"^2 servers have the host name 'db1'.*: {ids}$"):
        mgh.server("db1")

    assert mgh.server(second.configuration_id) == second


def test_a_server_without_a_host_name_is_not_found_by_an_empty_one(mgh: MigrationHub) -> None:
    mgh.add_server()
    with pytest.raises(LookupError, match="no server ''"):
        mgh.server("")


def test_an_unknown_server_is_a_lookup_error_that_names_the_nearest(mgh: MigrationHub) -> None:
    mgh.add_server("database")
    with pytest.raises(LookupError, match=r"no server 'databse'.*did you mean 'database'"):
        mgh.server("databse")


def test_an_application_is_found_by_name_and_by_id(mgh: MigrationHub) -> None:
    application = mgh.add_application("shop")
    found = mgh.application("shop"), mgh.application(application.configuration_id)
    assert found == (application, application)


def test_an_unknown_application_is_a_lookup_error_that_names_the_nearest(
    mgh: MigrationHub,
) -> None:
    mgh.add_application("shop")
    with pytest.raises(LookupError, match=r"no application 'shp'.*did you mean 'shop'"):
        mgh.application("shp")


# home Region


def test_data_is_seeded_in_the_home_region(mgh: MigrationHub) -> None:
    mgh.add_server("db1")
    mgh.home_region = "eu-central-1"
    assert mgh.servers == ()


def test_views_show_the_home_region(mgh: MigrationHub, mgh_client: Any) -> None:
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.home_region = "eu-central-1"
    elsewhere = mgh.streams
    mgh.home_region = "us-west-2"
    assert (elsewhere, [stream.name for stream in mgh.streams]) == ((), ["SMS"])


@pytest.mark.mgh(home_region=None)
def test_data_is_seeded_in_us_west_2_without_a_home_region(mgh: MigrationHub) -> None:
    added = mgh.add_server("db1")
    mgh.home_region = "us-west-2"
    assert mgh.servers == (added,)


# properties of views

VIEWS: list[Any] = [
    UpdateView(TIME, "IN_PROGRESS"),
    ArtifactView("arn:aws:ec2:us-west-2:123456789012:image/ami-1"),
    ResourceView("d-server-01"),
    SourceView("vm-1"),
    TaskView("SMS", "task", "NOT_STARTED", None, None, TIME),
    StreamView("SMS", deleting=False, tasks=()),
    ServerView("d-server-01", "db1"),
    ApplicationView("d-application-01", "shop", "NOT_STARTED"),
]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: type(view).__name__)
def test_a_view_cannot_be_changed(view: Any) -> None:
    for field in fields(view):
        with pytest.raises(FrozenInstanceError):
            setattr(view, field.name, None)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: type(view).__name__)
def test_a_view_equals_another_of_the_same_values(view: Any) -> None:
    same = type(view)(**{field.name: getattr(view, field.name) for field in fields(view)})
    assert (same == view, same is view, hash(same) == hash(view)) == (True, False, True)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: type(view).__name__)
def test_a_view_shows_its_values(view: Any) -> None:
    first = fields(view)[0]
    assert repr(view).startswith(
        f"{type(view).__name__}({first.name}={getattr(view, first.name)!r}, "
    )


def test_the_repr_of_a_task_shortens_a_long_history(
    mgh: MigrationHub, notify: Callable[..., None]
) -> None:
    for _ in range(50):
        notify("IN_PROGRESS")
    assert len(repr(mgh.task("SMS", "task"))) < 500


def test_a_view_does_not_follow_later_changes(
    mgh: MigrationHub, notify: Callable[..., None]
) -> None:
    before = mgh.task("SMS", "task")
    notify("COMPLETED")
    assert before.status == "NOT_STARTED"


def test_two_views_of_the_same_state_are_equal(
    mgh: MigrationHub, notify: Callable[..., None]
) -> None:
    notify("IN_PROGRESS")
    assert mgh.task("SMS", "task") == mgh.task("SMS", "task")


def test_views_of_different_states_differ(mgh: MigrationHub, notify: Callable[..., None]) -> None:
    before = mgh.task("SMS", "task")
    notify("IN_PROGRESS")
    assert mgh.task("SMS", "task") != before


def test_the_repr_of_a_hub_shows_its_contents(mgh: MigrationHub) -> None:
    mgh.add_server("db1")
    mgh.add_application("shop")
    assert repr(mgh) == (
        "<MigrationHub of account 123456789012, home region us-west-2: "
        "0 streams, 0 tasks, 1 servers, 1 applications>"
    )


@pytest.mark.mgh(background="manual")
@pytest.mark.usefixtures("task")
def test_pending_work_names_its_operation_and_subject(mgh: MigrationHub, mgh_client: Any) -> None:
    mgh_client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    waiting = [(work.operation, work.subject) for work in mgh.pending]
    assert waiting == [("DeleteProgressUpdateStream", ("SMS",))]


@pytest.mark.parametrize("name", ["streams", "tasks", "servers", "applications", "pending"])
def test_the_views_of_the_hub_cannot_be_set(mgh: MigrationHub, name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(mgh, name, ())
