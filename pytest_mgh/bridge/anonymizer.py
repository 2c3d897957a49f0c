"""Replaces an account's values consistently by made-up ones of the same form.

Values are made part by part. A part is a run of letters and digits; the same part, in whatever case
and wherever it stands, becomes the same other part, so that a host name still begins a longer one
and the values of two rows that were alike still are. What nobody can guess is what a part becomes:
it depends on a salt that is nowhere written.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import re
import secrets
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

FIRST_ACCOUNT = 123456789012
"""The account that the first one becomes; the next ones follow."""

_PART = re.compile(r"[^\W_]+")
_DIGITS, _HEX, _REST = "0123456789", "abcdef", "ghijklmnopqrstuvwxyz"
_MAX_ATTEMPTS = 200
"""Attempts to find a part that is free, after which it gets one character more."""

_ID = re.compile(
    r"(d-(?:server|application|process|connection)-|hrc-|import-task-|export-|continuous-export-"
    r"|ami-|i-|o-|vol-|snap-|eni-|subnet-|vpc-|sg-)(.+)",
    re.DOTALL,
)
_RESOURCE_TYPE = re.compile(
    "(cluster|db|endpoint|es|function|image|instance|key|rep|replication-job|security-group|server"
    "|snapshot|subnet|table|task|volume|vpc)([/:])(.*)",
    re.DOTALL,
)
_MAC = re.compile("[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}[:-]){4}[0-9A-Fa-f]{2}")
_NOBODY = ("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff")

_KEPT = frozenset(
    (
        *("Status", "ApplicationStatus", "status", "collectionStatus", "exportStatus", "health"),
        *("Type", "UpdateType", "agentType", "configurationType", "fileClassification"),
        *("HomeRegion", "ProgressPercent", "dataSource", "netMask", "version"),
        *("server.osName", "server.osVersion", "server.type", "server.source", "server.cpuType"),
        *("server.hypervisor", "application.serverCount"),
        *("connection.destinationPort", "connection.ipVersion", "connection.latestTimestamp"),
        *("connection.occurrence", "connection.transportProtocol"),
        *("UpdateDateTime", "LastUpdatedTime", "RequestedTime", "registeredTime"),
        *("lastHealthPingTime", "importRequestTime", "importCompletionTime", "importDeletedTime"),
        *("exportRequestTime", "requestedStartTime", "requestedEndTime", "timeOfCreation"),
        *("server.timeOfCreation", "process.timeOfCreation", "application.timeOfCreation"),
        *("application.lastModifiedTime", "server.networkInterfaceInfo.hasMoreValues"),
        *("server.applications.hasMoreValues", "server.tags.hasMoreValues"),
    )
)
"""Values that come from AWS, or that reveal nothing about the account. A list, not a rule about
names: a member that is not known is replaced."""


class Anonymizer:
    """Replaces values, each always by the same other value; a salt, by default secret, decides."""

    def __init__(self, salt: bytes | None = None) -> None:
        self._salt = secrets.token_bytes(32) if salt is None else salt
        self._made: dict[tuple[str, str], str] = {}
        self._used: set[tuple[str, str]] = set()

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row of a result with other values."""
        typed = {"Type", "Value"} <= row.keys()
        return {
            name: self.text(value) if typed and name == "Value" else self._value(name, value)
            for name, value in row.items()
        }

    def _value(self, name: str, value: Any) -> Any:
        if name in _KEPT or name.startswith("server.performance."):
            return value
        if isinstance(value, Mapping):
            return self.row(value)
        if isinstance(value, list):
            return [self._value(name, one) for one in value]
        return self.text(value) if isinstance(value, str) else value

    def text(self, text: str) -> str:
        """Return another text of the same form: an address, an ARN, an id, JSON, or words."""
        forms = self._json, self._address, self._mac, self._account, self._arn, self._url, self._id
        made = (make(text) for make in forms)
        return next((one for one in made if one is not None), None) or self._words(text)

    def _json(self, text: str) -> str | None:
        if not text.startswith("["):
            return None
        try:
            rows = json.loads(text)
        except ValueError:
            return None
        made = [self.row(row) if isinstance(row, dict) else self._value("", row) for row in rows]
        return json.dumps(made, separators=(",", ":"))

    def _address(self, text: str) -> str | None:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return None
        if address.is_loopback or address.is_unspecified or address.is_multicast:
            return text  # these are nobody's
        if address.version == 4:
            return self._new(
                "ipv4", str(address), lambda noise: f"10.{noise[0]}.{noise[1]}.{noise[2]}"
            )
        return self._new("ipv6", str(address), lambda noise: f"2001:db8:{_groups(noise[:12])}")

    def _mac(self, text: str) -> str | None:
        found = _MAC.fullmatch(text)
        if found is None:
            return None
        plain = text.lower().replace("-", ":")
        if plain in _NOBODY:
            return text
        made = self._new(
            "mac", plain, lambda noise: ":".join(["02", *(f"{byte:02x}" for byte in noise[:5])])
        )
        made = made.replace(":", found[1])
        return made.upper() if text.upper() == text else made

    def _account(self, text: str) -> str | None:
        if not re.fullmatch("[0-9]{12}", text):
            return None
        if ("account", text) not in self._made:
            known = sum(kind == "account" for kind, _ in self._made)
            self._made["account", text] = str(FIRST_ACCOUNT + known)
        return self._made["account", text]

    def _arn(self, text: str) -> str | None:
        parts = text.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn":
            return None
        *head, account, resource = parts
        found = _RESOURCE_TYPE.fullmatch(resource)
        rest = resource if found is None else found[3]
        made = self._id(rest) or self._words(rest)
        named = "" if found is None else found[1] + found[2]
        return ":".join([*head, account and (self._account(account) or account), named + made])

    def _url(self, text: str) -> str | None:
        scheme, separator, rest = text.partition("://")
        return f"{scheme}://{self._words(rest)}" if separator and scheme.isalnum() else None

    def _id(self, text: str) -> str | None:
        found = _ID.fullmatch(text)
        return None if found is None else found[1] + self._words(found[2])

    def _words(self, text: str) -> str:
        return _PART.sub(lambda found: self._part(found[0]), text)

    def _part(self, part: str) -> str:
        lower = part.lower()
        made = self._new("part", lower, lambda noise: _like(lower, noise))
        cased = (
            letter.upper() if before.isupper() else letter
            for letter, before in zip(made, part, strict=False)
        )
        return "".join(cased) + made[len(part) :]

    def _new(self, kind: str, value: str, make: Callable[[bytes], str]) -> str:
        """Return what a value of a kind becomes; nothing else becomes the same."""
        if (kind, value) not in self._made:
            for attempt in count():
                seed = f"{kind}:{attempt}:{value}".encode()
                noise = hmac.new(self._salt, seed, hashlib.sha512).digest()
                made = make(noise)
                if kind == "part" and attempt >= _MAX_ATTEMPTS:
                    made += _another(made[-1], noise[-1])
                if made != value and (kind, made) not in self._used:
                    break
            self._used.add((kind, made))
            self._made[kind, value] = made
        return self._made[kind, value]


def _like(part: str, noise: bytes) -> str:
    """Return a part of the same length, with digits for digits and letters for letters."""
    return "".join(
        _another(letter, noise[at % len(noise)] + at // len(noise))
        for at, letter in enumerate(part)
    )


def _another(letter: str, number: int) -> str:
    if letter in _DIGITS:
        return _DIGITS[number % 10]
    return _HEX[number % 6] if letter in _HEX else _REST[number % 20]


def _groups(noise: bytes) -> str:
    """Return six groups of an IPv6 address."""
    return ":".join(f"{noise[at]:x}{noise[at + 1]:02x}" for at in range(0, 12, 2))
