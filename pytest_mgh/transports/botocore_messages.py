"""Requests and responses as botocore has them, and as the hub has them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse

if TYPE_CHECKING:
    from pytest_mgh.protocol.messages import WireResponse


def decode_headers(headers: Any) -> dict[str, str]:
    """Return a request's headers as text, by lower-case names; botocore holds some as bytes.

    A look-up in botocore's own mapping takes as long as to read all of them at once.
    """
    try:
        return {
            key._lower: value if type(value) is str else value.decode("latin-1")  # noqa: SLF001
            for key, value in headers._dict.items()  # noqa: SLF001
        }
    except AttributeError:  # another botocore
        items = [(name.lower(), value) for name, value in headers.items()]
        return {
            name: value if isinstance(value, str) else value.decode("latin-1")
            for name, value in items
        }


class ReadyResponse(AWSResponse):
    """A response that botocore reads at once and aiobotocore awaits."""

    def __init__(self, url: str, response: WireResponse) -> None:
        super().__init__(url, response.status, response.headers, _Raw(response))  # type: ignore[arg-type]
        self._content = _AwaitableBytes(response.body)


class _AwaitableBytes(bytes):
    def __await__(self) -> Generator[None, None, bytes]:
        return self
        yield


class _Raw:
    """Stands in for the raw response of the connection."""

    __slots__ = ("_response",)

    def __init__(self, response: WireResponse) -> None:
        self._response = response

    @property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        headers = self._response.headers.items()
        return [(name.encode(), value.encode()) for name, value in headers]

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._response.body

    def read(self, *_: Any) -> bytes:
        return self._response.body
