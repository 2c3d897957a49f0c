"""The console page, and the data that it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from pytest_mgh.hub import MigrationHub


def console_routes(hub: MigrationHub) -> list[Route]:
    """Return the routes of the console page."""

    async def page(_: Request) -> Response:
        return HTMLResponse(f"<title>{hub!r}</title>")

    return [Route("/", page)]
