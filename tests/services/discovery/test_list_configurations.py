from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from discovery_filters import CONDITIONS, CONTAINMENT, FILTERS, NUMERIC, SORTS

from pytest_mgh import MigrationHub

TABLE = [
    (type_, name, conditions)
    for type_, sets in FILTERS.items()
    for conditions, names in sets.items()
    for name in names.split()
]
SORTABLE = [(type_, name) for type_, names in SORTS.items() for name in names.split()]
UNSORTABLE = [(type_, name) for type_, name, _ in TABLE if name not in SORTS[type_].split()] + [
    (type_, "nonsense") for type_ in FILTERS
]

WEB, DB = "d-server-0c4f2dd1fee22c6c1", "d-server-0c067217799ee1fb9"
SHOP, LEDGER = "d-application-0282ccd1ba7c211ca", "d-application-039038d504694533f"

# A filter, and the value that only the server `web` has.
HELD = {
    "server.configurationId": WEB,
    "server.agentId": "o-0123456789abcdef0",
    "server.application.configurationId": SHOP,
    "server.type": "EC2",
    "server.hostName": "web.example.com",
    "server.osName": "Ubuntu",
    "server.osVersion": "22.04",
    "server.vmWareInfo.morefId": "vm-101",
    "server.vmWareInfo.vcenterId": "vcenter-west",
    "server.vmWareInfo.hostId": "host-17",
    "server.networkInterfaceInfo.portGroupId": "dvportgroup-71",
    "server.networkInterfaceInfo.portGroupName": "Servers West",
    "server.networkInterfaceInfo.virtualSwitchName": "vSwitch1",
    "server.networkInterfaceInfo.ipAddress": "192.0.2.10",
    "server.networkInterfaceInfo.macAddress": "02:00:5e:10:00:01",
    "server.tag.key": "stage",
    "server.tag.value": "production",
    "server.application.name": "Shop",
    "server.application.description": "sells things",
}
NOWHERE = [
    name
    for type_, name, conditions in TABLE
    if type_ == "SERVER" and conditions is not NUMERIC and name not in HELD
]
HELD_CONTAINMENT = [name for name in HELD if name in FILTERS["SERVER"][CONTAINMENT].split()]


@pytest.fixture
def two(mgh: MigrationHub) -> MigrationHub:
    """A hub with two servers that have nothing in common, each in its application."""
    mgh.add_server(
        "web.example.com",
        configuration_id=WEB,
        ip_addresses=["192.0.2.10", "198.51.100.10"],
        mac_addresses=["02:00:5e:10:00:01"],
        type="EC2",
        os_name="Ubuntu",
        os_version="22.04",
        agent_id="o-0123456789abcdef0",
        vm_manager_id="vcenter-west",
        vm_managed_object_reference="vm-101",
        vm_host_id="host-17",
        port_group_ids=["dvportgroup-70", "dvportgroup-71"],
        port_group_names=["Backup", "Servers West"],
        virtual_switch_names=("vSwitch0", "vSwitch1"),
        tags={"stage": "production", "owner": "sales"},
        performance={
            "avgCpuUsagePct": 100,
            "totalDiskFreeSizeInKB": 100.0,
            "avgFreeRAMInKB": "1e2",
        },
    )
    mgh.add_server(
        "db",
        configuration_id=DB,
        ip_addresses=["203.0.113.7"],
        mac_addresses=["02:00:5e:20:00:02"],
        os_name="Windows",
        os_version="2019",
        agent_id="o-ffffffffffffffff0",
        vm_manager_id="vcenter-east",
        vm_managed_object_reference="host-7",
        vm_host_id="domain-9",
        port_group_ids=["network-2"],
        port_group_names=["Lab"],
        virtual_switch_names=["dvs-east"],
        tags={"tier": "test"},
        performance={"avgCpuUsagePct": 9.5, "totalDiskFreeSizeInKB": 9.5, "avgFreeRAMInKB": "9.5"},
    )
    mgh.add_application("Shop", configuration_id=SHOP, servers=[WEB], description="sells things")
    mgh.add_application("Ledger", configuration_id=LEDGER, servers=[DB], description="counts money")
    return mgh


def where(name: str, condition: str, *values: str) -> dict[str, Any]:
    return {"name": name, "condition": condition, "values": list(values)}


def listed(ads: Any, type_: str, *filters: dict[str, Any], **arguments: Any) -> list[str]:
    """The ids of the listed items, in order."""
    rows = ads.list_configurations(configurationType=type_, filters=list(filters), **arguments)
    return [row[f"{type_.lower()}.configurationId"] for row in rows["configurations"]]


def hosts(ads: Any, **arguments: Any) -> list[str]:
    pages = ads.get_paginator("list_configurations").paginate(
        configurationType="SERVER", **arguments
    )
    return [row["server.hostName"] for page in pages for row in page["configurations"]]


def ordered(*fields: str) -> list[dict[str, str]]:
    """Order by fields: `name` without a direction, `+name` ascending, `-name` descending."""
    directions = {"+": {"sortOrder": "ASC"}, "-": {"sortOrder": "DESC"}}
    return [{"fieldName": field.lstrip("+-"), **directions.get(field[0], {})} for field in fields]


# the table


@pytest.mark.parametrize(("type_", "name", "conditions"), TABLE)
def test_a_filter_accepts_its_documented_conditions(
    ads: Any, type_: str, name: str, conditions: tuple[str, ...]
) -> None:
    """The table of filters; a repository with nothing in it lists nothing."""
    for condition in conditions:
        assert listed(ads, type_, where(name, condition, "1")) == []


@pytest.mark.parametrize(("type_", "name", "conditions"), TABLE)
def test_a_filter_refuses_all_other_conditions(
    two: MigrationHub, ads: Any, type_: str, name: str, conditions: tuple[str, ...]
) -> None:
    """The table of filters; silent: InvalidParameterValueException."""
    for condition in {*CONDITIONS, "equals", "LIKE"} - {*conditions}:
        with pytest.raises(ads.exceptions.InvalidParameterValueException):
            listed(ads, type_, where(name, condition, "1"))


@pytest.mark.parametrize("type_", FILTERS)
def test_an_unknown_filter_is_refused(ads: Any, type_: str) -> None:
    """silent: an unknown filter name is InvalidParameterValueException."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        listed(ads, type_, where("nonsense", "EQUALS", "1"))


def test_a_filter_on_the_ip_address_of_a_server_is_refused(ads: Any) -> None:
    """The address is inside server.networkInterfaceInfo."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        listed(ads, "SERVER", where("server.ipAddress", "EQUALS", "192.0.2.10"))


def test_a_refused_filter_names_the_nearest_valid_one(ads: Any) -> None:
    """silent: the wording is the hub's own."""
    with pytest.raises(
        ads.exceptions.InvalidParameterValueException, match=r"did you mean 'server\.hostName'"
    ):
        listed(ads, "SERVER", where("server.hostname", "EQUALS", "db"))


def test_a_refused_condition_names_the_nearest_valid_one(ads: Any) -> None:
    """silent: the wording is the hub's own."""
    with pytest.raises(
        ads.exceptions.InvalidParameterValueException,
        match=r"Filter 'server\.hostName' has no condition 'EQUAL'; did you mean 'EQUALS'\?",
    ):
        listed(ads, "SERVER", where("server.hostName", "EQUAL", "db"))


def test_a_filter_of_another_type_is_refused(ads: Any) -> None:
    """Each configuration type has filters of its own."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        listed(ads, "SERVER", where("application.name", "EQUALS", "Shop"))


@pytest.mark.parametrize("condition", ["EQUALS", "EQ"])
@pytest.mark.parametrize("name", HELD)
def test_equals_finds_items_with_the_value(
    two: MigrationHub, ads: Any, name: str, condition: str
) -> None:
    """EQUALS and EQ on every field that a server can have."""
    assert listed(ads, "SERVER", where(name, condition, HELD[name])) == [WEB]


@pytest.mark.parametrize("condition", ["NOT_EQUALS", "NE"])
@pytest.mark.parametrize("name", HELD)
def test_not_equals_finds_items_without_the_value(
    two: MigrationHub, ads: Any, name: str, condition: str
) -> None:
    """NOT_EQUALS and NE on every field that a server can have."""
    assert listed(ads, "SERVER", where(name, condition, HELD[name])) == [DB]


@pytest.mark.parametrize("name", HELD_CONTAINMENT)
def test_equals_does_not_match_a_part_of_the_value(two: MigrationHub, ads: Any, name: str) -> None:
    """EQUALS compares the whole value."""
    assert listed(ads, "SERVER", where(name, "EQUALS", HELD[name][1:-1])) == []


@pytest.mark.parametrize("name", HELD_CONTAINMENT)
def test_contains_finds_items_with_a_part_of_the_value(
    two: MigrationHub, ads: Any, name: str
) -> None:
    """CONTAINS on every field of the set."""
    assert listed(ads, "SERVER", where(name, "CONTAINS", HELD[name][1:])) == [WEB]


@pytest.mark.parametrize("name", HELD_CONTAINMENT)
def test_not_contains_finds_items_without_that_part(two: MigrationHub, ads: Any, name: str) -> None:
    """NOT_CONTAINS on every field of the set."""
    assert listed(ads, "SERVER", where(name, "NOT_CONTAINS", HELD[name][1:])) == [DB]


@pytest.mark.parametrize("name", NOWHERE)
def test_a_field_that_no_server_has_matches_only_negative_conditions(
    two: MigrationHub, ads: Any, name: str
) -> None:
    """silent: a server without a value has none that could match."""
    assert listed(ads, "SERVER", where(name, "EQUALS", "1")) == []
    assert listed(ads, "SERVER", where(name, "NOT_EQUALS", "1")) == [WEB, DB]


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        ("GE", "100", [WEB]),
        ("GE", "100.01", []),
        ("GE", "9.5", [WEB, DB]),
        ("LE", "100", [WEB, DB]),
        ("LE", "9.5", [DB]),
        ("LE", "9.49", []),
        ("GT", "100", []),
        ("GT", "9.5", [WEB]),
        ("GT", "-1", [WEB, DB]),
        ("LT", "9.5", []),
        ("LT", "100", [DB]),
        ("LT", "1e3", [WEB, DB]),
    ],
)
@pytest.mark.parametrize("name", FILTERS["SERVER"][NUMERIC].split())
def test_numbers_are_compared_as_numbers(
    two: MigrationHub, ads: Any, name: str, condition: str, value: str, expected: list[str]
) -> None:
    """GE, LE, GT and LT compare doubles, not texts."""
    assert listed(ads, "SERVER", where(name, condition, value)) == expected


@pytest.mark.parametrize("value", ["fast", "", "1,5", "0x10", "1_000", "nan"])
def test_a_numeric_condition_refuses_a_value_that_is_not_a_number(
    two: MigrationHub, ads: Any, value: str
) -> None:
    """silent: a text in place of a number is InvalidParameterValueException."""
    filter_ = r"Filter 'server\.performance\.avgCpuUsagePct'"
    for condition in NUMERIC:
        with pytest.raises(
            ads.exceptions.InvalidParameterValueException,
            match=f"{filter_} takes numbers, not '{value}'",
        ):
            listed(ads, "SERVER", where("server.performance.avgCpuUsagePct", condition, value))


@pytest.mark.parametrize("condition", NUMERIC)
def test_a_server_without_a_number_matches_no_numeric_condition(
    mgh: MigrationHub, ads: Any, condition: str
) -> None:
    """silent: nothing to compare."""
    mgh.add_server("unmeasured")

    assert listed(ads, "SERVER", where("server.performance.avgCpuUsagePct", condition, "1")) == []


def test_a_measurement_that_is_not_a_number_matches_no_numeric_condition(
    mgh: MigrationHub, ads: Any
) -> None:
    """silent: an import file or a seed may hold any text; listing does not fail over it."""
    mgh.add_server("odd", performance={"avgCpuUsagePct": "n/a"})

    for condition in NUMERIC:
        filter_ = where("server.performance.avgCpuUsagePct", condition, "1")
        assert listed(ads, "SERVER", filter_) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("application.configurationId", SHOP),
        ("server.configurationId", WEB),
        ("application.name", "Shop"),
        ("application.description", "sells things"),
    ],
)
def test_applications_are_filtered_too(two: MigrationHub, ads: Any, name: str, value: str) -> None:
    """EQUALS and its opposite on every field of an application."""
    assert listed(ads, "APPLICATION", where(name, "EQUALS", value)) == [SHOP]
    assert listed(ads, "APPLICATION", where(name, "NE", value)) == [LEDGER]


@pytest.mark.parametrize(
    ("name", "part"), [("application.name", "ho"), ("application.description", "things")]
)
def test_applications_are_found_by_a_part_of_their_name(
    two: MigrationHub, ads: Any, name: str, part: str
) -> None:
    """CONTAINS and NOT_CONTAINS on an application's texts."""
    assert listed(ads, "APPLICATION", where(name, "CONTAINS", part)) == [SHOP]
    assert listed(ads, "APPLICATION", where(name, "NOT_CONTAINS", part)) == [LEDGER]


@pytest.mark.parametrize("type_", ["PROCESS", "CONNECTION"])
def test_there_are_no_processes_and_no_connections(two: MigrationHub, ads: Any, type_: str) -> None:
    """The types are known; the hub has no items of them."""
    answer = ads.list_configurations(configurationType=type_)

    assert answer["configurations"] == []
    assert "nextToken" not in answer


# how filters work together


@pytest.mark.parametrize("filters", [{}, {"filters": []}], ids=["absent", "empty"])
def test_without_filters_everything_is_listed_in_the_order_of_creation(
    two: MigrationHub, ads: Any, filters: dict[str, Any]
) -> None:
    """Callers send filters=[]; silent: creation order."""
    rows = ads.list_configurations(configurationType="SERVER", **filters)["configurations"]

    assert [row["server.configurationId"] for row in rows] == [WEB, DB]


def test_several_filters_must_all_hold(two: MigrationHub, ads: Any) -> None:
    """AND over filters."""
    ubuntu = where("server.osName", "EQUALS", "Ubuntu")

    assert listed(ads, "SERVER", ubuntu, where("server.osVersion", "EQUALS", "22.04")) == [WEB]
    assert listed(ads, "SERVER", ubuntu, where("server.osVersion", "EQUALS", "2019")) == []


def test_two_filters_on_one_field_must_both_hold(two: MigrationHub, ads: Any) -> None:
    """AND over filters, of the same name too."""
    assert listed(
        ads,
        "SERVER",
        where("server.hostName", "EQUALS", "db", "web.example.com"),
        where("server.hostName", "NOT_CONTAINS", "web"),
    ) == [DB]


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ("EQUALS", ["db", "web.example.com", "nonsense"]),
        ("EQ", ["web.example.com", "db"]),
        ("CONTAINS", ["nonsense", "d", "web"]),
    ],
)
def test_one_value_of_a_filter_is_enough(
    two: MigrationHub, ads: Any, condition: str, values: list[str]
) -> None:
    """OR over values; each item comes once, in creation order."""
    assert listed(ads, "SERVER", where("server.hostName", condition, *values)) == [WEB, DB]


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    [
        ("NOT_EQUALS", ["db", "nonsense"], [WEB]),
        ("NE", ["db", "web.example.com"], []),
        ("NOT_CONTAINS", ["web", "nonsense"], [DB]),
        ("NOT_CONTAINS", ["web", "db"], []),
    ],
)
def test_a_negative_condition_holds_if_none_of_its_values_matches(
    two: MigrationHub, ads: Any, condition: str, values: list[str], expected: list[str]
) -> None:
    """silent: a literal OR would keep nearly everything."""
    assert listed(ads, "SERVER", where("server.hostName", condition, *values)) == expected


def test_a_server_without_a_value_matches_a_negative_condition(mgh: MigrationHub, ads: Any) -> None:
    """silent: an absent value matches nothing."""
    nameless = mgh.add_server().configuration_id

    assert listed(ads, "SERVER", where("server.hostName", "NOT_EQUALS", "db")) == [nameless]
    assert listed(ads, "SERVER", where("server.hostName", "NOT_CONTAINS", "db")) == [nameless]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("server.networkInterfaceInfo.ipAddress", "198.51.100.10"),
        ("server.tag.key", "owner"),
        ("server.tag.value", "sales"),
    ],
)
def test_any_value_of_a_field_with_several_is_enough(
    two: MigrationHub, ads: Any, name: str, value: str
) -> None:
    """silent: any element that matches."""
    assert listed(ads, "SERVER", where(name, "EQUALS", value)) == [WEB]
    assert listed(ads, "SERVER", where(name, "CONTAINS", value[1:])) == [WEB]


def test_a_negative_condition_considers_all_values_of_a_field(two: MigrationHub, ads: Any) -> None:
    """silent: one address that matches is enough to leave the server out."""
    address = "server.networkInterfaceInfo.ipAddress"

    assert listed(ads, "SERVER", where(address, "NOT_EQUALS", "198.51.100.10")) == [DB]


def test_tag_key_and_tag_value_may_be_of_different_tags(two: MigrationHub, ads: Any) -> None:
    """silent: two filters each look at any tag."""
    found = listed(
        ads,
        "SERVER",
        where("server.tag.key", "EQUALS", "stage"),
        where("server.tag.value", "EQUALS", "sales"),
    )

    assert found == [WEB]


def test_every_application_of_a_server_counts(two: MigrationHub, ads: Any) -> None:
    """A server can be in several applications."""
    second = two.add_application("Warehouse", servers=[WEB], description="holds things")

    for name, value in [
        ("server.application.name", "Warehouse"),
        ("server.application.description", "holds things"),
        ("server.application.configurationId", second.configuration_id),
    ]:
        assert listed(ads, "SERVER", where(name, "EQUALS", value)) == [WEB]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("server.hostName", "WEB.example.com"),
        ("server.osName", "ubuntu"),
        ("server.type", "ec2"),
        ("server.tag.key", "Stage"),
        ("server.networkInterfaceInfo.macAddress", "02:00:5E:10:00:01"),
    ],
)
def test_values_are_compared_case_sensitively(
    two: MigrationHub, ads: Any, name: str, value: str
) -> None:
    """Implied by the console, whose search is case-sensitive."""
    assert listed(ads, "SERVER", where(name, "EQUALS", value)) == []


def test_contains_is_case_sensitive(two: MigrationHub, ads: Any) -> None:
    """Implied by the console, whose search is case-sensitive."""
    assert listed(ads, "SERVER", where("server.osName", "CONTAINS", "UBU")) == []


def test_a_filter_that_matches_nothing_returns_an_empty_list(two: MigrationHub, ads: Any) -> None:
    """silent: ResourceNotFoundException is declared; callers rely on the empty list."""
    assert listed(ads, "SERVER", where("server.configurationId", "EQUALS", "d-server-0")) == []


# orders


@pytest.mark.parametrize(("type_", "name"), SORTABLE)
def test_a_sortable_field_can_be_sorted_in_both_directions(ads: Any, type_: str, name: str) -> None:
    """The table of filters, column Sort."""
    for direction in ("", "+", "-"):
        assert listed(ads, type_, orderBy=ordered(direction + name)) == []


@pytest.mark.parametrize(("type_", "name"), UNSORTABLE)
def test_a_field_that_is_not_sortable_is_refused(
    two: MigrationHub, ads: Any, type_: str, name: str
) -> None:
    """The table of filters; silent: InvalidParameterValueException."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        listed(ads, type_, orderBy=ordered(name))


@pytest.fixture
def fleet(mgh: MigrationHub) -> MigrationHub:
    """Servers c, a, b, d, and one without a name, with two operating systems in two versions."""
    for name, os_name, os_version in [
        ("c", "Linux", "2"),
        ("a", "Windows", "1"),
        ("b", "Linux", "1"),
        ("d", "Windows", "1"),
    ]:
        mgh.add_server(name, os_name=os_name, os_version=os_version)
    return mgh


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ((), "cabd"),
        (("server.hostName",), "abcd"),
        (("+server.hostName",), "abcd"),
        (("-server.hostName",), "dcba"),
        (("server.osName",), "cbad"),
        (("-server.osName",), "adcb"),
        (("server.osName", "-server.hostName"), "cbda"),
        (("-server.osVersion", "server.osName", "-server.hostName"), "cbda"),
        (("server.osVersion", "-server.osName"), "adbc"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
def test_a_paginator_returns_every_item_once_in_the_requested_order(
    fleet: MigrationHub, ads: Any, orders: tuple[str, ...], expected: str, size: int
) -> None:
    """OrderBy; silent: ASC is the default, what is alike keeps creation order."""
    order = {"orderBy": ordered(*orders)} if orders else {}

    found = hosts(ads, PaginationConfig={"PageSize": size}, **order)

    assert "".join(found) == expected


def test_an_order_needs_no_filter_on_its_field(fleet: MigrationHub, ads: Any) -> None:
    """The documented sample filters on one field and orders by another."""
    found = hosts(
        ads,
        filters=[where("server.osName", "EQUALS", "Linux")],
        orderBy=ordered("+server.hostName"),
    )

    assert found == ["b", "c"]


@pytest.mark.parametrize(("direction", "expected"), [("+", ["", "A", "z"]), ("-", ["z", "A", ""])])
def test_a_server_without_a_value_is_ordered_as_with_an_empty_one(
    mgh: MigrationHub, ads: Any, direction: str, expected: list[str]
) -> None:
    """silent: an unknown value is shown as an empty text."""
    for name in ("z", None, "A"):
        mgh.add_server(name)

    assert hosts(ads, orderBy=ordered(f"{direction}server.hostName")) == expected


@pytest.mark.parametrize("condition", ["EQUALS", "EQ"])
@pytest.mark.parametrize("size", [1, 100])
def test_an_order_can_be_combined_with_a_filter_on_another_field(
    fleet: MigrationHub, ads: Any, condition: str, size: int
) -> None:
    """OrderBy: a filter leaves out, and changes nothing else."""
    found = hosts(
        ads,
        filters=[where("server.hostName", condition, "c", "a", "d")],
        orderBy=ordered("-server.osName", "server.hostName"),
        PaginationConfig={"PageSize": size},
    )

    assert found == ["a", "d", "c"]


def test_counts_are_ordered_as_numbers(mgh: MigrationHub, ads: Any) -> None:
    """Application.serverCount is shown as text and is a number."""
    servers = [mgh.add_server().configuration_id for _ in range(10)]
    ten = mgh.add_application("ten", servers=servers).configuration_id
    none = mgh.add_application("none").configuration_id
    nine = mgh.add_application("nine", servers=servers[:9]).configuration_id

    found = listed(ads, "APPLICATION", orderBy=ordered("application.serverCount"))

    assert found == [none, nine, ten]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("application.timeOfCreation", ["old", "new"]),
        ("application.lastModifiedTime", ["new", "old"]),
        ("application.description", ["new", "old"]),
        ("-application.name", ["old", "new"]),
    ],
)
def test_applications_are_ordered_by_their_own_fields(
    mgh: MigrationHub,
    ads: Any,
    monkeypatch: pytest.MonkeyPatch,
    field: str,
    expected: list[str],
) -> None:
    """What an application is sortable by."""
    ids = {}
    for time, name in enumerate(["old", "new"], start=1):
        monkeypatch.setattr(
            "pytest_mgh.state.clock.time", SimpleNamespace(time=lambda time=time: time)
        )
        ids[ads.create_application(name=name)["configurationId"]] = name
    monkeypatch.setattr("pytest_mgh.state.clock.time", SimpleNamespace(time=lambda: 9))
    ads.update_application(configurationId=next(iter(ids)), description="changed")

    found = listed(ads, "APPLICATION", orderBy=ordered(field))

    assert [ids[id_] for id_ in found] == expected


# pages and tokens


@pytest.fixture
def many(mgh: MigrationHub) -> MigrationHub:
    """A hub with one server more than a page holds."""
    for number in range(101):
        mgh.add_server(f"{number:03}")
    return mgh


@pytest.mark.parametrize("size", [{}, {"maxResults": 0}, {"maxResults": 100}])
def test_a_page_holds_a_hundred_items_at_most(
    many: MigrationHub, ads: Any, size: dict[str, int]
) -> None:
    """Max 100 a page; silent: the default, and 0 counts as absent."""
    first = ads.list_configurations(configurationType="SERVER", **size)
    second = ads.list_configurations(
        configurationType="SERVER", nextToken=first["nextToken"], **size
    )

    assert len(first["configurations"]) == 100
    assert [row["server.hostName"] for row in second["configurations"]] == ["100"]
    assert "nextToken" not in second


@pytest.mark.parametrize("size", [101, 1000, -1])
def test_a_page_size_out_of_range_is_refused(ads: Any, size: int) -> None:
    """silent: over 100 is InvalidParameterValueException, and so is a negative number."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.list_configurations(configurationType="SERVER", maxResults=size)


def test_a_page_that_is_exactly_full_has_no_token(fleet: MigrationHub, ads: Any) -> None:
    """The last page has no token."""
    answer = ads.list_configurations(configurationType="SERVER", maxResults=4)

    assert len(answer["configurations"]) == 4
    assert "nextToken" not in answer


def test_an_empty_token_asks_for_the_first_page(fleet: MigrationHub, ads: Any) -> None:
    """silent: as in Migration Hub."""
    answer = ads.list_configurations(configurationType="SERVER", nextToken="")

    assert len(answer["configurations"]) == 4


@pytest.fixture
def token(fleet: MigrationHub, ads: Any) -> str:
    """The token behind the first page, of one server."""
    answer: str = ads.list_configurations(configurationType="SERVER", maxResults=1)["nextToken"]
    return answer


@pytest.mark.parametrize("put", ["{0}\n", " {0}", "{0}!", "{0}===="])
def test_a_token_with_something_added_is_refused(ads: Any, token: str, put: str) -> None:
    """silent: only issued tokens are accepted."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.list_configurations(configurationType="SERVER", nextToken=put.format(token))


@pytest.mark.parametrize("made_up", ["nonsense", "AAAA", "0039038d504694533", "é", "!", "🙂"])
def test_a_token_that_the_service_did_not_issue_is_refused(ads: Any, made_up: str) -> None:
    """silent: a bad token is InvalidParameterValueException, whatever its text."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.list_configurations(configurationType="SERVER", nextToken=made_up)


@pytest.mark.parametrize(
    "changed",
    [
        {"configurationType": "APPLICATION"},
        {"filters": [where("server.osName", "EQUALS", "Linux")]},
        {"orderBy": ordered("server.hostName")},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_token_is_refused_with_other_arguments(
    ads: Any, token: str, changed: dict[str, Any]
) -> None:
    """silent: a token belongs to the arguments that it was issued for."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.list_configurations(**{"configurationType": "SERVER", "nextToken": token, **changed})


def test_a_token_of_another_operation_is_refused(ads: Any, mgh: MigrationHub, token: str) -> None:
    """silent: a token belongs to the operation that issued it."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.describe_tags(nextToken=token)


def test_the_page_size_may_change_from_page_to_page(ads: Any, token: str) -> None:
    """silent: only the page size is free."""
    answer = ads.list_configurations(configurationType="SERVER", nextToken=token, maxResults=2)

    assert [row["server.hostName"] for row in answer["configurations"]] == ["a", "b"]


def test_a_token_can_be_used_again(ads: Any, token: str) -> None:
    """silent: a token is a place, not a ticket."""
    first, second = (
        ads.list_configurations(configurationType="SERVER", nextToken=token)["configurations"]
        for _ in range(2)
    )

    assert first == second


def test_nothing_is_skipped_when_an_item_is_deleted_between_two_pages(
    fleet: MigrationHub, ads: Any, token: str
) -> None:
    """silent: a token holds the last item, not an offset."""
    ads.start_batch_delete_configuration_task(
        configurationType="SERVER", configurationIds=[fleet.server("c").configuration_id]
    )

    answer = ads.list_configurations(configurationType="SERVER", nextToken=token)

    assert [row["server.hostName"] for row in answer["configurations"]] == ["a", "b", "d"]


def test_an_ordered_list_continues_correctly_when_items_are_added_and_deleted(
    fleet: MigrationHub, ads: Any
) -> None:
    """silent: a token holds the sort values of the last item."""
    asked = {"configurationType": "SERVER", "orderBy": ordered("server.hostName")}
    token = ads.list_configurations(**asked, maxResults=2)["nextToken"]
    ads.start_batch_delete_configuration_task(
        configurationType="SERVER", configurationIds=[fleet.server("b").configuration_id]
    )
    fleet.add_server("bb")
    fleet.add_server("aa")

    answer = ads.list_configurations(**asked, nextToken=token)

    assert [row["server.hostName"] for row in answer["configurations"]] == ["bb", "c", "d"]


def test_pages_of_servers_ordered_by_name_repeat_none(mgh: MigrationHub, ads: Any) -> None:
    """A filter that an index answers is paged as any other."""
    ids = [mgh.add_server().configuration_id for _ in range(4)]

    pages = ads.get_paginator("list_configurations").paginate(
        configurationType="SERVER",
        filters=[where("server.configurationId", "EQUALS", *ids[1:])],
        PaginationConfig={"PageSize": 1},
    )

    found = [row["server.configurationId"] for page in pages for row in page["configurations"]]
    assert found == ids[1:]


def test_filtered_pages_are_full_pages(mgh: MigrationHub, ads: Any) -> None:
    """MaxResults counts listed items, not examined ones."""
    for number in range(6):
        mgh.add_server(str(number), os_name="Linux" if number % 2 else "Windows")

    pages = ads.get_paginator("list_configurations").paginate(
        configurationType="SERVER",
        filters=[where("server.osName", "EQUALS", "Linux")],
        PaginationConfig={"PageSize": 2},
    )

    found = [[row["server.hostName"] for row in page["configurations"]] for page in pages]
    assert found == [["1", "3"], ["5"]]


# rows


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 2019-01-16 22:40:19.801 UTC."""
    monkeypatch.setattr("pytest_mgh.state.clock.time", SimpleNamespace(time=lambda: 1547678419.801))


def row(ads: Any, type_: str) -> dict[str, str]:
    (found,) = ads.list_configurations(configurationType=type_)["configurations"]
    return dict(found)


def test_a_server_has_the_keys_of_the_list(noon: None, mgh: MigrationHub, ads: Any) -> None:
    """A flat map of texts; time as `YYYY-MM-DD HH:MM:SS.0`, in UTC."""
    mgh.add_server(
        "web",
        configuration_id=WEB,
        type="EC2",
        os_name="Ubuntu",
        os_version="22.04",
        agent_id="o-0123456789abcdef0",
    )

    assert row(ads, "SERVER") == {
        "server.agentId": "o-0123456789abcdef0",
        "server.configurationId": WEB,
        "server.hostName": "web",
        "server.osName": "Ubuntu",
        "server.osVersion": "22.04",
        "server.source": "Agent",
        "server.timeOfCreation": "2019-01-16 22:40:19.0",
        "server.type": "EC2",
    }


def test_a_server_without_known_details_has_the_same_keys(
    noon: None, mgh: MigrationHub, ads: Any
) -> None:
    """silent: callers index keys without a default, so all rows have the same ones."""
    mgh.add_server(configuration_id=WEB)

    assert row(ads, "SERVER") == {
        "server.agentId": "",
        "server.configurationId": WEB,
        "server.hostName": "",
        "server.osName": "",
        "server.osVersion": "",
        "server.source": "",
        "server.timeOfCreation": "2019-01-16 22:40:19.0",
        "server.type": "OTHER",
    }


def test_an_application_has_the_keys_of_the_list(noon: None, mgh: MigrationHub, ads: Any) -> None:
    """Six keys; the description is there when it is empty too."""
    web = mgh.add_server("web")
    mgh.add_application("Shop", configuration_id=SHOP, servers=[web])

    assert row(ads, "APPLICATION") == {
        "application.configurationId": SHOP,
        "application.description": "",
        "application.lastModifiedTime": "2019-01-16 22:40:19.0",
        "application.name": "Shop",
        "application.serverCount": "1",
        "application.timeOfCreation": "2019-01-16 22:40:19.0",
    }


def test_the_wave_of_an_application_is_shown_only_if_set(mgh: MigrationHub, ads: Any) -> None:
    """silent: application.wave stands in no table."""
    mgh.add_application("Shop", wave="wave 1")

    assert row(ads, "APPLICATION")["application.wave"] == "wave 1"


def test_generated_ids_have_the_documented_format(mgh: MigrationHub, ads: Any) -> None:
    """The prefix, then 17 hexadecimal digits of which the first is 0."""
    mgh.add_server()
    ads.create_application(name="Shop")

    for type_ in ("SERVER", "APPLICATION"):
        id_ = row(ads, type_)[f"{type_.lower()}.configurationId"]
        prefix, _, tail = id_.rpartition("-")
        assert prefix == f"d-{type_.lower()}"
        assert (len(tail), tail[0], set(tail) <= set("0123456789abcdef")) == (17, "0", True)


def test_a_server_is_found_by_a_hostname_that_identifies_nobody(
    mgh: MigrationHub, ads: Any
) -> None:
    ids = [mgh.add_server(name).configuration_id for name in ("localhost", "localhost", "web")]

    found = ads.list_configurations(
        configurationType="SERVER",
        filters=[{"name": "server.hostName", "condition": "EQUALS", "values": ["localhost"]}],
    )
    assert [row["server.configurationId"] for row in found["configurations"]] == ids[:2]
    with pytest.raises(LookupError, match="localhost"):
        mgh.server("localhost")
