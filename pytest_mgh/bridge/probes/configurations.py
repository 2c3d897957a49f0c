"""Configuration items of discovery: described, listed, filtered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.calls import Answer, each, pick
from pytest_mgh.bridge.probes.probe import Stage, probe
from pytest_mgh.bridge.probes.scene import (
    application_name,
    application_of,
    hostname_of,
    server_of,
)
from pytest_mgh.bridge.probes.wire import accepted

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount

UNKNOWN = "Calls of discovery: An unknown id in DescribeConfigurations"
TYPES = "Calls of discovery: Ids of several asset types in DescribeConfigurations"
REPEATED = "Calls of discovery: Repeated ids; their order; an empty list"
KEYS = "Calls of discovery: Keys of a row"
WAVE = "Calls of discovery: `application.wave`"
TIMES = "Calls of discovery: Times in rows"
SEEN = "Calls of discovery: When a change is seen"
SIZE = "Lists and filters: Page size"
TOKEN = "Lists and filters: A bad token, one of other arguments or another operation"
BETWEEN = "Lists and filters: Items that come and go between pages"
ORDER = "Lists and filters: Order without orderBy; a missing sortOrder"
UNKNOWN_FILTER = (
    "Lists and filters: An unknown filter, a condition or order that a field does not have"
)
CASE = "Lists and filters: Text in filters"
NEGATIVE = "Lists and filters: A negative condition"
NO_NUMBER = "Lists and filters: A number where the row has none"
NUMBERS = "Lists and filters: A text where a number is due"
NOTHING = "Lists and filters: A filter that matches nothing"
NEIGHBORS = "Imports, deletions, agents: Processes, connections"
AGENTS = "Imports, deletions, agents: Unknown agentIds; filters"

_SERVER, _OTHER = "d-server-00000000000000000", "d-application-00000000000000000"


def where(name: str, condition: str, *values: str) -> dict[str, Any]:
    """Return a filter."""
    return {"name": name, "condition": condition, "values": list(values)}


def listed(account: ProbedAccount, type_: str, *filters: dict[str, Any], **request: Any) -> Answer:
    """List configurations."""
    return account.discovery(
        "ListConfigurations", configurationType=type_, filters=list(filters), **request
    )


def own(account: ProbedAccount) -> dict[str, Any]:
    """Return the filter of the applications of the run."""
    return where("application.name", "CONTAINS", account.name)


def labels(account: ProbedAccount, answer: Answer) -> Any:
    """Return the names of listed applications, without the name of the run."""
    names = each(answer.at("configurations"), "application.name")
    if not isinstance(names, list):
        return names
    return [str(name).removeprefix(account.name).strip() for name in names]


def described(account: ProbedAccount, *ids: str) -> Any:
    """Describe configurations."""
    answer = account.discovery("DescribeConfigurations", configurationIds=list(ids))
    return answer.at("configurations")


# described


@probe(UNKNOWN)
def an_unknown_server_cannot_be_described(account: ProbedAccount) -> Any:
    return described(account, _SERVER)


@probe(UNKNOWN)
def an_unknown_application_cannot_be_described_by_discovery(account: ProbedAccount) -> Any:
    return described(account, _OTHER)


@probe(TYPES)
def servers_and_applications_are_not_described_in_one_call(account: ProbedAccount) -> Any:
    return described(account, _SERVER, _OTHER)


@probe(REPEATED)
def an_empty_list_of_ids_is_refused(account: ProbedAccount) -> Any:
    return described(account)


@probe(REPEATED, stage=Stage.WRITES)
def an_id_that_comes_twice_is_described_once(account: ProbedAccount) -> Any:
    application = application_of(account)
    return each(described(account, application, application), "application.configurationId")


@probe(REPEATED, stage=Stage.WRITES)
def items_are_described_in_their_order(account: ProbedAccount) -> Any:
    first, second = application_of(account, "z first"), application_of(account, "a second")
    return each(described(account, second, first), "application.configurationId")


@probe(KEYS, stage=Stage.WRITES)
def a_row_of_a_server_has_its_keys(account: ProbedAccount) -> Any:
    server_of(account)
    named = where("server.hostName", "EQUALS", hostname_of(account, "a"))
    return lambda: _keys(listed(account, "SERVER", named).at("configurations", 0))


@probe(KEYS, stage=Stage.WRITES)
def a_described_server_has_its_keys(account: ProbedAccount) -> Any:
    server = server_of(account)
    return lambda: _keys(pick(described(account, server), 0))


@probe(KEYS, TIMES, stage=Stage.WRITES, open=True)
def a_row_of_an_application_has_its_keys_and_values(account: ProbedAccount) -> Any:
    application = application_of(account, "row", description="an application")
    return lambda: described(account, application)


@probe(WAVE, stage=Stage.WRITES)
def the_wave_of_an_application_is_shown_where_one_is_set(account: ProbedAccount) -> Any:
    application_of(account, "without wave"), application_of(account, "with wave", wave="wave 1")
    return lambda: [
        each(
            listed(
                account,
                "APPLICATION",
                where("application.name", "EQUALS", application_name(account, label)),
            ).at("configurations"),
            "application.wave",
        )
        for label in ("without wave", "with wave")
    ]


@probe(SEEN, stage=Stage.WRITES)
def a_change_of_an_application_is_seen_at_once(account: ProbedAccount) -> Any:
    application = application_of(account, "changed")
    account.need(
        account.discovery, "UpdateApplication", configurationId=application, description="changed"
    )
    return pick(described(account, application), 0, "application.description")


def _keys(row: Any) -> Any:
    return sorted(row) if isinstance(row, dict) else row


# listed


@probe(SIZE)
def a_page_of_configurations_has_up_to_100(account: ProbedAccount) -> Any:
    return [accepted(listed(account, "SERVER", maxResults=number)) for number in (0, 1, 100, 101)]


@probe(UNKNOWN_FILTER)
def an_unknown_filter_is_refused(account: ProbedAccount) -> Any:
    return accepted(listed(account, "SERVER", where("server.ipAddress", "EQUALS", "none")))


@probe(UNKNOWN_FILTER)
def a_filter_of_another_type_is_refused(account: ProbedAccount) -> Any:
    return accepted(listed(account, "SERVER", where("application.name", "EQUALS", "none")))


@probe(UNKNOWN_FILTER)
def an_unknown_condition_is_refused(account: ProbedAccount) -> Any:
    return accepted(listed(account, "SERVER", where("server.hostName", "LIKE", "none")))


@probe(UNKNOWN_FILTER)
def a_condition_that_a_field_does_not_have_is_refused(account: ProbedAccount) -> Any:
    return [
        accepted(listed(account, "SERVER", where("server.type", "CONTAINS", "EC2"))),
        accepted(listed(account, "SERVER", where("server.hostName", "GT", "0"))),
    ]


@probe(UNKNOWN_FILTER)
def every_condition_of_a_field_is_known(account: ProbedAccount) -> Any:
    names = ("EQUALS", "NOT_EQUALS", "EQ", "NE", "CONTAINS", "NOT_CONTAINS")
    numeric = ("GE", "LE", "GT", "LT")
    return {
        **{
            name: accepted(listed(account, "SERVER", where("server.hostName", name, "none")))
            for name in names
        },
        **{
            name: accepted(
                listed(account, "SERVER", where("server.performance.avgCpuUsagePct", name, "1"))
            )
            for name in numeric
        },
    }


@probe(UNKNOWN_FILTER)
def a_field_that_cannot_be_ordered_by_is_refused(account: ProbedAccount) -> Any:
    order = [{"fieldName": "server.type"}]
    return accepted(listed(account, "SERVER", orderBy=order))


@probe(NUMBERS)
def a_text_is_refused_where_a_number_is_due(account: ProbedAccount) -> Any:
    usage = where("server.performance.avgCpuUsagePct", "GT", "much")
    return accepted(listed(account, "SERVER", usage))


@probe(NOTHING)
def a_filter_that_matches_nothing_gives_an_empty_list(account: ProbedAccount) -> Any:
    return {
        "servers": listed(account, "SERVER", where("server.configurationId", "EQUALS", _SERVER)),
        "applications": listed(
            account, "APPLICATION", where("application.configurationId", "EQUALS", _OTHER)
        ),
    }


@probe(CASE, stage=Stage.WRITES)
def text_in_filters_is_compared_with_regard_to_case(account: ProbedAccount) -> Any:
    application_of(account, "case")
    name = application_name(account, "case")
    conditions = [
        where("application.name", "EQUALS", name),
        where("application.name", "EQUALS", name.upper()),
        where("application.name", "CONTAINS", name.upper()),
    ]
    return lambda: [
        labels(account, listed(account, "APPLICATION", condition)) for condition in conditions
    ]


@probe(NEGATIVE, stage=Stage.WRITES)
def a_negative_condition_holds_if_none_of_its_values_matches(account: ProbedAccount) -> Any:
    application_of(account, "negative 1"), application_of(account, "negative 2")
    names = [application_name(account, f"negative {number}") for number in (1, 2)]
    ours = where("application.name", "CONTAINS", application_name(account, "negative"))
    none_of = where("application.name", "NOT_EQUALS", names[0], "another")
    return lambda: labels(account, listed(account, "APPLICATION", ours, none_of))


@probe(NO_NUMBER, stage=Stage.WRITES)
def a_server_without_a_number_matches_no_numeric_condition(account: ProbedAccount) -> Any:
    server = server_of(account)
    own_server = where("server.configurationId", "EQUALS", server)
    return [
        listed(
            account,
            "SERVER",
            own_server,
            where("server.performance.avgCpuUsagePct", condition, "1"),
        )
        for condition in ("GE", "LT")
    ]


@probe(ORDER, stage=Stage.WRITES)
def applications_are_listed_as_they_were_created(account: ProbedAccount) -> Any:
    ours = _two_in_order(account)
    return lambda: labels(account, listed(account, "APPLICATION", ours))


@probe(ORDER, stage=Stage.WRITES)
def an_order_without_a_direction_is_ascending(account: ProbedAccount) -> Any:
    ours, by_name = _two_in_order(account), {"fieldName": "application.name"}
    return lambda: [
        labels(account, listed(account, "APPLICATION", ours, orderBy=[order]))
        for order in (by_name, {**by_name, "sortOrder": "DESC"})
    ]


def _two_in_order(account: ProbedAccount) -> dict[str, Any]:
    for label in ("order z", "order a"):
        application_of(account, label)
    return where("application.name", "CONTAINS", application_name(account, "order"))


@probe(BETWEEN, stage=Stage.WRITES)
def nothing_is_skipped_when_an_application_goes_between_two_pages(account: ProbedAccount) -> Any:
    for number in (1, 2, 3):
        application_of(account, f"page {number}")
    ours = where("application.name", "CONTAINS", application_name(account, "page"))
    first = account.wait(
        lambda: listed(account, "APPLICATION", ours, maxResults=1),
        until=lambda answer: isinstance(answer.at("nextToken"), str),
        what="the listing of three applications",
    )
    token = first.at("nextToken")
    gone = application_of(account, "page 1")
    account.need(account.discovery, "DeleteApplications", configurationIds=[gone])
    return lambda: {
        "first": labels(account, first),
        "rest": labels(account, listed(account, "APPLICATION", ours, nextToken=token)),
    }


@probe(TOKEN, stage=Stage.WRITES)
def a_token_of_other_filters_is_refused(account: ProbedAccount) -> Any:
    ours = _two_in_order(account)
    first = account.wait(
        lambda: listed(account, "APPLICATION", ours, maxResults=1),
        until=lambda answer: isinstance(answer.at("nextToken"), str),
        what="the listing of two applications",
    )
    return accepted(listed(account, "APPLICATION", nextToken=first.at("nextToken")))


# what agents find


@probe(NEIGHBORS, stage=Stage.WRITES)
def a_server_without_an_agent_has_no_neighbors(account: ProbedAccount) -> Any:
    server = server_of(account)
    return account.discovery("ListServerNeighbors", configurationId=server)


@probe(NEIGHBORS, stage=Stage.WRITES)
def a_server_without_an_agent_has_no_processes_and_connections(account: ProbedAccount) -> Any:
    server = server_of(account)
    return {
        "PROCESS": listed(account, "PROCESS", where("server.configurationId", "EQUALS", server)),
        "CONNECTION": listed(
            account, "CONNECTION", where("sourceServer.configurationId", "EQUALS", server)
        ),
    }


@probe(NEIGHBORS)
def an_unknown_server_has_no_neighbors_to_list(account: ProbedAccount) -> Any:
    return account.discovery("ListServerNeighbors", configurationId=_SERVER)


@probe(AGENTS)
def unknown_agents_are_left_out(account: ProbedAccount) -> Any:
    return account.discovery("DescribeAgents", agentIds=["o-00000000000000000"])


@probe(AGENTS)
def an_unknown_filter_of_agents_is_refused(account: ProbedAccount) -> Any:
    return accepted(
        account.discovery("DescribeAgents", filters=[where("osName", "EQUALS", "none")])
    )


@probe(AGENTS)
def an_unknown_condition_of_agents_is_refused(account: ProbedAccount) -> Any:
    return accepted(
        account.discovery("DescribeAgents", filters=[where("hostName", "LIKE", "none")])
    )
