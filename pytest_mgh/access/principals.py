"""Those who call: an IAM user or role of an account, and the policy that grants it calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mgh.access.policy import Policy

# Credentials that no AWS account has; every call under the mock that names no others uses them.
FAKE_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "MGHMOCKACCESSKEYID00",
    "AWS_SECRET_ACCESS_KEY": "mgh-mock-secret-access-key",
    "AWS_SESSION_TOKEN": "mgh-mock-session-token",
}


@dataclass(slots=True)
class Principal:
    """A caller. `policy=None` allows all."""

    name: str
    account_id: str
    policy: Policy | None = None

    @property
    def arn(self) -> str:
        """The ARN of the IAM user."""
        return f"arn:aws:iam::{self.account_id}:user/{self.name}"
