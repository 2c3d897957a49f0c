"""Explains briefly how events differ from what a test expects, because full records are long."""

from __future__ import annotations

from typing import Any

from pytest_mgh.cloudtrail.records import Events


def explain_difference(left: Any, right: Any) -> list[str] | None:
    """Return the lines for pytest to show; `None` where one side is no sequence."""
    try:
        first, second = list(left), list(right)
    except TypeError:
        return None
    explanation = [f"{len(first)} calls, {len(second)} expected"]
    for at, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            explanation.append(f"At index {at} diff: {_different(one, other)}")
            break
    events = left if isinstance(left, Events) else right
    return [*explanation, "The calls:", *(f"  {line}" for line in events.lines())]


def _different(one: Any, other: Any) -> str:
    """Return the members in which two records differ."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return f"{one!r:.100} != {other!r:.100}"
    names = [name for name in one | other if one.get(name) != other.get(name)]
    return "; ".join(f"{name}: {one.get(name)!r} != {other.get(name)!r}" for name in names[:3])
