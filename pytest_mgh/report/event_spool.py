"""Events on their way to a log file: on disk, because a run may make hundreds of thousands."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from hashlib import md5
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mgh.cloudtrail.records import CallRecord, Record


class EventSpool:
    """Takes the notes of calls, and gives their CloudTrail records in the order of time."""

    def __init__(self) -> None:
        # A line for each event: the seconds since the epoch, and the record.
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (`close` closes it)

    def add(self, call: CallRecord) -> None:
        """Add the event of a call."""
        self._file.write(f"{call.time!r} {json.dumps(call.record())}\n".encode())

    def pack(self) -> bytes:
        """Return all events, compressed: what `absorb` takes in another process."""
        packed = io.BytesIO()
        self._file.seek(0)
        with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as file:
            shutil.copyfileobj(self._file, file)
        return packed.getvalue()

    def absorb(self, packed: bytes) -> None:
        """Add the events that another process has packed."""
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            shutil.copyfileobj(file, self._file)

    def records(self) -> Iterator[Record]:
        """Give the records by time; calls of one moment keep their order.

        Each has an eventID of its own: hubs make the same ids again and again, so the first one
        that has an id keeps it, and the others get one that is made of it.
        """
        seen: Counter[str] = Counter()
        for _, place in sorted(self._places()):
            self._file.seek(place)
            record: Record = json.loads(self._file.readline().partition(b" ")[2])
            id_ = record["eventID"]
            if seen[id_]:
                digest = md5(f"{id_} {seen[id_]}".encode(), usedforsecurity=False).digest()
                record["eventID"] = str(uuid.UUID(bytes=digest, version=4))
            seen[id_] += 1
            yield record

    def _places(self) -> Iterator[tuple[float, int]]:
        """Give the time of each event and where its line begins."""
        self._file.seek(0)
        place = 0
        for line in self._file:
            yield float(line.partition(b" ")[0]), place
            place += len(line)

    def close(self) -> None:
        """Forget the events."""
        self._file.close()
