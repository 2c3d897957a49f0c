"""Ids as AWS makes them, the same ones in every run."""

from __future__ import annotations

import random
import secrets

_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


class Ids:
    """Makes ids from a source of its own, so that neither seeds nor other tests change them."""

    def __init__(self) -> None:
        self._random = random.Random(20170531)

    def uuid(self) -> str:
        """Return a UUID of version 4, as request ids are."""
        digits = f"{self._random.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def control_id(self) -> str:
        """Return an id of a home Region control: `hrc-` and 12 characters."""
        return "hrc-" + "".join(self._random.choices(_BASE36, k=12))

    def server_id(self) -> str:
        """Return a configuration id of a server."""
        return f"d-server-0{self._random.getrandbits(64):016x}"

    def application_id(self) -> str:
        """Return a configuration id of an application."""
        return f"d-application-0{self._random.getrandbits(64):016x}"

    def import_task_id(self) -> str:
        """Return an id of an import task: `import-task-` and 32 hexadecimal digits."""
        return f"import-task-{self._random.getrandbits(128):032x}"

    def secret(self) -> bytes:
        """Return a key to seal page tokens with, another one for each hub."""
        return secrets.token_bytes(16)
