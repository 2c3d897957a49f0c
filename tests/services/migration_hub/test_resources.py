from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sample_values import ARTIFACT as ARN
from sample_values import SERVER


@dataclass(frozen=True)
class Kind:
    """A kind of thing that is attached to a task."""

    associate: str
    disassociate: str
    list_: str
    member: str
    rows: str
    key: str
    flat_key: str
    names: tuple[str, str, str]

    def attach(self, client: Any, task: dict[str, str], name: str, **more: str) -> Any:
        return getattr(client, self.associate)(**task, **{self.member: {self.key: name, **more}})

    def detach(self, client: Any, task: dict[str, str], name: str) -> Any:
        return getattr(client, self.disassociate)(**task, **{self.flat_key: name})

    def listed(self, client: Any, task: dict[str, str]) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = getattr(client, self.list_)(**task)[self.rows]
        return rows


ARTIFACTS = Kind(
    "associate_created_artifact",
    "disassociate_created_artifact",
    "list_created_artifacts",
    "CreatedArtifact",
    "CreatedArtifactList",
    "Name",
    "CreatedArtifactName",
    (f"{ARN}b", f"{ARN}a", f"{ARN}c"),
)
DISCOVERED = Kind(
    "associate_discovered_resource",
    "disassociate_discovered_resource",
    "list_discovered_resources",
    "DiscoveredResource",
    "DiscoveredResourceList",
    "ConfigurationId",
    "ConfigurationId",
    ("d-server-b", "d-server-a", "d-server-c"),
)
SOURCES = Kind(
    "associate_source_resource",
    "disassociate_source_resource",
    "list_source_resources",
    "SourceResource",
    "SourceResourceList",
    "Name",
    "SourceResourceName",
    ("b", "a", "c"),
)
KINDS = pytest.mark.parametrize(
    "kind",
    [ARTIFACTS, DISCOVERED, SOURCES],
    ids=["artifacts", "discovered resources", "source resources"],
)


@pytest.fixture
def task(mgh: Any, sms: dict[str, str]) -> dict[str, str]:
    """A task in a hub that knows the servers which the tests name."""
    for name in DISCOVERED.names:
        mgh.add_server(configuration_id=name)
    return sms


# associations


@KINDS
def test_attached_items_are_listed(client: Any, task: dict[str, str], kind: Kind) -> None:
    """A2: a list shows associated items; associating returns nothing."""
    answer = kind.attach(client, task, kind.names[0], Description="Amazon Linux")
    assert answer.keys() == {"ResponseMetadata"}
    expected = {kind.key: kind.names[0], "Description": "Amazon Linux"}
    assert kind.listed(client, task) == [expected]


@KINDS
def test_a_description_that_was_not_given_is_absent(
    client: Any, task: dict[str, str], kind: Kind
) -> None:
    """A2: optional members are left out of the list."""
    kind.attach(client, task, kind.names[0])
    assert kind.listed(client, task) == [{kind.key: kind.names[0]}]


@KINDS
@pytest.mark.parametrize("description", ["", "x" * 500], ids=["empty", "500 characters"])
def test_a_description_of_minimum_and_maximum_length_is_accepted(
    client: Any, task: dict[str, str], kind: Kind, description: str
) -> None:
    """A2: an empty description is one."""
    kind.attach(client, task, kind.names[0], Description=description)
    assert kind.listed(client, task)[0]["Description"] == description


@KINDS
@pytest.mark.parametrize("description", ["x" * 501, "two\nlines"], ids=["501", "line break"])
def test_a_wrong_description_is_refused(
    client: Any, task: dict[str, str], refused: Any, kind: Kind, description: str
) -> None:
    """silent: a description is one line of 500 characters at most."""
    with refused("InvalidInputException", "description"):
        kind.attach(client, task, kind.names[0], Description=description)
    assert kind.listed(client, task) == []


@KINDS
def test_a_task_with_nothing_attached_has_an_empty_list(
    client: Any, task: dict[str, str], kind: Kind
) -> None:
    """A2: an empty list, and no token."""
    answer = getattr(client, kind.list_)(**task)
    assert answer.keys() == {kind.rows, "ResponseMetadata"}
    assert answer[kind.rows] == []


@KINDS
def test_items_are_listed_in_the_order_of_attachment(
    client: Any, task: dict[str, str], kind: Kind
) -> None:
    """silent: association lists are in order of insertion."""
    for name in kind.names:
        kind.attach(client, task, name)
    assert [row[kind.key] for row in kind.listed(client, task)] == [*kind.names]


@KINDS
def test_attaching_again_changes_the_description_and_keeps_the_position(
    client: Any, task: dict[str, str], kind: Kind
) -> None:
    """silent: an association is replaced by its key, in its position."""
    kind.attach(client, task, kind.names[0], Description="first")
    kind.attach(client, task, kind.names[1])
    kind.attach(client, task, kind.names[0], Description="second")
    assert kind.listed(client, task) == [
        {kind.key: kind.names[0], "Description": "second"},
        {kind.key: kind.names[1]},
    ]


@KINDS
def test_attaching_again_without_a_description_removes_it(
    client: Any, task: dict[str, str], kind: Kind
) -> None:
    """silent: the association is replaced as a whole."""
    kind.attach(client, task, kind.names[0], Description="first")
    kind.attach(client, task, kind.names[0])
    assert kind.listed(client, task) == [{kind.key: kind.names[0]}]


@KINDS
def test_detached_items_are_not_listed(client: Any, task: dict[str, str], kind: Kind) -> None:
    """A2: disassociating removes one item, and returns nothing."""
    for name in kind.names:
        kind.attach(client, task, name)
    answer = kind.detach(client, task, kind.names[0])
    assert answer.keys() == {"ResponseMetadata"}
    assert [row[kind.key] for row in kind.listed(client, task)] == [*kind.names[1:]]


@KINDS
def test_an_item_attached_again_is_listed_last(
    client: Any, task: dict[str, str], kind: Kind
) -> None:
    """silent: a position is lost by detaching."""
    kind.attach(client, task, kind.names[0])
    kind.attach(client, task, kind.names[1])
    kind.detach(client, task, kind.names[0])
    kind.attach(client, task, kind.names[0])
    assert [row[kind.key] for row in kind.listed(client, task)] == [kind.names[1], kind.names[0]]


@KINDS
def test_detaching_an_item_that_is_not_attached_succeeds(
    client: Any, task: dict[str, str], kind: Kind
) -> None:
    """silent: Disassociate can be repeated."""
    kind.attach(client, task, kind.names[0])
    kind.detach(client, task, kind.names[1])
    kind.detach(client, task, kind.names[1])
    assert [row[kind.key] for row in kind.listed(client, task)] == [kind.names[0]]


@KINDS
@pytest.mark.parametrize("step", ["attach", "detach", "listed"])
@pytest.mark.parametrize("member", ["ProgressUpdateStream", "MigrationTaskName"])
def test_the_task_must_exist(
    client: Any, task: dict[str, str], refused: Any, kind: Kind, step: str, member: str
) -> None:
    """silent: a missing stream or task is ResourceNotFoundException."""
    elsewhere = {**task, member: "unknown"}
    name = () if step == "listed" else (kind.names[0],)
    with refused("ResourceNotFoundException", "unknown"):
        getattr(kind, step)(client, elsewhere, *name)


@KINDS
def test_an_item_is_attached_to_one_task_only(
    client: Any, task: dict[str, str], kind: Kind
) -> None:
    """A2: another task of the stream has its own list."""
    other = {**task, "MigrationTaskName": "other"}
    client.import_migration_task(**other)
    kind.attach(client, task, kind.names[0])
    assert kind.listed(client, other) == []


@KINDS
def test_one_item_can_be_attached_to_two_tasks(
    client: Any, task: dict[str, str], kind: Kind
) -> None:
    """A2: detaching it from one leaves it with the other."""
    other = {**task, "MigrationTaskName": "other"}
    client.import_migration_task(**other)
    kind.attach(client, task, kind.names[0])
    kind.attach(client, other, kind.names[0])
    kind.detach(client, task, kind.names[0])
    assert (len(kind.listed(client, task)), len(kind.listed(client, other))) == (0, 1)


@KINDS
def test_the_number_of_attached_items_is_not_limited(
    mgh: Any, client: Any, task: dict[str, str], kind: Kind
) -> None:
    """silent: only pages are limited, counts are not."""
    for number in range(30):
        name = f"{kind.names[0]}{number:02}"
        if kind is DISCOVERED:
            mgh.add_server(configuration_id=name)
        kind.attach(client, task, name)
    pages = client.get_paginator(kind.list_).paginate(**task)
    assert len(pages.build_full_result()[kind.rows]) == 30


# created artifacts


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:ec2:eu-north-1:999999999999:instance/i-1",
        "arn:aws-cn:ec2:cn-north-1:488216288981:image/ami-1",
        "arn:aws:s3:::bucket/key",
        "arn:aws:iam::488216288981:role/a b:c",
        "arn:aws:ec2:us-east-1:488216288981:",
    ],
)
def test_an_artifact_can_be_in_any_region_and_account(
    client: Any, task: dict[str, str], arn: str
) -> None:
    """A1: only the form of an ARN is demanded."""
    ARTIFACTS.attach(client, task, arn)
    assert ARTIFACTS.listed(client, task) == [{"Name": arn}]


@pytest.mark.parametrize(
    "name",
    [
        "ami-6d0ba87b",
        "",
        "arn:aws:ec2:us-east-1",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        "arn:aws:ec2:us-east-1:4882162889:image/ami-1",
        "arn:aws:EC2:us-east-1:488216288981:image/ami-1",
        f"x{ARN}",
        f"{ARN}\n",
        f"{ARN}{'x' * 1600}",
    ],
    ids=[
        "an id",
        "empty",
        "cut off",
        "account aws",
        "short account",
        "upper case",
        "text before",
        "line break behind",
        "too long",
    ],
)
def test_an_artifact_must_be_named_by_an_arn(
    client: Any, task: dict[str, str], refused: Any, name: str
) -> None:
    """A1: a text that is not an ARN is invalid input."""
    with refused("InvalidInputException", "createdArtifact.name"):
        ARTIFACTS.attach(client, task, name)
    assert ARTIFACTS.listed(client, task) == []


# discovered resources


def test_an_unknown_server_is_not_found_in_strict_mode(
    client: Any, task: dict[str, str], refused: Any
) -> None:
    """silent: strict is the default of the hub."""
    with refused("ResourceNotFoundException", SERVER):
        DISCOVERED.attach(client, task, SERVER)
    assert DISCOVERED.listed(client, task) == []


def test_an_application_of_the_repository_can_be_associated(
    mgh: Any, client: Any, task: dict[str, str]
) -> None:
    """silent: any configuration id that discovery knows is accepted."""
    shop = mgh.add_application("Shop").configuration_id

    DISCOVERED.attach(client, task, shop)

    assert DISCOVERED.listed(client, task) == [{"ConfigurationId": shop}]


@pytest.mark.mgh(strict_discovery=False)
def test_any_server_can_be_associated_in_lenient_mode(client: Any, task: dict[str, str]) -> None:
    """silent: an id that discovery does not know is accepted."""
    DISCOVERED.attach(client, task, SERVER)
    assert DISCOVERED.listed(client, task) == [{"ConfigurationId": SERVER}]


def test_a_missing_task_is_reported_before_an_unknown_server(
    client: Any, task: dict[str, str], refused: Any
) -> None:
    """silent: stream, then task, then other existence."""
    with refused("ResourceNotFoundException", "unknown"):
        DISCOVERED.attach(client, {**task, "MigrationTaskName": "unknown"}, SERVER)


def test_an_unknown_server_can_be_disassociated_in_strict_mode(
    client: Any, task: dict[str, str]
) -> None:
    """silent: only a missing stream or task is an error of Disassociate."""
    DISCOVERED.detach(client, task, SERVER)
    assert DISCOVERED.listed(client, task) == []


# source resources


def test_a_source_resource_has_a_status_detail(client: Any, task: dict[str, str]) -> None:
    """A2: it is listed unchanged, up to its limit of 2500 characters."""
    SOURCES.attach(client, task, "a", StatusDetail="x" * 2500)
    assert SOURCES.listed(client, task) == [{"Name": "a", "StatusDetail": "x" * 2500}]


@pytest.mark.parametrize("detail", ["x" * 2501, "two\nlines"], ids=["2501", "line break"])
def test_a_wrong_status_detail_of_a_source_is_refused(
    client: Any, task: dict[str, str], refused: Any, detail: str
) -> None:
    """silent: it is one line of 2500 characters at most."""
    with refused("InvalidInputException", "sourceResource.statusDetail"):
        SOURCES.attach(client, task, "a", StatusDetail=detail)


def test_the_name_of_a_source_may_have_line_breaks(client: Any, task: dict[str, str]) -> None:
    """A2: SourceResourceName is the only name without a pattern."""
    SOURCES.attach(client, task, "two\nlines")
    assert SOURCES.listed(client, task) == [{"Name": "two\nlines"}]


# resource attributes


def put(client: Any, task: dict[str, str], *pairs: tuple[str, str]) -> Any:
    return client.put_resource_attributes(
        **task, ResourceAttributeList=[{"Type": type_, "Value": value} for type_, value in pairs]
    )


def attributes(client: Any, task: dict[str, str]) -> list[tuple[str, str]] | None:
    described = client.describe_migration_task(**task)["MigrationTask"]
    if "ResourceAttributeList" not in described:
        return None
    return [(pair["Type"], pair["Value"]) for pair in described["ResourceAttributeList"]]


def test_attributes_that_were_never_put_are_absent(client: Any, task: dict[str, str]) -> None:
    """silent: ResourceAttributeList is left out."""
    assert attributes(client, task) is None


def test_attributes_are_described_as_put(client: Any, task: dict[str, str]) -> None:
    """A3: PutResourceAttributes stores the list in its order, and answers nothing."""
    pairs = [("FQDN", "b.example.com"), ("BIOS_ID", "1"), ("IPV4_ADDRESS", "10.0.0.1")]
    answer = put(client, task, *pairs)
    assert answer.keys() == {"ResponseMetadata"}
    assert attributes(client, task) == pairs


def test_attributes_are_replaced_as_a_list(client: Any, task: dict[str, str]) -> None:
    """A3: to add one, the tool sends all again."""
    put(client, task, ("BIOS_ID", "1"), ("FQDN", "a.example.com"))
    put(client, task, ("BIOS_ID", "2"))
    assert attributes(client, task) == [("BIOS_ID", "2")]


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        ("IPV4_ADDRESS", ("10.0.0.1", "10.0.0.2")),
        ("MAC_ADDRESS", ("00:1b:63:84:45:e6", "00:1b:63:84:45:e7")),
        ("BIOS_ID", ("1", "1")),
    ],
)
def test_an_attribute_type_may_be_repeated(
    client: Any, task: dict[str, str], type_: str, values: tuple[str, str]
) -> None:
    """A4: a server has many addresses; equal pairs are kept too."""
    pairs = [(type_, value) for value in values]
    put(client, task, *pairs)
    assert attributes(client, task) == pairs


def test_a_put_without_a_match_succeeds(mgh: Any, client: Any, task: dict[str, str]) -> None:
    """A5: the answer says nothing about a match; A6: it is 200 all the same."""
    answer = put(client, task, ("BIOS_ID", "known to nobody"))
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


VM = ("VM_MANAGED_OBJECT_REFERENCE", "VM_NAME", "VM_PATH")


@pytest.mark.parametrize("type_", VM)
def test_vm_attributes_without_a_manager_are_discarded(
    client: Any, task: dict[str, str], type_: str
) -> None:
    """A8: the call succeeds, the rest of the list is stored; silent: the VM part is dropped."""
    put(client, task, ("BIOS_ID", "1"), (type_, "vm-1"), ("FQDN", "a.example.com"))
    assert attributes(client, task) == [("BIOS_ID", "1"), ("FQDN", "a.example.com")]


@pytest.mark.parametrize("type_", VM)
def test_vm_attributes_with_a_manager_are_kept(
    client: Any, task: dict[str, str], type_: str
) -> None:
    """A8: VM_MANAGER_ID may stand anywhere in the list."""
    pairs = [(type_, "vm-1"), ("BIOS_ID", "1"), ("VM_MANAGER_ID", "vcenter-1")]
    put(client, task, *pairs)
    assert attributes(client, task) == pairs


def test_a_list_of_nothing_but_vm_attributes_can_become_empty(
    client: Any, task: dict[str, str]
) -> None:
    """silent: the stored list is then `[]`, in place of the former one."""
    put(client, task, ("BIOS_ID", "1"))
    put(client, task, *[(type_, "vm-1") for type_ in VM])
    assert attributes(client, task) == []


def test_a_manager_of_an_earlier_put_does_not_count(client: Any, task: dict[str, str]) -> None:
    """A8: VM_MANAGER_ID must be in the same list."""
    put(client, task, ("VM_MANAGER_ID", "vcenter-1"), ("VM_NAME", "vm-1"))
    put(client, task, ("VM_NAME", "vm-2"))
    assert attributes(client, task) == []


@pytest.mark.parametrize("type_", ["BIOS_ID", "MOTHERBOARD_SERIAL_NUMBER"])
def test_hardware_ids_are_not_vm_attributes(client: Any, task: dict[str, str], type_: str) -> None:
    """silent: only the four VM_ types are."""
    put(client, task, (type_, "1"))
    assert attributes(client, task) == [(type_, "1")]


GOOD = {
    "IPV4_ADDRESS": ["0.0.0.0", "255.255.255.255", "10.0.0.1", "010.0.0.1"],
    "IPV6_ADDRESS": ["2001:db8:0:0:0:0:0:1", "FFFF:ffff:0:00:000:0000:a:A"],
    "MAC_ADDRESS": ["00:1b:63:84:45:e6", "00-1B-63-84-45-E6", "00:1b-63:84-45:e6"],
    "FQDN": ["a", "www.example.com", "bücher.example", "has space", "x" * 256],
    "VM_MANAGER_ID": ["a7b4c06d-e12f-1234-9gh7-i5j26k1lm2no", "x" * 256],
    "BIOS_ID": ["VMware-42 1c", "::"],
    "MOTHERBOARD_SERIAL_NUMBER": ["<none>"],
}
BAD = {
    "IPV4_ADDRESS": ["256.0.0.1", "1.2.3", "1.2.3.4.5", "1.2.3.-4", "a.b.c.d", "::1", " 1.2.3.4"],
    "IPV6_ADDRESS": [
        "::1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:g",
        "10000:2:3:4:5:6:7:8",
        "::ffff:10.0.0.1",
        "10.0.0.1",
    ],
    "MAC_ADDRESS": ["00:1b:63:84:45", "00:1b:63:84:45:e6:00", "001b638445e6", "00:1b:63:84:45:eg"],
    "FQDN": ["a<b", "a>b", "a{b", "a}b", "a\\b", "a/b", "a?b", "a,b", "a=b", "a\tb", "a\x7fb"],
}


def cases(table: dict[str, list[str]]) -> list[Any]:
    return [
        pytest.param(type_, value, id=f"{type_} {value[:40]!a}")
        for type_, values in table.items()
        for value in values
    ]


@pytest.mark.parametrize(("type_", "value"), cases(GOOD))
def test_a_value_of_the_right_format_is_stored(
    client: Any, task: dict[str, str], type_: str, value: str
) -> None:
    """A9: four types have a format; A11: the others have none."""
    put(client, task, (type_, value))
    assert attributes(client, task) == [(type_, value)]


@pytest.mark.parametrize(("type_", "value"), cases(BAD))
def test_a_value_of_a_wrong_format_is_refused(
    client: Any, task: dict[str, str], refused: Any, type_: str, value: str
) -> None:
    """A9: the formats are required; silent: else invalid input, and nothing is stored."""
    with refused("InvalidInputException", r"resourceAttributeList\.2\.member\.value"):
        put(client, task, ("BIOS_ID", "1"), (type_, value))
    assert attributes(client, task) is None


@pytest.mark.parametrize(
    "type_", ["IPV4", "IPV6", "ipv4_address", "HOSTNAME", ""], ids=lambda value: value or "empty"
)
def test_an_unknown_type_is_refused(
    client: Any, task: dict[str, str], refused: Any, type_: str
) -> None:
    """A10: the keys of the guide's format list are not in the enumeration."""
    with refused("InvalidInputException", "enum value set"):
        put(client, task, (type_, "10.0.0.1"))


@pytest.mark.parametrize("value", ["", "x" * 257, "two\nlines"], ids=["empty", "257", "line break"])
def test_a_value_has_one_line_of_256_characters(
    client: Any, task: dict[str, str], refused: Any, value: str
) -> None:
    """A11: types without a format have the shape's limits."""
    with refused("InvalidInputException"):
        put(client, task, ("BIOS_ID", value))


@pytest.mark.parametrize("count", [0, 101])
def test_a_list_has_1_to_100_attributes(
    client: Any, task: dict[str, str], refused: Any, count: int
) -> None:
    """A3: the list's length is limited by its shape."""
    with refused("InvalidInputException", "resourceAttributeList"):
        put(client, task, *[("BIOS_ID", "1")] * count)


def test_a_list_of_100_attributes_is_stored(client: Any, task: dict[str, str]) -> None:
    """A3: 100 is allowed."""
    pairs = [("BIOS_ID", str(number)) for number in range(100)]
    put(client, task, *pairs)
    assert attributes(client, task) == pairs


@pytest.mark.parametrize("member", ["ProgressUpdateStream", "MigrationTaskName"])
def test_attributes_need_a_task(
    client: Any, task: dict[str, str], refused: Any, member: str
) -> None:
    """A6: PutResourceAttributes does fail for an unknown stream or task."""
    with refused("ResourceNotFoundException", "unknown"):
        put(client, {**task, member: "unknown"}, ("BIOS_ID", "1"))


def test_attributes_do_not_change_the_state(mgh: Any, client: Any, task: dict[str, str]) -> None:
    """A3: neither the update time nor the updates are touched."""
    before = mgh.task(*task.values())
    put(client, task, ("BIOS_ID", "1"))
    after = mgh.task(*task.values())
    assert (after.update_time, after.updates, after.status) == (
        before.update_time,
        before.updates,
        before.status,
    )
