"""CloudTrail's log files: what its delivery to a bucket writes, and what tools read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from os import PathLike, fspath
from typing import Any


def write_log(path: str | PathLike[str], records: Iterable[Mapping[str, Any]]) -> int:
    """Write records to a log file, `{"Records": [...]}`, each on a line of its own.

    Args:
        path: The file; gzip if its name ends in `.gz`. What is there is replaced.
        records: CloudTrail records, such as `hub.events`; they are written one by one.

    Returns:
        How many they were.

    Raises:
        OSError: The file can't be written.
    """
    written = 0
    opener = gzip.open if fspath(path).lower().endswith(".gz") else open
    with opener(path, "wt", encoding="ascii", newline="\n") as file:
        file.write('{"Records": [')
        for record in records:
            file.write(("," if written else "") + "\n" + json.dumps(record))
            written += 1
        file.write("\n]}\n" if written else "]}\n")
    return written
