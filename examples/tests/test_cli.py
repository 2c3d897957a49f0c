"""The command line: what it prints, and its exit status."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from liftoff.cli import main

if TYPE_CHECKING:
    from pytest_mgh import MigrationHub

WAVE = str(Path(__file__).parents[1] / "wave1.csv")


@pytest.mark.usefixtures("wave")
def test_a_wave_is_migrated_into_the_stream(
    mgh: MigrationHub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([WAVE, "--stream", "Wave 1"]) == 1

    printed = capsys.readouterr().out.splitlines()
    assert [stream.name for stream in mgh.streams] == ["Wave 1"]
    assert "completed  shop-web-01" in printed
    assert "failed     payroll-db-01: Converting failed: EC2 has no drivers for windows-2003" in (
        printed
    )

    main([WAVE, "--stream", "Wave 1"])
    assert "skipped    shop-web-01: migrated before" in capsys.readouterr().out


def test_the_check_changes_nothing(mgh: MigrationHub, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([WAVE, "--check"]) == 0

    assert "ImportMigrationTask          allowed" in capsys.readouterr().out
    assert mgh.streams == ()


def test_the_check_fails_if_a_permission_is_missing(
    mgh: MigrationHub, capsys: pytest.CaptureFixture[str]
) -> None:
    mgh.policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "mgh:*", "Resource": "*"},
            {"Effect": "Deny", "Action": "mgh:Notify*State", "Resource": "*"},
        ],
    }

    assert main([WAVE, "--check"]) == 1

    denied = [line for line in capsys.readouterr().out.splitlines() if "denied" in line]
    assert len(denied) == 2
    assert all(
        line.endswith("with an explicit deny in an identity-based policy") for line in denied
    )


@pytest.mark.mgh(home_region=None)
def test_a_missing_home_region_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([WAVE]) == 2

    assert "liftoff: this account has no Migration Hub home Region" in capsys.readouterr().err


def test_an_ambiguous_server_is_explained(
    mgh: MigrationHub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([WAVE]) == 1  # nothing is discovered yet

    assert "unmapped   payroll-db-01: not in the discovery repository" in capsys.readouterr().out
    assert mgh.task("Liftoff", "payroll-db-01").resources == ()
    assert len(mgh.servers) == 5  # added by Migration Hub


# A denial whose answer is lost is one more denial.
@pytest.mark.mgh_explore(errors=["ThrottlingException", "ConnectTimeout"])
def test_a_missing_permission_to_look_up_servers_is_explained(
    mgh: MigrationHub, capsys: pytest.CaptureFixture[str]
) -> None:
    mgh.policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "mgh:*", "Resource": "*"}],
    }

    assert main([WAVE]) == 2

    assert "AuthorizationErrorException" in capsys.readouterr().err
    assert [denial.action for denial in mgh.denials] == ["discovery:ListConfigurations"]


@pytest.mark.mgh
def test_a_missing_file_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wave0.csv"]) == 2

    assert "wave0.csv" in capsys.readouterr().err
