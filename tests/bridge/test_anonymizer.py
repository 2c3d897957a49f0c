from __future__ import annotations

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_mgh.bridge.anonymizer import Anonymizer

SALT = b"the same in every run"


@pytest.fixture
def anonymizer() -> Anonymizer:
    return Anonymizer(SALT)


def test_a_host_name_keeps_its_labels_and_their_lengths(anonymizer: Anonymizer) -> None:
    made = anonymizer.text("web-17.corp.example")

    assert re.fullmatch("[a-z]{3}-[0-9]{2}[.][a-z]{4}[.][a-z]{7}", made)
    assert not {"web", "17", "corp", "example"} & {*re.split("[-.]", made)}


def test_a_part_of_a_name_becomes_the_same_everywhere_and_in_any_case(
    anonymizer: Anonymizer,
) -> None:
    host, short, other = map(anonymizer.text, ("web-1.corp", "WEB-1", "web-2"))

    assert host.partition(".")[0] == short.lower()
    assert short == short.upper()
    assert other.partition("-")[0] == host.partition("-")[0]
    assert other != host.partition(".")[0]


def test_different_values_become_different_ones(anonymizer: Anonymizer) -> None:
    values = [f"n{number}" for number in range(300)] + [f"10.0.0.{at}" for at in range(200)]

    assert len({anonymizer.text(value) for value in values}) == len(values)


def test_names_that_differ_only_by_case_still_do(anonymizer: Anonymizer) -> None:
    made = [anonymizer.text(name) for name in ("MyShop", "Myshop", "MYSHOP", "myshop")]

    assert len({*made}) == 4
    assert len({one.lower() for one in made}) == 1


@pytest.mark.parametrize("digit", "0123456789")
def test_a_single_digit_becomes_another_digit(anonymizer: Anonymizer, digit: str) -> None:
    for other in "0123456789":
        anonymizer.text(other)

    assert anonymizer.text(digit) != digit


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.0.1", "8.8.8.8", "fe80::1"])
def test_an_ip_address_becomes_a_private_or_documentation_address(
    anonymizer: Anonymizer, address: str
) -> None:
    made = ipaddress.ip_address(anonymizer.text(address))

    nets = ("10.0.0.0/8", "2001:db8::/32")
    assert any(made in ipaddress.ip_network(net) for net in nets if made.version == 4 or ":" in net)
    assert made.version == ipaddress.ip_address(address).version


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "0.0.0.0", "00:00:00:00:00:00"])
def test_a_loopback_or_unspecified_address_is_kept(anonymizer: Anonymizer, address: str) -> None:
    assert anonymizer.text(address) == address


def test_an_ip_address_in_another_notation_becomes_the_same_address(anonymizer: Anonymizer) -> None:
    short, long = map(anonymizer.text, ("2001:db8::7", "2001:0db8:0:0:0:0:0:7"))

    assert short == long


@pytest.mark.parametrize("address", ["0a:1b:2c:3d:4e:5f", "0A-1B-2C-3D-4E-5F"])
def test_a_mac_address_becomes_a_locally_administered_address(
    anonymizer: Anonymizer, address: str
) -> None:
    made = anonymizer.text(address)

    assert re.fullmatch("02([:-])([0-9A-Fa-f]{2}[:-]){4}[0-9A-Fa-f]{2}", made)
    assert made[2] == address[2]
    assert made.isupper() == address.isupper()
    assert made.lower().replace("-", ":") == anonymizer.text("0a:1b:2c:3d:4e:5f")


def test_account_ids_become_consecutive_numbers(anonymizer: Anonymizer) -> None:
    made = [anonymizer.text(id_) for id_ in ("488216288981", "111122223333", "488216288981")]

    assert made == ["123456789012", "123456789013", "123456789012"]


def test_an_arn_stays_an_arn(anonymizer: Anonymizer) -> None:
    made = anonymizer.text("arn:aws:ec2:us-east-1:488216288981:image/ami-6d0ba87b")

    assert re.fullmatch("arn:aws:ec2:us-east-1:123456789012:image/ami-[0-9a-f]{8}", made)
    assert anonymizer.text("arn:aws:s3:::acme/key").startswith("arn:aws:s3:::")
    assert "acme" not in anonymizer.text("arn:aws:s3:::acme/key")


@pytest.mark.parametrize(
    "id_", ["d-server-0123456789abcdef0", "hrc-a1b2c3d4e5f6", "o-0123456789abcdef0"]
)
def test_an_id_keeps_its_prefix_and_its_length(anonymizer: Anonymizer, id_: str) -> None:
    made = anonymizer.text(id_)
    prefix = id_.rpartition("-")[0]

    assert made != id_
    assert (made.rpartition("-")[0], len(made)) == (prefix, len(id_))
    assert re.fullmatch("[0-9a-f]+", made.rpartition("-")[2])


def test_words_are_replaced_one_by_one(anonymizer: Anonymizer) -> None:
    made = anonymizer.text("Copying: disk 12 of web-1 (50%)")

    assert re.fullmatch(r"[A-Z][a-z]{6}: [a-z]{4} \d\d [a-z]{2} [a-z]{3}-\d \(\d\d%\)", made)


def test_a_row_keeps_values_that_come_from_aws(anonymizer: Anonymizer) -> None:
    row = {
        "Status": "FAILED",
        "UpdateDateTime": 1577836800.0,
        "StatusDetail": "none",
        "ResourceAttributeList": [{"Type": "FQDN", "Value": "web"}],
    }
    made = anonymizer.row(row)

    assert (made["Status"], made["UpdateDateTime"]) == ("FAILED", 1577836800.0)
    assert made["StatusDetail"] != "none"
    assert made["ResourceAttributeList"] == [{"Type": "FQDN", "Value": anonymizer.text("web")}]


@pytest.mark.parametrize("name", ["ownersTime", "acme.hasMoreValues", "acme.timeOfCreation"])
def test_an_unknown_member_of_a_row_is_replaced(anonymizer: Anonymizer, name: str) -> None:
    assert anonymizer.row({name: "acme"})[name] != "acme"


def test_json_in_a_row_is_replaced_value_by_value(anonymizer: Anonymizer) -> None:
    interfaces = '[{"name":"eth0","macAddress":"0a:00:00:00:00:01","ipAddress":"10.1.2.3"}]'
    made = anonymizer.row({"server.networkInterfaceInfo": interfaces})

    assert f'"ipAddress":"{anonymizer.text("10.1.2.3")}"' in made["server.networkInterfaceInfo"]


def test_without_a_salt_replacements_are_unpredictable() -> None:
    assert Anonymizer().text("frontdoor") != Anonymizer().text("frontdoor")


@given(st.text(max_size=40))
def test_any_text_can_be_replaced(text: str) -> None:
    anonymizer = Anonymizer(SALT)
    made = anonymizer.text(text)

    assert made == anonymizer.text(text)
    parts = {part.lower() for part in re.findall(r"[^\W_]{3,}", text)}
    if ":" not in text:
        assert not parts & {part.lower() for part in re.findall(r"[^\W_]{3,}", made)}
