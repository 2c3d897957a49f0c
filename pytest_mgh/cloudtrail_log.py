"""CloudTrail log files."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def write_log(path: Path, records: Iterable[dict[str, Any]]) -> None:
    """Write records as a CloudTrail log file, compressed when its name ends in `.gz`."""
    content = json.dumps({"Records": list(records)}).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
