"""The rooms of the package, its contract with import-linter, and the page that lists them."""

from __future__ import annotations

import ast
import re
import sys
from typing import Any

import pytest
from documentation import ROOT, codes, read, table

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PACKAGE = ROOT / "pytest_mgh"
HOW_IT_WORKS = ROOT / "docs" / "how-it-works.md"
LINTER = tomllib.loads(read(ROOT / "pyproject.toml"))["tool"]["importlinter"]
CONTRACTS = {contract["name"]: contract for contract in LINTER["contracts"]}
# The floors of the house, its rooms in each.
FLOORS = [
    re.split(r"\s*\|\s*", floor)
    for floor in CONTRACTS["A room imports only rooms below it"]["layers"]
]
ROOMS = [room for floor in FLOORS for room in floor]


def existing_rooms() -> set[str]:
    """Return the names of the package's folders and modules."""
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    return folders | {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}


def path_of(room: str) -> str:
    """Return a room's path as pages write it."""
    return f"pytest_mgh/{room}/" if (PACKAGE / room).is_dir() else f"pytest_mgh/{room}.py"


def first_sentence(room: str) -> str:
    """Return the first sentence of the docstring of a room."""
    path = ROOT / path_of(room)
    file = path / "__init__.py" if path.is_dir() else path
    return re.split(r"(?<=\.)\s", ast.get_docstring(ast.parse(file.read_bytes())) or "")[0]


def test_the_import_contract_lists_all_rooms() -> None:
    assert sorted(ROOMS) == sorted(existing_rooms())


def test_the_page_lists_the_rooms_by_layer_with_their_docstrings() -> None:
    listed = [
        (int(floor), codes(room)[0], what)
        for floor, room, what in table(HOW_IT_WORKS, "Where things are")
    ]

    assert listed == [
        (len(FLOORS) - number, path_of(room), first_sentence(room))
        for number, floor in enumerate(FLOORS)
        for room in floor
    ]


def test_the_package_has_few_rooms() -> None:
    folders = [room for room in ROOMS if (PACKAGE / room).is_dir()]

    assert len(folders) <= 12
    assert len([*PACKAGE.glob("*.py")]) <= 6


def test_the_contract_covers_imports_of_types_and_libraries() -> None:
    assert LINTER["include_external_packages"] is True
    assert LINTER["exclude_type_checking_imports"] is False


@pytest.mark.parametrize("name", CONTRACTS)
def test_no_import_is_left_out_of_a_contract(name: str) -> None:
    assert "ignore_imports" not in CONTRACTS[name]


def test_imports_are_absolute() -> None:
    relative = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ImportFrom) and node.level
    }

    assert relative == set()


def libraries(contract: dict[str, Any]) -> list[str]:
    """Return the libraries that only some rooms may import."""
    names: list[str] = contract.get("protected_modules", [])
    return [name for name in names if not name.startswith("pytest_mgh")]


@pytest.mark.parametrize(
    ("library", "contract"),
    [(library, contract) for contract in CONTRACTS.values() for library in libraries(contract)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_library_is_imported_only_in_the_rooms_that_may_use_it(
    library: str, contract: dict[str, Any]
) -> None:
    """Else the contract would hold for nothing: a name may be misspelt."""
    folders = [ROOT.joinpath(*name.split(".")) for name in contract["allowed_importers"]]
    texts = [
        path.read_text("utf-8")
        for folder in folders
        for path in [*folder.rglob("*.py"), folder.with_suffix(".py")]
        if path.is_file()
    ]

    importing = re.compile(rf"^\s*(?:from|import) {library}\b", re.MULTILINE)
    assert any(map(importing.search, texts))
