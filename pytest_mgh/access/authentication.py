"""Reads who signed a request, and for which Region, from its Authorization header."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
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
    text = headers.get("authorization", "")
    if not text:
        raise AuthenticationError(
            "MissingAuthenticationTokenException", "Missing Authentication Token"
        )
    if "x-amz-date" in headers:
        scope, name, signature = text.rpartition("Signature=")
        if name and signature.isalnum() and (known := _read_scope(scope)) is not None:
            return Authorization(*known, signature)
    parameters = _parameters(text, headers)
    return Authorization(
        read_credential(parameters["Credential"]),
        parameters["SignedHeaders"].split(";"),
        parameters["Signature"],
    )


@lru_cache(maxsize=256)
def _read_scope(text: str) -> tuple[Credential, list[str]] | None:
    """Read the part before the signature, if that comes last: nearly every call has the same one.

    Returns:
        `None` for what is not whole without the signature.
    """
    algorithm, _, rest = text.partition(" ")
    parameters = _PARAMETER.findall(rest)
    names = sorted(name for name, value in parameters if value)
    if algorithm != _ALGORITHM or names != ["Credential", "SignedHeaders"] or text[-1] not in ", ":
        return None
    values = dict(parameters)
    return read_credential(values["Credential"]), values["SignedHeaders"].split(";")


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
