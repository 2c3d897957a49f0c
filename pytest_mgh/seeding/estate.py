"""Reads a whole estate (servers, applications, streams, tasks) from YAML, JSON or a mapping."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from pytest_mgh.protocol.documents import explain, find_mistake, path_text, read_text
from pytest_mgh.protocol.wire import MAX_DEPTH, nests_deeper
from pytest_mgh.seeding.seed_error import SeedError
from pytest_mgh.seeding.times import read_times


def _nothing() -> None:
    return None


class Estate:
    """An estate, and where its parts stand.

    Args:
        content: What the estate holds.
        file: The file that it comes from.
        compose: Gives the file's tree, as YAML composes it, or `None`; it knows the lines.
    """

    def __init__(
        self, content: Any, file: Path | None = None, compose: Callable[[], Any] = _nothing
    ) -> None:
        self.content = content
        self._file = file
        self._compose = compose

    def place(self, path: Iterable[str | int]) -> str:
        """Say where something stands: by its path, and in a file by its line too."""
        parts = list(path)
        text = path_text(parts) or "estate"
        if self._file is None:
            return text
        node = self._compose()
        line = "" if node is None else f", line {_find(node, parts).start_mark.line + 1}"
        return f"{self._file.name}{line}: {text}"


def read_estate(source: str | PathLike[str] | Mapping[str, Any]) -> Estate:
    """Return the estate of a file or a mapping, checked by `schemas/hub/estate.json`.

    Its times are seconds since the epoch then.

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
        raise ValueError(f"an estate must be a file or a mapping, not a {type(source).__name__}")
    if nests_deeper(estate.content, MAX_DEPTH):
        raise ValueError(f"{estate.place([])}: is nested deeper than {MAX_DEPTH} levels")
    try:
        estate.content = read_times(estate.content)
    except SeedError as error:
        raise ValueError(f"{estate.place(error.path)}: {error.reason}") from None
    mistake = find_mistake("hub", "estate", estate.content)
    if mistake is not None:
        raise ValueError(f"{estate.place(mistake.path)}: {explain(mistake)}")
    return estate


def _find(node: Any, path: Iterable[str | int]) -> Any:
    """Return the node at a path, or the last one before a key that JSON escapes as YAML can't."""
    for part in path:
        if isinstance(part, int):
            node = node.value[part]
            continue
        members = [value for key, value in node.value if key.value == part]
        if not members:
            break
        node = members[-1]
    return node


def _read_file(path: Path) -> Estate:
    try:
        text = read_text(path)
        return _read_json(path, text) if path.suffix.lower() == ".json" else _read_yaml(path, text)
    except RecursionError:
        raise ValueError(f"{path.name}: estate: is nested deeper than {MAX_DEPTH} levels") from None


def _read_json(path: Path, text: str) -> Estate:
    def make(members: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(members)
        if len(made) < len(members):
            names = [name for name, _ in members]
            twice = next(name for name in made if names.count(name) > 1)
            raise ValueError(f"{twice!r} appears twice in an object")
        return made

    try:
        content = json.loads(text, object_pairs_hook=make)
    except ValueError as error:
        raise ValueError(f"{path.name}: not JSON: {error}") from None
    return Estate(content, path, lambda: _compose(text))


def _compose(json_text: str) -> Any:
    """Return the tree of a JSON file, which tells the lines; `None` where PyYAML can't make it."""
    try:
        import yaml
    except ImportError:
        return None
    try:
        return yaml.compose(json_text.replace("\t", " "))  # but for tabs, JSON is YAML too
    except (yaml.YAMLError, RecursionError):
        return None


def _read_yaml(path: Path, text: str) -> Estate:
    try:
        import yaml
    except ImportError:
        raise RuntimeError(
            "reading an estate from a YAML file needs PyYAML: pip install 'pytest-mgh[yaml]'"
        ) from None
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        _check_keys(path, node)
        return Estate(None if node is None else loader.construct_document(node), path, lambda: node)
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name}: {error}") from None


def _check_keys(path: Path, root: Any) -> None:
    """Refuse a key that stands twice in a mapping: YAML would take the last one."""
    nodes, seen = [root], set()
    while nodes:
        node = nodes.pop()
        if id(node) in seen or node is None or isinstance(node.value, str):
            continue
        seen.add(id(node))
        if node.id == "sequence":
            nodes += node.value
            continue
        keys: set[str] = set()
        for key, value in node.value:
            nodes.append(value)
            if isinstance(key.value, str):
                if key.value in keys:
                    line = key.start_mark.line + 1
                    raise ValueError(f"{path.name}, line {line}: {key.value!r} appears twice")
                keys.add(key.value)
