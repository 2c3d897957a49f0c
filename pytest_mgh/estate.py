"""Reads a whole estate (servers, applications, streams, tasks) from YAML, JSON or a mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from pytest_mgh.documents import explain, find_mistake

Estate = Mapping[str, Any]


def read_estate(source: str | PathLike[str] | Estate) -> Estate:
    """Return the estate of a file or a mapping, checked by `schemas/hub/estate.json`.

    Raises:
        ValueError: It breaks the schema; the message names file and line, or the path in the
            mapping, and what is allowed there.
        RuntimeError: A file is given, and PyYAML is not installed.
    """
    estate, place = (source, _Place()) if isinstance(source, Mapping) else _read_file(source)
    mistake = find_mistake("hub", "estate", estate)
    if mistake is not None:
        raise ValueError(f"{place.of(mistake.path)}: {explain(mistake)}")
    return estate


class _Place:
    """Says where something stands: by its path, and in a file by its line too."""

    def __init__(self, file: Path | None = None, node: Any = None) -> None:
        self._file = file
        self._node = node

    def of(self, path: Iterable[str | int]) -> str:
        parts = list(path)
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
        text = text.removeprefix(".") or "estate"
        if self._file is None:
            return text
        node = self._node
        for part in parts:
            node = node.value[part] if isinstance(part, int) else _member(node, part)
        return f"{self._file.name}, line {node.start_mark.line + 1}: {text}"


def _member(node: Any, name: str) -> Any:
    return next(value for key, value in node.value if key.value == name)


def _read_file(source: str | PathLike[str]) -> tuple[Any, _Place]:
    try:
        import yaml
    except ImportError:
        raise RuntimeError(
            "reading an estate from a file needs PyYAML: pip install 'pytest-mgh[yaml]'"
        ) from None
    path = Path(source)
    text = path.read_text(encoding="utf-8")  # JSON is YAML too
    try:
        return yaml.safe_load(text), _Place(path, yaml.compose(text))
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name}: {error}") from None
