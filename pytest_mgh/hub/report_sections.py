"""What the report of a failing test tells of a hub."""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING

from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.services.operation import HomeRegion
from pytest_mgh.state.accounts import SUPPORTED_REGIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pytest_mgh.cloudtrail.records import CallRecord
    from pytest_mgh.state.recent import Recent
    from pytest_mgh.state.world import World

_MOST_LINES = 30
_MOST_CALLS = 1000  # more are not looked at for the lines: a test may have made 100,000
_MOST_DENIALS = 10
_MOST_NOTES = 10


def report_sections(world: World) -> list[tuple[str, str]]:
    """Return the sections, as titles and texts; none for a hub that nobody called."""
    texts = {
        "Migration Hub calls": [*_call_lines(world.calls), *_region_hint(_refused_regions(world))],
        "Migration Hub permissions": [*map(str, world.denials[-_MOST_DENIALS:])],
        "Migration Hub notes": [*world.notes[-_MOST_NOTES:], *_region_hint(world.no_endpoints)],
    }
    return [(title, "\n".join(lines)) for title, lines in texts.items() if lines]


def _call_lines(calls: Recent[CallRecord]) -> Iterator[str]:
    """Give a line for each of the last calls, or for several that are alike in a row."""
    groups: deque[tuple[str, str, int]] = deque(maxlen=_MOST_LINES)
    for moment, text in (call.parts() for call in calls[-_MOST_CALLS:]):
        if groups and groups[-1][1] == text:
            first, _, number = groups.pop()
            groups.append((first, text, number + 1))
        else:
            groups.append((moment, text, 1))
    earlier = calls.first + len(calls) - sum(number for *_, number in groups)
    if earlier:
        yield f"{earlier} earlier {'call' if earlier == 1 else 'calls'} left out"
    for moment, text, number in groups:
        yield f"{moment} {text}" + (f" (x{number})" if number > 1 else "")


def _region_hint(regions: Collection[str]) -> Iterator[str]:
    """Say so where the environment names a Region in which calls were made in vain."""
    region = os.environ.get("AWS_DEFAULT_REGION")
    if region not in regions:
        return
    instead = f", or set mgh_home_region = {region} in pytest's configuration"
    yield (
        f"AWS_DEFAULT_REGION={region} is set in the environment, so clients without a Region of "
        f"their own call {region}: unset it for the tests"
        + (instead if region in SUPPORTED_REGIONS else "")
    )


def _refused_regions(world: World) -> set[str]:
    """Return the Regions in which calls were refused because they are not home."""
    return {call.region for call in world.calls if _is_refused_for_region(world, call)}


def _is_refused_for_region(world: World, call: CallRecord) -> bool:
    operation = OPERATIONS[call.action.name]
    return (
        call.error is not None
        and call.error[0] == operation.service.outside_home_region
        and operation.home_region is HomeRegion.ONLY
        and call.region != world.account(call.principal.account_id).home_region
    )
