from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import pytest_mgh

PACKAGE = Path(pytest_mgh.__file__).parent
MODULES = {
    ".".join(("pytest_mgh", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
HEAVY = (
    "aiobotocore",
    "boto3",
    "botocore",
    "click",
    "jinja2",
    "jsonschema",
    "requests",
    "responses",
    "starlette",
    "urllib3",
    "uvicorn",
)


@cache
def imports(module: str) -> set[str]:
    """Return what a module imports, wherever in it, with the names that it takes from there."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[module].read_bytes())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            origin = str(node.module)
            found.add(origin)
            found.update(f"{origin}.{alias.name}" for alias in node.names)
    return found


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def importers(package: str) -> set[str]:
    return {
        module for module in MODULES if any(is_within(name, package) for name in imports(module))
    }


def typed_names() -> Iterator[str]:
    """Yield the names that type checkers see in the package."""
    tree = ast.parse((PACKAGE / "__init__.py").read_bytes())
    for block in ast.walk(tree):
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING":
            for node in block.body:
                assert isinstance(node, ast.ImportFrom)
                yield from (alias.asname or alias.name for alias in node.names)


def run(pytester: pytest.Pytester, code: str) -> pytest.RunResult:
    return pytester.run(sys.executable, "-W", "error", "-c", code)


# names


def test_all_lists_what_type_checkers_see() -> None:
    assert sorted(typed_names()) == sorted(pytest_mgh.__all__)


def test_all_is_sorted_and_names_nothing_twice() -> None:
    assert list(pytest_mgh.__all__) == sorted(set(pytest_mgh.__all__))


@pytest.mark.parametrize("name", ["MigrationHub", "mock_mgh"])
def test_all_lists_the_documented_names(name: str) -> None:
    assert name in pytest_mgh.__all__


@pytest.mark.parametrize("name", pytest_mgh.__all__)
def test_every_public_name_resolves_to_what_has_that_name(name: str) -> None:
    assert getattr(pytest_mgh, name).__name__ == name


@pytest.mark.parametrize("name", pytest_mgh.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    assert getattr(pytest_mgh, name).__doc__


def test_a_star_import_gives_the_public_names() -> None:
    space: dict[str, object] = {}
    exec("from pytest_mgh import *", space)
    assert set(space) - {"__builtins__"} == set(pytest_mgh.__all__)


def test_dir_lists_the_public_names_before_they_are_used(pytester: pytest.Pytester) -> None:
    code = "import pytest_mgh as p; assert set(p.__all__) <= set(dir(p)); print('ok')"
    assert run(pytester, code).outlines == ["ok"]


def test_dir_names_nothing_twice() -> None:
    assert dir(pytest_mgh) == sorted(set(dir(pytest_mgh)))


def test_an_unknown_name_is_an_attribute_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="'pytest_mgh' has no attribute 'mock_mhg'"):
        pytest_mgh.mock_mhg  # noqa: B018


def test_an_unknown_name_cannot_be_imported() -> None:
    with pytest.raises(ImportError, match="mock_mhg"):
        exec("from pytest_mgh import mock_mhg")


def test_a_public_name_is_the_same_object_every_time() -> None:
    assert pytest_mgh.MigrationHub is pytest_mgh.MigrationHub


def test_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()


# what an import costs


@pytest.mark.parametrize(
    "code",
    [
        "import pytest_mgh",
        "import pytest_mgh.plugin",
        "from pytest_mgh import mock_mgh",
        "from pytest_mgh import mock_mgh; mock_mgh(home_region='eu-central-1')(lambda: None)",
        "from pytest_mgh import *",
        "import pytest_mgh.report.hooks",
    ],
)
def test_importing_it_imports_nothing_heavy(pytester: pytest.Pytester, code: str) -> None:
    result = run(pytester, f"import sys\n{code}\nprint(sorted({HEAVY} & sys.modules.keys()))")
    assert result.outlines == ["[]"]


def test_the_plugin_imports_nothing_of_the_report(pytester: pytest.Pytester) -> None:
    code = "import pytest_mgh.plugin, sys; print('pytest_mgh.report' in sys.modules)"
    assert run(pytester, code).outlines == ["False"]


def test_importing_the_package_alone_imports_none_of_its_modules(
    pytester: pytest.Pytester,
) -> None:
    code = "import pytest_mgh, sys; print([m for m in sys.modules if m.startswith('pytest_mgh.')])"
    assert run(pytester, code).outlines == ["[]"]


def test_using_the_mock_with_botocore_does_not_import_boto3(pytester: pytest.Pytester) -> None:
    code = (
        "import sys, pytest_mgh\n"
        "with pytest_mgh.mock_mgh() as hub:\n"
        "    hub.client().list_progress_update_streams()\n"
        "print('boto3' in sys.modules)"
    )
    assert run(pytester, code).outlines == ["False"]


def test_a_valid_call_does_not_import_jsonschema(pytester: pytest.Pytester) -> None:
    code = (
        "import sys, pytest_mgh\n"
        "with pytest_mgh.mock_mgh() as hub:\n"
        "    hub.client().create_progress_update_stream(ProgressUpdateStreamName='SMS')\n"
        "print('jsonschema' in sys.modules)"
    )
    assert run(pytester, code).outlines == ["False"]


# layers


def test_nothing_imports_the_plugin() -> None:
    assert importers("pytest_mgh.plugin") == set()


def test_only_transports_sessions_and_the_signer_import_botocore() -> None:
    assert {
        module for module in importers("botocore") if not is_within(module, "pytest_mgh.transports")
    } == {"pytest_mgh.access.signatures", "pytest_mgh.mock.sessions"}


def test_nothing_imports_boto3() -> None:
    assert importers("boto3") == set()


def test_only_validation_imports_jsonschema() -> None:
    assert importers("jsonschema") == {"pytest_mgh.protocol.validation"}


def test_only_the_page_of_the_report_imports_jinja2() -> None:
    assert importers("jinja2") == {"pytest_mgh.report.page"}


@pytest.mark.parametrize("library", ["aiobotocore", "requests", "responses"])
def test_only_transports_import_libraries_of_the_network(library: str) -> None:
    assert all(is_within(module, "pytest_mgh.transports") for module in importers(library))


@pytest.mark.parametrize("library", ["click", "starlette", "uvicorn"])
def test_only_the_server_imports_its_libraries(library: str) -> None:
    assert importers(library)
    assert all(is_within(module, "pytest_mgh.server") for module in importers(library))


def test_only_the_plugin_and_the_command_line_import_the_server() -> None:
    assert {
        module
        for module in importers("pytest_mgh.server")
        if not is_within(module, "pytest_mgh.server")
    } == {"pytest_mgh.__main__", "pytest_mgh.plugin"}


@pytest.mark.parametrize("layer", ["services", "state"])
@pytest.mark.parametrize("above", ["transports", "wire", "pipeline", "hub", "mock", "plugin"])
def test_services_and_state_know_nothing_above_them(layer: str, above: str) -> None:
    assert {
        module
        for module in importers(f"pytest_mgh.{above}")
        if is_within(module, f"pytest_mgh.{layer}")
    } == set()


def test_state_knows_no_services() -> None:
    assert not any(
        is_within(module, "pytest_mgh.state") for module in importers("pytest_mgh.services")
    )


def test_imports_are_absolute() -> None:
    relative = {
        module
        for module, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ImportFrom) and node.level
    }
    assert relative == set()
