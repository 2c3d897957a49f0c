"""Those who call: IAM users and assumed roles, their credentials and their policies."""

from __future__ import annotations

import hashlib
import ipaddress
import math
import re
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

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
_FIXED = frozenset(
    {
        *("name", "account_id", "type", "path", "access_key", "secret", "token", "session"),
        *("created", "duration", "mfa", "source_ip"),
    }
)


_KNOWN = _FIXED | {*_SETTABLE, "policies", "revision"}


def _is_set(principal: object, name: str) -> bool:
    """Whether an attribute is there; `hasattr` would have a missing one explained."""
    try:
        object.__getattribute__(principal, name)
    except AttributeError:
        return False
    return True


@dataclass(eq=False, slots=True)
class Principal(KnownAttributes):
    """A caller: an IAM user, or a role in a session, or one of CloudTrail's other kinds.

    Args:
        name: The name of the user or role; of a service its host, such as `dms.amazonaws.com`.
        account_id: Its account, 12 digits.
        type: Its description.
        tags: Its tags, for the condition key `aws:PrincipalTag`.
        path: The path of the user or role in IAM.
        access_key: Its access key id; one is made where none is given.
        secret: Its secret access key; one is made where none is given.
        token: Its session token, which only temporary credentials have.
        session: The name of a role's session.
        created: When its credentials were issued, in seconds since the epoch.
        duration: How many seconds a session lasts; an IAM user's keys don't end.
        mfa: Whether it showed a second factor. A user's credentials are those of a session then,
            as GetSessionToken issues them.
        source_ip: The address that its calls come from; `None` leaves the one that they have.

    Attributes:
        policies: What decides about its calls, by kind.
        revision: How often they were set.

    Raises:
        ValueError: A name, an account id, or another value that IAM does not allow.
    """

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
    revision: int = field(init=False, repr=False, default=0)

    if not TYPE_CHECKING:  # to type checkers an attribute that is not there is an error

        def __setattr__(self, name: str, value: object) -> None:
            __tracebackhide__ = True
            if name not in _KNOWN:
                check_attribute(self, name, _SETTABLE)
            if name == "tags":
                _check_tags(value)
            elif name in _FIXED and _is_set(self, name):
                settable = ", ".join(_SETTABLE)
                raise AttributeError(
                    f"the {name} of a principal can't be changed; settable: {settable}"
                )
            object.__setattr__(self, name, value)
            if name == "tags" and _is_set(self, "revision"):
                object.__setattr__(self, "revision", self.revision + 1)

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
            object.__setattr__(self, name, value)

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
        """The ARN that calls are made under; a service has none, but its name."""
        return self._filled(_ARNS[self.type])

    @property
    def issuer_arn(self) -> str:
        """The ARN of the role that a session is of; of all others their own."""
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
        """What `boto3.client` takes to call as this principal."""
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
        if source is None:
            self.policies.pop(kind, None)
        elif self.type in ("Root", "AWSService"):
            raise ValueError(f"{name}: only users and roles have policies, not {self.type}")
        else:
            policy = Policy(source, name)
            warn(policy.remarks(kind, role=self.role))
            self.policies[kind] = policy
        self.revision += 1

    @property
    def remarks(self) -> list[str]:
        """What is odd about its policies though IAM would take them."""
        return [
            remark
            for kind, policy in self.policies.items()
            for remark in policy.remarks(kind, role=self.role)
        ]
