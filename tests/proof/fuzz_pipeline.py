"""Lets atheris look for a request that the pipeline cannot answer. `make fuzz` runs it.

atheris sees which lines a request reaches, and changes it so that it reaches more: half of what it
makes are bodies as they stand, half are the documents and headers of `junk`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

with atheris.instrument_imports(include=["pytest_mgh"]):
    import pytest_mgh.hub.snapshot  # noqa: F401 (what the first request would import)
    from pytest_mgh import mock_mgh

from hypothesis import given, settings  # noqa: E402 (what is imported above is watched)
from hypothesis import strategies as st  # noqa: E402
from proof.holding import fill, hold  # noqa: E402
from proof.junk import SAMPLES, TARGETS, deep_requests, post, requests, spoiled_requests  # noqa: E402

from pytest_mgh.protocol.messages import WireRequest  # noqa: E402

CALLS = st.one_of(
    requests(),
    spoiled_requests().map(lambda call: post(call[0], json.dumps(call[1]).encode())),
    deep_requests().map(lambda call: post(*call)),
)


with mock_mgh() as filled:
    fill(filled)
    FILLED = filled.snapshot()


def _hold(wire: WireRequest) -> None:
    with mock_mgh() as hub:
        hub.restore(FILLED)
        hold(hub, wire)


@settings(database=None, deadline=None)
@given(wire=CALLS)
def anything(wire: WireRequest) -> None:
    """Make a call that hypothesis generates from the bytes of atheris."""
    _hold(wire)


def test_one_input(data: bytes) -> None:
    """Make a call from bytes: the first one selects how to read the others."""
    if data[:1] and data[0] % 2:
        anything.hypothesis.fuzz_one_input(data[1:])
    elif len(data) > 1:
        _hold(post(TARGETS[data[1] % len(TARGETS)], data[2:]))


def main() -> None:
    """Begin with a good request of every operation."""
    with TemporaryDirectory() as corpus:
        for at, target in enumerate(TARGETS):
            body = json.dumps(SAMPLES[target]).encode()
            Path(corpus, target).write_bytes(bytes([0, at]) + body)
        atheris.Setup([*sys.argv, "-max_len=1024", "-len_control=0", corpus], test_one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
