"""The guide's tables of filters and orders of ListConfigurations."""

from __future__ import annotations

EQUALITY = ("EQUALS", "NOT_EQUALS", "EQ", "NE")
CONTAINMENT = (*EQUALITY, "CONTAINS", "NOT_CONTAINS")
NUMERIC = ("GE", "LE", "GT", "LT")
CONDITIONS = (*CONTAINMENT, *NUMERIC)

# What can be filtered, with which conditions.
FILTERS: dict[str, dict[tuple[str, ...], str]] = {
    "SERVER": {
        EQUALITY: """
            server.configurationId server.agentId server.connectorId
            server.application.configurationId server.process.configurationId server.type
        """,
        CONTAINMENT: """
            server.hostName server.osName server.osVersion
            server.vmWareInfo.morefId server.vmWareInfo.vcenterId server.vmWareInfo.hostId
            server.networkInterfaceInfo.portGroupId server.networkInterfaceInfo.portGroupName
            server.networkInterfaceInfo.virtualSwitchName server.networkInterfaceInfo.ipAddress
            server.networkInterfaceInfo.macAddress server.tag.key server.tag.value
            server.application.name server.application.description
            server.process.name server.process.commandLine
        """,
        NUMERIC: """
            server.performance.avgCpuUsagePct server.performance.totalDiskFreeSizeInKB
            server.performance.avgFreeRAMInKB
        """,
    },
    "APPLICATION": {
        EQUALITY: "application.configurationId server.configurationId",
        CONTAINMENT: "application.name application.description",
        (): "application.serverCount application.timeOfCreation application.lastModifiedTime",
    },
    "PROCESS": {
        EQUALITY: "process.configurationId server.configurationId",
        CONTAINMENT: """
            process.name process.commandLine server.hostName server.osName server.osVersion
            server.agentId
        """,
    },
    "CONNECTION": {
        EQUALITY: """
            connection.destinationPort sourceServer.configurationId sourceProcess.configurationId
            destinationProcess.configurationId
        """,
        CONTAINMENT: """
            connection.sourceIp connection.destinationIp sourceServer.hostName
            destinationServer.osName destinationServer.osVersion sourceProcess.name
            sourceProcess.commandLine destinationProcess.name destinationprocess.commandLine
            destinationServer.agentId
        """,
    },
}
# What each type is ordered by.
SORTS = {
    "SERVER": "server.hostName server.osName server.osVersion",
    "APPLICATION": """
        application.name application.description application.serverCount application.timeOfCreation
        application.lastModifiedTime
    """,
    "PROCESS": """
        process.name process.commandLine server.hostName server.osName server.osVersion
    """,
    "CONNECTION": """
        connection.sourceIp connection.destinationIp connection.destinationPort
        sourceServer.hostName destinationServer.osName destinationServer.osVersion
        sourceProcess.name sourceProcess.commandLine destinationProcess.name
        destinationprocess.commandLine
    """,
}
