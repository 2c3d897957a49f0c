"""Functions of other libraries that ask this package first. Each of them is replaced once.

What replaces it finds by name whom to ask, at every call: the package may have been dropped and
imported anew since. A module that is not there yet is patched when it is imported, so that nothing
is imported for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial, wraps
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any

from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

_MARK = "asks_pytest_mgh"
# pytest-socket's functions refuse every host, and are put away only where nothing is around them.
_LET_NOTHING_OUT = frozenset({"pytest_socket"})


def patch(module: str, asked: Mapping[str, Callable[..., Any]]) -> None:
    """Let functions ask others first, from now on or from the import of their module on.

    Others may have put back what was there before, so that it is worth doing again.

    Args:
        module: The name of the functions' module.
        asked: Whom each of them asks, by its name in the module: a function of this package, which
            takes the replaced one and what that was called with.
    """
    PROCESS.patches[module] = asked
    if PROCESS.finder is None:
        PROCESS.finder = _Finder()
    if PROCESS.finder not in sys.meta_path:
        sys.meta_path.insert(0, PROCESS.finder)
    _patch(module)


def _patch(module: str) -> None:
    loaded = sys.modules.get(module)
    if loaded is None:
        return
    for name, asked in PROCESS.patches[module].items():
        owner: Any = loaded
        *owners, attribute = name.split(".")
        for part in owners:
            owner = getattr(owner, part, None)
        replaced = owner and getattr(owner, attribute, None)
        function = replaced.fget if isinstance(replaced, property) else replaced
        if getattr(function, "__module__", None) in _LET_NOTHING_OUT:
            continue
        if function is not None and getattr(function, _MARK, None) is not True:  # as a Mock's is
            asking = _asking(function, asked, module, name)
            is_property = function is not replaced
            setattr(owner, attribute, property(asking) if is_property else asking)


def _asking(replaced: Any, asked: Callable[..., Any], module: str, name: str) -> Any:
    asked_module, asked_name = asked.__module__, asked.__name__

    modules = sys.modules

    @wraps(replaced)
    def asking(*args: Any, **kwargs: Any) -> Any:
        ask = getattr(modules.get(asked_module), asked_name, None)
        if ask is None:
            ask = getattr(import_module(asked_module), asked_name)
        return ask(replaced, *args, **kwargs)

    # Where pickle finds it: of the C functions of `socket`, `__module__` is `_socket`.
    asking.__module__, asking.__qualname__ = module, name
    setattr(asking, _MARK, True)
    return asking


class _Finder(MetaPathFinder):
    """Finds the modules that are to be patched, and has them patched once they are executed."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if name not in PROCESS.patches:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            execute = partial(_execute, spec.loader.exec_module, name)
            spec.loader.exec_module = execute  # type: ignore[method-assign]
        return spec


def _execute(execute: Callable[[Any], None], module: str, loaded: Any) -> None:
    execute(loaded)
    _patch(module)
