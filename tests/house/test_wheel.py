"""What is installed: modules, schemas and the console's page, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed() -> set[str]:
    """The files of the wheel, by the paths that they are installed at."""
    files = WheelBuilder(str(ROOT)).recurse_included_files()
    return {Path(file.distribution_path).as_posix() for file in files}


@pytest.mark.parametrize("suffix", [".html", ".css", ".js", ".svg"])
def test_the_consoles_page_is_installed(installed: set[str], suffix: str) -> None:
    files = list((ROOT / "pytest_mgh" / "server" / "page").glob(f"*{suffix}"))

    assert files
    assert {file.relative_to(ROOT).as_posix() for file in files} <= installed


@pytest.mark.parametrize("source", ["pytest_mgh", "schemas"])
def test_every_file_of_a_data_folder_is_installed(installed: set[str], source: str) -> None:
    files = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / source).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    placed = {f"pytest_mgh/{file}" if source == "schemas" else file for file in files}

    assert files
    assert placed <= installed


def test_nothing_else_is_installed(installed: set[str]) -> None:
    assert {Path(file).parts[0] for file in installed} == {"pytest_mgh"}
