from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.state.repository import Repository

VALUES = [
    {"Type": "FQDN", "Value": "web-1.example"},
    {"Type": "FQDN", "Value": "WEB-1.example."},
    {"Type": "IPV4_ADDRESS", "Value": "10.0.0.1"},
    {"Type": "MAC_ADDRESS", "Value": "02:00:5e:10:00:00"},
    {"Type": "BIOS_ID", "Value": "bios"},
]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from("ab"), st.lists(st.sampled_from(VALUES), min_size=1, max_size=3)),
        st.sampled_from(["web-1.example", "web-2.example"]),
    ),
    max_size=8,
)


def take_steps(steps: list[Any]) -> Any:
    """Put attributes and add servers; return the views then, and after a checkpoint."""
    with mock_mgh() as hub:
        client = hub.client()
        for name in "ab":
            hub.load({"streams": [{"name": name, "tasks": [{"name": "task"}]}]})
        kept = hub.checkpoint()
        for step in steps:
            if isinstance(step, str):
                hub.add_server(step)
            else:
                stream, values = step
                client.put_resource_attributes(
                    ProgressUpdateStream=stream,
                    MigrationTaskName="task",
                    ResourceAttributeList=values,
                )
        found = [
            (
                server.hostname,
                server.ip_addresses,
                server.tasks,
                [one.source for one in server.entries],
            )
            for server in hub.servers
        ]
        mapped = [[one.configuration_id for one in task.resources] for task in hub.tasks]
        hub.restore(kept)
        assert len(hub.servers) == 0
        return found, mapped


@given(steps=STEPS)
def test_repeating_a_value_has_the_effect_of_a_new_match(steps: list[Any]) -> None:
    repeated = take_steps([*steps, *steps])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Repository, "repeat", lambda *_: None)
        matched = take_steps([*steps, *steps])

    assert repeated == matched


@pytest.fixture
def put(mgh: MigrationHub) -> Any:
    client = mgh.client()
    mgh.load({"streams": [{"name": "SMS", "tasks": [{"name": "task"}]}]})

    def put(*values: dict[str, str]) -> None:
        client.put_resource_attributes(
            ProgressUpdateStream="SMS", MigrationTaskName="task", ResourceAttributeList=list(values)
        )

    return put


def test_repeating_a_value_updates_its_time(mgh: MigrationHub, put: Any) -> None:
    put(VALUES[0])
    before = mgh.servers[0].entries[0].time
    mgh.advance(60)
    put(VALUES[0])

    (server,) = mgh.servers
    assert (server.entries[0].time - before).total_seconds() == pytest.approx(60, abs=5)


def test_repeating_a_value_matches_an_older_server_that_now_has_it(
    mgh: MigrationHub, put: Any
) -> None:
    put(VALUES[2])
    mgh.add_server("other", ip_addresses=["10.0.0.1"])
    put(VALUES[2])

    assert [server.hostname for server in mgh.servers] == ["other"]
