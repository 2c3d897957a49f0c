"""Tags of discovery: what changes them, and how they are listed and filtered by."""

from __future__ import annotations

from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.calls import Answer, each, pick, rows_as
from pytest_mgh.bridge.probes.changes import UNKNOWN_SERVER, MakeCall
from pytest_mgh.bridge.probes.filters import listed, where
from pytest_mgh.bridge.probes.probe import Stage, again, probes, writes

AGAIN = "Applications and tags of discovery: A tag whose key the item has already"
UNKNOWN = "Applications and tags of discovery: CreateTags or DeleteTags with an unknown id"
DELETED = (
    "Applications and tags of discovery: DeleteTags without tags; with another value than the "
    "stored one; of a tag that is not there"
)


def tag(call: MakeCall, id_: str, **tags: str) -> Answer:
    """Give an item tags."""
    return call("CreateTags", configurationIds=[id_], tags=_rows(tags))


def untag(account: ProbedAccount, id_: str, **tags: str) -> Answer:
    """Delete tags of an item; all of them where none is named."""
    if not tags:
        return account.call("DeleteTags", configurationIds=[id_])
    return account.call("DeleteTags", configurationIds=[id_], tags=_rows(tags))


def _rows(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def tags_of(account: ProbedAccount, id_: str, *filters: dict[str, Any]) -> Any:
    """Return the tags of an item, with key and value."""
    mine = {"name": "configurationId", "values": [id_]}
    rows = account.call("DescribeTags", filters=[mine, *filters]).at("tags")
    return rows_as(
        rows, lambda rows: sorted([str(pick(row, "key")), str(pick(row, "value"))] for row in rows)
    )


probes(
    {
        UNKNOWN: {
            "an unknown item cannot be untagged": lambda account: untag(account, UNKNOWN_SERVER),
        },
    }
)
probes(
    {
        UNKNOWN: {
            "an unknown item cannot be tagged": lambda account: tag(
                account.call, UNKNOWN_SERVER, wave="1"
            ),
        },
        "Calls of discovery: An entry of `server.tags`": {
            "the tags of a server are JSON text": again(
                lambda account: pick(account.described(_tagged_server(account)), 0, "server.tags")
            ),
        },
        DELETED: {
            "a tag that is not there may be deleted": lambda account: untag(
                account, account.application("no tag"), none="none"
            ),
        },
    },
    stage=Stage.WRITES,
)


@writes(AGAIN)
def a_key_that_an_item_has_gets_the_new_value(account: ProbedAccount) -> Any:
    application = account.application("tagged again")
    tag(account.need, application, wave="1")
    again = tag(account.call, application, wave="2")
    return lambda: {"again": again, "tags": tags_of(account, application)}


@writes(AGAIN)
def keys_that_differ_in_case_are_different(account: ProbedAccount) -> Any:
    application = account.application("tagged in cases")
    tag(account.need, application, wave="1", WAVE="2")
    return lambda: tags_of(account, application)


@writes(DELETED)
def without_tags_all_of_them_are_deleted(account: ProbedAccount) -> Any:
    application = account.application("untagged")
    tag(account.need, application, wave="1", owner="2")
    answer = untag(account, application)
    return lambda: {"answer": answer, "tags": tags_of(account, application)}


@writes(DELETED)
def a_tag_with_another_value_stays(account: ProbedAccount) -> Any:
    application = account.application("tag stays")
    tag(account.need, application, wave="1")
    answer = untag(account, application, wave="2")
    return lambda: {"answer": answer, "tags": tags_of(account, application)}


@writes("Applications and tags of discovery: Several filters of DescribeTags; several values")
def tags_must_obey_all_filters_and_one_of_their_values(account: ProbedAccount) -> Any:
    application = account.application("tags filtered")
    tag(account.need, application, wave="1", owner="1", zone="2")
    keys = {"name": "tagKey", "values": ["wave", "zone", "none"]}
    value = {"name": "tagValue", "values": ["1"]}
    return lambda: [
        tags_of(account, application, keys),
        tags_of(account, application, keys, value),
    ]


@writes(
    "Lists and filters: `server.tag.key` and `server.tag.value` together",
    "Lists and filters: A field with several values",
)
def key_and_value_of_filters_may_be_of_different_tags(account: ProbedAccount) -> Any:
    server = _tagged_server(account)
    mine = where("server.configurationId", "EQUALS", server)
    wave, blue, none = (
        where(f"server.tag.{part}", "EQUALS", value)
        for part, value in (("key", "wave"), ("value", "blue"), ("key", "none"))
    )
    requests = {"one tag": [wave], "two tags": [wave, blue], "no tag": [none]}
    return lambda: {
        name: each(
            listed(account, "SERVER", mine, *filters).at("configurations"),
            "server.configurationId",
        )
        for name, filters in requests.items()
    }


def _tagged_server(account: ProbedAccount) -> str:
    server = account.server("tagged")
    account.once("tagged server", lambda: tag(account.need, server, wave="1", team="blue"))
    return server
