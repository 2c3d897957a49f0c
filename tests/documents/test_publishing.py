"""The README renders on a package index, and its links work without the repository."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from documentation import ROOT
from hatchling.metadata.core import ProjectMetadata
from hatchling.plugin.manager import PluginManager
from readme_renderer.markdown import render

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

URL = "https://git.example/pytest-mgh"


def metadata(repository: str) -> Any:
    """Return the metadata of the package, as a build with that URL has it."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    config["tool"]["hatch"]["metadata"]["hooks"]["custom"]["repository"] = repository
    return ProjectMetadata(str(ROOT), PluginManager(), config).core


def page(repository: str) -> str:
    """Return the README as an index renders it."""
    html = render(metadata(repository).readme)
    assert html is not None
    return html


def targets(html: str) -> list[str]:
    """Return the external targets of the links and pictures of a page."""
    return re.findall(r'(?:href|src)="([^#"][^"]*)"', html)


def test_the_readme_renders() -> None:
    assert page("").startswith("<h1")


@pytest.mark.parametrize("repository", ["", URL])
def test_no_link_needs_the_repository(repository: str) -> None:
    assert [one for one in targets(page(repository)) if not one.startswith("http")] == []


def test_without_a_url_there_is_no_link_into_the_repository() -> None:
    assert targets(page("")) == ["http://127.0.0.1:5000"]
    assert metadata("").urls == {}


def test_with_a_url_links_and_pictures_point_to_the_version() -> None:
    version = metadata(URL).version
    links = [one for one in targets(page(URL)) if one.startswith(URL)]

    assert f"{URL}/raw/v{version}/docs/console.png" in links
    paths = [one.split(f"/v{version}/", 1)[1] for one in links]
    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert metadata(URL).urls["Repository"] == URL


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 120


@pytest.mark.parametrize("repository", ["", URL])
def test_the_site_has_the_url_of_the_metadata(
    repository: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(ROOT / "scripts")
    hooks = importlib.import_module("site_hooks")
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    path = tmp_path / "pyproject.toml"
    path.write_text(text.replace('\nrepository = ""', f'\nrepository = "{repository}"'), "utf-8")
    monkeypatch.setattr(hooks, "PYPROJECT", path)

    assert hooks.on_config(SimpleNamespace(repo_url=None)).repo_url == repository
    assert metadata(repository).urls.get("Repository", "") == repository
