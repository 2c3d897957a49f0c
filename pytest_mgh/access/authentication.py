"""Reads who signed a request, and for which Region, from its Authorization header."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, NoReturn

from pytest_mgh.access.credential import Credential, read_credential
from pytest_mgh.errors import COMMON_ERRORS, AuthenticationError

_ALGORITHM = "AWS4-HMAC-SHA256"
_PARAMETER = re.compile(r"(?:^|[\s,])(Credential|SignedHeaders|Signature)=([^,\s]*)")
_PARAMETERS = ("Credential", "Signature", "SignedHeaders")


class Authorization(NamedTuple):
    """What an Authorization header says."""

    credential: Credential
    signed_headers: list[str]
    signature: str


def read_authorization(headers: Mapping[str, str]) -> Authorization:
    """Read the Authorization header of a request.

    Raises:
        AuthenticationError: `MissingAuthenticationTokenException`, or
            `IncompleteSignatureException` that names what is missing.
    """
    authorization = headers.get("authorization", "")
    if not authorization:
        raise AuthenticationError(
            "MissingAuthenticationTokenException", "Missing Authentication Token"
        )
    parameters = _parameters(authorization, headers)
    return Authorization(
        read_credential(parameters["Credential"]),
        parameters["SignedHeaders"].split(";"),
        parameters["Signature"],
    )


def refuse_unknown_key() -> NoReturn:
    """Refuse an access key, or a token, that nobody has.

    Raises:
        AuthenticationError: `UnrecognizedClientException`.
    """
    code = "UnrecognizedClientException"
    raise AuthenticationError(code, COMMON_ERRORS[code].message)


def refuse_expired_token() -> NoReturn:
    """Refuse a caller whose session has ended.

    Raises:
        AuthenticationError: `ExpiredTokenException`.
    """
    code = "ExpiredTokenException"
    raise AuthenticationError(code, COMMON_ERRORS[code].message)


def _parameters(authorization: str, headers: Mapping[str, str]) -> dict[str, str]:
    algorithm, _, rest = authorization.partition(" ")
    parameters = dict(_PARAMETER.findall(rest)) if algorithm == _ALGORITHM else {}
    missing = [
        f"Authorization header requires '{name}' parameter."
        for name in _PARAMETERS
        if not parameters.get(name)
    ]
    if "x-amz-date" not in headers and "date" not in headers:
        missing.append(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        )
    if missing:
        raise AuthenticationError(
            "IncompleteSignatureException", f"{' '.join(missing)} Authorization={authorization}"
        )
    return parameters
