"""Streams, while they are not being deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.probes.dry_runs import STREAM
from pytest_mgh.bridge.probes.probe import Stage, probe
from pytest_mgh.bridge.probes.scene import stream_of, task_of
from pytest_mgh.bridge.probes.wire import accepted

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount

AGAIN = "Streams: Create of a stream that exists"
UNKNOWN = "Streams: Delete of an unknown stream"
CASE = "Streams: Names that differ by case"
BLANKS = "Streams: Blanks around a name"
EMPTY_RESULT = "Contradicting documents: An empty result: an empty body, or `{}`"


@probe(UNKNOWN)
def an_unknown_stream_cannot_be_deleted(account: ProbedAccount) -> Any:
    return account.mgh("DeleteProgressUpdateStream", **STREAM)


@probe(AGAIN, stage=Stage.WRITES)
def a_stream_that_is_created_again_keeps_its_tasks(account: ProbedAccount) -> Any:
    task = task_of(account, "kept")
    name = stream_of(account)
    again = account.mgh("CreateProgressUpdateStream", ProgressUpdateStreamName=name)
    return lambda: {"again": again, "task": accepted(account.mgh("DescribeMigrationTask", **task))}


@probe(EMPTY_RESULT, stage=Stage.WRITES)
def an_empty_result_is_an_empty_object(account: ProbedAccount) -> Any:
    task = task_of(account, "empty result")
    source = {"Name": "source"}
    answer = account.mgh("AssociateSourceResource", **task, SourceResource=source)
    return {"answer": answer, "body": answer.text}


@probe(CASE, stage=Stage.WRITES)
def names_of_streams_differ_by_case(account: ProbedAccount) -> Any:
    task = task_of(account, "case")
    other = {**task, "ProgressUpdateStream": stream_of(account).upper()}
    return account.mgh("DescribeMigrationTask", **other)


@probe(BLANKS, stage=Stage.WRITES)
def blanks_belong_to_the_name_of_a_stream(account: ProbedAccount) -> Any:
    task = task_of(account, "blanks")
    other = {**task, "ProgressUpdateStream": f" {stream_of(account)} "}
    return account.mgh("DescribeMigrationTask", **other)
