"""Streams, while they are not being deleted."""

from __future__ import annotations

from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.probes.changes import attach_source
from pytest_mgh.bridge.probes.dry_runs import STREAM
from pytest_mgh.bridge.probes.probe import ProbeTable, Stage, probes, writes

READS: ProbeTable = {
    "Streams: Delete of an unknown stream": {
        "an unknown stream cannot be deleted": lambda account: account.call(
            "DeleteProgressUpdateStream", **STREAM
        ),
    },
}
WRITES: ProbeTable = {
    "Streams: Names that differ by case": {
        "names of streams differ by case": lambda account: account.call(
            "DescribeMigrationTask",
            **account.task("case") | {"ProgressUpdateStream": account.name.upper()},
        ),
    },
    "Streams: Blanks around a name": {
        "blanks belong to the name of a stream": lambda account: account.call(
            "DescribeMigrationTask",
            **account.task("blanks") | {"ProgressUpdateStream": f" {account.name} "},
        ),
    },
}
probes(READS)
probes(WRITES, stage=Stage.WRITES)


@writes("Streams: Create of a stream that exists")
def a_stream_that_is_created_again_keeps_its_tasks(account: ProbedAccount) -> Any:
    task = account.task("kept")
    again = account.call("CreateProgressUpdateStream", ProgressUpdateStreamName=account.name)
    return lambda: {
        "again": again,
        "task": account.call("DescribeMigrationTask", **task).accepted,
    }


@writes("Contradicting documents: An empty result: an empty body, or `{}`")
def an_empty_result_is_an_empty_object(account: ProbedAccount) -> Any:
    answer = attach_source(account.call, account.task("empty result"), "source")
    return {"answer": answer, "body": answer.text}
