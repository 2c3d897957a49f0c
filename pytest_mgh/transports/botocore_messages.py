"""Requests and responses as botocore has them, and as the hub has them."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse

if TYPE_CHECKING:
    from pytest_mgh.protocol.messages import WireResponse


class RequestHeaders(Mapping[str, str]):
    """A request's headers as text, read one by one: botocore holds some as bytes."""

    __slots__ = ("_headers",)

    def __init__(self, headers: Any) -> None:
        self._headers = headers

    def __getitem__(self, name: str) -> str:
        value: str | bytes = self._headers[name]
        return value.decode("latin-1") if isinstance(value, bytes) else value

    def __iter__(self) -> Iterator[str]:
        return (name.lower() for name in self._headers)

    def __len__(self) -> int:
        return len(self._headers)


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
    """What stands for the connection's own response."""

    def __init__(self, response: WireResponse) -> None:
        self._body = response.body
        self.raw_headers = [
            (name.encode(), value.encode()) for name, value in response.headers.items()
        ]

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body

    def read(self, *_: Any) -> bytes:
        return self._body
