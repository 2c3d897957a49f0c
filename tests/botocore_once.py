"""Lets botocore find out once a process what is the same for each of thousands of sessions.

To read its own files is most of what a session and its first client take; then come the names of
events and the signatures of handlers. What is in other folders, such as those of AWS_DATA_PATH, is
read each time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import boto3
import botocore
from botocore import hooks
from botocore.loaders import JSONFileLoader, Loader

OWN = tuple(str(Path(package.__file__).parent / "data") for package in (botocore, boto3))

_load_file = JSONFileLoader.load_file
_list_services: Any = Loader.list_available_services
_make_aliaser: Any = hooks.EventAliaser.__init__
_accepts_kwargs: Any = hooks.accepts_kwargs

_aliases: dict[str, str] = {}
_accepting: WeakKeyDictionary[Callable[..., Any], bool] = WeakKeyDictionary()


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


def _init(self: Any, emitter: Any, aliases: Any = None) -> None:
    _make_aliaser(self, emitter, aliases)
    if self._event_aliases == hooks.EVENT_ALIASES:
        self._alias_name_cache = _aliases


def _accepts(handler: Callable[..., Any]) -> bool:
    function = getattr(handler, "__func__", handler)
    if function not in _accepting:
        _accepting[function] = bool(_accepts_kwargs(handler))
    return _accepting[function]


def _copy(tree: Any, node: dict[str, Any]) -> dict[str, Any]:
    """Copy the handlers of a session for a client, without a search for the way to copy a list."""
    copied: dict[str, Any] = {}
    for key, value in node.items():
        if type(value) is hooks.NodeList:
            copied[key] = hooks.NodeList(value.first[:], value.middle[:], value.last[:])
        else:
            copied[key] = _copy(tree, value) if type(value) is dict else value
    return copied


def find_out_once() -> None:
    """Let all sessions share what none of them may change."""
    JSONFileLoader.load_file = _load  # type: ignore[method-assign]
    Loader.list_available_services = _list
    hooks.EventAliaser.__init__ = _init
    hooks.accepts_kwargs = _accepts
    hooks._PrefixTrie._recursive_copy = _copy
