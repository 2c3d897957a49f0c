"""Exports and agents of discovery, as far as neither is needed: what is said of unknown ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.probes.probe import Stage, probe

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount

UNKNOWN = "Exports: Unknown exportIds"
CONTINUOUS = "Exports: Continuous exports"
COLLECTION = "Imports, deletions, agents: Collection that starts or stops"

_EXPORT = "export-00000000-0000-4000-8000-000000000000"
_CONTINUOUS = "continuous-export-00000000-0000-4000-8000-000000000000"
_AGENT = "o-00000000000000000"


@probe(UNKNOWN)
def unknown_exports_are_left_out(account: ProbedAccount) -> Any:
    return account.discovery("DescribeExportTasks", exportIds=[_EXPORT]).at("exportsInfo")


@probe(UNKNOWN)
def unknown_exports_of_configurations_are_not_found(account: ProbedAccount) -> Any:
    return account.discovery("DescribeExportConfigurations", exportIds=[_EXPORT])


@probe(CONTINUOUS)
def an_unknown_continuous_export_is_not_found(account: ProbedAccount) -> Any:
    return account.discovery("DescribeContinuousExports", exportIds=[_CONTINUOUS])


@probe(CONTINUOUS)
def an_unknown_continuous_export_cannot_be_stopped(account: ProbedAccount) -> Any:
    return account.discovery("StopContinuousExport", exportId=_CONTINUOUS)


@probe(COLLECTION, stage=Stage.WRITES)
def an_unknown_agent_does_not_start_to_collect(account: ProbedAccount) -> Any:
    return account.discovery("StartDataCollectionByAgentIds", agentIds=[_AGENT])


@probe(COLLECTION, stage=Stage.WRITES)
def an_unknown_agent_does_not_stop_collecting(account: ProbedAccount) -> Any:
    return account.discovery("StopDataCollectionByAgentIds", agentIds=[_AGENT])
