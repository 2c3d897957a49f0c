"""Times in an estate, as people write them."""

from __future__ import annotations

import json
import re
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pytest_mgh import MigrationHub
from pytest_mgh.protocol import schemas

NOON = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
MIDNIGHT = datetime(2026, 5, 1, tzinfo=timezone.utc)
FIRST = datetime(1, 1, 1, tzinfo=timezone.utc)

PYTHON: dict[str, tuple[Any, datetime]] = {
    "whole seconds": (1777636800, NOON),
    "milliseconds": (1777636800.0625, NOON + timedelta(milliseconds=62)),
    "the year 1": (-62135596800, FIRST),
    "a datetime": (NOON, NOON),
    "a datetime of another zone": (NOON.astimezone(timezone(timedelta(hours=9))), NOON),
    "a datetime without a zone": (NOON.replace(tzinfo=None), NOON),
    "a date": (date(2026, 5, 1), MIDNIGHT),
}
TEXTS: dict[str, datetime] = {
    "2026-05-01T12:00:00Z": NOON,
    "2026-05-01 12:00:00Z": NOON,
    "2026-05-01T12:00:00": NOON,
    "2026-05-01T12:00": NOON,
    "2026-05-01T12:00:00.5Z": NOON + timedelta(milliseconds=500),
    "2026-05-01T12:00:00.1234567Z": NOON + timedelta(milliseconds=123),
    "2026-05-01T14:30:00+02:30": NOON,
    "2026-05-01T07:00:00-05:00": NOON,
    "2026-05-01": MIDNIGHT,
}
NO_TEXTS = [
    "",
    "yesterday",
    "1777636800",
    "20260501",
    "20260501T120000Z",
    "2026-W18-5",
    "2026-05",
    "2026-05-01T12",
    "2026-05-01T12:00:00 Z",
    "2026-05-01T12:00:00Z\n",
    "01/05/2026",
]
NO_TIMES: list[Any] = [
    *NO_TEXTS,
    "2026-02-30",
    "2026-05-01T25:00:00Z",
    "0000-01-01",
    float("nan"),
    float("inf"),
    253402300800,
    1777636800000,
    True,
    None,
    [1777636800],
    {"seconds": 1},
]


def written(hub: MigrationHub, what: str) -> datetime:
    """Return the time of a process or connection, which only exports show, from a snapshot."""
    store = hub.snapshot()["accounts"][0]["stores"]["us-west-2"]
    return datetime.fromtimestamp(store[what]["rows"][0][2]["time"], timezone.utc)


PLACES: dict[str, tuple[Any, Any]] = {
    "agents[0].registered": (
        lambda time: {"agents": [{"agent_id": "o-0123456789", "registered": time}]},
        lambda hub: hub.agents[0].registered,
    ),
    "agents[0].last_health_ping": (
        lambda time: {"agents": [{"agent_id": "o-0123456789", "last_health_ping": time}]},
        lambda hub: hub.agents[0].last_health_ping,
    ),
    "processes[0].time": (
        lambda time: {
            "servers": [{"hostname": "web"}],
            "processes": [{"server": "web", "name": "httpd", "time": time}],
        },
        lambda hub: written(hub, "processes"),
    ),
    "connections[0].time": (
        lambda time: {
            "servers": [{"hostname": "web"}, {"hostname": "db"}],
            "connections": [{"source": "web", "destination": "db", "port": 1, "time": time}],
        },
        lambda hub: written(hub, "connections"),
    ),
    "applications[0].last_updated": (
        lambda time: {
            "applications": [{"name": "Shop", "status": "COMPLETED", "last_updated": time}]
        },
        lambda hub: hub.applications[0].last_updated,
    ),
    "streams[0].tasks[0].update_time": (
        lambda time: {"streams": [{"name": "SMS", "tasks": [{"name": "t", "update_time": time}]}]},
        lambda hub: hub.task("SMS", "t").update_time,
    ),
}


def of_task(time: Any) -> Any:
    return PLACES["streams[0].tasks[0].update_time"][0](time)


def time_of_task(hub: MigrationHub) -> datetime:
    return hub.task("SMS", "t").update_time


@pytest.mark.parametrize("place", PLACES)
def test_every_time_of_an_estate_may_be_iso_text(mgh: MigrationHub, place: str) -> None:
    make, read = PLACES[place]

    mgh.load(make("2026-05-01T12:00:00Z"))

    assert read(mgh) == NOON


@pytest.mark.parametrize("place", PLACES)
def test_an_invalid_time_is_refused_with_its_place_and_seeds_nothing(
    mgh: MigrationHub, place: str
) -> None:
    make, _ = PLACES[place]
    before = mgh.snapshot()

    message = (
        f"{place}: 'tomorrow' is not a time: use seconds since the epoch, "
        "or a date and time such as 2026-05-01T12:00:00Z"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        mgh.load(make("tomorrow"))
    assert mgh.snapshot() == before


def test_the_table_of_places_names_every_time_of_the_schema() -> None:
    definitions = schemas.load("hub", "estate")["$defs"]
    times = [
        name
        for kind in definitions.values()
        for name, member in kind.get("properties", {}).items()
        if member == {"$ref": "#/$defs/Time"}
    ]
    assert sorted(times) == sorted(place.rpartition(".")[2] for place in PLACES)


@pytest.mark.parametrize("how", PYTHON)
def test_a_mapping_may_have_python_times(mgh: MigrationHub, how: str) -> None:
    written, moment = PYTHON[how]

    mgh.load(of_task(written))

    assert time_of_task(mgh) == moment


@pytest.mark.parametrize("text", TEXTS)
def test_times_are_read_in_the_usual_formats(mgh: MigrationHub, tmp_path: Path, text: str) -> None:
    quoted, plain, as_json = (tmp_path / name for name in ("q.yaml", "p.yml", "e.json"))
    yaml = "streams: [{{name: SMS, tasks: [{{name: t, update_time: {}}}]}}]"
    quoted.write_text(yaml.format(f"'{text}'"))
    plain.write_text(yaml.format(text))
    as_json.write_text(json.dumps(of_task(text)))

    for file in (quoted, plain, as_json):
        mgh.load(file)
        assert time_of_task(mgh) == TEXTS[text], file.name
        mgh.reset()


@pytest.mark.parametrize("written", NO_TIMES, ids=repr)
def test_a_text_that_is_not_a_time_is_refused(mgh: MigrationHub, written: Any) -> None:
    with pytest.raises(
        ValueError, match=r"^streams\[0\]\.tasks\[0\]\.update_time: .* is not a time"
    ):
        mgh.load(of_task(written))


def test_the_error_for_a_wrong_time_in_a_file_names_the_line(
    mgh: MigrationHub, tmp_path: Path
) -> None:
    file = tmp_path / "estate.yaml"
    file.write_text(
        "streams:\n- name: SMS\n  tasks:\n  - name: t\n    update_time: 2026-05-01T12:00:00Z\n"
        "  - name: u\n    update_time: soon\n"
    )

    with pytest.raises(ValueError, match=r"^estate\.yaml, line 7: streams\[0\]\.tasks\[1\]\.upd"):
        mgh.load(file)


def test_the_schema_accepts_the_same_times_as_the_loader() -> None:
    validator = Draft202012Validator(schemas.load("hub", "estate"))

    assert [text for text in TEXTS if not validator.is_valid(of_task(text))] == []
    assert [text for text in NO_TEXTS if validator.is_valid(of_task(text))] == []


def test_everything_in_one_load_has_the_same_time(
    mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter(range(1_777_636_800, 1_777_700_000))
    monkeypatch.setattr(time, "time", lambda: float(next(ticks)))

    mgh.load(
        {
            "servers": [{"hostname": "web", "tags": {"stage": "prod"}}, {"hostname": "db"}],
            "agents": [{"server": "web"}, {"server": "db"}],
            "processes": [{"server": "web", "name": "httpd"}],
            "connections": [{"source": "web", "destination": "db", "port": 5432}],
            "applications": [{"name": "Shop", "servers": ["web"], "status": "COMPLETED"}],
            "streams": [{"name": "SMS", "tasks": [{"name": "b"}, {"name": "a", "server": "web"}]}],
        }
    )

    times = [
        *(task.update_time for task in mgh.tasks),
        *(agent.registered for agent in mgh.agents),
        written(mgh, "processes"),
        written(mgh, "connections"),
        *(application.last_updated for application in mgh.applications),
    ]
    assert len(times) == 7
    assert len(set(times)) == 1
    assert mgh.now > times[0]


def test_add_agent_accepts_the_same_formats_of_times(mgh: MigrationHub) -> None:
    agent = mgh.add_agent("o-0123456789", registered="2026-05-01T12:00:00Z")
    assert agent.registered == NOON

    with pytest.raises(
        ValueError, match=r"^last_health_ping: 'soon' is not a time: use seconds since"
    ):
        mgh.add_agent("o-9876543210", last_health_ping="soon")
