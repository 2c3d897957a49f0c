"""CloudTrail's log files: what its delivery to a bucket writes, and what tools read."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO


def write_log(file: BinaryIO, records: Iterable[Mapping[str, Any]], *, compress: bool) -> int:
    """Write records to a log file, `{"Records": [...]}`, each on a line of its own.

    Args:
        file: The file, open for bytes; it stays open.
        records: CloudTrail records, such as `hub.events`; they are written one by one.
        compress: Whether to write gzip, as CloudTrail does.

    Returns:
        How many they were.

    Raises:
        OSError: The file can't be written.
    """
    if compress:
        with gzip.GzipFile("", "wb", fileobj=file) as packed:
            return _write(packed, records)
    return _write(file, records)


def is_compressed(name: str) -> bool:
    """Whether a log file of that name is gzip."""
    return name.lower().endswith(".gz")


def _write(file: Any, records: Iterable[Mapping[str, Any]]) -> int:
    written = 0
    text = io.TextIOWrapper(file, encoding="ascii", newline="\n")
    text.write('{"Records": [')
    for record in records:
        text.write(("," if written else "") + "\n" + json.dumps(record))
        written += 1
    text.write("\n]}\n" if written else "]}\n")
    text.detach()
    return written
