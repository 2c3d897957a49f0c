"""Pages of a list, and the tokens that lead from one to the next."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import marshal
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_mgh.errors import ServiceError

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Result

Key = TypeVar("Key")

TOKEN_LIFETIME = 24 * 60 * 60.0
"""Seconds after which a token of the operations that say so is refused (A16)."""

_SEAL = 12  # bytes


def paged(
    call: Call,
    member: str,
    keys: Callable[[Key | None], Iterator[Key]],
    row: Callable[[Key], dict[str, Any]],
) -> Result:
    """Return the page of a list that the call asks for.

    A token holds the last key of its page, not an offset, so that the next page begins where this
    one ended whatever was added or removed meanwhile. It is sealed together with the operation,
    account, Region and arguments that it was made for; only the page size may change.

    A page reads its own keys and one more, so that it costs the same however long the list is.

    Args:
        call: The call that asks for the page.
        member: What the result calls the list.
        keys: Gives the keys behind one, in order; all of them for `None`.
        row: Makes the row of a key.
    """
    service = call.service
    size: int = call.request.get(service.page_size_member) or call.operation.page_size
    page = list(islice(keys(open_token(call)), size + 1))
    result: Result = {member: [row(key) for key in page[:size]]}
    if len(page) > size:  # a token only if there are more (A17)
        result[service.token_member] = _seal(call, page[size - 1])
    return result


def _seal(call: Call, key: Any) -> str:
    # marshal is the most compact: the longest names must fit the model's 2048 characters.
    content = marshal.dumps((call.now, key))
    return base64.b64encode(_signature(call, content) + content).decode()


def open_token(call: Call) -> Any:
    """Return the key that the request's token holds; `None` without one.

    Raises:
        ServiceError: The service's invalid input for a token that it did not give for this call;
            `InvalidToken` for one that has expired.
    """
    service = call.service
    token = call.request.get(service.token_member)
    if not token:  # an empty one asks for the first page: the documents' own sample sends it (X12)
        return None
    try:
        sealed = base64.b64decode(token)
    except ValueError:  # no base64, or no ASCII
        sealed = b""
    if base64.b64encode(sealed).decode() != token:
        sealed = b""  # decoding overlooks what is not of the alphabet, or behind the end
    signature, content = sealed[:_SEAL], sealed[_SEAL:]
    if not hmac.compare_digest(signature, _signature(call, content)):
        service.refuse_input(
            f"{service.token_member} is not a token that {call.operation.name} gave "
            "for these arguments."
        )
    made, key = marshal.loads(content)  # sealed, so it is what _seal wrote
    if call.operation.tokens_expire and call.now > made + TOKEN_LIFETIME:
        raise ServiceError(
            "InvalidToken", f"{service.token_member} has expired; a token lasts 24 hours."
        )
    return key


def _signature(call: Call, content: bytes) -> bytes:
    service = call.service
    unbound = {service.token_member, service.page_size_member}
    arguments = {name: value for name, value in call.request.items() if name not in unbound}
    bound = json.dumps(
        [service.name, call.operation.name, call.principal.account_id, call.region, arguments],
        sort_keys=True,
    ).encode()
    key = call.hub.token_secret
    return hashlib.blake2b(bound + b"\n" + content, key=key, digest_size=_SEAL).digest()
