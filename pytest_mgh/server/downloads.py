"""Serves the archives that the service hands out URLs of: signed, so that no token is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from pytest_mgh.hub.downloads import DOWNLOADS
from pytest_mgh.server.answers import refusal
from pytest_mgh.services.discovery.downloads import SIGNATURE

if TYPE_CHECKING:
    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.transports.http import Receive, Scope, Send


def is_download(scope: Scope) -> bool:
    """Whether a request is for an archive."""
    path: str = scope["path"]
    return scope["type"] == "http" and path.startswith(f"{DOWNLOADS}/")


class Downloads:
    """The ASGI application that serves a hub's archives."""

    def __init__(self, hub: MigrationHub) -> None:
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        response = await self._answer(Request(scope))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return refusal(405, f"{request.method}: archives only support GET")
        path = request.url.path.removeprefix(f"{DOWNLOADS}/")
        signature = request.query_params.get(SIGNATURE, "")
        content = await run_in_threadpool(self._hub.download, path, signature)
        if content is None:
            return refusal(403, "there is no archive at this URL, or the signature is wrong")
        return Response(content, media_type="application/zip")
