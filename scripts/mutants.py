"""Mutation testing: changes the code at one place at a time, and sees whether a test fails.

mutmut makes the changed copies (the mutants) as [tool.mutmut] of pyproject.toml says, and finds
the tests that reach each of them. Done here is what mutmut 3 leaves out: functions that are
decorated, as every handler of a service is, and those that run at import. And tests are collected
once; each mutant then has a fork of that process, which makes it ten times as fast.

Killed mutants stay so: a second run tries the others only, until `make clean`.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import resource
import signal
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stdout
from difflib import get_close_matches
from fnmatch import fnmatch
from functools import _lru_cache_wrapper
from pathlib import Path
from typing import Any

import boto3  # noqa: F401 - what tests import takes time: once, before the forks
import jsonschema  # noqa: F401
import libcst as cst
import moto.core.models  # noqa: F401
import pytest
import responses  # noqa: F401
from mutmut.__main__ import collect_or_load_stats, create_mutants
from mutmut.configuration import config
from mutmut.mutation import file_mutation
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.runners.harness import PytestRunner
from mutmut.state import state
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import (
    change_cwd,
    copy_also_copy_files,
    copy_src_dir,
    setup_source_paths,
    walk_mutatable_files,
)
from mutmut.utils.format_utils import mangled_name_from_mutant_name
from mutmut.workers.isolation import get_mutant_runner, run_in_fork

MAX_SECONDS = 8.0
"""How long the tests of one mutant may take; what more tests reach it are left out."""

PATIENT_SECONDS = 60.0
"""The same for a mutant that has survived a run before."""

DEADLOCK_SECONDS = 300
PACKAGES = ("pytest_mgh.access", "pytest_mgh.services")
KILLED = ("killed", "timeout")

AT_IMPORT = {
    "access/conditions": [
        "tests/access/test_conditions.py",
        "tests/access/test_policy_variables.py",
    ],
    "access/managed_policies": ["tests/access/test_evaluation.py"],
    "access/": [
        "tests/access",
        "tests/protocol/test_wire.py",
        "tests/cloudtrail/test_cloudtrail.py",
    ],
    "services/discovery/fields": ["tests/services/discovery/test_list_configurations.py"],
    "services/": [
        "tests/services/test_home_region.py",
        "tests/house/test_contract.py",
        "tests/access/test_policy_matrix.py",
        "tests/services",
    ],
}
"""The tests of what runs at import, by a part of its path."""


# Decorated functions: mutmut passes them over, since their copies would be decorated too. Here
# only the trampoline is, which chooses a copy at each call.

_skip = file_mutation.MutationVisitor._skip_node_and_children
_arrange = file_mutation.function_trampoline_arrangement


def _skip_but_decorated(visitor: Any, node: cst.CSTNode) -> bool:
    if isinstance(node, cst.FunctionDef) and node.decorators:
        # A property's setter has the name of its getter: mutants of both would share names.
        return any(isinstance(one.decorator, cst.Attribute) for one in node.decorators)
    return bool(_skip(visitor, node))


def _decorate_trampoline_only(
    function: cst.FunctionDef, mutants: Iterable[Any], class_name: str | None
) -> tuple[Any, list[Any], Any, Any]:
    plain = function.with_changes(decorators=[])
    before, nodes, after, names = _arrange(plain, mutants, class_name)
    trampoline = nodes[0].with_changes(decorators=[*function.decorators, *nodes[0].decorators])
    return before, [trampoline, *nodes[1:]], after, names


class _ColdCaches:
    """Clears caches, so that every test calls functions cached by an import or an earlier test."""

    def pytest_collection_finish(self) -> None:
        state()._stats.clear()  # else functions called by imports are counted for the first test
        self._caches = [
            one
            for one in gc.get_objects()
            if isinstance(one, _lru_cache_wrapper) and str(one.__module__).startswith(PACKAGES)
        ]

    def pytest_runtest_setup(self) -> None:
        for one in self._caches:
            one.cache_clear()


_execute = PytestRunner.execute_pytest


def _execute_with_cold_caches(runner: Any, params: list[str], **kwargs: Any) -> int:
    kwargs["plugins"] = [*kwargs.get("plugins", ()), _ColdCaches()]
    return int(_execute(runner, params, **kwargs))


def prepare() -> None:
    """Write the mutants, and find out which tests reach which function."""
    file_mutation.MutationVisitor._skip_node_and_children = _skip_but_decorated
    file_mutation.function_trampoline_arrangement = _decorate_trampoline_only
    PytestRunner.execute_pytest = _execute_with_cold_caches
    set_mutant_under_test("mutant_generation")
    print("Writing the mutants: about a minute the first time.", flush=True)
    Path("mutants").mkdir(exist_ok=True)
    with redirect_stdout(io.StringIO()):  # the name of every file
        copy_src_dir()
        copy_also_copy_files()
        setup_source_paths()
        create_mutants(1)
    print("Running new tests, the first time all: what does each of them reach?", flush=True)
    collect_or_load_stats(get_mutant_runner(1), apply_config_invalidation=True)
    set_mutant_under_test("")


def order(tests: Iterable[str], most_seconds: float) -> Iterator[str]:
    """Yield tests: each function's first case before any second one, quick ones first."""
    durations = state().duration_by_test
    cases: dict[str, list[str]] = defaultdict(list)
    for test in sorted(tests, key=lambda one: (durations[one], one)):
        cases[test.partition("[")[0]].append(test)
    left = most_seconds
    for at in range(max(map(len, cases.values()), default=0)):
        for same in cases.values():
            if at < len(same):
                yield same[at]
                left -= durations[same[at]]
        if left < 0:
            return


class _Mutants:
    """Runs, in place of all collected tests, those of each mutant in a fork."""

    def __init__(
        self, names: Sequence[str], most_seconds: float, record: Callable[[str, int], None]
    ) -> None:
        self._names = names
        self._most_seconds = most_seconds
        self._record = record

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        reached = state().tests_by_mangled_function_name
        tests_of = {
            function: [one for one in order(reached[function], self._most_seconds) if one in items]
            for function in map(mangled_name_from_mutant_name, self._names)
        }
        # Without a mutant all pass. It also makes, before the forks, the objects that are created
        # once a process, such as the first boto3 session, which takes a second.
        used = {test for tests in tests_of.values() for test in tests}
        if _fail(session, [item for item in session.items if item.nodeid in used]):
            raise session.Failed("a test fails without a mutant")
        gc.freeze()
        for name in self._names:
            tests = tests_of[mangled_name_from_mutant_name(name)]
            pid = os.fork()
            if not pid:
                seconds = int(5 + 3 * sum(state().duration_by_test[one] for one in tests))
                resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
                signal.alarm(DEADLOCK_SECONDS)
                set_mutant_under_test(name)
                try:
                    failed = _fail(session, [items[one] for one in tests])
                except BaseException:  # noqa: BLE001 - of a mutant that breaks pytest
                    failed = True
                os._exit(failed)
            self._record(name, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        return True


def _fail(session: pytest.Session, items: Iterable[pytest.Item]) -> bool:
    """Run tests until one fails; return whether one did."""
    for item in items:
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        if session.testsfailed:
            return True
    return False


def try_reached(
    names: Sequence[str], most_seconds: float, record: Callable[[str, int], None]
) -> None:
    """Try mutants that tests reach."""
    print(f"{len(names)} mutants: all their tests without one, then those of each.", flush=True)

    def in_fork() -> int:
        null = os.open(os.devnull, os.O_WRONLY)
        screen = os.fdopen(os.dup(1), "w", buffering=1)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.chdir("mutants")

        def tell(name: str, code: int) -> None:
            with change_cwd(".."):
                record(name, code)
            print(f"{status_by_exit_code[code]:9} {name}", file=screen)

        selection, more = config().pytest_add_cli_args_test_selection, config().pytest_add_cli_args
        plugins = [_ColdCaches(), _Mutants(names, most_seconds, tell)]
        return int(pytest.main(["--tb=native", *selection, *more], plugins=plugins))

    code = run_in_fork(in_fork)
    if code:
        raise SystemExit(f"pytest ended with {code}: try it in mutants/")


def try_at_import(modules: dict[str, Path], record: Callable[[str, int], None]) -> None:
    """Try mutants of what runs at import."""
    sound = set()
    for name in sorted(modules):
        part = next(part for part in AT_IMPORT if part in str(modules[name]))
        if part not in sound and _run_anew("", AT_IMPORT[part]):
            raise SystemExit(f"a test fails without a mutant: {' '.join(AT_IMPORT[part])}")
        sound.add(part)
        code = _run_anew(name, AT_IMPORT[part])
        record(name, code)
        print(f"{status_by_exit_code[code]:9} {name} (at import)", flush=True)


def _run_anew(name: str, tests: Sequence[str]) -> int:
    """Run tests in a process that has not imported the package yet; return whether one failed."""

    def in_fork() -> int:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.chdir("mutants")
        set_mutant_under_test(name)
        code = pytest.main(["-x", "--tb=native", *tests, *config().pytest_add_cli_args])
        return int(code != pytest.ExitCode.OK)  # also if nothing could be collected

    return int(run_in_fork(in_fork))


def load(only: Sequence[str]) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield each module and the outcomes of its selected mutants."""
    for path in sorted(walk_mutatable_files()):
        data = SourceFileMutationData(path=path)
        data.load()
        found = {
            name: status_by_exit_code[code]
            for name, code in data.exit_code_by_key.items()
            if not only or any(fnmatch(name, pattern) for pattern in only)
        }
        if found:
            yield path, found


def check(only: Sequence[str]) -> None:
    """Refuse a pattern that names no mutant.

    Raises:
        SystemExit: No mutant has such a name, or there are none yet.
    """
    names = [name for _, found in load(()) for name in found]
    if not names:
        raise SystemExit("there are no mutants yet: make mutants writes them")
    modules = {name.rpartition(".")[0] for name in names}
    for pattern in only:
        if not any(fnmatch(name, pattern) for name in names):
            near = get_close_matches(pattern.removesuffix("*"), modules, n=1, cutoff=0.5)
            hint = f"; did you mean {near[0]}.*?" if near else ""
            raise SystemExit(f"no mutant is named {pattern}{hint}")


def run(only: Sequence[str]) -> None:
    """Try every selected mutant that is not killed yet."""
    modules, before = {}, {}
    for path, found in load(only):
        for name in found:
            if found[name] not in KILLED:
                modules[name], before[name] = path, found[name]

    def record(name: str, code: int) -> None:
        data = SourceFileMutationData(path=modules[name])
        data.load()
        data.exit_code_by_key[name] = code
        data.save()

    reached = state().tests_by_mangled_function_name
    direct = [name for name in modules if reached.get(mangled_name_from_mutant_name(name))]
    direct.sort(key=lambda name: len(reached[mangled_name_from_mutant_name(name)]))
    for survived, most_seconds in ((False, MAX_SECONDS), (True, PATIENT_SECONDS)):
        names = [name for name in direct if (before[name] == "survived") is survived]
        if names:
            try_reached(names, most_seconds, record)
    try_at_import({name: modules[name] for name in modules.keys() - direct}, record)


def report(only: Sequence[str]) -> None:
    """Print the survivors, and a line for each module."""
    rows: dict[str, list[int]] = {}
    for path, found in load(only):
        tried = {name: status for name, status in found.items() if status != "not checked"}
        lived = [name for name in tried if tried[name] not in KILLED]
        for name in lived:
            print(f"{tried[name]}: {name}")
        rows[str(path)] = [len(found), len(tried), len(lived)]
    rows["all"] = [sum(column) for column in zip(*rows.values(), strict=True)]
    print("\n| module | mutants | tried | killed | survived | killed, % |")
    print("|---|---:|---:|---:|---:|---:|")
    for module, (all_, tried_, lived_) in rows.items():
        share = f"{100 * (tried_ - lived_) / tried_:.1f}" if tried_ else "-"
        print(f"| {module} | {all_} | {tried_} | {tried_ - lived_} | {lived_} | {share} |")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", help="names of mutants, with wildcards; without: all")
    parser.add_argument("--report", action="store_true", help="only tell what came out")
    arguments = parser.parse_args()
    if not arguments.report:
        prepare()
    check(arguments.only)
    if not arguments.report:
        run(arguments.only)
    report(arguments.only)


if __name__ == "__main__":
    main()
