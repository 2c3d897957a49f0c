"""What happened, as CloudTrail records it.

A call leaves a compact note; the record is made of it when it is read.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, overload

from pytest_mgh.protocol.validation import read_request
from pytest_mgh.services.service import Access
from pytest_mgh.state.clock import EARLIEST, LATEST

if TYPE_CHECKING:
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.services.service import Operation

Record = dict[str, Any]


@dataclass(slots=True)  # not frozen: every call makes one, and a frozen one takes thrice as long
class CallRecord:
    """The note of a call: all that its record is made of."""

    time: float
    operation: Operation
    principal: Principal
    region: str
    request_id: str
    body: bytes
    user_agent: str
    source_ip: str
    result: dict[str, Any] | None
    error: tuple[str, str | None] | None

    @property
    def _request(self) -> Record:
        request = json.loads(self.body)
        return read_request(self.operation.service.name, self.operation.name, request)

    def said(self, most: int, each: int = 60) -> str:
        """Return the members of the request in one line, of so many characters at most.

        Args:
            most: Characters of all of them.
            each: Characters of each value.
        """
        members = (
            f"{name}={_brief(_readable(name, value), each)}"
            for name, value in self._request.items()
        )
        return _brief(", ".join(members), most)

    def line(self) -> str:
        """Return the call in a line: a failed one with its whole request, as far as it fits."""
        return " ".join(self.parts())

    def parts(self) -> tuple[str, str]:
        """Return when the call was made, and the rest of its line."""
        moment, name = _moment(self.time), self.operation.name
        outcome = "ok" if self.error is None else ": ".join(filter(None, self.error))
        end = f") by {self.principal.name} -> {_brief(outcome, 200)}"
        if self.error is None:
            said = self.said(_LINE - len(f"{moment} {name}({end}"))
        else:
            said = self.said(_WHOLE, _WHOLE)
        return moment, f"{name}({said}{end}"

    def record(self) -> Record:
        """Make the CloudTrail record."""
        service = self.operation.service
        reads = self.operation.access in (Access.LIST, Access.READ)
        record: Record = {
            "eventVersion": "1.05",
            "userIdentity": _identity(self.principal),
            "eventTime": _moment(self.time),
            "eventSource": service.event_source,
            "eventName": self.operation.name,
            "awsRegion": self.region,
            "sourceIPAddress": self.source_ip,
            "userAgent": self.user_agent,
            "requestParameters": _lower_camel(self._request) or None,
            "responseElements": None if reads else _lower_camel(self.result) or None,
            "requestID": self.request_id,
            "eventID": _event_id(self.request_id),
            "readOnly": reads,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "eventCategory": "Management",
            "recipientAccountId": self.principal.account_id,
        }
        if self.error is not None:
            code, message = self.error
            if code == "AccessDeniedException":  # logged so, and without what was asked
                code, record["requestParameters"] = "AccessDenied", None
            record["errorCode"] = code
            if message is not None:
                record["errorMessage"] = message
        return record


class Events(Sequence[Record]):
    """Calls as CloudTrail records, oldest first."""

    def __init__(self, calls: Sequence[CallRecord]) -> None:
        self._calls = calls

    def __len__(self) -> int:
        return len(self._calls)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> Events: ...
    def __getitem__(self, index: int | slice) -> Record | Events:
        if isinstance(index, slice):
            return Events(self._calls[index])
        return self._calls[index].record()

    def __iter__(self) -> Iterator[Record]:
        return (call.record() for call in self._calls)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Events, list, tuple)):
            return NotImplemented
        return list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # it compares by value

    def __repr__(self) -> str:
        return f"<Events: {len(self)} calls>" + "".join(f"\n  {line}" for line in self.lines())

    def lines(self) -> list[str]:
        """Return a line for each call: when, what, by whom, with which members, how it ended."""
        return [call.line() for call in self._calls]

    @property
    def last(self) -> Record:
        """The record of the last call; `LookupError` if there was none."""
        if not self._calls:
            raise LookupError("no call was made")
        return self._calls[-1].record()

    def of(self, *operations: str) -> Events:
        """Return the records of the calls of these operations.

        Raises:
            ValueError: The name of no simulated operation.
        """
        from pytest_mgh.services.catalog import find_operation

        __tracebackhide__ = True
        for name in operations:
            find_operation(name)
        return Events([call for call in self._calls if call.operation.name in operations])


def _brief(text: str, most: int) -> str:
    """Return a text in one line, cut off where it is longer than that."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 3] + "..."


_LINE = 300
"""Characters of a line about a call that went well."""

_WHOLE = 500
"""Characters of a request that went wrong; hardly one is longer."""


def _readable(name: str, value: Any) -> str:
    """Return a member's value; a time as a date, though it travels as seconds."""
    is_time = name.endswith("DateTime") and type(value) in (int, float)
    return _moment(value) if is_time and EARLIEST <= value <= LATEST else str(value)


def _identity(principal: Principal) -> Record:
    identity: Record = {
        "type": "AssumedRole" if principal.role else "IAMUser",
        "principalId": principal.id,
        "arn": principal.arn,
        "accountId": principal.account_id,
        "accessKeyId": principal.access_key,
    }
    if not principal.role:
        return identity | {"userName": principal.name}
    session = {
        "attributes": {"mfaAuthenticated": "false", "creationDate": _moment(principal.created)},
        "sessionIssuer": {
            "type": "Role",
            "principalId": principal.id.partition(":")[0],
            "arn": principal.issuer_arn,
            "accountId": principal.account_id,
            "userName": principal.name,
        },
    }
    return identity | {"sessionContext": session}


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


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _event_id(request_id: str) -> str:
    """Return an id of its own for the event of a request, the same at every reading."""
    return str(uuid.UUID(bytes=hashlib.md5(request_id.encode()).digest(), version=4))
