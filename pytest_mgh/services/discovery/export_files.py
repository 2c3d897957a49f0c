"""The files of an export of the estate, each made from one table of columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pytest_mgh.protocol.times import utc
from pytest_mgh.services.discovery.downloads import write_csv
from pytest_mgh.state.attributes import ATTRIBUTES

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Application, Server, Tag
    from pytest_mgh.state.repository import Repository

Columns = dict[str, Callable[[Any], Any]]
"""What makes the cell of a column, by the column's name; `None` and "" are empty cells."""


def make_table(columns: Columns, items: Iterable[Any]) -> str:
    """Return a CSV file of items."""
    rows = ([_cell(make(item)) for make in columns.values()] for item in items)
    return write_csv(columns, rows)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def time_text(seconds: float) -> str:
    """Return a time as exports have it: `YYYY-MM-DD HH:MM:SS`, in UTC."""
    return utc(seconds).strftime("%Y-%m-%d %H:%M:%S")


def scaled(text: str, factor: float) -> str:
    """Return a measurement in another unit; a test may seed any text, which stays as it is."""
    try:
        number = float(text) * factor
    except ValueError:
        return text
    return text if factor == 1 else f"{number:.10g}"


_SERVER_ID: Columns = {"configurationId": lambda server: server.configuration_id}


def _attribute(name: str) -> Callable[[Server], str]:
    return lambda server: ", ".join(server.many(name))


SERVERS: Columns = {
    **_SERVER_ID,
    **{
        one.export: _attribute(one.name)
        for one in ATTRIBUTES.values()
        if one.export and not one.is_measurement
    },
    "timeOfCreation": lambda server: time_text(server.time),
}
PERFORMANCE: Columns = {
    **_SERVER_ID,
    **{one.export: _attribute(one.name) for one in ATTRIBUTES.values() if one.is_measurement},
}
APPLICATIONS: Columns = {
    "configurationId": lambda pair: pair[0].configuration_id,
    "name": lambda pair: pair[0].name,
    "description": lambda pair: pair[0].description,
    "wave": lambda pair: pair[0].wave,
    "serverConfigurationId": lambda pair: pair[1],
    "timeOfCreation": lambda pair: time_text(pair[0].time),
    "lastModifiedTime": lambda pair: time_text(pair[0].modified),
}
TAGS: Columns = {
    "configurationType": lambda row: row[0],
    "configurationId": lambda row: row[1].configuration_id,
    "key": lambda row: row[2],
    "value": lambda row: row[3].value,
    "timeOfCreation": lambda row: time_text(row[3].time),
}


def estate_files(repository: Repository) -> dict[str, str]:
    """Return the files of an export of all servers, applications, tags and measurements."""
    return {
        "Servers.csv": make_table(SERVERS, repository.servers),
        "Applications.csv": make_table(APPLICATIONS, _memberships(repository)),
        "Tags.csv": make_table(TAGS, _tags(repository)),
        "SystemPerformance.csv": make_table(PERFORMANCE, filter(is_measured, repository.servers)),
    }


def _memberships(repository: Repository) -> Iterable[tuple[Application, str]]:
    """Give each application with each of its servers; with none where it has none."""
    for application in repository.applications:
        for server_id in application.servers or ("",):
            yield application, server_id


def _tags(repository: Repository) -> Iterable[tuple[str, Server | Application, str, Tag]]:
    for kind, items in (("SERVER", repository.servers), ("APPLICATION", repository.applications)):
        for item in items:
            for key, tag in item.tags.items():
                yield kind, item, key, tag


def is_measured(server: Server) -> bool:
    """Whether anything was measured of a server."""
    return any(name.startswith("performance.") for name in server.shown)
