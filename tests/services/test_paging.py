from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sample_values import SERVER
from sample_values import SMS_1 as TASK

from pytest_mgh import mock_mgh
from pytest_mgh.state.sorted_keys import SortedKeys

OTHER_TASK = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "sms-2"}
ARN = "arn:aws:ec2:us-east-1:488216288981:image/ami-"


def _nothing(hub: Any, client: Any) -> None:
    pass


def _task(hub: Any, client: Any) -> None:
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.import_migration_task(**TASK)
    client.import_migration_task(**OTHER_TASK)


def _add_stream(hub: Any, client: Any, number: int) -> None:
    hub.load({"streams": [{"name": f"s{number:03}"}]})


def _remove_stream(client: Any, number: int) -> None:
    client.delete_progress_update_stream(ProgressUpdateStreamName=f"s{number:03}")


def _add_task(hub: Any, client: Any, number: int) -> None:
    # Each task has its own stream, so that it can be removed. Lists start with the newest.
    task = {
        "name": f"t{number:03}",
        "status": "IN_PROGRESS",
        "update_time": 1493660853 - number,
        "next_update_seconds": 60,
    }
    hub.load({"streams": [{"name": f"s{number:03}", "tasks": [task]}]})


def _add_mapped_task(hub: Any, client: Any, number: int) -> None:
    _add_task(hub, client, number)
    client.associate_discovered_resource(
        ProgressUpdateStream=f"s{number:03}",
        MigrationTaskName=f"t{number:03}",
        DiscoveredResource={"ConfigurationId": SERVER},
    )


def _server(hub: Any, client: Any) -> None:
    hub.add_server(configuration_id=SERVER)


def _add_application(hub: Any, client: Any, number: int) -> None:
    hub.add_application(str(number), configuration_id=f"d-application-{number:03}")


def _add_artifact(hub: Any, client: Any, number: int) -> None:
    client.associate_created_artifact(**TASK, CreatedArtifact={"Name": f"{ARN}{number:03}"})


def _remove_artifact(client: Any, number: int) -> None:
    client.disassociate_created_artifact(**TASK, CreatedArtifactName=f"{ARN}{number:03}")


def _add_discovered(hub: Any, client: Any, number: int) -> None:
    hub.add_server(configuration_id=f"d-server-{number:03}")
    client.associate_discovered_resource(
        **TASK, DiscoveredResource={"ConfigurationId": f"d-server-{number:03}"}
    )


def _remove_discovered(client: Any, number: int) -> None:
    client.disassociate_discovered_resource(**TASK, ConfigurationId=f"d-server-{number:03}")


def _add_source(hub: Any, client: Any, number: int) -> None:
    client.associate_source_resource(**TASK, SourceResource={"Name": f"source {number:03}"})


def _remove_source(client: Any, number: int) -> None:
    client.disassociate_source_resource(**TASK, SourceResourceName=f"source {number:03}")


def _add_update(hub: Any, client: Any, number: int) -> None:
    client.notify_migration_task_state(
        **TASK,
        Task={"Status": "IN_PROGRESS", "StatusDetail": f"{number:03}"},
        UpdateDateTime=1493660853,
        NextUpdateSeconds=60,
    )


@dataclass(frozen=True)
class Listing:
    """A listing operation: how to fill its list, and how to read it."""

    operation: str
    rows: str
    most: int
    number: Callable[[dict[str, Any]], str]
    """The part of a row that ends with the number it was added with."""
    add: Callable[[Any, Any, int], None]
    remove: Callable[[Any, int], None] | None = None
    prepare: Callable[[Any, Any], None] = _nothing
    arguments: dict[str, Any] = field(default_factory=dict)
    name: str = ""

    def fill(self, hub: Any, client: Any, count: int) -> None:
        self.prepare(hub, client)
        for number in range(count):
            self.add(hub, client, number)

    def page(self, client: Any, **more: Any) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(client, self.operation)(**self.arguments, **more)
        return answer

    def numbers(self, answer: dict[str, Any]) -> list[int]:
        return [int(self.number(row)[-3:]) for row in answer[self.rows]]


LISTINGS = [
    Listing(
        "list_progress_update_streams",
        "ProgressUpdateStreamSummaryList",
        100,
        lambda row: row["ProgressUpdateStreamName"],
        _add_stream,
        _remove_stream,
    ),
    Listing(
        "list_migration_tasks",
        "MigrationTaskSummaryList",
        100,
        lambda row: row["MigrationTaskName"],
        _add_task,
        _remove_stream,
    ),
    Listing(
        "list_migration_tasks",
        "MigrationTaskSummaryList",
        100,
        lambda row: row["MigrationTaskName"],
        _add_mapped_task,
        _remove_stream,
        _server,
        {"ResourceName": SERVER},
        name="list_migration_tasks of a resource",
    ),
    Listing(
        "list_application_states",
        "ApplicationStateList",
        100,
        lambda row: row["ApplicationId"],
        _add_application,
    ),
    Listing(
        "list_application_states",
        "ApplicationStateList",
        100,
        lambda row: row["ApplicationId"],
        _add_application,
        arguments={"ApplicationIds": [f"d-application-{number:03}" for number in range(100)]},
        name="list_application_states by id",
    ),
    Listing(
        "list_migration_task_updates",
        "MigrationTaskUpdateList",
        100,
        lambda row: row["MigrationTaskState"]["StatusDetail"],
        _add_update,
        prepare=_task,
        arguments=TASK,
    ),
    Listing(
        "list_created_artifacts",
        "CreatedArtifactList",
        10,
        lambda row: row["Name"],
        _add_artifact,
        _remove_artifact,
        _task,
        TASK,
    ),
    Listing(
        "list_discovered_resources",
        "DiscoveredResourceList",
        10,
        lambda row: row["ConfigurationId"],
        _add_discovered,
        _remove_discovered,
        _task,
        TASK,
    ),
    Listing(
        "list_source_resources",
        "SourceResourceList",
        10,
        lambda row: row["Name"],
        _add_source,
        _remove_source,
        _task,
        TASK,
    ),
]


def named(listings: list[Listing]) -> Any:
    return pytest.mark.parametrize(
        "listing", listings, ids=lambda listing: listing.name or listing.operation
    )


EVERY = named(LISTINGS)
REMOVABLE = named([listing for listing in LISTINGS if listing.remove])
# An ApplicationIds list holds no more than one page, so that page can only be full.
UNBOUNDED = named([listing for listing in LISTINGS if "ApplicationIds" not in listing.arguments])


def test_the_table_names_every_listing_operation(client: Any) -> None:
    """A17: all lists that botocore can page through are in this module's table."""
    pageable = {
        operation
        for operation in client.meta.method_to_api_mapping
        if client.can_paginate(operation)
    }
    assert pageable == {listing.operation for listing in LISTINGS}
    assert len(pageable) == 7


# pages


@EVERY
@pytest.mark.parametrize("size", [1, 3, 8, 10])
def test_botocores_paginator_gets_every_row_once_and_in_order(
    mgh: Any, client: Any, listing: Listing, size: int
) -> None:
    """A17: all seven paginators walk from the first page to the last."""
    listing.fill(mgh, client, 8)
    paginator = client.get_paginator(listing.operation)
    pages = [*paginator.paginate(**listing.arguments, PaginationConfig={"PageSize": size})]
    assert [number for page in pages for number in listing.numbers(page)] == [*range(8)]
    assert len(pages) == -(-8 // size)


@UNBOUNDED
def test_a_page_has_the_maximum_size_of_the_operation_by_default(
    mgh: Any, client: Any, listing: Listing
) -> None:
    """silent: without MaxResults a page holds 100 rows, of what is attached to a task 10."""
    listing.fill(mgh, client, listing.most + 1)
    first = listing.page(client)
    assert listing.numbers(first) == [*range(listing.most)]
    second = listing.page(client, NextToken=first["NextToken"])
    assert listing.numbers(second) == [listing.most]


@EVERY
def test_a_list_that_fits_the_default_page_has_no_token(
    mgh: Any, client: Any, listing: Listing
) -> None:
    """silent: a page that is exactly full, with nothing left, ends the list."""
    listing.fill(mgh, client, listing.most)
    answer = listing.page(client)
    assert len(answer[listing.rows]) == listing.most
    assert "NextToken" not in answer


@EVERY
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_token_is_returned_only_if_there_are_more_rows(
    mgh: Any, client: Any, listing: Listing, count: int
) -> None:
    """A17: up to MaxResults rows there is no token, with one row more there is."""
    listing.fill(mgh, client, count)
    assert ("NextToken" in listing.page(client, MaxResults=2)) is (count > 2)


@EVERY
def test_an_empty_list_is_one_page_without_a_token(mgh: Any, client: Any, listing: Listing) -> None:
    """A17: the list member is there, and empty."""
    listing.fill(mgh, client, 0)
    assert listing.page(client).keys() == {listing.rows, "ResponseMetadata"}


@EVERY
def test_the_last_page_has_no_token(mgh: Any, client: Any, listing: Listing) -> None:
    """silent: on the last page NextToken is absent, not null and not empty."""
    listing.fill(mgh, client, 4)
    first = listing.page(client, MaxResults=2)
    last = listing.page(client, MaxResults=2, NextToken=first["NextToken"])
    assert listing.numbers(last) == [2, 3]
    assert "NextToken" not in last


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_page_reads_its_own_keys_and_one_more(
    mgh: Any, client: Any, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """A17: one key more tells whether there is a token; a page costs the same in a long list."""
    for number in range(12):
        _add_stream(mgh, client, number)
    token = client.list_progress_update_streams(MaxResults=size)["NextToken"]
    read = []

    def counted(keys: SortedKeys[str], key: str | None = None) -> Iterator[str]:
        for one in after(keys, key):
            read.append(one)
            yield one

    after = SortedKeys.after
    monkeypatch.setattr(SortedKeys, "after", counted)

    client.list_progress_update_streams(MaxResults=size, NextToken=token)

    assert read == [f"s{number:03}" for number in range(size, 2 * size + 1)]


@EVERY
@pytest.mark.parametrize("excess", [-1, 0, 1], ids=["-1", "0", "most + 1"])
def test_a_page_size_out_of_range_is_refused(
    mgh: Any, client: Any, refused: Any, listing: Listing, excess: int
) -> None:
    """A17: MaxResults is 1 to 100, for what is attached to a task 1 to 10."""
    listing.fill(mgh, client, 1)
    with refused("InvalidInputException", "maxResults"):
        listing.page(client, MaxResults=listing.most + 1 if excess == 1 else excess)


@EVERY
def test_an_empty_token_asks_for_the_first_page(mgh: Any, client: Any, listing: Listing) -> None:
    """silent: the guide's own sample sends one."""
    listing.fill(mgh, client, 3)
    assert listing.numbers(listing.page(client, NextToken="", MaxResults=2)) == [0, 1]


@pytest.mark.parametrize("size", [1, 100])
def test_controls_are_one_page(config: Any, mgh: Any, size: int) -> None:
    """silent: an account has one control at most, so DescribeHomeRegionControls never pages."""
    answer = config.describe_home_region_controls(MaxResults=size)
    assert len(answer["HomeRegionControls"]) == 1
    assert "NextToken" not in answer


def test_botocore_has_no_paginator_for_controls(config: Any) -> None:
    """A17: its model declares tokens for DescribeHomeRegionControls, but no paginator."""
    assert not config.can_paginate("describe_home_region_controls")


@pytest.mark.parametrize("size", [0, 101])
def test_a_page_size_of_controls_out_of_range_is_refused(
    config: Any, mgh: Any, refused: Any, size: int
) -> None:
    """A17: MaxResults of DescribeHomeRegionControls is 1 to 100."""
    with refused("InvalidInputException", "maxResults"):
        config.describe_home_region_controls(MaxResults=size)


# tokens


@EVERY
def test_a_token_has_the_shape_of_the_model(mgh: Any, client: Any, listing: Listing) -> None:
    """A16: 2048 characters at most, of the standard base64 alphabet."""
    listing.fill(mgh, client, 3)
    token = listing.page(client, MaxResults=1)["NextToken"]
    assert re.fullmatch(r"[a-zA-Z0-9/+=]{1,2048}", token)


@pytest.mark.parametrize(
    ("stream", "name"),
    [
        ("x" * 50, "x" * 256),
        ("\x7f" * 50, "\x00" * 256),
        ("\U0001f680" * 50, "\U0010ffff" * 256),
        ("\u20ac" * 50, "\u20ac" * 256),
        ("\\" * 50, '"' * 256),
    ],
    ids=["ASCII", "control characters", "astral characters", "three bytes each", "escapes"],
)
def test_the_longest_names_fit_a_token(mgh: Any, client: Any, stream: str, name: str) -> None:
    """A16: a token keeps its shape with any names, and returns the next page."""
    last = {"ProgressUpdateStream": stream, "MigrationTaskName": name}
    client.create_progress_update_stream(ProgressUpdateStreamName=stream)
    client.create_progress_update_stream(ProgressUpdateStreamName=f"{stream[1:]}\U0010ffff")
    for task, at in ((last, 1493660900), ({**last, "MigrationTaskName": "old"}, 1493660800)):
        client.import_migration_task(**task)
        client.notify_migration_task_state(
            **task, Task={"Status": "IN_PROGRESS"}, UpdateDateTime=at, NextUpdateSeconds=60
        )
    first = client.list_migration_tasks(MaxResults=1)
    assert first["MigrationTaskSummaryList"][0]["MigrationTaskName"] == name
    assert re.fullmatch(r"[a-zA-Z0-9/+=]{1,2048}", first["NextToken"])
    second = client.list_migration_tasks(NextToken=first["NextToken"])
    assert [row["MigrationTaskName"] for row in second["MigrationTaskSummaryList"]] == ["old"]
    streams = client.list_progress_update_streams(MaxResults=1)
    assert re.fullmatch(r"[a-zA-Z0-9/+=]{1,2048}", streams["NextToken"])


@EVERY
def test_every_page_has_another_token(mgh: Any, client: Any, listing: Listing) -> None:
    """silent: botocore's paginator gives up on a token that repeats."""
    listing.fill(mgh, client, 6)
    tokens = []
    answer = listing.page(client, MaxResults=1)
    while "NextToken" in answer and len(tokens) < 10:
        tokens.append(answer["NextToken"])
        answer = listing.page(client, MaxResults=1, NextToken=tokens[-1])
    assert len(tokens) == len({*tokens}) == 5


@EVERY
def test_a_token_can_be_used_again(mgh: Any, client: Any, listing: Listing) -> None:
    """silent: it gives the same page."""
    listing.fill(mgh, client, 4)
    token = listing.page(client, MaxResults=2)["NextToken"]
    pages = [listing.page(client, MaxResults=2, NextToken=token) for _ in range(2)]
    assert [listing.numbers(page) for page in pages] == [[2, 3], [2, 3]]


@EVERY
def test_the_page_size_may_change_from_page_to_page(
    mgh: Any, client: Any, listing: Listing
) -> None:
    """silent: a token is not bound to MaxResults."""
    listing.fill(mgh, client, 6)
    first = listing.page(client, MaxResults=1)
    second = listing.page(client, MaxResults=3, NextToken=first["NextToken"])
    third = listing.page(client, NextToken=second["NextToken"])
    assert [listing.numbers(page) for page in (first, second, third)] == [[0], [1, 2, 3], [4, 5]]


X16T = (
    "AYADeDJG11y1VuQBWp87zGdqAkkAXwABABVhd3MtY3J5cHRvLXB1YmxpYy1rZXkAREFwM0s3MElDWDI4NVJ3RG4v"
    "QUVnWFZKa2xNQVI1a2RJZXNNQXZnN2Y4M0pMdjN6Ujhka2VEZ0lRZEFnQ2toUE1Rdz09AAEAB2F3cy1rbXMAS2Fy"
)


@EVERY
@pytest.mark.parametrize(
    "garbage",
    ["A", "=", "AAAA", "A" * 2048, "A" * 2049, "not base64", "a-b_c", "AAAA\n", X16T],
    ids=[
        "no base64",
        "padding only",
        "short",
        "2048 characters",
        "2049 characters",
        "a blank",
        "URL-safe",
        "line break",
        "the guide's",
    ],
)
def test_a_token_that_the_hub_never_issued_is_refused(
    mgh: Any, client: Any, refused: Any, listing: Listing, garbage: str
) -> None:
    """silent: a malformed token is invalid input, not InvalidToken."""
    listing.fill(mgh, client, 1)
    with refused("InvalidInputException", "(?i)nextToken"):
        listing.page(client, NextToken=garbage)


@EVERY
@pytest.mark.parametrize("at", [0, 20, -5])
def test_a_modified_token_is_refused(
    mgh: Any, client: Any, refused: Any, listing: Listing, at: int
) -> None:
    """silent: one changed character makes it invalid."""
    listing.fill(mgh, client, 3)
    characters = [*listing.page(client, MaxResults=1)["NextToken"]]
    characters[at] = "A" if characters[at] != "A" else "B"
    with refused("InvalidInputException"):
        listing.page(client, NextToken="".join(characters))


@EVERY
@pytest.mark.parametrize("added", ["=", "====", "A", "AAAA"])
def test_a_token_with_something_added_is_refused(
    mgh: Any, client: Any, refused: Any, listing: Listing, added: str
) -> None:
    """silent: only issued tokens are accepted; decoders of base64 ignore some changes."""
    listing.fill(mgh, client, 3)
    token = listing.page(client, MaxResults=1)["NextToken"]
    with refused("InvalidInputException"):
        listing.page(client, NextToken=token + added)


@EVERY
def test_a_token_that_decodes_to_the_same_bytes_is_refused(
    mgh: Any, client: Any, refused: Any, listing: Listing
) -> None:
    """silent: the last character before the padding has unused bits."""
    listing.fill(mgh, client, 3)
    token = listing.page(client, MaxResults=1)["NextToken"]
    end = len(token.rstrip("="))
    alike = [
        token[: end - 1] + one + token[end:]
        for one in string.ascii_letters + string.digits
        if one != token[end - 1]
    ]
    for other in alike:
        with refused("InvalidInputException"):
            listing.page(client, NextToken=other)


def test_a_refused_token_is_the_error_declared_by_its_operation(client: Any, refused: Any) -> None:
    """silent: the wording is the hub's own."""
    message = "NextToken is not a token that ListProgressUpdateStreams gave for these arguments."
    with refused("InvalidInputException", f": {message}$"):
        client.list_progress_update_streams(NextToken="AAAA")


def test_a_modified_token_of_controls_is_refused(config: Any, mgh: Any, refused: Any) -> None:
    """silent: DescribeHomeRegionControls refuses tokens that it did not issue, too."""
    with refused("InvalidInputException"):
        config.describe_home_region_controls(NextToken="AAAA")


@EVERY
def test_a_token_of_another_operation_is_refused(
    mgh: Any, client: Any, refused: Any, listing: Listing
) -> None:
    """silent: a token belongs to its operation."""
    _server(mgh, client)
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.import_migration_task(**TASK)
    for number in range(2):
        _add_source(mgh, client, number)
        _add_artifact(mgh, client, number)
    other = "list_created_artifacts"
    if listing.operation == other:
        other = "list_source_resources"
    token = getattr(client, other)(**TASK, MaxResults=1)["NextToken"]
    with refused("InvalidInputException"):
        listing.page(client, NextToken=token)


OTHER_ARGUMENTS: dict[str, dict[str, Any]] = {
    "list_migration_tasks": {},
    "list_migration_tasks of a resource": {"ResourceName": "d-server-other"},
    "list_application_states": {"ApplicationIds": ["d-application-000"]},
    "list_application_states by id": {"ApplicationIds": ["d-application-002"]},
    "list_migration_task_updates": OTHER_TASK,
    "list_created_artifacts": OTHER_TASK,
    "list_discovered_resources": OTHER_TASK,
    "list_source_resources": OTHER_TASK,
}


@named([listing for listing in LISTINGS if OTHER_ARGUMENTS.get(listing.name or listing.operation)])
def test_a_token_is_bound_to_the_arguments(
    mgh: Any, client: Any, refused: Any, listing: Listing
) -> None:
    """A16: the other arguments must be the same; silent: else invalid input."""
    listing.fill(mgh, client, 3)
    mgh.add_server(configuration_id="d-server-other")
    token = listing.page(client, MaxResults=1)["NextToken"]
    other = OTHER_ARGUMENTS[listing.name or listing.operation]
    with refused("InvalidInputException"):
        getattr(client, listing.operation)(**other, NextToken=token)


@EVERY
def test_a_token_is_bound_to_the_account(
    mgh: Any, client: Any, config: Any, refused: Any, other_account: Any, listing: Listing
) -> None:
    """silent: another account's token is foreign."""
    listing.fill(mgh, client, 3)
    token = listing.page(client, MaxResults=1)["NextToken"]
    with other_account():
        config.create_home_region_control(HomeRegion="us-west-2", Target={"Type": "ACCOUNT"})
        with refused("InvalidInputException"):
            listing.page(client, NextToken=token)


@EVERY
def test_a_token_is_bound_to_the_hub(connect: Any, refused: Any, listing: Listing) -> None:
    """silent: a token of another hub counts as invented, even if both hold the same data."""
    with mock_mgh() as hub:
        client = connect()
        listing.fill(hub, client, 3)
        token = listing.page(client, MaxResults=1)["NextToken"]
    with mock_mgh() as hub:
        client = connect()
        listing.fill(hub, client, 3)
        with refused("InvalidInputException"):
            listing.page(client, NextToken=token)


@EVERY
def test_a_token_is_bound_to_the_region(
    mgh: Any, client: Any, connect: Any, refused: Any, listing: Listing
) -> None:
    """silent: a token of another Region is foreign."""
    listing.fill(mgh, client, 3)
    token = listing.page(client, MaxResults=1)["NextToken"]
    with refused("InvalidInputException"):
        listing.page(connect(region="eu-west-1"), NextToken=token)


def test_a_token_is_checked_before_the_task_is_looked_for(
    client: Any, sms: dict[str, str], refused: Any
) -> None:
    """silent: a token is input (step 6), a missing task comes later (step 8)."""
    unknown = {**sms, "MigrationTaskName": "unknown"}
    with refused("InvalidInputException"):
        client.list_created_artifacts(**unknown, NextToken="AAAA")


def test_a_token_is_valid_with_arguments_in_another_order(mgh: Any, client: Any, post: Any) -> None:
    """silent: other SDKs and programs write the members of a request in another order."""
    _task(mgh, client)
    for number in range(2):
        _add_source(mgh, client, number)
    token = client.list_source_resources(**TASK, MaxResults=1)["NextToken"]
    members = {**TASK, "NextToken": token}
    for body in (members, dict(reversed(members.items()))):
        status, answer = post("ListSourceResources", body)
        assert status == 200
        assert [row["Name"] for row in answer["SourceResourceList"]] == ["source 001"]


# a list that changes between pages


@UNBOUNDED
def test_an_item_added_after_a_page_is_in_the_next(mgh: Any, client: Any, listing: Listing) -> None:
    """silent: a token is a place in the list, so that additions are seen once."""
    listing.fill(mgh, client, 4)
    first = listing.page(client, MaxResults=2)
    listing.add(mgh, client, 4)
    rest = listing.page(client, NextToken=first["NextToken"])
    assert listing.numbers(rest) == [2, 3, 4]


@named([listing for listing in LISTINGS if listing.add in (_add_stream, _add_task)])
def test_an_item_added_before_a_page_shifts_nothing(
    mgh: Any, client: Any, listing: Listing
) -> None:
    """silent: where lists are ordered by key, a new first row repeats no other."""
    for number in (2, 3, 4, 5):
        listing.add(mgh, client, number)
    first = listing.page(client, MaxResults=2)
    listing.add(mgh, client, 1)
    rest = listing.page(client, NextToken=first["NextToken"])
    assert [listing.numbers(first), listing.numbers(rest)] == [[2, 3], [4, 5]]


@REMOVABLE
@pytest.mark.parametrize(
    ("gone", "expected"),
    [([0], [2, 3]), ([1], [2, 3]), ([0, 1], [2, 3]), ([2], [3]), ([2, 3], [])],
    ids=["first row", "row of the token", "whole first page", "next row", "all that is left"],
)
def test_an_item_removed_between_pages_shifts_nothing(
    mgh: Any, client: Any, listing: Listing, gone: list[int], expected: list[int]
) -> None:
    """silent: no row is skipped or repeated, the row that the token stands on included."""
    listing.fill(mgh, client, 4)
    first = listing.page(client, MaxResults=2)
    assert listing.remove is not None
    for number in gone:
        listing.remove(client, number)
    assert listing.numbers(listing.page(client, NextToken=first["NextToken"])) == expected


def test_a_task_updated_between_pages_moves_to_its_new_time(mgh: Any, client: Any) -> None:
    """silent: a task that an update brings to the top is not on a later page again."""
    for number in range(4):
        _add_task(mgh, client, number)
    first = client.list_migration_tasks(MaxResults=2)
    client.notify_migration_task_state(
        ProgressUpdateStream="s003",
        MigrationTaskName="t003",
        Task={"Status": "COMPLETED"},
        UpdateDateTime=1493669999,
        NextUpdateSeconds=60,
    )
    rest = client.list_migration_tasks(NextToken=first["NextToken"])
    assert [row["MigrationTaskName"] for row in rest["MigrationTaskSummaryList"]] == ["t002"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"MaxResults": 1, "Surprise": 1}, {}),
        ({"MaxResults": 1}, {"Surprise": 1}),
        ({"MaxResults": 1, "ResourceName": None}, {"Surprise": 1}),
    ],
)
def test_a_token_is_not_bound_to_unknown_members(
    mgh: Any, post: Any, first: dict[str, Any], second: dict[str, Any]
) -> None:
    """silent: unknown members are ignored, and null counts as absent."""
    tasks = [{"name": "t1"}, {"name": "t2"}]
    mgh.load({"streams": [{"name": "SMS", "tasks": tasks}]})

    _, page = post("ListMigrationTasks", first)
    status, rest = post("ListMigrationTasks", {**second, "NextToken": page["NextToken"]})

    assert (status, len(rest["MigrationTaskSummaryList"])) == (200, 1)
