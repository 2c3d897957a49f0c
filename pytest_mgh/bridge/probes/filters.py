"""Lists of configuration items: their filters, order and pages."""

from __future__ import annotations

from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.calls import Answer, each, rows_as
from pytest_mgh.bridge.probes.changes import UNKNOWN_APPLICATION, UNKNOWN_SERVER
from pytest_mgh.bridge.probes.probe import Ask, ProbeTable, Stage, again, probes, writes

UNKNOWN = "Lists and filters: An unknown filter, a condition or order that a field does not have"
ORDER = "Lists and filters: Order without orderBy; a missing sortOrder"
USAGE = "server.performance.avgCpuUsagePct"


def where(name: str, condition: str, *values: str) -> dict[str, Any]:
    """Return a filter."""
    return {"name": name, "condition": condition, "values": [*values]}


def listed(account: ProbedAccount, type_: str, *filters: dict[str, Any], **request: Any) -> Answer:
    """List configurations."""
    return account.call(
        "ListConfigurations", configurationType=type_, filters=[*filters], **request
    )


def applications(account: ProbedAccount, *filters: dict[str, Any], **request: Any) -> Any:
    """Return the names of listed applications, without the name of the run."""
    return labels(account, listed(account, "APPLICATION", *filters, **request))


def labels(account: ProbedAccount, answer: Answer) -> Any:
    """Return the names of the applications of a page, without the name of the run."""
    names = each(answer.at("configurations"), "application.name")
    return rows_as(
        names, lambda names: [str(name).removeprefix(account.name).strip() for name in names]
    )


def servers(*condition: str, **request: Any) -> Ask:
    """Return what asks whether servers may be listed with one filter, or none."""
    filters = [where(*condition)] if condition else []
    return lambda account: listed(account, "SERVER", *filters, **request).accepted


READS: ProbeTable = {
    "Lists and filters: Page size": {
        "a page of configurations has up to 100": lambda account: [
            servers(maxResults=number)(account) for number in (0, 1, 100, 101)
        ],
    },
    UNKNOWN: {
        "an unknown filter is refused": servers("server.ipAddress", "EQUALS", "none"),
        "a filter of another type is refused": servers("application.name", "EQUALS", "none"),
        "an unknown condition is refused": servers("server.hostName", "LIKE", "none"),
        "a condition that a field does not have is refused": lambda account: [
            servers("server.type", "CONTAINS", "EC2")(account),
            servers("server.hostName", "GT", "0")(account),
        ],
        "every condition of a field is known": lambda account: {
            condition: servers(name, condition, value)(account)
            for name, value, conditions in (
                ("server.hostName", "none", "EQUALS NOT_EQUALS EQ NE CONTAINS NOT_CONTAINS"),
                (USAGE, "1", "GE LE GT LT"),
            )
            for condition in conditions.split()
        },
        "a field that cannot be ordered by is refused": servers(
            orderBy=[{"fieldName": "server.type"}]
        ),
    },
    "Lists and filters: A text where a number is expected": {
        "a text is refused where a number is due": servers(USAGE, "GT", "much"),
    },
    "Lists and filters: A filter that matches nothing": {
        "a filter that matches nothing gives an empty list": lambda account: {
            "servers": listed(
                account, "SERVER", where("server.configurationId", "EQUALS", UNKNOWN_SERVER)
            ),
            "applications": listed(
                account,
                "APPLICATION",
                where("application.configurationId", "EQUALS", UNKNOWN_APPLICATION),
            ),
        },
    },
}
probes(READS)
probes(
    {
        ORDER: {
            "applications are listed as they were created": again(
                lambda account: applications(account, _applications(account, "order", "z", "a"))
            ),
        },
    },
    stage=Stage.WRITES,
)


@writes("Lists and filters: Text in filters")
def text_in_filters_is_compared_with_regard_to_case(account: ProbedAccount) -> Any:
    account.application("case")
    name = account.application_name("case")
    filters = [
        where("application.name", "EQUALS", name),
        where("application.name", "EQUALS", name.upper()),
        where("application.name", "CONTAINS", name.upper()),
    ]
    return lambda: [applications(account, one) for one in filters]


@writes("Lists and filters: A negative condition")
def a_negative_condition_holds_if_none_of_its_values_matches(account: ProbedAccount) -> Any:
    ours = _applications(account, "negative", "1", "2")
    name = account.application_name("negative 1")
    none_of = where("application.name", "NOT_EQUALS", name, "another")
    return lambda: applications(account, ours, none_of)


@writes("Lists and filters: A numeric filter, and a row without that number")
def a_server_without_a_number_matches_no_numeric_condition(account: ProbedAccount) -> Any:
    own = where("server.configurationId", "EQUALS", account.server())
    return [
        listed(account, "SERVER", own, where(USAGE, condition, "1")) for condition in ("GE", "LT")
    ]


@writes(ORDER)
def an_order_without_a_direction_is_ascending(account: ProbedAccount) -> Any:
    ours, by_name = _applications(account, "order", "z", "a"), {"fieldName": "application.name"}
    return lambda: [
        applications(account, ours, orderBy=[order])
        for order in (by_name, {**by_name, "sortOrder": "DESC"})
    ]


@writes("Lists and filters: Items added or removed between pages")
def nothing_is_skipped_when_an_application_goes_between_two_pages(account: ProbedAccount) -> Any:
    ours = _applications(account, "page", "1", "2", "3")
    first = _first_of_several(account, ours, "three applications")
    token = first.at("nextToken")
    account.need("DeleteApplications", configurationIds=[account.application("page 1")])
    return lambda: {
        "first": labels(account, first),
        "rest": applications(account, ours, nextToken=token),
    }


@writes("Lists and filters: A bad token, one of other arguments or another operation")
def a_token_of_other_filters_is_refused(account: ProbedAccount) -> Any:
    ours = _applications(account, "order", "z", "a")
    token = _first_of_several(account, ours, "two applications").at("nextToken")
    return listed(account, "APPLICATION", nextToken=token).accepted


def _applications(account: ProbedAccount, label: str, *labels: str) -> dict[str, Any]:
    """Return the filter of applications, which are there."""
    for one in labels:
        account.application(f"{label} {one}")
    return where("application.name", "CONTAINS", account.application_name(label))


def _first_of_several(account: ProbedAccount, ours: dict[str, Any], what: str) -> Answer:
    """Return the first of several pages."""
    return account.wait(
        lambda: listed(account, "APPLICATION", ours, maxResults=1),
        until=lambda answer: isinstance(answer.at("nextToken"), str),
        what=f"the listing of {what}",
    )
