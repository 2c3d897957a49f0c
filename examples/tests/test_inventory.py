"""Wave files, good and bad."""

from __future__ import annotations

from pathlib import Path

import pytest
from liftoff.inventory import InventoryError, Server, read_wave

HEADS = "name,hostname,os,target_ami,instance_type,ip_addresses,mac_addresses,application\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The path of a wave file."""
    return tmp_path / "wave.csv"


def test_empty_cells_and_several_addresses_are_read(file: Path) -> None:
    file.write_text(f"{HEADS}a,a.example.com,rhel-8,ami-1,m6i.large,192.0.2.1 2001:db8::1,,\n")

    (server,) = read_wave(file)

    assert server.ip_addresses == ("192.0.2.1", "2001:0db8:0000:0000:0000:0000:0000:0001")
    assert server.mac_addresses == ()
    assert server.application is None


def test_a_server_is_identified_by_name_or_address() -> None:
    full = Server("a", "a.example.com", "", "", "", ("192.0.2.1", "2001:db8::1"))
    bare = Server("b", "FILESRV2", "", "", "")

    assert full.attributes == [
        ("FQDN", "a.example.com"),
        ("IPV4_ADDRESS", "192.0.2.1"),
        ("IPV6_ADDRESS", "2001:db8::1"),
    ]
    assert bare.attributes == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name,hostname\na,b\n", "no column os, target_ami"),
        (f"{HEADS},a.example.com,rhel-8,ami-1,m6i.large,,,\n", "line 2: a server needs a name"),
        (f"{HEADS}a,,,,,192.0.2.256,,\n", "line 2: '192.0.2.256' does not appear to be"),
        (f"{HEADS}a,,,,,,02:00:5e,\n", "line 2: '02:00:5e' is not a MAC address"),
        (f"{HEADS}a,,,,,,,\na,,,,,,,\n", "line 3: 'a' is there already"),
    ],
    ids=["columns", "no name", "IP address", "MAC address", "name twice"],
)
def test_a_bad_file_names_the_line(file: Path, text: str, reason: str) -> None:
    file.write_text(text)

    with pytest.raises(InventoryError, match=reason):
        read_wave(file)
