"""Those who call: IAM users and assumed roles, their credentials and their policies."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import re
import time
from collections import ChainMap
from collections.abc import Callable, Mapping, MutableMapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pytest_mgh.access.policy import Policy
from pytest_mgh.access.remarks import warn
from pytest_mgh.errors import KnownAttributes, check_attribute
from pytest_mgh.protocol.values import KEY, Count, Time

# Credentials that no AWS account has; every call under the mock that names no others uses them.
FAKE_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "MGHMOCKACCESSKEYID00",
    "AWS_SECRET_ACCESS_KEY": "mgh-mock-secret-access-key",
    "AWS_SESSION_TOKEN": "mgh-mock-session-token",
}


def _check_text(name: str, value: object, pattern: str, allowed: str) -> None:
    __tracebackhide__ = True
    if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
        raise ValueError(f"{name}={value!r}: {allowed}")


def _check_address(source_ip: str) -> None:
    __tracebackhide__ = True
    try:
        ipaddress.ip_address(source_ip)
    except ValueError:
        raise ValueError(f"source_ip={source_ip!r}: must be an IPv4 or IPv6 address") from None


def _check_tags(tags: object) -> None:
    __tracebackhide__ = True
    if not isinstance(tags, Mapping):
        raise ValueError(f"tags={tags!r}: must be a dict of strings")
    for key, value in tags.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise ValueError(f"tags={tags!r}: {key!r} and {value!r} must be strings")


def is_account_id(text: str) -> bool:
    """Whether a text is an account id."""
    return len(text) == 12 and text.isascii() and text.isdecimal()


def check_account_id(account_id: object) -> None:
    """Raise `ValueError` unless it is an account id."""
    if not isinstance(account_id, str):
        raise ValueError(f"account_id={account_id!r}: must be a string of 12 digits, in quotes")
    if not is_account_id(account_id):
        raise ValueError(f"account_id={account_id!r}: must be 12 digits")


PrincipalType = Literal["IAMUser", "AssumedRole", "Root", "AWSService", "FederatedUser"]
"""Who calls, in CloudTrail's words."""

TEMPORARY = ("AssumedRole", "FederatedUser")
"""Those whose credentials are of a session, which ends."""

_ARNS = {
    "IAMUser": "arn:aws:iam::{account_id}:user{path}{name}",
    "AssumedRole": "arn:aws:sts::{account_id}:assumed-role/{name}/{session}",
    "Root": "arn:aws:iam::{account_id}:root",
    "AWSService": "{name}",
    "FederatedUser": "arn:aws:sts::{account_id}:federated-user/{name}",
}
_IDS = {
    "IAMUser": "AIDA{made}",
    "AssumedRole": "AROA{made}:{session}",
    "Root": "{account_id}",
    "AWSService": "{name}",
    "FederatedUser": "{account_id}:{name}",
}
_NAMES = {
    "AWSService": (
        r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com",
        "a service such as dms.amazonaws.com",
    ),
    "FederatedUser": (r"[\w+=,.@-]{2,32}", "2 to 32 letters, digits and any of _+=,.@-"),
}
_IAM_NAME = (r"[\w+=,.@-]{1,64}", "up to 64 letters, digits and any of _+=,.@-")
_SESSION = (r"[\w+=,.@-]{2,64}", "2 to 64 letters, digits and any of _+=,.@-")
_PATH = (r"/(?:[!-~]{1,510}/)?", "/, or a path that begins and ends with it, such as /tools/")


_SETTABLE = ("policy", "permissions_boundary", "session_policy", "tags")

_set_attribute = object.__setattr__


def _is_set(principal: object, name: str) -> bool:
    """Whether an attribute is set; `hasattr` would build the message for a missing one."""
    try:
        object.__getattribute__(principal, name)
    except AttributeError:
        return False
    return True


class ChangeRecorder(Protocol):
    """Records changes, so that they can be taken back: the journal of a hub."""

    def whole(self) -> AbstractContextManager[Any]:
        """Return a block of changes, which are taken back if it fails."""

    def note(self, undo: Callable[..., Any], first: Any, second: Any, third: Any) -> None:
        """Note how the change is taken back that is made next."""

    def put(self, mapping: MutableMapping[str, Policy], key: str, value: Policy) -> None:
        """Put an item into a mapping."""

    def drop(self, mapping: MutableMapping[str, Policy], key: str) -> None:
        """Drop an item of a mapping."""


ChangesOfHub = Callable[[], tuple[AbstractContextManager[Any], ChangeRecorder]]
"""Returns the lock of a hub, and what records its changes."""


class _Unrecorded:
    """Makes the changes of a caller that belongs to no hub."""

    whole = nullcontext

    def note(self, undo: Callable[..., Any], first: Any, second: Any, third: Any) -> None:
        pass

    def put(self, mapping: MutableMapping[str, Policy], key: str, value: Policy) -> None:
        mapping[key] = value

    def drop(self, mapping: MutableMapping[str, Policy], key: str) -> None:
        del mapping[key]


_UNRECORDED = _Unrecorded()


@dataclass(eq=False, slots=True)
class Principal(KnownAttributes):
    """A caller: an IAM user, a role's session, or another kind of identity that CloudTrail records.

    Args:
        name: The name of the user or role; of a service its host, such as `dms.amazonaws.com`.
        account_id: Its account, 12 digits.
        type: The kind of caller.
        tags: Its tags, for the condition key `aws:PrincipalTag`.
        path: The path of the user or role in IAM.
        access_key: Its access key id; generated by default.
        secret: Its secret access key; generated by default.
        token: Its session token, which only temporary credentials have.
        session: The name of a role's session.
        created: When its credentials were issued, in seconds since the epoch.
        duration: Seconds that a session lasts; an IAM user's keys do not expire.
        mfa: Whether it authenticated with MFA. A user then has temporary credentials, as from
            GetSessionToken.
        source_ip: The IP address that its calls come from; `None` keeps the real one.

    Attributes:
        policies: The policies that apply to its calls, by kind.

    Raises:
        ValueError: A value that IAM does not allow.
    """

    # Weak, so that a hub that nobody holds is freed at once; the first one, because setting others
    # asks for it.
    _hub: Callable[[], ChangesOfHub | None] = field(init=False, repr=False, default=lambda: None)
    name: str
    account_id: str
    type: PrincipalType = "IAMUser"
    tags: Mapping[str, str] = field(default_factory=dict)
    path: str = "/"
    access_key: Annotated[str, KEY] = ""
    secret: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)
    session: str = "session"
    created: Time = field(default_factory=time.time)
    duration: Count = 3600
    mfa: bool = False
    source_ip: str | None = None
    policies: MutableMapping[str, Policy] = field(init=False, repr=False, default_factory=dict)

    if not TYPE_CHECKING:  # to type checkers an attribute that is not there is an error

        def __setattr__(self, name: str, value: object) -> None:
            __tracebackhide__ = True
            if name == "tags":
                self._set_tags(value)
                return
            if name not in _FIELDS:
                check_attribute(self, name, _SETTABLE)
            elif _is_set(self, name):
                settable = ", ".join(_SETTABLE)
                raise AttributeError(
                    f"the {name} of a principal can't be changed; settable: {settable}"
                )
            _set_attribute(self, name, value)

    def __post_init__(self) -> None:
        __tracebackhide__ = True
        _check_text("name", self.name, *_NAMES.get(self.type, _IAM_NAME))
        check_account_id(self.account_id)
        _check_text("path", self.path, *_PATH)
        _check_text("session_name", self.session, *_SESSION)
        if self.source_ip is not None:
            _check_address(self.source_ip)
        temporary = self.temporary
        prefix = "ASIA" if temporary else "AKIA"
        made = {
            "access_key": self.access_key or prefix + self._made("access key", 16).upper(),
            "secret": self.secret or self._made("secret", 40),
        }
        if temporary and self.token is None:
            made["token"] = self._made("token", 64)
        for name, value in made.items():
            _set_attribute(self, name, value)

    def _made(self, what: str, length: int) -> str:
        parts = [what, self.account_id, str(self.role), self.name]
        if self.type not in ("IAMUser", "AssumedRole"):
            parts.append(self.type)
        if what != "id" and (self.session != "session" or self.mfa):
            parts += [self.session, str(self.mfa)]
        return hashlib.sha512(":".join(parts).encode()).hexdigest()[:length]

    @property
    def who(self) -> tuple[object, ...]:
        """What no other caller of a hub has: the user, or the session of the role."""
        return self.account_id, self.type, self.name, self.session, self.mfa

    @property
    def role(self) -> bool:
        """Whether it is an assumed role."""
        return self.type == "AssumedRole"

    @property
    def temporary(self) -> bool:
        """Whether its credentials are those of a session."""
        return self.type in TEMPORARY or (self.type == "IAMUser" and self.mfa)

    @property
    def ends(self) -> float:
        """When its session ends, in seconds since the epoch; infinity for lasting credentials."""
        return self.created + self.duration if self.temporary else math.inf

    @property
    def id(self) -> str:
        """The unique id: of the user, or of the role and its session."""
        return self._filled(_IDS[self.type])

    @property
    def arn(self) -> str:
        """The ARN of the caller; for an AWS service, its name."""
        return self._filled(_ARNS[self.type])

    @property
    def issuer_arn(self) -> str:
        """The ARN of a session's role; for all other callers, `arn`."""
        if self.role:
            return f"arn:aws:iam::{self.account_id}:role{self.path}{self.name}"
        return self.arn

    def _filled(self, form: str) -> str:
        return form.format(
            account_id=self.account_id,
            name=self.name,
            path=self.path,
            session=self.session,
            made=self._made("id", 17).upper() if "made" in form else "",
        )

    @property
    def credentials(self) -> dict[str, str]:
        """Keyword arguments for `boto3.client`, to call as this principal."""
        credentials = {
            "aws_access_key_id": self.access_key,
            "aws_secret_access_key": self.secret,
        }
        return credentials | ({"aws_session_token": self.token} if self.token else {})

    @property
    def policy(self) -> Any:
        """The identity policies, as they were given; `None` allows all.

        Raises:
            ValueError: A policy that IAM would refuse; the message points at the statement.
        """
        return self._source("identity-based policy")

    @policy.setter
    def policy(self, source: Any) -> None:
        self._set("identity-based policy", source, "policy")

    @property
    def permissions_boundary(self) -> Any:
        """The most that the identity policies can allow; `None` sets no bound."""
        return self._source("permissions boundary")

    @permissions_boundary.setter
    def permissions_boundary(self, source: Any) -> None:
        self._set("permissions boundary", source, "permissions_boundary")

    @property
    def session_policy(self) -> Any:
        """The most that the session can do; `None` sets no bound."""
        return self._source("session policy")

    @session_policy.setter
    def session_policy(self, source: Any) -> None:
        self._set("session policy", source, "session_policy")

    def _source(self, kind: str) -> Any:
        policy = self.policies.get(kind)
        return None if policy is None else policy.source

    def _set(self, kind: str, source: Any, name: str) -> None:
        __tracebackhide__ = True
        policy = None
        if source is not None:
            if self.type in ("Root", "AWSService"):
                raise ValueError(f"{name}: only users and roles have policies, not {self.type}")
            policy = Policy(source, name)
            warn(policy.remarks(kind, role=self.role))
        lock, changes = self._lock_and_changes()
        with lock, changes.whole():
            if policy is not None:
                changes.put(self.policies, kind, policy)
            elif kind in self.policies:
                changes.drop(self.policies, kind)

    def _set_tags(self, tags: Mapping[str, str]) -> None:
        __tracebackhide__ = True
        _check_tags(tags)
        lock, changes = self._lock_and_changes()
        with lock, changes.whole():
            if _is_set(self, "tags"):
                changes.note(_set_attribute, self, "tags", self.tags)
            _set_attribute(self, "tags", MappingProxyType(dict(tags)))

    def _lock_and_changes(self) -> tuple[AbstractContextManager[Any], ChangeRecorder]:
        hub = self._hub()
        return (nullcontext(), _UNRECORDED) if hub is None else hub()

    @property
    def remarks(self) -> list[str]:
        """What is odd about its policies though IAM would take them."""
        return [
            remark
            for kind, policy in self.policies.items()
            for remark in policy.remarks(kind, role=self.role)
        ]


_FIELDS = frozenset(one.name for one in fields(Principal))


def share_policies(principal: Principal, owner: Principal) -> None:
    """Let the policies and tags of another caller hold for a new one, beside its own policies."""
    own = dict(principal.policies)
    policies = ChainMap(own, owner.policies) if own else owner.policies
    _set_attribute(principal, "policies", policies)
    _set_attribute(principal, "tags", owner.tags)


def record_changes(principal: Principal, hub: Callable[[], ChangesOfHub | None]) -> None:
    """Let the changes of a caller be recorded by a hub, as long as that is there."""
    _set_attribute(principal, "_hub", hub)
