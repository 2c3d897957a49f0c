"""Where this process serves the archives that the service hands out URLs of."""

from __future__ import annotations

from pytest_mgh.hub.clients import urls_of
from pytest_mgh.state.process import PROCESS

DOWNLOADS = "/_mgh/downloads"
"""Where a server of a hub's has them."""


def downloads_url(hub: object) -> str | None:
    """Return the URL before an archive's path: a server's, else the mock's, if there is one."""
    if urls_of(hub):
        return urls_of(hub)[0] + DOWNLOADS
    if PROCESS.mock is not None and PROCESS.mock.hub is hub:
        url: str | None = PROCESS.mock.downloads.open()
        return url
    return None
