"""Runs that never wait: what sleeps moves the hub's clock, and is seen to end."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from types import FunctionType
from typing import Any
from weakref import WeakSet

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
        if _is_watched() and threading.current_thread() not in others:
            wait(min(0, seconds))  # raises for an invalid time, and lets other threads run
            _pass_time(float(seconds))
        else:
            wait(seconds)

    async def sleep_in_loop(delay: Any, result: Any = None) -> Any:
        if _is_watched() and threading.current_thread() not in others:
            _pass_time(float(delay))
            delay = 0
        return await wait_in_loop(delay, result)

    with ExitStack() as steps:
        _replace(wait, sleep, steps)
        _replace(wait_in_loop, sleep_in_loop, steps)
        yield


def _is_watched() -> bool:
    return PROCESS.explorer is not None and not PROCESS.explorer.waits


def _pass_time(seconds: float) -> None:
    if seconds <= 0:
        return
    if PROCESS.mock is not None:
        PROCESS.mock.hub.advance(seconds)
    watch: Watch | None = PROCESS.explorer
    if watch is not None:
        watch.pass_time(seconds)


def _replace(function: Any, other: Any, steps: ExitStack) -> None:
    """Replace a function wherever it is held by name, until the steps are undone.

    `from time import sleep` puts it into a module, `def retry(sleep=time.sleep)` into a default.
    """
    modules = [vars(module) for module in list(sys.modules.values()) if module is not None]
    functions = [one for names in modules for one in _functions_in(list(names.values()))]
    holders = {id(names): names for names in [*modules, *gc.get_referrers(function)]}
    for names in [*holders.values(), *(one.__kwdefaults__ for one in functions)]:
        if type(names) is not dict or names is globals():
            continue
        for name in [name for name, value in list(names.items()) if value is function]:
            names[name] = other
            steps.callback(_put_back, names, name, function, other)
    for owner in functions:
        defaults = owner.__defaults__
        if defaults and any(one is function for one in defaults):
            owner.__defaults__ = tuple(other if one is function else one for one in defaults)
            steps.callback(setattr, owner, "__defaults__", defaults)


def _functions_in(values: Iterable[object]) -> Iterator[FunctionType]:
    """Give the functions of a module, those of its classes too."""
    for value in values:
        if isinstance(value, FunctionType):
            yield value
        elif isinstance(value, type):
            yield from (one for one in vars(value).values() if isinstance(one, FunctionType))


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
