"""Archives that the server serves without a token: their URLs are signed."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
import zipfile
from typing import Any

import boto3
import pytest
from fetching import FETCHES

from pytest_mgh import MigrationHub
from pytest_mgh.server.serving import HubServer


def export(server: HubServer) -> str:
    """Export the estate through a server; return the URL that its client is given."""
    ads: Any = boto3.client(
        "discovery",
        "us-west-2",
        endpoint_url=server.url,
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )
    ads.start_export_task()
    (row,) = ads.describe_export_tasks()["exportsInfo"]
    url: str = row["configurationsDownloadUrl"]
    return url


@pytest.mark.parametrize("options", [{}, {"control": False}, {"token": "secret"}])
def test_a_url_of_the_server_can_be_fetched(mgh: MigrationHub, options: dict[str, Any]) -> None:
    mgh.add_server("web-1")
    with HubServer(mgh, **options) as server:
        url = export(server)
        assert url.startswith(f"{server.url}/_mgh/downloads/")
        with urllib.request.urlopen(url) as answer:
            assert answer.headers["content-type"] == "application/zip"
            archive = zipfile.ZipFile(io.BytesIO(answer.read()))

    assert archive.namelist() == [*mgh.exports[0].files]
    assert b"web-1" in archive.read("Servers.csv")


@pytest.mark.parametrize("fetch", FETCHES)
def test_every_client_fetches_the_same_archive(mgh: MigrationHub, fetch: Any) -> None:
    with HubServer(mgh) as server:
        archive = zipfile.ZipFile(io.BytesIO(fetch(export(server))))

    assert {name: archive.read(name).decode() for name in archive.namelist()} == mgh.exports[
        0
    ].files


@pytest.mark.parametrize(
    ("method", "change", "status"),
    [
        ("GET", lambda url: url[:-1], 403),
        ("GET", lambda url: url.replace(".zip", ".tar"), 403),
        ("GET", lambda url: url.partition("?")[0], 403),
        ("POST", lambda url: url, 405),
    ],
)
def test_an_unknown_archive_is_refused(
    mgh: MigrationHub, method: str, change: Any, status: int
) -> None:
    with HubServer(mgh) as server:
        request = urllib.request.Request(change(export(server)), method=method)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)

        assert refused.value.code == status
        refused.value.close()
