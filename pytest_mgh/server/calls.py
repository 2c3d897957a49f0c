"""Calls to the services: each is logged, and whatever happens is answered."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from pytest_mgh.errors import NotSimulatedError, TransportFault
from pytest_mgh.protocol.wire import encode_refusal

if TYPE_CHECKING:
    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.protocol.messages import WireRequest, WireResponse

LOG = logging.getLogger("pytest_mgh.server")
"""Has a line for every call (INFO), and the traceback of what fails unexpectedly (ERROR)."""

_FAILED = "Internal error in pytest-mgh: the server's log has the cause. Please report it."


def answer_call(hub: MigrationHub, request: WireRequest) -> WireResponse:
    """Answer a request to a service.

    Raises:
        NotSimulatedError: An operation that AWS has and the hub does not simulate.
        TransportFault: The test asked for a failure of the connection.
    """
    operation = request.headers.get("x-amz-target", "no target").rpartition(".")[2]
    try:
        response = hub.answer(request)
    except (NotSimulatedError, TransportFault) as failure:
        LOG.info("%s %s %s", request.source_ip, operation, failure)
        raise
    except Exception:
        LOG.exception("pytest-mgh failed on %s", operation)
        response = encode_refusal(500, "InternalFailure", _FAILED)
    if LOG.isEnabledFor(logging.INFO):
        LOG.info("%s %s %s", request.source_ip, operation, _outcome(response))
    return response


def _outcome(response: WireResponse) -> str:
    """Return a response in one line; a successful one is only its status."""
    if response.status == 200:
        return "200"
    return f"{response.status} {' '.join(response.body.decode().split())}"
