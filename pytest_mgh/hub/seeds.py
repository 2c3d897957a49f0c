"""What a test puts into the hub."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_mgh.hub.part import HubPart, checks_arguments
from pytest_mgh.hub.views import (
    ApplicationView,
    ServerView,
    view_application,
    view_server,
)
from pytest_mgh.seeding.estate import read_estate
from pytest_mgh.seeding.items import seed_application, seed_server
from pytest_mgh.seeding.whole_estate import check_estate, seed_estate

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from pytest_mgh.seeding.items import ServerDetails


class HubSeeds(HubPart):
    """Servers, applications, whole estates, and the files of imports."""

    def add_server(
        self, hostname: str | None = None, **details: Unpack[ServerDetails]
    ) -> ServerView:
        """Add a server to the discovery repository.

        Args:
            hostname: Its host name; several servers may have the same.
            details: What else is known of it, by the names of `ServerDetails`.

        Raises:
            TypeError: A detail that servers don't have.
            ValueError: An id that the repository already has, or a type that isn't one.
        """
        with self._changing():
            server = seed_server(self._world, self._store, {"hostname": hostname, **details})
            return view_server(self._store, server)

    @checks_arguments
    def add_application(
        self,
        name: str,
        *,
        configuration_id: str | None = None,
        servers: Iterable[ServerView | str] = (),
        description: str = "",
        wave: str | None = None,
    ) -> ApplicationView:
        """Add an application to the discovery repository.

        Args:
            name: Its name.
            configuration_id: Its id; one is made where none is given.
            servers: Its servers, by view, configuration id or host name.
            description: What it is.
            wave: The migration wave that it belongs to.

        Raises:
            ValueError: An id or a name that the repository already has, a server that it
                doesn't have, or a host name of several.
        """
        said = {
            "name": name,
            "configuration_id": configuration_id,
            "description": description,
            "wave": wave,
            "servers": _ids(servers),
        }
        with self._changing():
            id_ = seed_application(self._world, self._store, said).configuration_id
            return view_application(self._store, id_)

    def load(self, estate: str | PathLike[str] | Mapping[str, Any]) -> None:
        """Seed a whole estate: servers, applications, streams and tasks.

        Servers without an id are added again each time.

        Args:
            estate: A YAML or JSON file, or what such a file holds; `schemas/hub/estate.json` says
                what that is.

        Raises:
            ValueError: What the schema refuses, names what isn't there, or adds what is there; it
                says where. Nothing is seeded then.
        """
        __tracebackhide__ = True
        checked = read_estate(estate)
        with self._changing():
            check_estate(self._store, checked)
            seed_estate(self._world, self._store, checked)

    def import_source(self, url: str, csv: str | PathLike[str]) -> None:
        """Say what an import finds at a URL.

        Args:
            url: The importUrl of StartImportTask.
            csv: A file in AWS's import format (a path object, or a text that ends in `.csv`), or
                its text.
        """
        is_path = isinstance(csv, PathLike) or (csv.endswith(".csv") and "\n" not in csv)
        self.import_text(url, Path(csv).read_text(encoding="utf-8") if is_path else str(csv))

    def import_text(self, url: str, csv: str) -> None:
        """Say what an import finds at a URL, by the text of the file alone."""
        with self._changing():
            self._world.import_sources[url] = csv


def _ids(servers: Iterable[ServerView | str]) -> list[str]:
    if isinstance(servers, str):
        raise ValueError(f"servers: a list of servers, not the text {servers!r}")
    return [one if isinstance(one, str) else one.configuration_id for one in servers]
