"""The signers of botocore's clients, and whose credentials they sign with."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from botocore.credentials import Credentials, RefreshableCredentials
from botocore.signers import RequestSigner

from pytest_mgh.access.moto_iam import moto_is_mocking
from pytest_mgh.access.principals import FAKE_CREDENTIALS

if TYPE_CHECKING:
    from botocore.model import OperationModel

# ruff: noqa: SLF001 (botocore has no public way to a client's signer, nor to its credentials)


def handler_owners(emitter: Any, event: str) -> list[Any]:
    """Return the objects whose methods handle an event of a client."""
    handlers = getattr(emitter, "_emitter", emitter)._handlers.prefix_search(event)
    return [getattr(handler, "__self__", None) for handler in handlers]


def find_signer(emitter: Any, operation: OperationModel) -> RequestSigner | None:
    """Return the signer of a client, which handles the event of a request that is made."""
    service = operation.service_model.service_id.hyphenize()
    for owner in handler_owners(emitter, f"request-created.{service}.{operation.name}"):
        if isinstance(owner, RequestSigner):
            return owner
    return None


def has_fakes(signer: Any) -> bool:
    """Whether a client has the credentials that a mock put into the environment."""
    # The attribute without underscore of those that can be refreshed would refresh them.
    has = getattr(getattr(signer, "_credentials", None), "__dict__", {})
    key = FAKE_CREDENTIALS["AWS_ACCESS_KEY_ID"]
    return key in (has.get("access_key"), has.get("_access_key"))


def lend_fakes(signer: Any, request: Any) -> None:
    """Let one request be signed with fakes, if its client has no credentials or would fetch some.

    What moto answers may be fetched.
    """
    credentials = signer._credentials
    if credentials is None or (
        isinstance(credentials, RefreshableCredentials)
        and credentials.refresh_needed()
        and not moto_is_mocking()
    ):
        signing = request["context"].setdefault("signing", {})
        signing["request_credentials"] = _fakes_for(signer)


def _fakes_for(signer: Any) -> Credentials:
    if inspect.iscoroutinefunction(signer.sign):  # aiobotocore's, which awaits its credentials
        from aiobotocore.credentials import AioCredentials

        fakes: Credentials = AioCredentials(*FAKE_CREDENTIALS.values())
        return fakes
    return Credentials(*FAKE_CREDENTIALS.values())
