from __future__ import annotations

import re

from pytest_mgh.state.ids import Ids


def test_ids_of_requests_are_uuids_of_version_4_and_all_different() -> None:
    ids = Ids()
    made = [ids.uuid() for _ in range(20_000)]

    assert len(set(made)) == len(made)
    assert all(
        re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one)
        for one in made
    )


def test_both_ends_of_the_ids_of_requests_differ() -> None:
    ids = Ids()
    made = [ids.uuid() for _ in range(1000)]

    assert len({one[:8] for one in made}) == len({one[-12:] for one in made}) == 1000


def test_ids_from_the_same_count_are_always_the_same() -> None:
    assert [Ids(7).uuid(), Ids(7).control_id()] == [Ids(7).uuid(), Ids(7).control_id()]
