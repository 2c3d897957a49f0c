"""Reports whether the server answers, for clients that wait for it and for containers."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pytest_mgh.server.answers import Json
from pytest_mgh.services.service import SERVICES

if TYPE_CHECKING:
    from starlette.responses import Response

HEALTH = "/_mgh/health"


def describe_health(*, moto: bool = False) -> dict[str, Any]:
    """Return what a server reports about itself.

    Args:
        moto: Whether moto answers other services.
    """
    return {
        "status": "ok",
        "version": version("pytest-mgh"),
        "services": [service.name for service in SERVICES.values()],
        "moto": moto,
    }


def health(*, moto: bool) -> Response:
    """Return the answer."""
    return Json(describe_health(moto=moto), headers={"cache-control": "no-store"})
