"""The way to a live AWS account: capture one, or verify the hub against one.

Nothing here runs unless a user calls it, with credentials of their own. May import transports, hub
and the rooms below them; not server or mock, which stand beside it.
"""

from __future__ import annotations

from pytest_mgh.bridge.calls import BridgeError
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
