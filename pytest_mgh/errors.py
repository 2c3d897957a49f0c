"""What can go wrong: errors that AWS would send, and errors that say the test is wrong.

ServiceError            goes back on the wire; the client raises its ClientError
|-- FrontEndError        from the front end that all services share
|   `-- AuthenticationError  sent before the front end knows who calls
`-- SerializationError   from there too
TransportFault          the connection fails
`-- NoEndpoint            there is no host to connect to
MghAssertionError       the test is wrong; raised again at the outermost exit
|-- InternalError       pytest-mgh itself failed
|-- NotSimulatedError   an operation that is newer than the hub
`-- RealCallError       a call would have reached AWS
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, SupportsIndex, TypeVar


class CommonError(NamedTuple):
    """An error that any call of any service can meet, whatever its model declares.

    Attributes:
        status: The HTTP status.
        message: What it says; `None` where nothing is known.
        early: Whether it is sent before the caller is known.
    """

    status: int
    message: str | None = None
    early: bool = False


COMMON_ERRORS: Mapping[str, CommonError] = {
    "AccessDeniedException": CommonError(400),
    "ExpiredTokenException": CommonError(
        400, "The security token included in the request is expired", early=True
    ),
    "IncompleteSignature": CommonError(403, early=True),
    "IncompleteSignatureException": CommonError(400, early=True),
    "InternalFailure": CommonError(500),
    "InvalidSignatureException": CommonError(
        400,
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method. "
        "Consult the service documentation for details.",
        early=True,
    ),
    "MalformedHttpRequestException": CommonError(400, early=True),
    "MissingAuthenticationTokenException": CommonError(
        400, "Missing Authentication Token", early=True
    ),
    "NotAuthorized": CommonError(401),
    "OptInRequired": CommonError(403),
    "RequestAbortedException": CommonError(400, early=True),
    "RequestEntityTooLargeException": CommonError(413, early=True),
    "RequestExpired": CommonError(400, "Request has expired.", early=True),
    "RequestTimeoutException": CommonError(408, early=True),
    "ServiceUnavailable": CommonError(503),
    "ThrottlingException": CommonError(400, "Rate exceeded"),
    "UnknownOperationException": CommonError(400, early=True),
    "UnrecognizedClientException": CommonError(
        400, "The security token included in the request is invalid.", early=True
    ),
    "ValidationError": CommonError(400),
}
"""AWS's common errors by code. Statuses are those of its list; where other JSON services were seen
to send 400 instead (tokens, signatures, UnknownOperationException), it is that."""

_SERVER_FAULTS = frozenset(
    {"InternalServerError", "ServerInternalErrorException", "ServiceUnavailableException"}
)
"""The errors of the services' own models that are no fault of the client."""


class ServiceError(Exception):
    """An error that a service answers with.

    Args:
        code: The error's shape name, as AWS spells it.
        message: What the body's message member says; `None` sends no message.
        members: Further members of the error, such as `RetryAfterSeconds`.
    """

    message_member: str | None = None
    """What the body calls the message; `None` leaves it to the service."""

    def __init__(self, code: str, message: str | None = None, **members: Any) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.members = members

    @property
    def status(self) -> int:
        """The HTTP status: a common error's, 500 for a server fault, 400 for everything else."""
        common = COMMON_ERRORS.get(self.code)
        return common.status if common else 500 if self.code in _SERVER_FAULTS else 400


class SerializationError(ServiceError):
    """A body that the front end cannot read; every service spells its message alike."""

    message_member: str | None = "Message"

    def __init__(self, message: str | None = None) -> None:
        super().__init__("SerializationException", message)


class FrontEndError(ServiceError):
    """An error of the front end that all services share; it spells its message lower-case."""

    message_member: str | None = "message"


class AuthenticationError(FrontEndError):
    """An error that is sent before the front end knows who calls."""


class TransportFault(Exception):  # noqa: N818 (it is a fault, and which one it says)
    """The connection fails: each transport fails in its own way."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class NoEndpoint(TransportFault):
    """The Region that is called has no host of the service.

    Args:
        region: The Region.
        message: Why, and where there is one.
    """

    def __init__(self, region: str, message: str) -> None:
        super().__init__("EndpointConnectionError")
        self.region = region
        self.message = message

    def __str__(self) -> str:
        return self.message


class UnusedFaultWarning(UserWarning):
    """A test, or the block of a fault, ended before the fault met as many calls as planned."""


class PolicyWarning(UserWarning):
    """A policy names an action that no service has, or is longer than IAM accepts."""


class MghAssertionError(AssertionError):
    """The test itself is wrong, not the code under test."""


class NotSimulatedError(MghAssertionError):
    """An operation that the installed botocore has, but this pytest-mgh does not simulate."""


class InternalError(MghAssertionError):
    """pytest-mgh itself failed; `__cause__` is why.

    Args:
        what: What it was about.
    """

    def __init__(self, what: str) -> None:
        super().__init__(f"pytest-mgh failed on {what}: please report it")


class RealCallError(MghAssertionError):
    """A call outside a mock would have reached AWS."""


def nearest(name: str, allowed: Iterable[str]) -> str:
    """Return the nearest right name, and what is allowed: the end of an error message."""
    names = sorted(allowed)
    return f"{_hinted(name, names)}allowed: {', '.join(names) or 'none'}"


_MAX_NAMES = 20


def nearest_there(name: str, there: Iterable[str]) -> str:
    """Return the nearest name, and what there is: the end of a message of a look-up in vain."""
    names = sorted(there)
    if not names:
        return "there are none yet"
    listed = ", ".join(names[:_MAX_NAMES])
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    return f"{_hinted(name, names)}there are: {listed}{more}"


def _hinted(name: str, names: list[str]) -> str:
    hint = did_you_mean(name, names)
    return hint and f"{hint} "


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Say which name was probably meant, if any."""
    close = closest(name, names)
    return "" if close is None else f"did you mean {close!r}?"


def closest(name: str, names: Iterable[str]) -> str | None:
    """Return the name that is meant: in another case, without its domain, or misspelt."""
    import difflib  # only errors need it

    by_lower = {one.lower(): one for one in names}
    lowered = name.lower()
    close = [lowered] if lowered in by_lower else []
    close = close or [one for one in by_lower if one.startswith((f"{lowered}.", f"{lowered}_"))]
    close = close or difflib.get_close_matches(lowered, by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def calling_line() -> tuple[str, int] | None:
    """Return the file and line of the code that called the package; `None` for a server's call."""
    frame = inspect.currentframe()
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("pytest_mgh.server."):
            return None
        if not module.startswith("pytest_mgh."):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return None


def check_attribute(owner: object, name: str, settable: Iterable[str]) -> None:
    """Raise `AttributeError` for an attribute that would be new, or that can't be set."""
    __tracebackhide__ = True
    kind = type(owner)
    if not hasattr(kind, name):
        text = f"a {kind.__name__} has no {name!r} to set; {nearest(name, settable)}"
        raise AttributeError(text)
    known = getattr(kind, name)
    if isinstance(known, property) and known.fset is None:
        able = ", ".join(sorted(settable))
        raise AttributeError(f"{name!r} of a {kind.__name__} is read-only; settable: {able}")


Type = TypeVar("Type")


def item_at(kind: str, get: Callable[[Any], Type], length: int, key: object) -> Type:
    """Return what stands at a place; errors in the project's words for what is no place."""
    __tracebackhide__ = True
    if isinstance(key, slice):
        return get(key)
    if not isinstance(key, SupportsIndex) or isinstance(key, bool):
        raise TypeError(f"no {kind} {key!r}: use an index, from 0")
    try:
        return get(key)
    except IndexError:
        raise IndexError(f"no {kind} at index {key}: there are {length}") from None


class KnownAttributes:
    """What answers an attribute that it has not with the one that is meant.

    Type checkers don't see that: to them an attribute that is not there is an error.
    """

    __slots__ = ()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            __tracebackhide__ = True
            kind = type(self)
            if name.startswith("_"):
                raise AttributeError(f"{kind.__name__!r} object has no attribute {name!r}")
            text = self._explain_missing(name)
            article = "an" if kind.__name__[0] in "AEIOU" else "a"
            raise AttributeError(f"{article} {kind.__name__} has no {name!r}{text and '; '}{text}")

        def _explain_missing(self, name: str) -> str:
            """Say what is meant by a name that is not there, if anything."""
            return did_you_mean(name, [one for one in dir(type(self)) if not one.startswith("_")])


def read_only(view: type[Type]) -> type[Type]:
    """Let the instances of a class refuse in the project's words to be changed."""

    def refuse(self: object, name: str, *_: object) -> NoReturn:
        __tracebackhide__ = True
        kind = type(self).__name__
        raise FrozenInstanceError(
            f"{name!r} can't be set: a {kind} is a read-only view of one moment. To change the "
            "state, make calls, or use the hub's add_... methods and load()"
        )

    view.__setattr__ = view.__delattr__ = refuse  # type: ignore[method-assign]
    return view
