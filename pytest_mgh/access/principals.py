"""Those who call: IAM users and assumed roles, their credentials and their policies."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pytest_mgh.access.policy import Policy
from pytest_mgh.errors import check_attribute
from pytest_mgh.protocol.values import KEY, Time

# Credentials that no AWS account has; every call under the mock that names no others uses them.
FAKE_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "MGHMOCKACCESSKEYID00",
    "AWS_SECRET_ACCESS_KEY": "mgh-mock-secret-access-key",
    "AWS_SESSION_TOKEN": "mgh-mock-session-token",
}


def check_account_id(account_id: object) -> None:
    """Raise `ValueError` unless it is an account id."""
    if not isinstance(account_id, str):
        raise ValueError(f"account_id={account_id!r}: a text of 12 digits, in quotes")
    if not re.fullmatch("[0-9]{12}", account_id):
        raise ValueError(f"account_id={account_id!r}: an account id is 12 digits")


@dataclass(eq=False, slots=True)
class Principal:
    """A caller: an IAM user, or a role in a session.

    Args:
        name: The name of the user or role.
        account_id: Its account, 12 digits.
        role: Whether it is an assumed role.
        tags: Its tags, for the condition key `aws:PrincipalTag`.
        access_key: Its access key id; one is made where none is given.
        secret: Its secret access key; one is made where none is given.
        token: Its session token, which only temporary credentials have.
        session: The name of a role's session.
        created: When its credentials were issued, in seconds since the epoch.

    Attributes:
        policies: What decides about its calls, by kind.
        revision: How often they were set.

    Raises:
        ValueError: A name or an account id that IAM does not allow.
    """

    name: str
    account_id: str
    role: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    access_key: Annotated[str, KEY] = ""
    secret: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)
    session: str = "session"
    created: Time = field(default_factory=time.time)
    policies: dict[str, Policy] = field(init=False, repr=False, default_factory=dict)
    revision: int = field(init=False, repr=False, default=0)

    def __setattr__(self, name: str, value: object) -> None:
        __tracebackhide__ = True
        check_attribute(self, name, ("policy", "permissions_boundary", "session_policy", "tags"))
        object.__setattr__(self, name, value)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[\w+=,.@-]{1,64}", self.name, re.ASCII):
            raise ValueError(f"name={self.name!r}: up to 64 letters, digits and any of _+=,.@-")
        check_account_id(self.account_id)
        prefix = "ASIA" if self.role else "AKIA"
        self.access_key = self.access_key or prefix + self._made("access key", 16).upper()
        self.secret = self.secret or self._made("secret", 40)
        if self.role and self.token is None:
            self.token = self._made("token", 64)

    def _made(self, what: str, length: int) -> str:
        subject = f"{what}:{self.account_id}:{self.role}:{self.name}".encode()
        return hashlib.sha512(subject).hexdigest()[:length]

    def is_same(self, other: Principal) -> bool:
        """Whether another one is the same user or role of the same account."""
        return (self.name, self.account_id, self.role) == (other.name, other.account_id, other.role)

    @property
    def id(self) -> str:
        """The unique id: of the user, or of the role and its session."""
        made = self._made("id", 16).upper()
        return f"AROA{made}:{self.session}" if self.role else f"AIDA{made}"

    @property
    def arn(self) -> str:
        """The ARN that calls are made under."""
        if self.role:
            return f"arn:aws:sts::{self.account_id}:assumed-role/{self.name}/{self.session}"
        return self.issuer_arn

    @property
    def issuer_arn(self) -> str:
        """The ARN of the user, or of the role itself."""
        return f"arn:aws:iam::{self.account_id}:{'role' if self.role else 'user'}/{self.name}"

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
        if source is None:
            self.policies.pop(kind, None)
        else:
            self.policies[kind] = Policy(source, name)
        self.revision += 1
