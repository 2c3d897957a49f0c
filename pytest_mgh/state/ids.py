"""Ids as AWS makes them, the same ones in every run."""

from __future__ import annotations

import secrets
from hashlib import blake2b

_ODD, _WHOLE = 0x9E37_79B9_7F4A_7C15_F39D, 1 << 80
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


class Ids:
    """Makes ids out of a count, so that neither seeds nor other tests change them."""

    def __init__(self, count: int = 0) -> None:
        self.count: int = count

    def _digits(self) -> str:
        """Return 32 hexadecimal digits, others each time."""
        self.count += 1
        return _hash(self.count.to_bytes(8, "big"))

    def uuid(self) -> str:
        """Return a UUID of version 4, as request ids are."""
        self.count += 1
        # Every call has one, so it is cheap: a product with an odd number, cut off at a power of
        # two, is another one for each count. Both ends differ, for those who show but one.
        digits = (self.count * _ODD % _WHOLE).to_bytes(10, "big").hex()
        return f"{digits[:8]}-7b3d-4a91-a8d4-{digits[8:]}"

    def control_id(self) -> str:
        """Return an id of a home Region control: `hrc-` and 12 characters."""
        return _control_id(self._digits())

    @staticmethod
    def first_control_id(account_id: str) -> str:
        """Return the id of the home Region control that an account begins with."""
        return _control_id(_hash(account_id.encode()))

    def server_id(self) -> str:
        """Return a configuration id of a server."""
        return f"d-server-0{self._digits()[:16]}"

    def application_id(self) -> str:
        """Return a configuration id of an application."""
        return f"d-application-0{self._digits()[:16]}"

    def import_task_id(self) -> str:
        """Return an id of an import task: `import-task-` and 32 hexadecimal digits."""
        return f"import-task-{self._digits()}"

    def process_id(self) -> str:
        """Return a configuration id of a process."""
        return f"d-process-0{self._digits()[:16]}"

    def connection_id(self) -> str:
        """Return an id of a connection."""
        return f"d-connection-0{self._digits()[:16]}"

    def agent_id(self) -> str:
        """Return an id of a discovery agent: `o-` and 17 hexadecimal digits."""
        return f"o-0{self._digits()[:16]}"

    @staticmethod
    def secret() -> bytes:
        """Return a key to seal page tokens with, another one for each hub."""
        return secrets.token_bytes(16)

    def continuous_export_id(self) -> str:
        """Return an id of a continuous export."""
        return f"continuous-export-{self.uuid()}"

    def export_bucket(self) -> str:
        """Return the name of a bucket that continuous exports go to."""
        return f"aws-application-discovery-service-{self.uuid().replace('-', '')}"


def _hash(data: bytes) -> str:
    """Return 32 hexadecimal digits."""
    return blake2b(data, digest_size=16, key=b"pytest-mgh").hexdigest()


def _control_id(digits: str) -> str:
    number = int(digits, 16)
    text = "hrc-"
    for _ in range(12):
        number, digit = divmod(number, 36)
        text += _BASE36[digit]
    return text
