from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from clients import kept_client
from sample_values import SHOP
from sample_values import UNKNOWN_SERVER as UNKNOWN

from pytest_mgh import MigrationHub

WEB, DB = "d-server-0c4f2dd1fee22c6c1", "d-server-0c067217799ee1fb9"


@pytest.fixture
def ads(mgh: MigrationHub) -> Any:
    """A client, for a hub with two servers and an application."""
    mgh.add_server("web", configuration_id=WEB)
    mgh.add_server("db", configuration_id=DB)
    mgh.add_application("Shop", configuration_id=SHOP)
    return kept_client("discovery")


def tag(ads: Any, *ids: str, **tags: str) -> Any:
    return ads.create_tags(
        configurationIds=[*ids], tags=[{"key": key, "value": tags[key]} for key in tags]
    )


def untag(ads: Any, *ids: str, **tags: str) -> Any:
    return ads.delete_tags(
        configurationIds=[*ids], tags=[{"key": key, "value": tags[key]} for key in tags]
    )


def tags(ads: Any, **filters: list[str]) -> list[tuple[str, str, str]]:
    """The tags that obey the filters, as item, key, value."""
    rows = ads.describe_tags(
        filters=[{"name": name, "values": values} for name, values in filters.items()]
    )["tags"]
    return [(row["configurationId"], row["key"], row["value"]) for row in rows]


# create


def test_several_tags_are_added_to_several_items(ads: Any) -> None:
    """Many items x many tags; the answer is empty."""
    answer = tag(ads, WEB, DB, stage="prod", owner="sales")

    assert answer.keys() == {"ResponseMetadata"}
    assert set(tags(ads)) == {
        (id_, *pair) for id_ in (WEB, DB) for pair in (("stage", "prod"), ("owner", "sales"))
    }


def test_an_application_can_be_tagged(ads: Any) -> None:
    """The operation speaks of configuration items."""
    tag(ads, WEB, SHOP, stage="prod")

    rows = ads.describe_tags()["tags"]

    assert [(row["configurationType"], row["configurationId"]) for row in rows] == [
        ("SERVER", WEB),
        ("APPLICATION", SHOP),
    ]


def test_tagging_with_an_existing_key_replaces_the_value(ads: Any) -> None:
    """silent: one value a key."""
    tag(ads, WEB, stage="test")
    tag(ads, WEB, stage="prod")

    assert tags(ads) == [(WEB, "stage", "prod")]


def test_keys_that_differ_in_case_are_different_keys(ads: Any) -> None:
    """silent: keys are compared with regard to case."""
    tag(ads, WEB, stage="prod", Stage="test")

    assert len(tags(ads)) == 2


def test_tagging_is_all_or_nothing(ads: Any) -> None:
    """An unknown item is ResourceNotFoundException; silent: nothing is tagged."""
    with pytest.raises(ads.exceptions.ResourceNotFoundException):
        tag(ads, WEB, UNKNOWN, stage="prod")

    assert tags(ads) == []


def test_a_server_has_thirty_tags_at_most(mgh: MigrationHub, ads: Any) -> None:
    """A20: 30 tags a server; silent: InvalidParameterValueException, and nothing is tagged."""
    tag(ads, WEB, **{f"k{number}": "v" for number in range(29)})

    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        tag(ads, DB, WEB, k29="v", k30="v")
    assert len(tags(ads)) == 29

    tag(ads, WEB, k28="new", k29="v")
    assert len(mgh.server("web").tags) == 30


def test_a_server_with_thirty_tags_accepts_a_new_value_of_an_existing_key(ads: Any) -> None:
    """A20: the quota counts keys."""
    tag(ads, WEB, **{f"k{number}": "v" for number in range(30)})
    tag(ads, WEB, k7="new")

    assert tags(ads, tagKey=["k7"]) == [(WEB, "k7", "new")]


def test_tags_are_shown_in_lists_of_servers(ads: Any) -> None:
    """Server.tag.key and server.tag.value are those of the tag."""
    tag(ads, WEB, stage="prod")
    condition = {"name": "server.tag.key", "condition": "EQUALS", "values": ["stage"]}

    rows = ads.list_configurations(configurationType="SERVER", filters=[condition])

    assert [row["server.configurationId"] for row in rows["configurations"]] == [WEB]


# delete


def test_a_tag_is_deleted_by_key_and_value(ads: Any) -> None:
    """The others stay; the answer is empty."""
    tag(ads, WEB, DB, stage="prod", owner="sales")

    assert untag(ads, WEB, DB, stage="prod").keys() == {"ResponseMetadata"}

    assert tags(ads) == [(WEB, "owner", "sales"), (DB, "owner", "sales")]


def test_deleting_a_tag_keeps_one_with_another_value(ads: Any) -> None:
    """silent: both key and value must match."""
    tag(ads, WEB, stage="prod")
    untag(ads, WEB, stage="test")

    assert tags(ads) == [(WEB, "stage", "prod")]


def test_deleting_an_unknown_tag_succeeds(ads: Any) -> None:
    """silent: deleting a missing tag succeeds."""
    untag(ads, WEB, stage="prod")

    assert tags(ads) == []


def test_without_tags_all_of_an_items_tags_are_deleted(ads: Any) -> None:
    """silent: tags is optional."""
    tag(ads, WEB, DB, SHOP, stage="prod", owner="sales")

    ads.delete_tags(configurationIds=[WEB, SHOP])

    assert {id_ for id_, *_ in tags(ads)} == {DB}


@pytest.mark.parametrize("given", [{}, {"tags": [{"key": "stage", "value": "prod"}]}])
def test_untagging_is_all_or_nothing(ads: Any, given: dict[str, Any]) -> None:
    """An unknown item is ResourceNotFoundException; silent: nothing is deleted."""
    tag(ads, WEB, stage="prod")

    with pytest.raises(ads.exceptions.ResourceNotFoundException):
        ads.delete_tags(configurationIds=[WEB, UNKNOWN], **given)

    assert tags(ads) == [(WEB, "stage", "prod")]


# describe


def test_a_row_has_item_tag_and_time(ads: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One row per item and key, with these keys; the time is a number on the wire."""
    monkeypatch.setattr("pytest_mgh.state.clock.time", SimpleNamespace(time=lambda: 1547682819.801))
    tag(ads, WEB, stage="prod")

    (row,) = ads.describe_tags()["tags"]

    assert row.pop("timeOfCreation").timestamp() == pytest.approx(1547682819.801, abs=0.001)
    assert row == {
        "configurationType": "SERVER",
        "configurationId": WEB,
        "key": "stage",
        "value": "prod",
    }


def test_seeded_tags_are_described(mgh: MigrationHub) -> None:
    """Without filters, every tagged item."""
    seeded = mgh.add_server("cache", tags={"stage": "prod"}).configuration_id

    assert tags(mgh.client("discovery")) == [(seeded, "stage", "prod")]


@pytest.fixture
def tagged(ads: Any) -> Any:
    """A client, for items with tags that differ in key, value and item."""
    tag(ads, WEB, stage="prod", owner="sales")
    tag(ads, DB, stage="test", owner="sales")
    tag(ads, SHOP, tier="prod")
    return ads


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"tagKey": ["stage"]}, {(WEB, "stage"), (DB, "stage")}),
        ({"tagValue": ["prod"]}, {(WEB, "stage"), (SHOP, "tier")}),
        ({"configurationId": [SHOP]}, {(SHOP, "tier")}),
        ({"tagKey": ["tier", "owner"]}, {(WEB, "owner"), (DB, "owner"), (SHOP, "tier")}),
        ({"tagKey": ["stage"], "tagValue": ["prod"]}, {(WEB, "stage")}),
        ({"tagKey": ["stage"], "configurationId": [DB, SHOP]}, {(DB, "stage")}),
        ({"tagKey": ["Stage"]}, set()),
        ({"tagKey": ["stag"]}, set()),
        ({"configurationId": [UNKNOWN]}, set()),
    ],
)
def test_tags_are_filtered(
    tagged: Any, filters: dict[str, list[str]], expected: set[tuple[str, str]]
) -> None:
    """Three filters; silent: AND over filters, OR over values, no wildcards."""
    assert {(id_, key) for id_, key, _ in tags(tagged, **filters)} == expected


@pytest.mark.parametrize("name", ["key", "tagkey", "configurationType"])
def test_an_unknown_filter_is_refused(ads: Any, name: str) -> None:
    """silent: InvalidParameterValueException, with the nearest right name."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException, match="allowed: "):
        tags(ads, **{name: ["stage"]})


@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
def test_a_paginator_returns_every_tag_once(tagged: Any, size: int) -> None:
    """NextToken and maxResults; silent: item by item in the order of creation."""
    pages = tagged.get_paginator("describe_tags").paginate(PaginationConfig={"PageSize": size})

    assert [(row["configurationId"], row["key"]) for page in pages for row in page["tags"]] == [
        (WEB, "owner"),
        (WEB, "stage"),
        (DB, "owner"),
        (DB, "stage"),
        (SHOP, "tier"),
    ]


@pytest.mark.parametrize("size", [1, 2, 4])
def test_a_page_may_start_after_the_tag_of_an_application(
    mgh: MigrationHub, tagged: Any, size: int
) -> None:
    """silent: the tags of applications come last, and none comes twice."""
    ledger = mgh.add_application("Ledger").configuration_id
    tag(tagged, ledger, tier="test", owner="sales")

    pages = tagged.get_paginator("describe_tags").paginate(PaginationConfig={"PageSize": size})

    rows = [(row["configurationId"], row["key"]) for page in pages for row in page["tags"]]
    assert rows[4:] == [(SHOP, "tier"), (ledger, "owner"), (ledger, "tier")]
    assert len(rows) == 7


def test_a_page_holds_a_hundred_tags_at_most(mgh: MigrationHub, ads: Any) -> None:
    """Max 100 a page; The console sends maxResults 0."""
    for _ in range(4):
        mgh.add_server(tags={f"k{number}": "v" for number in range(26)})

    first = ads.describe_tags(maxResults=0)
    second = ads.describe_tags(maxResults=0, nextToken=first["nextToken"])

    assert [len(page["tags"]) for page in (first, second)] == [100, 4]
    assert "nextToken" not in second


@pytest.mark.parametrize("size", [101, -1])
def test_a_page_size_out_of_range_is_refused(ads: Any, size: int) -> None:
    """silent: InvalidParameterValueException."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.describe_tags(maxResults=size)


@pytest.mark.parametrize("token", ["nonsense", "é"])
def test_a_token_that_the_service_did_not_issue_is_refused(ads: Any, token: str) -> None:
    """silent: InvalidParameterValueException, whatever its text."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.describe_tags(nextToken=token)


def test_the_next_page_continues_if_the_last_item_was_deleted(
    mgh: MigrationHub, tagged: Any
) -> None:
    """silent: a token holds the last tag, not an offset."""
    token = tagged.describe_tags(maxResults=1)["nextToken"]
    tagged.start_batch_delete_configuration_task(configurationType="SERVER", configurationIds=[WEB])

    rows = tagged.describe_tags(nextToken=token)["tags"]

    assert [row["configurationId"] for row in rows] == [DB, DB, SHOP]


def test_the_next_page_continues_if_the_last_tag_was_deleted(tagged: Any) -> None:
    """silent: a token holds the last tag, not an offset."""
    token = tagged.describe_tags(maxResults=1)["nextToken"]
    untag(tagged, WEB, owner="sales")

    rows = tagged.describe_tags(nextToken=token, maxResults=1)["tags"]

    assert [(row["configurationId"], row["key"]) for row in rows] == [(WEB, "stage")]


def test_the_tags_of_a_deleted_item_are_gone(tagged: Any) -> None:
    """Every tagged item is one that exists."""
    tagged.delete_applications(configurationIds=[SHOP])

    assert {id_ for id_, *_ in tags(tagged)} == {WEB, DB}
