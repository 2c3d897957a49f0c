"""Functions of other libraries that ask this package first."""

from __future__ import annotations

import functools
import http.client
import importlib
import inspect
import pickle
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import pytest

from pytest_mgh import mock_mgh
from pytest_mgh.state.process import PROCESS
from pytest_mgh.transports.patches import patch

SOURCE = '''
class Greeter:
    def greet(self, name, mark="!"):
        """Say hello."""
        return f"hello {name}{mark}"

greeting = Greeter().greet("module")

def greet(name):
    return f"hello {name}"
'''
ASKED: list[Any] = []


def ask(proceed: Any, *args: Any, **kwargs: Any) -> Any:
    ASKED.append(args[-1])
    return proceed(*args, **kwargs)


FUNCTIONS = {"Greeter.greet": ask, "greet": ask}


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(PROCESS, "patches", {**PROCESS.patches})
    ASKED.clear()
    yield
    sys.modules.pop("greeters", None)


@pytest.fixture(params=["folder", "zip"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of the module `greeters`, which is not imported yet."""
    place = tmp_path / "lib"
    if request.param == "folder":
        place.mkdir()
        (place / "greeters.py").write_text(SOURCE)
        (place / "others.py").write_text("import greeters\n")
    else:
        with zipfile.ZipFile(place, "w") as archive:
            archive.writestr("greeters.py", SOURCE)
            archive.writestr("others.py", "import greeters\n")
    monkeypatch.syspath_prepend(place)
    return place


@pytest.fixture
def greeters(place: Path) -> ModuleType:
    return importlib.import_module("greeters")


def test_a_patched_function_calls_the_check_first(greeters: Any) -> None:
    patch("greeters", FUNCTIONS)
    assert greeters.greet("Ada") == "hello Ada"
    assert greeters.Greeter().greet("Bob", mark="?") == "hello Bob?"
    assert ASKED == ["Ada", "Bob"]


def test_a_function_patched_twice_calls_the_check_once(greeters: Any) -> None:
    for _ in range(3):
        patch("greeters", FUNCTIONS)
    greeters.greet("Ada")
    assert ASKED == ["Ada"]


@pytest.mark.usefixtures("place")
def test_a_module_is_patched_when_it_is_imported() -> None:
    patch("greeters", FUNCTIONS)
    assert "greeters" not in sys.modules
    greeters = importlib.import_module("greeters")
    greeters.greet("Ada")
    assert (ASKED, greeters.greeting) == (["Ada"], "hello module!")


@pytest.mark.usefixtures("place")
def test_a_module_that_another_imports_is_patched_too() -> None:
    patch("greeters", FUNCTIONS)
    importlib.import_module("others").greeters.greet("Ada")
    assert ASKED == ["Ada"]


@pytest.mark.usefixtures("place")
def test_a_module_that_is_imported_again_is_patched_again() -> None:
    patch("greeters", FUNCTIONS)
    for name in ("Ada", "Bob"):
        importlib.import_module("greeters").greet(name)
        del sys.modules["greeters"]
    assert ASKED == ["Ada", "Bob"]


def test_a_module_that_is_reloaded_is_patched_again(greeters: Any) -> None:
    patch("greeters", FUNCTIONS)
    importlib.reload(greeters).greet("Ada")
    assert ASKED == ["Ada"]


def test_a_failing_import_fails_as_without_the_patch(place: Path) -> None:
    patch("nowhere", FUNCTIONS)
    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        importlib.import_module("nowhere")


def test_a_function_restored_by_others_is_patched_again(
    greeters: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = greeters.greet
    patch("greeters", FUNCTIONS)
    monkeypatch.setattr(greeters, "greet", original)
    patch("greeters", FUNCTIONS)
    greeters.greet("Ada")
    assert ASKED == ["Ada"]


def test_a_function_wrapped_by_others_calls_the_check_once(
    greeters: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    patch("greeters", FUNCTIONS)
    monkeypatch.setattr(greeters, "greet", functools.wraps(greeters.greet)(greeters.greet))
    patch("greeters", FUNCTIONS)
    greeters.greet("Ada")
    assert ASKED == ["Ada"]


def test_a_mock_of_others_calls_the_check_too(
    greeters: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has every attribute, also those by which a patched function is known."""
    monkeypatch.setattr(greeters, "greet", Mock(return_value="mocked"))
    patch("greeters", FUNCTIONS)
    assert (greeters.greet("Ada"), ASKED) == ("mocked", ["Ada"])


def test_a_function_that_a_replaced_class_lacks_is_not_patched(
    greeters: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(greeters, "Greeter", type("Greeter", (), {}))
    patch("greeters", FUNCTIONS)
    assert not hasattr(greeters.Greeter, "greet")
    greeters.greet("Ada")
    assert ASKED == ["Ada"]


def test_a_connection_class_replaced_by_others_is_supported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Inside a cassette of vcrpy, `HTTPConnection` does not define `set_tunnel`."""
    monkeypatch.setattr(http.client, "HTTPConnection", type("VCRHTTPConnection", (), {}))
    with mock_mgh() as hub:
        assert hub.client().list_progress_update_streams()


def test_a_patched_function_looks_as_before(greeters: Any) -> None:
    before = greeters.Greeter.greet
    patch("greeters", FUNCTIONS)
    after = greeters.Greeter.greet
    assert inspect.signature(after) == inspect.signature(before)
    assert (after.__doc__, after.__name__) == (before.__doc__, before.__name__)
    assert pickle.loads(pickle.dumps(after)) is after
