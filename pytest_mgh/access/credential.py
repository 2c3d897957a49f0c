"""The credential scope of a Signature Version 4: whose key, and for which Region and service."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from pytest_mgh.errors import AuthenticationError


class Credential(NamedTuple):
    """The credential scope of a signature."""

    access_key: str
    date: str
    region: str
    service: str


@lru_cache(maxsize=256)
def read_credential(text: str) -> Credential:
    """Read a credential: key/date/Region/service/aws4_request; a key may hold slashes.

    Raises:
        AuthenticationError: `IncompleteSignatureException`.
    """
    parts = text.rsplit("/", 4)
    if len(parts) < 5 or parts[-1] != "aws4_request":
        raise AuthenticationError(
            "IncompleteSignatureException",
            "Credential must have exactly 5 slash-delimited elements, "
            f"e.g. keyid/date/region/service/term, got '{text}'",
        )
    return Credential(*parts[:4])
