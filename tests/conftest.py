from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pytest_mgh import schemas
from pytest_mgh.observation import OBSERVATION

# Records that differ in hexadecimal digits only (ids, times, counts) are alike to their schema:
# one of them is checked.
_ALIKE = str.maketrans(dict.fromkeys("0123456789abcdef", "0"))
_valid: set[str] = set()


@cache
def _record_validator() -> Draft202012Validator:
    return Draft202012Validator(schemas.load("cloudtrail", "record"))


def _check_record(record: dict[str, Any]) -> None:
    kind = json.dumps(record).translate(_ALIKE)
    if kind not in _valid:
        _record_validator().validate(record)
        _valid.add(kind)


@pytest.fixture(autouse=True)
def _events_are_valid() -> Iterator[None]:
    """Hold every event that a test made against the schema of CloudTrail records.

    A run of pytest inside the test watches hubs of its own; there is nothing left to check then.
    """
    yield
    for hub in OBSERVATION.hubs:
        for record in hub.events:
            _check_record(record)
