"""Finds the caller and the Region in the credential scope of a signed request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pytest_mgh.access.credential import read_credential
from pytest_mgh.access.moto_credentials import find_assumed_role
from pytest_mgh.errors import AuthenticationError

if TYPE_CHECKING:
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.services.call import Call
    from pytest_mgh.state.world import World

_ALGORITHM = "AWS4-HMAC-SHA256"
_PARAMETER = re.compile(r"(?:^|[\s,])(Credential|SignedHeaders|Signature)=([^,\s]*)")
_PARAMETERS = ("Credential", "Signature", "SignedHeaders")


def authenticate(call: Call) -> None:
    """Set the call's principal and Region; check the signature where the hub verifies them.

    Raises:
        AuthenticationError: `MissingAuthenticationTokenException`; `IncompleteSignatureException`
            that names what is missing; `UnrecognizedClientException` or
            `InvalidSignatureException` where signatures are verified.
    """
    headers = call.wire.headers
    authorization = headers.get("authorization", "")
    if not authorization:
        raise AuthenticationError(
            "MissingAuthenticationTokenException", "Missing Authentication Token"
        )
    parameters = _parameters(authorization, headers)
    credential = read_credential(parameters["Credential"])
    call.region = credential.region
    principal = find_principal(call.world, credential.access_key)
    if call.settings.verify_signatures:
        from pytest_mgh.access.signatures import verify

        verify(call, principal, credential, parameters)
    call.principal = principal or call.world.default_principal


def find_principal(world: World, access_key: str) -> Principal | None:
    """Return the caller of an access key: one of the hub, or a role that moto let assume."""
    principal = world.principals.get(access_key)
    if principal is None:
        principal = world.assumed_roles.get(access_key) or find_assumed_role(access_key)
        if principal is None:
            return None
        world.assumed_roles[access_key] = principal
        known = world.role(principal.account_id, principal.name)
        if known is not None:
            principal.policies, principal.tags = known.policies, known.tags
    return principal


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
