"""The sections about a hub in the report of a failing test."""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING

from pytest_mgh.hub.place import place_of
from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.services.operation import HomeRegion
from pytest_mgh.state.accounts import DEFAULT_REGION, SUPPORTED_REGIONS
from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from pytest_mgh.access.evaluation import Decision
    from pytest_mgh.cloudtrail.records import CallRecord
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World

_MAX_LINES = 30
_MAX_CALLS = 1000  # more are not looked at for the lines: a test may have made 100,000
_MAX_DENIALS = 10
_MAX_NOTES = 10


class Happened:
    """What has happened in a hub within some time: what the report of a test shows.

    Args:
        world: The state of the hub at the end.
        calls: How many calls there had been before.
        denials: How many of them had been refused by policies.
        notes: How many notes there had been.
    """

    def __init__(self, world: World, calls: int = 0, denials: int = 0, notes: int = 0) -> None:
        last = world.calls.after(calls)[-_MAX_CALLS:]
        self.earlier: int = world.calls.total - calls - len(last)
        self.calls: list[tuple[CallRecord, str]] = [(call, place_of(world, call)) for call in last]
        self.denials: list[Decision] = world.denials.after(denials)[-_MAX_DENIALS:]
        self.notes: list[str] = world.notes.after(notes)[-_MAX_NOTES:]
        self.hints: list[str] = list(_region_hints(world, last))
        self.endpoint_hints: list[str] = list(_default_region_hint(world, world.no_endpoints))


def report_sections(happened: Happened) -> list[tuple[str, str]]:
    """Return the sections, as titles and texts; none for a hub without calls."""
    texts = {
        "Migration Hub calls": [*_call_lines(happened), *happened.hints],
        "Migration Hub permissions": [*map(str, happened.denials)],
        "Migration Hub notes": [*happened.notes, *happened.endpoint_hints],
    }
    return [(title, "\n".join(lines)) for title, lines in texts.items() if lines]


def _call_lines(happened: Happened) -> Iterator[str]:
    """Yield a line for each of the last calls; equal calls in a row share one."""
    groups: deque[tuple[str, str, int]] = deque(maxlen=_MAX_LINES)
    for time, text in (call.parts(place) for call, place in happened.calls):
        if groups and groups[-1][1] == text:
            first, _, number = groups.pop()
            groups.append((first, text, number + 1))
        else:
            groups.append((time, text, 1))
    earlier = happened.earlier + len(happened.calls) - sum(number for *_, number in groups)
    if earlier:
        yield f"{earlier} earlier {'call' if earlier == 1 else 'calls'} left out"
    for time, text, number in groups:
        yield f"{time} {text}" + (f" (x{number})" if number > 1 else "")


def _region_hints(world: World, calls: Sequence[CallRecord]) -> Iterator[str]:
    """Yield hints about calls outside the home Region that were refused or found nothing."""
    away = [call for call in calls if call.region != _home(world, call)]
    yield from _default_region_hint(
        world, {call.region for call in away if _is_refused_for_region(call)}
    )
    for name, region in dict.fromkeys(
        (call.action.name, call.region) for call in away if _finds_nothing(world, call)
    ):
        yield (
            f"{name} in {region} found nothing, because {region} is empty: the hub's data is in "
            f"the home Region, {world.home_region(world.settings.account_id)}"
        )


def _default_region_hint(world: World, regions: Collection[str]) -> Iterator[str]:
    """Explain why clients without a Region call one where nothing is stored."""
    begun = world.settings.home_region or DEFAULT_REGION
    is_active = PROCESS.mock is not None and PROCESS.mock.hub._world is world  # noqa: SLF001
    variable = os.environ.get("AWS_DEFAULT_REGION") if is_active else None
    if begun in regions:
        yield (
            f"the home Region was {begun} when the mock began, and clients without a Region of "
            "their own still call it: give them a Region, or set AWS_DEFAULT_REGION, where the "
            "home Region is set"
        )
    elif variable in regions:
        instead = f", or set mgh_home_region = {variable} in pytest's configuration"
        yield (
            f"AWS_DEFAULT_REGION={variable} was set inside the mock, so clients without a Region "
            f"of their own call {variable}: leave it as the mock sets it"
            + (instead if variable in SUPPORTED_REGIONS else "")
        )


def _home(world: World, call: CallRecord) -> str:
    return world.home_region(call.principal.account_id)


def _is_refused_for_region(call: CallRecord) -> bool:
    operation = OPERATIONS[call.action.name]
    return (
        call.error is not None
        and call.error[0] == operation.service.outside_home_region
        and operation.home_region is HomeRegion.ONLY
    )


def _finds_nothing(world: World, call: CallRecord) -> bool:
    """Whether a call read a Region that has nothing, while the home Region has something."""
    account = call.principal.account_id
    return (
        call.error is None
        and call.action.read_only
        and OPERATIONS[call.action.name].home_region is not HomeRegion.UNNEEDED
        and _is_empty(world.store(account, call.region))
        and not _is_empty(world.store(account, _home(world, call)))
    )


def _is_empty(store: Store) -> bool:
    return not (store.streams or store.applications or store.repository.servers)
