"""Exports and agents of discovery, as far as neither is needed: the answers for unknown ones."""

from __future__ import annotations

from pytest_mgh.bridge.probes.probe import Stage, probes

_EXPORT = "export-00000000-0000-4000-8000-000000000000"
_CONTINUOUS = "continuous-export-00000000-0000-4000-8000-000000000000"
_AGENT = "o-00000000000000000"

probes(
    {
        "Exports: Unknown exportIds": {
            "unknown exports are left out": lambda account: account.call(
                "DescribeExportTasks", exportIds=[_EXPORT]
            ).at("exportsInfo"),
            "unknown exports of configurations are not found": lambda account: account.call(
                "DescribeExportConfigurations", exportIds=[_EXPORT]
            ),
        },
        "Exports: Continuous exports": {
            "an unknown continuous export is not found": lambda account: account.call(
                "DescribeContinuousExports", exportIds=[_CONTINUOUS]
            ),
            "an unknown continuous export cannot be stopped": lambda account: account.call(
                "StopContinuousExport", exportId=_CONTINUOUS
            ),
        },
    }
)
probes(
    {
        "Imports, deletions, agents: Collection that starts or stops": {
            "an unknown agent does not start to collect": lambda account: account.call(
                "StartDataCollectionByAgentIds", agentIds=[_AGENT]
            ),
            "an unknown agent does not stop collecting": lambda account: account.call(
                "StopDataCollectionByAgentIds", agentIds=[_AGENT]
            ),
        },
    },
    stage=Stage.WRITES,
)
