"""The way to a live AWS account: capture one, verify the hub against one.

Only what a user calls goes there, with the user's own credentials.
"""

from __future__ import annotations

from pytest_mgh.bridge.account import BridgeError
from pytest_mgh.bridge.capturing import Capture, capture
from pytest_mgh.bridge.findings import Finding, Outcome, Verification
from pytest_mgh.bridge.verification import verify

__all__ = [
    "BridgeError",
    "Capture",
    "Finding",
    "Outcome",
    "Verification",
    "capture",
    "verify",
]
