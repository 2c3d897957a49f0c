"""Finds the caller and the Region in the credential scope of a signed request."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_mgh.errors import AuthenticationError

if TYPE_CHECKING:
    from pytest_mgh.context import Call

_PARAMETER = re.compile(r"\b(Credential|SignedHeaders|Signature)=([^,\s]+)")
_PARAMETERS = ("Credential", "Signature", "SignedHeaders")


def authenticate(call: Call) -> None:
    """Set the call's principal and Region.

    Raises:
        AuthenticationError: `MissingAuthenticationTokenException`, or
            `IncompleteSignatureException` that names what is missing.
    """
    headers = call.wire.headers
    authorization = headers.get("authorization", "")
    if not authorization:
        raise AuthenticationError(
            "MissingAuthenticationTokenException", "Missing Authentication Token"
        )
    parameters = dict(_PARAMETER.findall(authorization))
    missing = [
        f"Authorization header requires '{name}' parameter."
        for name in _PARAMETERS
        if name not in parameters
    ]
    if "x-amz-date" not in headers and "date" not in headers:
        missing.append(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        )
    if missing:
        raise AuthenticationError(
            "IncompleteSignatureException", f"{' '.join(missing)} Authorization={authorization}"
        )
    call.region = _region(parameters["Credential"])
    call.principal = call.world.default_principal


@lru_cache(maxsize=256)
def _region(credential: str) -> str:
    """Return the Region of a credential scope: key/date/Region/service/aws4_request."""
    scope = credential.split("/")[-4:]
    if len(scope) < 4 or scope[-1] != "aws4_request":
        raise AuthenticationError(
            "IncompleteSignatureException",
            "Credential must have exactly 5 slash-delimited elements, "
            f"e.g. keyid/date/region/service/term, got '{credential}'",
        )
    return scope[1]
