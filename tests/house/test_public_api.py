from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pytest_mgh

PACKAGE = Path(pytest_mgh.__file__).parent
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
    """A star import would import the server."""
    assert sorted(typed_names()) == sorted([*pytest_mgh.__all__, "HubServer"])


def test_all_is_sorted_and_names_nothing_twice() -> None:
    assert list(pytest_mgh.__all__) == sorted(set(pytest_mgh.__all__))


@pytest.mark.parametrize("name", ["MigrationHub", "mock_mgh"])
def test_all_lists_the_documented_names(name: str) -> None:
    assert name in pytest_mgh.__all__


@pytest.mark.parametrize("name", pytest_mgh.__all__)
def test_every_public_name_resolves_to_the_object_of_that_name(name: str) -> None:
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
    message = r"^module 'pytest_mgh' has no attribute 'mock_mhg'; did you mean 'mock_mgh'\?$"
    with pytest.raises(AttributeError, match=message):
        pytest_mgh.mock_mhg  # noqa: B018


def test_an_unknown_name_cannot_be_imported() -> None:
    with pytest.raises(ImportError, match="mock_mhg"):
        exec("from pytest_mgh import mock_mhg")


def test_a_public_name_is_the_same_object_every_time() -> None:
    assert pytest_mgh.MigrationHub is pytest_mgh.MigrationHub


def test_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()


# the cost of an import


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
def test_importing_the_package_imports_nothing_heavy(pytester: pytest.Pytester, code: str) -> None:
    result = run(pytester, f"import sys\n{code}\nprint(sorted({HEAVY} & sys.modules.keys()))")
    assert result.outlines == ["[]"]


def test_the_plugin_imports_only_the_hooks_of_the_report(
    pytester: pytest.Pytester,
) -> None:
    code = (
        "import pytest_mgh.plugin, sys\n"
        "print(sorted(name for name in sys.modules if name.startswith('pytest_mgh.report.')))"
    )
    assert run(pytester, code).outlines == ["['pytest_mgh.report.real_call_hooks']"]


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
