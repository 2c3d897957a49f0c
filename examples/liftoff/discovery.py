"""Finds servers in Application Discovery Service, and groups them into applications there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from liftoff.retry import Retry


class Discovery:
    """The discovery repository of the account.

    Args:
        client: A discovery client in the home Region, as `liftoff.connection.connect` makes it.
        retry: How failed calls are repeated.
    """

    def __init__(self, client: Any, *, retry: Retry | None = None) -> None:
        self._client = client
        self._retry = retry or Retry()

    def find_servers(self, hostnames: Iterable[str]) -> dict[str, str]:
        """Return the configuration ids of the servers that have these host names."""
        names = sorted({name for name in hostnames if name})
        if not names:
            return {}
        rows = self._retry(lambda: self._list("SERVER", "server.hostName", names))
        return {row["server.hostName"]: row["server.configurationId"] for row in rows}

    def open_application(self, name: str) -> str:
        """Return the id of the application of that name; create it if it does not exist."""
        # A repeat looks first: the attempt before it may have created the application.
        return self._retry(lambda: self._find_application(name) or self._create_application(name))

    def add_servers(self, application_id: str, server_ids: Sequence[str]) -> None:
        """Put servers into an application; those already in it are left unchanged."""
        if server_ids:
            self._retry(lambda: self._add_servers(application_id, server_ids))

    def _list(self, kind: str, field: str, values: Sequence[str]) -> list[dict[str, str]]:
        filters = [{"name": field, "condition": "EQUALS", "values": values}]
        pages = self._client.get_paginator("list_configurations").paginate(
            configurationType=kind, filters=filters
        )
        return [row for page in pages for row in page["configurations"]]

    def _find_application(self, name: str) -> str | None:
        rows = self._list("APPLICATION", "application.name", [name])
        return rows[0]["application.configurationId"] if rows else None

    def _create_application(self, name: str) -> str:
        return str(self._client.create_application(name=name)["configurationId"])

    def _add_servers(self, application_id: str, server_ids: Sequence[str]) -> None:
        described = self._client.describe_configurations(configurationIds=server_ids)
        outside = [
            row["server.configurationId"]
            for row in described["configurations"]
            if application_id not in _application_ids(row)
        ]
        if outside:
            self._client.associate_configuration_items_to_application(
                applicationConfigurationId=application_id, configurationIds=outside
            )


def _application_ids(row: dict[str, str]) -> set[str]:
    """Return the applications of a described server; the field is a list, written as JSON."""
    return {one["configurationId"] for one in json.loads(row["server.applications"])}
