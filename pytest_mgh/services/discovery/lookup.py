"""Finding what a request names in the discovery repository."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NoReturn

from pytest_mgh.errors import ServiceError
from pytest_mgh.services.service import DISCOVERY

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Application, Server
    from pytest_mgh.state.repository import Repository


def refuse_value(message: str) -> NoReturn:
    """Refuse a value that names nothing or is out of range."""
    DISCOVERY.refuse_input(message)


def find_application(repository: Repository, id_: str) -> Application:
    """Return an application of the repository."""
    return repository.applications.get(id_) or refuse_value(f"Application '{id_}' does not exist.")


def find_servers(repository: Repository, ids: Iterable[str]) -> list[Server]:
    """Return servers of the repository, each once."""
    return [
        repository.servers.get(id_) or refuse_value(f"'{id_}' is not the id of a server.")
        for id_ in dict.fromkeys(ids)
    ]


def find_items(repository: Repository, ids: Iterable[str]) -> list[Server | Application]:
    """Return servers and applications of the repository, each once.

    Raises:
        ServiceError: `ResourceNotFoundException`, which the operations on tags declare.
    """
    items: list[Server | Application] = []
    for id_ in dict.fromkeys(ids):
        item = repository.servers.get(id_) or repository.applications.get(id_)
        if item is None:
            raise ServiceError(
                "ResourceNotFoundException", f"Configuration item '{id_}' does not exist."
            )
        items.append(item)
    return items
