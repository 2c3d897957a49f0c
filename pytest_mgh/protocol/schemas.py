"""The JSON Schemas of `schemas/`, read when they are needed."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.abc import Traversable

Schema = dict[str, Any]


@cache
def _root() -> Traversable:
    """Return the folder: inside an installed wheel, else beside the package."""
    packaged = files("pytest_mgh") / "schemas"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "schemas"


@cache
def load(folder: str, name: str) -> Schema:
    """Return the schema `schemas/<folder>/<name>.json`."""
    schema: Schema = json.loads((_root() / folder / f"{name}.json").read_bytes())
    return schema


@cache
def names() -> frozenset[tuple[str, str]]:
    """Return the folder and the name of every schema."""
    return frozenset(
        (folder.name, file.name.removesuffix(".json"))
        for folder in _root().iterdir()
        if folder.is_dir()
        for file in folder.iterdir()
        if file.name.endswith(".json")
    )
