"""Applications and tags of discovery: what changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.calls import Answer, each, pick
from pytest_mgh.bridge.probes.configurations import described, listed, where
from pytest_mgh.bridge.probes.probe import Stage, probe
from pytest_mgh.bridge.probes.scene import application_name, application_of, server_of
from pytest_mgh.bridge.probes.tasks import put_into

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount

TAKEN = (
    "Applications and tags of discovery: CreateApplication or UpdateApplication with a name that "
    "is taken"
)
CASE = "Applications and tags of discovery: Names that differ by case"
UNKNOWN = (
    "Applications and tags of discovery: Associations and deletions that name something unknown"
)
MEMBERS = "Applications and tags of discovery: What can be in an application"
REPEATED = (
    "Applications and tags of discovery: A repeated association; a missing one that is taken away"
)
MODIFIED = (
    "Applications and tags of discovery: `application.lastModifiedTime` when servers come and go"
)
TAG_AGAIN = "Applications and tags of discovery: A tag with a key that the item has"
TAG_UNKNOWN = "Applications and tags of discovery: CreateTags or DeleteTags with an unknown id"
UNTAG = (
    "Applications and tags of discovery: DeleteTags without tags; with another value than the "
    "stored one; of a tag that is not there"
)
TAG_FILTERS = "Applications and tags of discovery: Several filters of DescribeTags; several values"
TAG_ENTRY = "Calls of discovery: An entry of `server.tags`"
TAG_OF_ANOTHER = "Lists and filters: `server.tag.key` and `server.tag.value` together"
SEVERAL_VALUES = "Lists and filters: A field with several values"
CONSTRAINT = "Calls of discovery: A broken constraint of the model"
MODELS = "Documented, and done so: Models"

_SERVER, _APPLICATION = "d-server-00000000000000000", "d-application-00000000000000000"


def taken_out(account: ProbedAccount, application: str, *servers: str) -> Answer:
    """Take servers out of an application."""
    return account.discovery(
        "DisassociateConfigurationItemsFromApplication",
        applicationConfigurationId=application,
        configurationIds=list(servers),
    )


def count_of(account: ProbedAccount, application: str) -> Any:
    """Return how many servers an application has."""
    return pick(described(account, application), 0, "application.serverCount")


# applications


@probe(TAKEN, stage=Stage.WRITES)
def a_name_that_is_taken_is_refused(account: ProbedAccount) -> Any:
    application_of(account)
    return account.discovery("CreateApplication", name=application_name(account, "a"))


@probe(TAKEN, stage=Stage.WRITES)
def an_application_cannot_be_given_the_name_of_another(account: ProbedAccount) -> Any:
    application_of(account)
    other = application_of(account, "other")
    name = application_name(account, "a")
    return account.discovery("UpdateApplication", configurationId=other, name=name)


@probe(TAKEN, stage=Stage.WRITES)
def an_application_may_be_given_its_own_name(account: ProbedAccount) -> Any:
    application, name = application_of(account), application_name(account, "a")
    return account.discovery("UpdateApplication", configurationId=application, name=name)


@probe(CASE, stage=Stage.WRITES)
def a_name_in_another_case_is_another_name(account: ProbedAccount) -> Any:
    application_of(account, "cased")
    return account.discovery("CreateApplication", name=application_name(account, "CASED"))


@probe(MODELS, CONSTRAINT, stage=Stage.WRITES)
def the_name_of_an_application_has_up_to_127_characters(account: ProbedAccount) -> Any:
    name = application_name(account, "long")
    return [
        account.discovery("CreateApplication", name=name.ljust(number, "x"))
        for number in (127, 128)
    ]


@probe(MODELS, CONSTRAINT, stage=Stage.WRITES)
def the_wave_of_an_application_has_up_to_256_characters_without_blanks_around(
    account: ProbedAccount,
) -> Any:
    application = application_of(account, "waves")
    return [
        account.discovery("UpdateApplication", configurationId=application, wave=wave)
        for wave in ("w" * 256, "w" * 257, " w", "w ", "w  w")
    ]


@probe(UNKNOWN)
def an_unknown_application_cannot_be_changed(account: ProbedAccount) -> Any:
    return account.discovery(
        "UpdateApplication", configurationId=_APPLICATION, description="unknown"
    )


@probe(UNKNOWN)
def an_unknown_application_cannot_be_deleted(account: ProbedAccount) -> Any:
    return account.discovery("DeleteApplications", configurationIds=[_APPLICATION])


@probe(UNKNOWN)
def nothing_can_be_taken_out_of_an_unknown_application(account: ProbedAccount) -> Any:
    return taken_out(account, _APPLICATION, _SERVER)


@probe(UNKNOWN, stage=Stage.WRITES)
def an_unknown_server_cannot_be_put_into_an_application(account: ProbedAccount) -> Any:
    server, application = server_of(account), application_of(account, "unknown server")
    answer = put_into(account, application, server, _SERVER)
    return {"answer": answer, "servers": count_of(account, application)}


@probe(UNKNOWN, stage=Stage.WRITES)
def an_unknown_server_cannot_be_taken_out_of_an_application(account: ProbedAccount) -> Any:
    return taken_out(account, application_of(account), _SERVER)


@probe(MEMBERS, stage=Stage.WRITES)
def an_application_cannot_be_put_into_an_application(account: ProbedAccount) -> Any:
    inner, outer = application_of(account, "inner"), application_of(account, "outer")
    return put_into(account, outer, inner)


@probe(REPEATED, stage=Stage.WRITES)
def a_server_that_is_put_in_twice_counts_once(account: ProbedAccount) -> Any:
    server, application = server_of(account), application_of(account, "twice")
    account.need(put_into, account, application, server)
    again = put_into(account, application, server)
    return lambda: {"again": again, "servers": count_of(account, application)}


@probe(REPEATED, stage=Stage.WRITES)
def a_server_that_is_not_there_may_be_taken_out(account: ProbedAccount) -> Any:
    server, application = server_of(account), application_of(account, "not there")
    return taken_out(account, application, server)


@probe(MODIFIED, stage=Stage.WRITES)
def servers_that_come_do_not_move_the_time_of_the_last_change(account: ProbedAccount) -> Any:
    server, application = server_of(account), application_of(account, "not modified")
    before = pick(described(account, application), 0, "application.lastModifiedTime")
    account.patience.sleep(2.0)  # the times of rows are whole seconds
    account.need(put_into, account, application, server)
    account.wait(
        lambda: count_of(account, application),
        until=lambda count: count == "1",
        what="the association of a server",
    )
    return pick(described(account, application), 0, "application.lastModifiedTime") == before


# tags


def tag(account: ProbedAccount, id_: str, *pairs: tuple[str, str]) -> Answer:
    """Give an item tags."""
    tags = [{"key": key, "value": value} for key, value in pairs]
    return account.discovery("CreateTags", configurationIds=[id_], tags=tags)


def tags_of(account: ProbedAccount, id_: str, *filters: dict[str, Any]) -> Any:
    """Return the tags of an item, with key and value."""
    mine = {"name": "configurationId", "values": [id_]}
    rows = account.discovery("DescribeTags", filters=[mine, *filters]).at("tags")
    if not isinstance(rows, list):
        return rows
    return sorted([str(pick(row, "key")), str(pick(row, "value"))] for row in rows)


@probe(TAG_AGAIN, stage=Stage.WRITES)
def a_key_that_an_item_has_gets_the_new_value(account: ProbedAccount) -> Any:
    application = application_of(account, "tagged again")
    account.need(tag, account, application, ("wave", "1"))
    again = tag(account, application, ("wave", "2"))
    return lambda: {"again": again, "tags": tags_of(account, application)}


@probe(TAG_AGAIN, stage=Stage.WRITES)
def keys_that_differ_in_case_are_different(account: ProbedAccount) -> Any:
    application = application_of(account, "tagged in cases")
    account.need(tag, account, application, ("wave", "1"), ("WAVE", "2"))
    return lambda: tags_of(account, application)


@probe(TAG_UNKNOWN, stage=Stage.WRITES)
def an_unknown_item_cannot_be_tagged(account: ProbedAccount) -> Any:
    return tag(account, _SERVER, ("wave", "1"))


@probe(TAG_UNKNOWN)
def an_unknown_item_cannot_be_untagged(account: ProbedAccount) -> Any:
    return account.discovery("DeleteTags", configurationIds=[_SERVER])


@probe(UNTAG, stage=Stage.WRITES)
def without_tags_all_of_them_are_deleted(account: ProbedAccount) -> Any:
    application = application_of(account, "untagged")
    account.need(tag, account, application, ("wave", "1"), ("owner", "2"))
    answer = account.discovery("DeleteTags", configurationIds=[application])
    return lambda: {"answer": answer, "tags": tags_of(account, application)}


@probe(UNTAG, stage=Stage.WRITES)
def a_tag_with_another_value_stays(account: ProbedAccount) -> Any:
    application = application_of(account, "tag stays")
    account.need(tag, account, application, ("wave", "1"))
    other = [{"key": "wave", "value": "2"}]
    answer = account.discovery("DeleteTags", configurationIds=[application], tags=other)
    return lambda: {"answer": answer, "tags": tags_of(account, application)}


@probe(UNTAG, stage=Stage.WRITES)
def a_tag_that_is_not_there_may_be_deleted(account: ProbedAccount) -> Any:
    application = application_of(account, "no tag")
    none = [{"key": "none", "value": "none"}]
    return account.discovery("DeleteTags", configurationIds=[application], tags=none)


@probe(TAG_FILTERS, stage=Stage.WRITES)
def tags_must_obey_all_filters_and_one_of_their_values(account: ProbedAccount) -> Any:
    application = application_of(account, "tags filtered")
    account.need(tag, account, application, ("wave", "1"), ("owner", "1"), ("zone", "2"))
    keys = {"name": "tagKey", "values": ["wave", "zone", "none"]}
    value = {"name": "tagValue", "values": ["1"]}
    return lambda: [
        tags_of(account, application, keys),
        tags_of(account, application, keys, value),
    ]


@probe(TAG_ENTRY, stage=Stage.WRITES)
def the_tags_of_a_server_are_JSON_text(account: ProbedAccount) -> Any:
    server = _tagged_server(account)
    return lambda: pick(described(account, server), 0, "server.tags")


@probe(TAG_OF_ANOTHER, SEVERAL_VALUES, stage=Stage.WRITES)
def key_and_value_of_filters_may_be_of_different_tags(account: ProbedAccount) -> Any:
    server = _tagged_server(account)
    mine = where("server.configurationId", "EQUALS", server)
    requests = {
        "one tag": [where("server.tag.key", "EQUALS", "wave")],
        "two tags": [
            where("server.tag.key", "EQUALS", "wave"),
            where("server.tag.value", "EQUALS", "blue"),
        ],
        "no tag": [where("server.tag.key", "EQUALS", "none")],
    }
    return lambda: {
        name: each(
            listed(account, "SERVER", mine, *filters).at("configurations"),
            "server.configurationId",
        )
        for name, filters in requests.items()
    }


def _tagged_server(account: ProbedAccount) -> str:
    server = server_of(account, "tagged")
    if "tagged server" not in account.scene:
        account.need(tag, account, server, ("wave", "1"), ("team", "blue"))
        account.scene["tagged server"] = server
    return server


# deletions of servers


@probe("Imports, deletions, agents: More than 200 ids in a deletion of servers", stage=Stage.WRITES)
def more_than_200_servers_are_too_many_for_a_deletion(account: ProbedAccount) -> Any:
    ids = [f"d-server-0000000000000{number:04}" for number in range(201)]
    return account.discovery(
        "StartBatchDeleteConfigurationTask", configurationType="SERVER", configurationIds=ids
    )
