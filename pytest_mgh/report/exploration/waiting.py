"""Runs that never wait: what sleeps moves the hub's clock, and is seen to end."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from types import FunctionType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from pytest_mgh.report.exploration.watch import Watch
from pytest_mgh.state.process import PROCESS


@contextmanager
def no_waiting() -> Iterator[None]:
    """Let `time.sleep` and `asyncio.sleep` move the clock of the active hub instead of waiting.

    That counts for the runs that are watched, in the thread that enters this and in those that are
    begun inside; whatever name a module has for the two functions. Threads that were there before
    go on sleeping.
    """
    others = WeakSet(threading.enumerate())
    others.discard(threading.current_thread())
    wait, wait_in_loop = time.sleep, asyncio.sleep

    def sleep(seconds: Any, /) -> None:
        watch = _watch()
        if watch is not None and threading.current_thread() not in others:
            wait(min(0, seconds))  # raises for an invalid time, and lets other threads run
            _pass_time(watch, float(seconds))
        else:
            wait(seconds)

    async def sleep_in_loop(delay: Any, result: Any = None) -> Any:
        watch = _watch()
        if watch is not None and threading.current_thread() not in others:
            _pass_time(watch, float(delay))
            delay = 0
        return await wait_in_loop(delay, result)

    with ExitStack() as steps:
        _replace({wait: sleep, wait_in_loop: sleep_in_loop}, steps)
        yield


def _watch() -> Watch | None:
    """Return what watches the run that is under way, unless it is to wait."""
    watch: Watch | None = PROCESS.explorer
    return None if watch is None or watch.waits else watch


def _pass_time(watch: Watch, seconds: float) -> None:
    if seconds <= 0:
        return
    if PROCESS.mock is not None:
        PROCESS.mock.hub.advance(seconds)
    watch.pass_time(seconds)


def _replace(others: dict[Any, Any], steps: ExitStack) -> None:
    """Replace functions by others wherever they are held by name, until the steps are undone.

    `from time import sleep` puts one into a module, `def retry(sleep=time.sleep)` into a default.
    """
    found = gc.get_referrers(*others)
    tuples = [holder for holder in found if type(holder) is tuple]
    owners = {*_owners_in_modules(frozenset(others))}
    if tuples:
        owners |= {one for one in gc.get_referrers(*tuples) if type(one) is FunctionType}
    by_id = {id(function): (function, other) for function, other in others.items()}
    modules = [vars(module) for module in _modules()]
    holders = [
        names for names in modules if not by_id.keys().isdisjoint(map(id, list(names.values())))
    ]
    holders += [*found, *(owner.__kwdefaults__ for owner in owners)]
    for names in {id(names): names for names in holders if type(names) is dict}.values():
        for name, value in [item for item in list(names.items()) if id(item[1]) in by_id]:
            function, other = by_id[id(value)]
            names[name] = other
            steps.callback(_put_back, names, name, function, other)
    for owner in owners:
        defaults = owner.__defaults__
        if defaults and any(id(one) in by_id for one in defaults):
            changed = tuple(by_id[id(one)][1] if id(one) in by_id else one for one in defaults)
            owner.__defaults__ = changed
            steps.callback(setattr, owner, "__defaults__", defaults)


def _modules() -> list[Any]:
    return [module for module in list(sys.modules.values()) if hasattr(module, "__dict__")]


@lru_cache(maxsize=1)
def _scanned(
    functions: frozenset[Any],
) -> tuple[WeakKeyDictionary[ModuleType, int], WeakSet[FunctionType]]:
    """Return what is known: how many names a module had, and who has the functions as defaults."""
    return WeakKeyDictionary(), WeakSet()


def _owners_in_modules(functions: frozenset[Any]) -> WeakSet[FunctionType]:
    """Return the functions of modules, those of their classes too, with these as defaults.

    The garbage collector knows the others, but not what `gc.freeze` has hidden from it. A module
    is looked at again when it has other names.
    """
    lengths, owners = _scanned(functions)
    ids = {*map(id, functions)}
    classes = {}
    for module in _modules():
        values = list(vars(module).values())
        if type(module) is ModuleType:  # others are few, and some cannot be referenced weakly
            if lengths.get(module) == len(values):
                continue
            lengths[module] = len(values)
        owners.update(_with_defaults(values, ids))
        classes.update({id(value): value for value in values if isinstance(value, type)})
    for one in classes.values():  # most are there by many names
        owners.update(_with_defaults(list(vars(one).values()), ids))
    return owners


def _with_defaults(values: list[Any], ids: set[int]) -> Iterator[FunctionType]:
    for value in values:
        if type(value) is FunctionType:
            defaults = (*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values())
            if not ids.isdisjoint(map(id, defaults)):
                yield value


def _put_back(names: dict[str, Any], name: str, function: Any, other: Any) -> None:
    if names.get(name) is other:  # unless somebody has replaced it meanwhile
        names[name] = function


@contextmanager
def children_of(watch: Watch) -> Iterator[None]:
    """Let a watch know the processes that are begun in this block: it may have to end them."""
    begin = subprocess.Popen.__init__

    def noted(process: Any, *args: Any, **kwargs: Any) -> None:
        begin(process, *args, **kwargs)
        watch.processes.append(process)

    popen: Any = subprocess.Popen
    popen.__init__ = noted
    try:
        yield
    finally:
        popen.__init__ = begin
