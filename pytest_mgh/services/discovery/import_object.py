"""The object that an import reads: what its URL names, and where its content comes from."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pytest_mgh.access.moto_iam import moto_is_active

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Hub

_HOST = re.compile(
    r"(?:(?P<bucket>.+)\.)?s3(?:[.-](?:dualstack\.)?(?P<region>[a-z]{2}-[a-z0-9-]+))?"
    r"\.amazonaws\.com(?:\.cn)?"
)

_URL = re.compile(r"\S+://\S+/.*\S.*", re.DOTALL)


def check_url(url: str) -> None:
    """Raise `ValueError` for what StartImportTask refuses as an importUrl."""
    __tracebackhide__ = True
    if not _URL.fullmatch(url):
        raise ValueError(f"url={url!r}: must be the URL of a file, such as 's3://bucket/wave.csv'")


def object_of(url: str) -> str:
    """Return `s3://bucket/key` for every form of a URL of an S3 object, presigned ones too.

    The URL of anything else stays as it is, but for its query.
    """
    scheme, _, rest = url.partition("://")
    if scheme.lower() == "s3":
        return f"s3://{rest}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = _HOST.fullmatch((parts.hostname or "").lower())
    if host is None:
        return url.partition("?")[0]
    path = unquote(parts.path.removeprefix("/"))
    return f"s3://{host['bucket']}/{path}" if host["bucket"] else f"s3://{path}"


def read_object(hub: Hub, url: str) -> bytes | None:
    """Return the content of a URL: what moto's S3 holds, else what the test gave; else `None`."""
    name = object_of(url)
    content = _read_from_moto(name) if name.startswith("s3://") and moto_is_active() else None
    return hub.import_sources.get(name) if content is None else content


def why_unknown(hub: Hub) -> str:
    """Say what a test can do about a URL whose content nobody knows."""
    advice = "give its content with hub.import_source(url, csv)"
    if moto_is_active():
        return f"moto's S3 has no such object: put it there, or {advice}"
    known = ", ".join(sorted(hub.import_sources)[:5])
    return advice + (f"; known: {known}" if known else ", or put it into moto's S3 (mock_aws)")


def _read_from_moto(name: str) -> bytes | None:
    """Return an object of moto's S3, without importing moto."""
    s3 = sys.modules.get("moto.s3.models")
    bucket, _, key = name.removeprefix("s3://").partition("/")
    if s3 is None:
        return None
    for backends in tuple(s3.s3_backends.values()):
        for backend in tuple(backends.values()):
            if bucket in backend.buckets:
                found = backend.get_object(bucket, key)
                return None if found is None else bytes(found.value)
    return None
