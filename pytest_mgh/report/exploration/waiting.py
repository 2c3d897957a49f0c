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
    by_id = {id(function): (function, other) for function, other in others.items()}
    modules = [vars(module) for module in list(sys.modules.values()) if module is not None]
    owners = [*_functions_with_defaults(modules)]
    named_defaults = [owner.__kwdefaults__ for owner in owners]
    holders = [*modules, *named_defaults, *gc.get_referrers(*others)]
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


def _functions_with_defaults(modules: list[dict[str, Any]]) -> Iterator[FunctionType]:
    """Give the functions of modules, those of their classes too, whose arguments have defaults.

    All that is imported is looked at, once: most classes are there by many names.
    """
    classes = {}
    for names in modules:
        for value in list(names.values()):
            if type(value) is FunctionType:
                if value.__defaults__ or value.__kwdefaults__:
                    yield value
            elif isinstance(value, type):
                classes[id(value)] = value
    for one in classes.values():
        for value in list(vars(one).values()):
            if type(value) is FunctionType and (value.__defaults__ or value.__kwdefaults__):
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
