"""What happened, as CloudTrail records it.

A call leaves a compact `CallRecord`; the CloudTrail record is made from it when it is read.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, overload

from pytest_mgh.access.principals import Principal
from pytest_mgh.cloudtrail.identities import user_identity
from pytest_mgh.errors import KnownAttributes, item_at
from pytest_mgh.protocol.times import EARLIEST, LATEST, iso_text
from pytest_mgh.protocol.values import KEY, REFERENCE, JsonObject, Time, Uuid

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """What a record tells of an operation."""

    event_source: str
    name: Annotated[str, KEY]
    read_only: bool


MAX_PARAMETERS = 100 * 1024
"""Bytes of a request that are recorded; CloudTrail omits a longer one, and says so."""
MAX_TEXT = 1024
"""Characters of an error's message and of a user agent that are recorded, as in CloudTrail."""


def recorded_body(body: bytes) -> bytes:
    """Return what is recorded of a request: all of it, unless it is too long."""
    if len(body) <= MAX_PARAMETERS:
        return body
    reason = "requestParameters too large"
    return json.dumps({"omitted": True, "originalSize": len(body), "reason": reason}).encode()


@dataclass(slots=True)  # not frozen: every call makes one, and a frozen one takes thrice as long
class CallRecord:
    """What is kept of a call: all that its CloudTrail record is made from.

    Attributes:
        time: When it was made, in seconds since the epoch.
        action: What was called.
        principal: By whom.
        access_key: The key that signed it: not the principal's own, where the hub gave out none.
        region: The Region of the endpoint.
        request_id: The id that the answer had.
        body: The request as JSON, without members that its model does not know; see
            `recorded_body`.
        user_agent: What made it.
        source_ip: Where it came from.
        secure: Whether it came over TLS.
        host: The host that it was sent to.
        result: What a write answered; `None` for reads and empty results.
        error: Code and message of the error that it ended with.
    """

    time: Time
    action: Annotated[Action, REFERENCE]
    principal: Annotated[Principal, REFERENCE]
    access_key: str
    region: str
    request_id: Uuid
    body: JsonObject
    user_agent: str
    source_ip: str
    secure: bool = True
    host: str = ""
    result: dict[str, Any] | None = None
    error: tuple[str, str | None] | None = None

    @property
    def outcome(self) -> str:
        """How it ended: "ok", or the code of an error."""
        return "ok" if self.error is None else self.error[0]

    def request_text(self, length: int, value_length: int = 60) -> str:
        """Return the members of the request in one line.

        Args:
            length: Characters of the line, at most.
            value_length: Characters of each value, at most.
        """
        members = (
            f"{name}={_shorten(_readable(name, value), value_length)}"
            for name, value in json.loads(self.body).items()
        )
        return _shorten(", ".join(members), length)

    def line(self, place: str = "") -> str:
        """Return the call in a line: a failed one with its whole request, as far as it fits.

        Args:
            place: Where the call went, if that is worth telling.
        """
        return " ".join(self.parts(place))

    def parts(self, place: str = "") -> tuple[str, str]:
        """Return when the call was made, and the rest of its line."""
        time, name = iso_text(self.time), self.action.name
        outcome = "ok" if self.error is None else ": ".join(filter(None, self.error))
        end = f") by {self.principal.name}{place} -> {_shorten(outcome, 200)}"
        if self.error is None:
            request = self.request_text(_LINE - len(f"{time} {name}({end}"))
        else:
            request = self.request_text(_FAILED_REQUEST, _FAILED_REQUEST)
        return time, f"{name}({request}{end}"

    def record(self) -> Record:
        """Make the CloudTrail record."""
        principal = self.principal
        service = principal.name if principal.type == "AWSService" else None
        record: Record = {
            "eventVersion": "1.11",
            "userIdentity": user_identity(principal, self.access_key),
            "eventTime": iso_text(self.time),
            "eventSource": self.action.event_source,
            "eventName": self.action.name,
            "awsRegion": self.region,
            "sourceIPAddress": service or self.source_ip,
            "userAgent": service or self.user_agent,
            "requestParameters": _lower_camel(json.loads(self.body)) or None,
            "responseElements": _lower_camel(self.result) or None,
            "requestID": self.request_id,
            "eventID": _event_id(self.request_id),
            "readOnly": self.action.read_only,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "eventCategory": "Management",
            "recipientAccountId": principal.account_id,
        }
        if self.error is not None:
            code, message = self.error
            if code in _DENIED:  # logged so, and without what was asked
                code, record["requestParameters"] = "AccessDenied", None
            record["errorCode"] = code
            if message is not None:
                record["errorMessage"] = message
        if self.secure:
            record["tlsDetails"] = {**_TLS, "clientProvidedHostHeader": self.host}
        return record


_DENIED = ("AccessDeniedException", "AuthorizationErrorException")
"""How the services refuse what no policy allows."""

_TLS = {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256"}
"""What a client of today agrees on with AWS."""


_REQUEST = "events.last['requestParameters']"
_REQUESTS = "[event['requestParameters'] for event in events]"
_OF_A_MOCK = {
    "assert_any_call": _REQUESTS,
    "assert_called": "assert events",
    "assert_called_once": "assert len(events) == 1",
    "assert_called_once_with": "(event,) = events, event['requestParameters']",
    "assert_called_with": _REQUEST,
    "assert_has_calls": _REQUESTS,
    "assert_not_called": "assert events == []",
    "call_args": _REQUEST,
    "call_args_list": _REQUESTS,
    "call_count": "len(events)",
    "called": "bool(events)",
    "method_calls": "[event['eventName'] for event in events]",
    "mock_calls": _REQUESTS,
}
"""What takes the place of an attribute of `unittest.mock.Mock`."""


class Events(KnownAttributes, Sequence[Record]):
    """Calls as CloudTrail records, oldest first.

    Args:
        calls: The notes of the calls.
        check_name: Raises `ValueError` for an unknown operation.
        first: The number of the first one, counted from the hub's first call.
        place_of: Returns the place of a call, if it is not the default.
    """

    def __init__(
        self,
        calls: Sequence[CallRecord],
        check_name: Callable[[str], object] = str,
        first: int = 0,
        place_of: Callable[[CallRecord], str] = lambda _: "",
    ) -> None:
        self._calls = calls
        self._check_name = check_name
        self.first = first
        self._place_of = place_of

    def _some(self, calls: Sequence[CallRecord]) -> Events:
        return Events(calls, self._check_name, place_of=self._place_of)

    def __len__(self) -> int:
        return len(self._calls)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Events: ...
    def __getitem__(self, index: int | slice) -> Record | Events:
        if isinstance(index, slice):
            return self._some(self._calls[index])
        __tracebackhide__ = True
        try:
            return item_at("event", self._calls.__getitem__, len(self), index).record()
        except TypeError as error:
            of = ", those of an operation as events.of('ListMigrationTasks')"
            raise TypeError(f"{error}{of}") from None

    if not TYPE_CHECKING:

        def __call__(self, *_: object, **__: object) -> Any:
            """Refuse to be called, as a method would be."""
            __tracebackhide__ = True
            raise TypeError("events are not a method: use events[0] or events.of(operation)")

    def __iter__(self) -> Iterator[Record]:
        return (call.record() for call in self._calls)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Events, list, tuple)):
            return NotImplemented
        return list(self) == list(other)

    __hash__: ClassVar[None]  # type: ignore[assignment]  # it compares by value

    def __repr__(self) -> str:
        return f"<Events: {len(self)} calls>" + "".join(f"\n  {line}" for line in self.lines())

    def lines(self) -> list[str]:
        """Return a line for each call: time, operation, request, caller and outcome."""
        return [call.line(self._place_of(call)) for call in self._calls]

    if not TYPE_CHECKING:

        def _explain_missing(self, name: str) -> str:
            return (
                f"use {_OF_A_MOCK[name]}" if name in _OF_A_MOCK else super()._explain_missing(name)
            )

    @property
    def last(self) -> Record:
        """The record of the last call; `LookupError` if there was none."""
        if not self._calls:
            raise LookupError("no call was made")
        return self._calls[-1].record()

    def of(self, *operations: str) -> Events:
        """Return the records of the calls of these operations.

        Raises:
            ValueError: A name that is not a simulated operation.
        """
        __tracebackhide__ = True
        for name in operations:
            self._check_name(name)
        return self._some([call for call in self._calls if call.action.name in operations])


def _shorten(text: str, length: int) -> str:
    """Return a text in one line, cut off where it is longer than that."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 3] + "..."


_LINE = 300
"""Characters of a line about a call that went well."""

_FAILED_REQUEST = 500
"""Characters of a request that went wrong; hardly one is longer."""


def _readable(name: str, value: Any) -> str:
    """Return a member's value; a time as a date, though it travels as seconds."""
    is_time = name.endswith("DateTime") and type(value) in (int, float)
    return iso_text(value) if is_time and EARLIEST <= value <= LATEST else str(value)


def _lower_camel(value: Any) -> Any:
    """Return a request or result with its member names as CloudTrail writes them."""
    if isinstance(value, dict):
        return {
            name[:1].lower() + name[1:]: _lower_camel(member)
            for name, member in value.items()
            if member is not None
        }
    if isinstance(value, list):
        return [_lower_camel(item) for item in value]
    return value


def _event_id(request_id: str) -> str:
    """Return the id of a request's event; it is the same each time."""
    return str(uuid.UUID(bytes=hashlib.md5(request_id.encode()).digest(), version=4))
