"""The steps by which one server moves. They are simulated: nothing is copied or launched."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from liftoff.inventory import Server


class StepError(Exception):
    """A step that failed; the message is for the one who looks at the server."""


@dataclass(frozen=True)
class Artifact:
    """Something that a step has created in AWS."""

    arn: str
    description: str


@dataclass(frozen=True)
class Step:
    """What is going on now, how far the server is, and what the step has created."""

    detail: str
    percent: int
    artifact: Artifact | None = None


Lift = Callable[[Server, str], Iterator[Step]]
"""Moves a server to a Region, step by step; raises `StepError` when one fails."""


def rehost(server: Server, region: str) -> Iterator[Step]:
    """Replicate the disks, convert them to an image, launch an instance of it."""
    yield from _replicate(server, region)
    yield from _convert(server, region)
    yield Step(f"Launching {server.instance_type} from {server.target_ami}", 90)


def _replicate(server: Server, region: str) -> Iterator[Step]:
    for percent in (10, 30, 50):
        yield Step(f"Replicating disks of {server.hostname}", percent)
    snapshot = f"snap-0{hashlib.sha256(server.name.encode()).hexdigest()[:16]}"
    arn = f"arn:aws:ec2:{region}::snapshot/{snapshot}"
    yield Step("Disks replicated", 60, Artifact(arn, f"Disks of {server.name}"))


def _convert(server: Server, region: str) -> Iterator[Step]:
    yield Step(f"Converting {server.os}", 70)
    if server.os in ("windows-2000", "windows-2003"):
        raise StepError(f"Converting failed: EC2 has no drivers for {server.os}")
    arn = f"arn:aws:ec2:{region}::image/{server.target_ami}"
    yield Step("Image registered", 80, Artifact(arn, f"Image of {server.name}"))
