"""Pages of a list, and the tokens that lead from one to the next."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import marshal
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pytest_mgh.errors import ServiceError
from pytest_mgh.protocol.validation import read_request

if TYPE_CHECKING:
    from pytest_mgh.services.call import Call

Key = TypeVar("Key")

TOKEN_LIFETIME = 24 * 60 * 60.0
"""Seconds after which a token of the operations that say so is refused (A16)."""

_SEAL = 12  # bytes


class Page(Generic[Key]):
    """One page of a list that is ordered by key.

    A token holds the last key of its page, not an offset, so that the next page begins where this
    one ended whatever was added or removed meanwhile. It is sealed together with the operation,
    account, Region and arguments that it was made for; only the page size may change.

    Args:
        call: The call that asks for the page.
        most: The documented greatest page size, also the default one.
        expires: Whether tokens expire after `TOKEN_LIFETIME` (A16).

    Raises:
        ServiceError: The service's invalid input for a token that it did not give for this call;
            `InvalidToken` for one that has expired.
    """

    def __init__(self, call: Call, *, most: int, expires: bool = False) -> None:
        service = call.operation.service
        self._call = call
        self._token_member = service.token_member
        self.size: int = call.request.get(service.page_size_member) or most
        token = call.request.get(service.token_member)
        # An empty token asks for the first page: the documentation's own sample sends one (X12).
        self.start: Key | None = self._open(token, expires=expires) if token else None
        self._next: Key | None = None

    def take(self, keys: Iterator[Key]) -> list[Key]:
        """Take the keys of this page from those behind `start`."""
        taken = list(islice(keys, self.size + 1))
        if len(taken) > self.size:
            taken.pop()
            self._next = taken[-1]
        return taken

    def answer(self, member: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Return the result: the rows, and a token if there are more (A17)."""
        result: dict[str, Any] = {member: rows}
        if self._next is not None:
            result[self._token_member] = self._seal(self._next)
        return result

    def _seal(self, key: Key) -> str:
        # marshal is the most compact: the longest names must fit the model's 2048 characters.
        content = marshal.dumps((self._call.now, key))  # type: ignore[arg-type]  # keys are plain
        return base64.b64encode(self._signature(content) + content).decode()

    def _open(self, token: str, *, expires: bool) -> Key:
        try:
            sealed = base64.b64decode(token)
        except ValueError:  # no base64, or no ASCII
            sealed = b""
        if base64.b64encode(sealed).decode() != token:
            sealed = b""  # decoding overlooks what is not of the alphabet, or behind the end
        signature, content = sealed[:_SEAL], sealed[_SEAL:]
        if not hmac.compare_digest(signature, self._signature(content)):
            self._call.operation.service.refuse_input(
                f"{self._token_member} is not a token that {self._call.operation.name} gave "
                "for these arguments."
            )
        made, key = marshal.loads(content)  # sealed, so it is what _seal wrote
        if expires and self._call.now > made + TOKEN_LIFETIME:
            raise ServiceError(
                "InvalidToken", f"{self._token_member} has expired; a token lasts 24 hours."
            )
        restored: Key = key
        return restored

    def _signature(self, content: bytes) -> bytes:
        call, service = self._call, self._call.operation.service
        unbound = {service.token_member, service.page_size_member}
        # Members that the model doesn't know are no arguments; a good request still has them.
        request = read_request(service.name, call.operation.name, call.request)
        arguments = {name: value for name, value in request.items() if name not in unbound}
        bound = json.dumps(
            [service.name, call.operation.name, call.account.account_id, call.region, arguments],
            sort_keys=True,
        ).encode()
        key = call.world.token_secret
        return hashlib.blake2b(bound + b"\n" + content, key=key, digest_size=_SEAL).digest()
