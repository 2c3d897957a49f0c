"""Verifies Signature Version 4 with botocore's own signer, from the request as it was received."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_mgh.access.authentication import refuse_unknown_key
from pytest_mgh.errors import AuthenticationError

if TYPE_CHECKING:
    from pytest_mgh.access.authentication import Authorization
    from pytest_mgh.access.credential import Credential
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.protocol.messages import WireRequest

VALIDITY = 5 * 60.0
"""Seconds by which the time of a signature may differ from the wall clock's."""

_UNSIGNED = "UNSIGNED-PAYLOAD"
_TIME = "%Y%m%dT%H%M%SZ"


def verify(
    request: WireRequest, principal: Principal | None, authorization: Authorization, service: str
) -> None:
    """Refuse a request that its caller did not sign as it stands.

    Args:
        request: The request as it was received.
        principal: Whose access key signed it; `None` for a key that the hub did not give out.
        authorization: What its Authorization header says.
        service: The name that the service signs by.

    Raises:
        AuthenticationError: `UnrecognizedClientException` for a key or a token that the hub did
            not give out, else `InvalidSignatureException`.
    """
    headers, credential = request.headers, authorization.credential
    if principal is None or headers.get("x-amz-security-token") != principal.token:
        refuse_unknown_key()
    if credential.service != service:
        _refuse(f"Credential should be scoped to correct service: '{service}'.")
    signed = authorization.signed_headers
    _check_signed_headers(headers, signed)
    stamp = headers["x-amz-date" if "x-amz-date" in headers else "date"]
    _check_time(stamp, credential)
    _check_body(request)
    expected = _signature(request, signed, stamp, credential, principal)
    if not hmac.compare_digest(expected.encode(), authorization.signature.encode()):
        _refuse(
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. "
            "Consult the service documentation for details."
        )


def _check_signed_headers(headers: Mapping[str, str], signed: list[str]) -> None:
    """Refuse unsigned headers that change the meaning of the request."""
    meaningful = [name for name in headers if name.startswith("x-amz-")] + ["host"]
    unsigned = sorted(name for name in meaningful if name not in signed)
    if "x-amz-date" not in headers and "date" not in signed:
        unsigned.append("date")
    if unsigned:
        _refuse(f"'{', '.join(unsigned)}' must be a 'SignedHeader' in the AWS Authorization.")
    absent = [name for name in signed if name not in headers and name != "host"]
    if absent:
        _refuse(f"Signed headers are absent: {', '.join(absent)}.")


def _check_time(stamp: str, credential: Credential) -> None:
    try:
        signed = datetime.strptime(stamp, _TIME).replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        _refuse(f"Date must be in ISO-8601 'basic format'. Got '{stamp}'.")
    if credential.date != stamp[:8]:
        _refuse(
            f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            f"HTTP: '{credential.date}' != '{stamp[:8]}', from '{stamp}'."
        )
    # Clients sign by the wall clock, which the hub's own clock may be ahead of.
    now = time.time()
    if abs(now - signed) > VALIDITY:
        state = "expired" if signed < now else "not yet current"
        current = datetime.fromtimestamp(now, timezone.utc).strftime(_TIME)
        _refuse(f"Signature {state}: {stamp} is not within 5 min. of {current}.")


def _check_body(request: WireRequest) -> None:
    """Refuse a body that is not the one whose hash is signed; unsigned payloads have none."""
    claimed = request.headers.get("x-amz-content-sha256")
    if claimed not in (None, _UNSIGNED, hashlib.sha256(request.body).hexdigest()):
        _refuse("The hash of the payload does not match 'x-amz-content-sha256'.")


def _signature(
    request: WireRequest,
    signed: list[str],
    stamp: str,
    credential: Credential,
    principal: Principal,
) -> str:
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    class Verifier(SigV4Auth):
        """Signs every header that the caller signed, also those that botocore leaves out."""

        def headers_to_sign(self, request: AWSRequest) -> Any:
            headers: Any = super().headers_to_sign(request)
            for name, value in request.headers.items():
                if name not in headers:
                    headers[name] = value
            return headers

    signer = Verifier(
        Credentials(principal.access_key, principal.secret), credential.service, credential.region
    )
    headers = {name: request.headers[name] for name in signed if name in request.headers}
    copy = AWSRequest(request.method, request.url, headers=headers, data=request.body)
    copy.context["timestamp"] = stamp
    canonical = signer.canonical_request(copy)
    return str(signer.signature(signer.string_to_sign(copy, canonical), copy))


def _refuse(message: str) -> NoReturn:
    raise AuthenticationError("InvalidSignatureException", message)
