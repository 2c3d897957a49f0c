"""Calls that would reach AWS: which of them are refused, and why."""

from __future__ import annotations

import os
from typing import Any, NoReturn

from pytest_mgh.errors import RealCallError
from pytest_mgh.state.process import PROCESS
from pytest_mgh.transports.hosts import is_aws_host, is_loopback, is_service_host

_WAYS = "the fixture mgh, @pytest.mark.mgh, @mock_mgh or `with mock_mgh()`"


def check_client(emitter: Any, operation: Any, host: str) -> None:
    """Refuse the call of a client, if it must not be made, while no mock is active.

    A client of a mock calls this machine only; where real calls are blocked, no client calls AWS.

    Args:
        emitter: The client's event emitter.
        operation: The model of the operation that it calls.
        host: Whom it calls.

    Raises:
        RealCallError: It must not; the message says why, and what to do.
    """
    if is_loopback(host):
        return
    from pytest_mgh.transports.signers import find_signer, has_fakes

    call = f"{operation.service_model.service_name} {operation.name}"
    maker = PROCESS.client_makers.get(emitter)
    if maker is not None or has_fakes(find_signer(emitter, operation)):
        test = f" in {maker}" if maker else ""
        _refuse(
            f"{call} would reach AWS: its client was made{test} inside a Migration Hub mock, "
            f"which has ended. Make the client where it is used, or activate the mock there: "
            f"{_WAYS}."
        )
    if PROCESS.real_calls_blocked and is_aws_host(host):
        _refuse(f"{call} would reach AWS: no Migration Hub mock is active. {_remedy()}")


def check_host(host: Any) -> None:
    """Refuse to look up a service's host, while a mock is active or real calls are blocked.

    Raises:
        RealCallError: A library that the mock does not answer is about to call it.
    """
    is_mocked = PROCESS.mock is not None
    if not is_mocked and not PROCESS.real_calls_blocked:
        return
    name = host.decode("latin-1") if isinstance(host, bytes) else host
    if not isinstance(name, str) or not is_service_host(name):
        return
    if is_mocked:
        _refuse(
            f"a call to {name} would reach AWS from inside a Migration Hub mock: the mock "
            "answers botocore's clients, and with requests=True the library requests. Give "
            "other libraries and processes the URL of the fixture mgh_server."
        )
    _refuse(f"a call to {name} would reach AWS: no Migration Hub mock is active. {_remedy()}")


def _remedy() -> str:
    """Return a sentence that names the test and says what to do."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
    lacking = f"{test} does not use the fixture mgh. " if test else ""
    return (
        f"{lacking}Activate the mock for it: {_WAYS}; or let real calls through, with "
        "mgh_block_real_calls = false in pytest's configuration or "
        "@pytest.mark.mgh_block_real_calls(False)."
    )


def refuse_late(call: str) -> NoReturn:
    """Refuse a call that was under way when its mock ended.

    Raises:
        RealCallError: Always.
    """
    _refuse(
        f"{call} would reach AWS: the Migration Hub mock that it began in has ended. Wait "
        "inside the mock for the calls of threads and tasks."
    )


def _refuse(message: str) -> NoReturn:
    if PROCESS.refusals is not None:
        PROCESS.refusals[message] = None
    raise RealCallError(message)
