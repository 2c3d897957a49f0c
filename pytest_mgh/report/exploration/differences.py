"""What is different at the end of a run in which a call failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_mgh.report.exploration.final_state import Thing


def differences(undisturbed: list[Thing], final: list[Thing]) -> list[str]:
    """Return what is different at the end of a run, a line for each thing."""
    before, after = _by_name(undisturbed), _by_name(final)
    return [
        line
        for name in sorted({*before, *after}, key=_rank)
        for line in _difference(name, before.get(name, []), after.get(name, []))
    ]


def repetitions(undisturbed: list[Thing], final: list[Thing]) -> list[str]:
    """Return the updates of tasks that a run has repeated, which is no difference."""
    before, after = (
        Counter((thing.name, update) for thing in things for update in thing.repeated)
        for things in (undisturbed, final)
    )
    return [f"{task}: repeated {update}" for task, update in (after - before).elements()]


def _by_name(things: list[Thing]) -> dict[str, list[Thing]]:
    named: dict[str, list[Thing]] = {}
    for thing in things:
        named.setdefault(thing.name, []).append(thing)
    return named


_FIRST = ("home Region", "stream", "task", "application", "server")


def _rank(name: str) -> tuple[int, str]:
    kinds = [number for number, kind in enumerate(_FIRST) if name.startswith(kind)]
    return (kinds[0] if kinds else len(_FIRST)), name


def _difference(name: str, before: list[Thing], after: list[Thing]) -> Iterator[str]:
    if not after:
        yield f"{name}: missing"
    elif not before:
        yield f"{name}: exists only after the error"
    elif len(before) != len(after):
        yield f"{name}: {_times(len(after))} instead of {_times(len(before))}"
    else:
        for one, other in zip(before, after, strict=True):
            if changes := _changes(one.members, other.members):
                yield f"{name}: {changes}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    changed = [name for name in before if before[name] != after.get(name)]
    if not changed:
        return ""
    if "status" in changed or "progress_percent" in changed:
        return f"{_state(after)} instead of {_state(before)}"
    return "; ".join(_change(name, before[name], after.get(name)) for name in changed)


def _state(members: Mapping[str, Any]) -> str:
    percent = members.get("progress_percent")
    return f"{members['status']}" + ("" if percent is None else f" {percent} %")


def _change(name: str, before: Any, after: Any) -> str:
    words = name.replace("_", " ")
    if name == "updates":
        return f"{words} {', '.join(after)} instead of {', '.join(before)}"
    if isinstance(before, tuple) and isinstance(after, tuple):
        gone, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
        parts = [f"without {', '.join(map(_text, gone.elements()))}"] if gone else []
        parts += [f"also {', '.join(map(_text, new.elements()))}"] if new else []
        return f"{words} {' and '.join(parts)}"
    return f"{words} {_text(after)} instead of {_text(before)}"


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(_text(one) for one in value if one not in (None, "", False, ()))
    return "nothing" if value is None else str(value)
