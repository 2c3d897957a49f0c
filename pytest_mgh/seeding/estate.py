"""Reads a whole estate (servers, applications, streams, tasks) from YAML, JSON or a mapping."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from pytest_mgh.protocol.documents import explain, find_mistake, path_text


class Estate:
    """An estate, and where its parts stand.

    Args:
        content: What the estate holds.
        file: The file that it comes from.
        node: The file's tree, as YAML composes it.
    """

    def __init__(self, content: Any, file: Path | None = None, node: Any = None) -> None:
        self.content = content
        self._file = file
        self._node = node

    def place(self, path: Iterable[str | int]) -> str:
        """Say where something stands: by its path, and in a file by its line too."""
        parts = list(path)
        text = path_text(parts) or "estate"
        if self._file is None:
            return text
        line = (
            "" if self._node is None else f", line {_find(self._node, parts).start_mark.line + 1}"
        )
        return f"{self._file.name}{line}: {text}"


def read_estate(source: str | PathLike[str] | Mapping[str, Any]) -> Estate:
    """Return the estate of a file or a mapping, checked by `schemas/hub/estate.json`.

    Raises:
        ValueError: It breaks the schema; the message says where, and what is allowed there.
        RuntimeError: A YAML file is given, and PyYAML is not installed.
    """
    __tracebackhide__ = True
    if isinstance(source, Mapping):
        estate = Estate(source)
    elif isinstance(source, (str, PathLike)):
        estate = _read_file(Path(source))
    else:
        raise ValueError(f"an estate is a file or a mapping, not a {type(source).__name__}")
    mistake = find_mistake("hub", "estate", estate.content)
    if mistake is not None:
        raise ValueError(f"{estate.place(mistake.path)}: {explain(mistake)}")
    return estate


def _find(node: Any, path: Iterable[str | int]) -> Any:
    """Return the node at a path, or the last one before what YAML has merged in."""
    for part in path:
        if isinstance(part, int):
            node = node.value[part]
            continue
        members = [value for key, value in node.value if key.value == part]
        if not members:
            break
        node = members[-1]
    return node


def _compose(json_text: str) -> Any:
    """Return the tree of a JSON file, which tells the lines; `None` where PyYAML can't make it."""
    try:
        import yaml
    except ImportError:
        return None
    try:
        return yaml.compose(json_text.replace("\t", " "))  # but for tabs, JSON is YAML too
    except yaml.YAMLError:
        return None


def _read_file(path: Path) -> Estate:
    text = path.read_text(encoding="utf-8")
    if path.suffix.lower() == ".json":
        try:
            content = json.loads(text)
        except ValueError as error:
            raise ValueError(f"{path.name}: no JSON: {error}") from None
        return Estate(content, path, _compose(text))
    try:
        import yaml
    except ImportError:
        raise RuntimeError(
            "reading an estate from a YAML file needs PyYAML: pip install 'pytest-mgh[yaml]'"
        ) from None
    try:
        return Estate(yaml.safe_load(text), path, yaml.compose(text))
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name}: {error}") from None
