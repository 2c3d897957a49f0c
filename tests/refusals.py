"""The error that a client raises for a refused call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError


@contextmanager
def refused(code: str, match: str | None = None) -> Iterator[Any]:
    """Expect one error: `with refused("InvalidInputException", "home region"): ...`."""
    with pytest.raises(ClientError, match=match) as caught:
        yield caught
    assert caught.value.response["Error"]["Code"] == code


def refusal(call: Callable[[], Any]) -> tuple[str, str]:
    """Return code and message of a call that is refused."""
    error = refused_response(call)["Error"]
    return error["Code"], error["Message"]


def refused_response(call: Callable[[], Any]) -> Any:
    """Return the whole response of a call that is refused."""
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response


def outcome(call: Callable[[], Any]) -> str:
    """Return `ok`, the code of the service's error, or the name of botocore's own."""
    try:
        call()
    except ClientError as error:
        code: str = error.response["Error"]["Code"]
        return code
    except BotoCoreError as error:
        return type(error).__name__
    return "ok"
