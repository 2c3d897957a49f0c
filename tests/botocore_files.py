"""Lets botocore read its own files once a process: each new session would read them again.

That is most of what a session and its first client take. What is in other folders, such as those of
AWS_DATA_PATH, is read each time.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import boto3
import botocore
from botocore.loaders import JSONFileLoader, Loader

OWN = tuple(str(Path(package.__file__).parent / "data") for package in (botocore, boto3))

_load_file = JSONFileLoader.load_file
_list_services: Any = Loader.list_available_services


@cache
def _own_file(path: str) -> Any:
    return _load_file(JSONFileLoader(), path)


@cache
def _own_services(folders: tuple[str, ...], type_name: str) -> list[str]:
    loader = Loader(include_default_search_paths=False)
    loader.search_paths.extend(folders)
    services: list[str] = _list_services(loader, type_name)
    return services


def _load(self: JSONFileLoader, file_path: str) -> Any:
    return _own_file(file_path) if file_path.startswith(OWN) else _load_file(self, file_path)


def _list(self: Loader, type_name: str) -> list[str]:
    folders = tuple(path for path in self.search_paths if Path(path).is_dir())
    if {*folders} <= {*OWN}:
        return list(_own_services(folders, type_name))
    services: list[str] = _list_services(self, type_name)
    return services


def read_once() -> None:
    """Let all sessions share what they read of botocore's own files, which must not be changed."""
    JSONFileLoader.load_file = _load  # type: ignore[method-assign]
    Loader.list_available_services = _list
