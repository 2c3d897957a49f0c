"""Requests: mostly good ones, about things that exist, and a few that break a constraint."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from discovery_filters import CONTAINMENT, NUMERIC, SORTS
from hypothesis import strategies as st
from proof.model import Model  # noqa: TC002 (Drawing is read at run time)
from proof.model_configurations import FILTER_CONDITIONS
from proof.operations import OPERATIONS
from proof.samples import (
    ACCOUNTS,
    AGENTS,
    ARNS,
    HOMES,
    HOSTS,
    IPS,
    KEYS,
    NAMES,
    PAIRS,
    SOURCES,
    STATUSES,
    STREAMS,
    TASKS,
    TEXTS,
    TIMES,
    URLS,
    WORDS,
)
from sample_values import UNKNOWN_APPLICATION, UNKNOWN_SERVER

# Filters that find something.
COMMON = (
    "server.hostName",
    "server.tag.key",
    "server.networkInterfaceInfo.ipAddress",
    "server.application.name",
    "server.configurationId",
    "server.performance.avgCpuUsagePct",
    "application.name",
    "hostName",
)

# One call in so many has the member; one in three has any other.
RARE = {"DryRun": 10, "NextToken": 10, "nextToken": 10, "MaxResults": 1, "maxResults": 1}

Draw = Callable[[st.SearchStrategy[Any]], Any]


class Drawing:
    """Draws the requests of one caller in one Region, with names that the model has there."""

    def __init__(self, draw: Draw, model: Model, account: str, region: str) -> None:
        self.draw, self.model, self.account, self.region = draw, model, account, region
        self.store = model.store(account, region)
        self.drawn: dict[str, Any] = {}

    def one(self, *values: Any) -> Any:
        return self.draw(st.sampled_from(values))

    def some(self, values: Any, least: int = 0, most: int = 3) -> list[Any]:
        return list(self.draw(st.lists(st.sampled_from(values), min_size=least, max_size=most)))

    def chance(self, of: int) -> bool:
        """Be true once in so many times; the shrunk value is no."""
        return bool(self.draw(st.integers(0, of - 1)) == of - 1)

    def maybe(self, **members: Callable[[], Any]) -> dict[str, Any]:
        return {name: make() for name, make in members.items() if self.draw(st.booleans())}

    # requests

    def request(self, name: str) -> dict[str, Any]:
        """Draw the request of an operation."""
        shape = OPERATIONS[name].request
        pages = [
            (token, about["of"][3])
            for token, about in self.model.tokens.items()
            if about["of"][:3] == (name, self.account, self.region)
        ]
        if pages and self.draw(st.booleans()):
            token, arguments = self.one(*pages[-3:])
            member = "nextToken" if "nextToken" in shape.members else "NextToken"
            return {**copy.deepcopy(arguments), member: token, **self._size(shape)}
        request = {member: self.member(name, member) for member in shape.required}
        for member in shape.optional:
            if self.chance(RARE.get(member, 3)):
                request[member] = self.member(name, member)
        tasks = [
            (stream, task)
            for stream, content in self.store["streams"].items()
            for task in content["tasks"]
        ]
        if tasks and "MigrationTaskName" in request and not self.chance(6):
            stream, task = self.one(*tasks)
            request |= {"ProgressUpdateStream": stream, "MigrationTaskName": task}
        if self.chance(16):
            self.spoil(name, request)
        return request

    def _size(self, shape: Any) -> dict[str, int]:
        member = "maxResults" if "maxResults" in shape.members else "MaxResults"
        return self.maybe(**{member: lambda: self.one(1, 2, 3)})

    def spoil(self, name: str, request: dict[str, Any]) -> None:
        """Break one constraint of the request."""
        shape = OPERATIONS[name].request
        broken = [
            (member, value) for member, said in shape.members.items() for value in said.broken()
        ]
        missing = [(member, None) for member in shape.required]
        if broken + missing:
            member, value = self.one(*broken, *missing)
            request.pop(member, None)
            if value is not None:
                request[member] = value

    def member(self, name: str, member: str) -> Any:
        """Draw the value of a member: by operation and member, or by member alone."""
        make = MEMBERS.get(f"{name}.{member}") or MEMBERS[member]
        self.drawn[member] = make(self)
        return self.drawn[member]

    # existing items

    def server(self) -> str:
        return str(self.one(*[*self.store["servers"]][:5], UNKNOWN_SERVER))

    def application(self) -> str:
        return str(self.one(*[*self.store["applications"]][:5], UNKNOWN_APPLICATION))

    def item(self) -> str:
        servers, applications = [*self.store["servers"]], [*self.store["applications"]]
        processes = [*self.store["processes"]]
        return str(self.one(*servers[:4], *applications[:4], *processes[:1], UNKNOWN_SERVER))

    def many(self, make: Callable[[], Any], least: int = 0, most: int = 3) -> list[Any]:
        return [make() for _ in range(self.draw(st.integers(least, most)))]

    def control(self) -> str:
        homes = [home["ControlId"] for home in self.model.homes.values() if home]
        return str(self.one(*homes, "hrc-000000000000"))

    def target(self) -> dict[str, str]:
        return {"Type": "ACCOUNT", **self.maybe(Id=lambda: self.one(self.account, *ACCOUNTS))}

    def attributes(self) -> list[dict[str, str]]:
        pairs = self.some(PAIRS if self.chance(8) else PAIRS[:-4], 1, 4)
        return [{"Type": type_, "Value": value} for type_, value in pairs]

    def state(self) -> dict[str, Any]:
        optional = self.maybe(
            StatusDetail=lambda: self.one(*TEXTS), ProgressPercent=lambda: self.one(0, 40, 100)
        )
        return {"Status": self.one(*STATUSES), **optional}

    def filters(self, type_: str) -> list[dict[str, Any]]:
        return self.many(lambda: self.filter(type_), 0, 2)

    def filter(self, type_: str) -> dict[str, Any]:
        names = [name for name in COMMON if name in FILTER_CONDITIONS[type_]]
        name = self.one(*names * 3, *FILTER_CONDITIONS[type_], "nonsense")
        conditions = FILTER_CONDITIONS[type_].get(name, CONTAINMENT)
        values = ["1", "2e1"] if conditions is NUMERIC else self.many(self.value, 0, 2)
        condition = "LT" if self.chance(12) else self.one(*conditions)
        return {"name": name, "condition": condition, "values": values}

    def value(self) -> str:
        texts = (*HOSTS, *NAMES, *IPS, *KEYS, *WORDS, "EC2", "OTHER", "", "e", "s")
        return str(self.one(*texts, self.item()))

    def type_(self) -> str:
        """Mostly the type that the request is about."""
        said = self.drawn["configurationType"]
        return str(self.one("SERVER", "APPLICATION") if self.chance(12) else said)

    def type_filters(self) -> list[dict[str, Any]]:
        return self.filters(self.type_())

    def orders(self) -> list[dict[str, str]]:
        return self.many(self.order, 0, 2)

    def order(self) -> dict[str, str]:
        field = "nonsense" if self.chance(12) else self.one(*SORTS[self.type_()].split())
        return {"fieldName": field, **self.maybe(sortOrder=lambda: self.one("ASC", "DESC"))}

    def tag(self) -> dict[str, str]:
        return {"key": self.one(*KEYS), "value": self.one(*WORDS)}

    def tag_filter(self) -> dict[str, Any]:
        name = self.one("tagKey", "tagValue", "configurationId", "key")
        values = {"tagKey": KEYS, "tagValue": WORDS}.get(name) or (self.item(),)
        return {"name": name, "values": self.some(values, 0, 2)}

    def agent(self) -> dict[str, Any]:
        optional = self.maybe(force=lambda: self.one(True, False))
        return {"agentId": self.one(*AGENTS), **optional}

    def export(self) -> str:
        return str(self.one(*[*self.store["exports"]][-3:], "export-none"))

    def continuous_export(self) -> str:
        return str(self.one(*[*self.store["continuous"]][-3:], "continuous-export-none"))

    def export_filters(self) -> list[dict[str, Any]]:
        return self.many(self.export_filter, 0, 2)

    def export_filter(self) -> dict[str, Any]:
        name = "agentId" if self.chance(8) else "agentIds"
        condition = self.one("EQUALS", "EQUALS", "EQUALS", "NE")
        return {"name": name, "condition": condition, "values": self.some(AGENTS, 1, 2)}

    def import_task(self) -> str:
        return str(self.one(*[*self.store["imports"]][:3], f"import-task-{'0' * 32}"))

    def import_filter(self) -> dict[str, Any]:
        name = self.one("IMPORT_TASK_ID", "STATUS", "NAME")
        values = {"STATUS": ("IMPORT_COMPLETE", "IMPORT_FAILED", "DELETE_COMPLETE"), "NAME": NAMES}
        return {"name": name, "values": self.some(values.get(name) or (self.import_task(),), 1, 2)}


def _one(*values: Any) -> Callable[[Drawing], Any]:
    return lambda drawing: drawing.one(*values)


def _about(key: str, make: Callable[[Drawing], Any], *texts: str) -> Callable[[Drawing], Any]:
    def draw(drawing: Drawing) -> dict[str, Any]:
        optional = {text: lambda: drawing.one(*TEXTS) for text in texts}
        return {key: make(drawing), **drawing.maybe(**optional)}

    return draw


MEMBERS: dict[str, Callable[[Drawing], Any]] = {
    "DescribeExportTasks.filters": Drawing.export_filters,
    "StartExportTask.filters": Drawing.export_filters,
    "agentIds": lambda drawing: drawing.some(AGENTS, 1),
    "endTime": _one(*TIMES),
    "exportDataFormat": _one([], ["CSV"]),
    "exportId": Drawing.continuous_export,
    "DescribeContinuousExports.exportIds": lambda drawing: drawing.many(drawing.continuous_export),
    "DescribeContinuousExports.maxResults": _one(1, 2),
    "exportIds": lambda drawing: drawing.many(drawing.export),
    "preferences": _one(
        {},
        {"ec2RecommendationsPreferences": {"enabled": True}},
        {"ec2RecommendationsPreferences": {"cpuPerformanceMetricBasis": {"name": "p95"}}},
    ),
    "startTime": _one(*TIMES),
    "ApplicationId": lambda drawing: drawing.one(drawing.application(), drawing.item()),
    "ApplicationIds": lambda drawing: drawing.many(drawing.item, 1, 4),
    "BatchDeleteAgents.deleteAgents": lambda drawing: drawing.many(drawing.agent, 1),
    "ConfigurationId": Drawing.item,
    "ControlId": Drawing.control,
    "CreatedArtifact": _about("Name", _one(*ARNS), "Description"),
    "CreatedArtifactName": _one(*ARNS),
    "DescribeAgents.agentIds": lambda drawing: drawing.some(AGENTS),
    "DescribeAgents.filters": lambda drawing: drawing.filters("AGENT"),
    "DescribeImportTasks.filters": lambda drawing: drawing.many(drawing.import_filter, 0, 2),
    "DescribeImportTasks.maxResults": _one(1, 2),
    "DescribeTags.filters": lambda drawing: drawing.many(drawing.tag_filter, 0, 2),
    "DiscoveredResource": _about("ConfigurationId", Drawing.item, "Description"),
    "DryRun": _one(True, False),
    "HomeRegion": _one(*HOMES),
    "ListConfigurations.filters": Drawing.type_filters,
    "ListServerNeighbors.configurationId": Drawing.server,
    "MaxResults": _one(1, 1, 2, 3, 10),
    "MigrationTaskName": _one(*TASKS),
    "NextToken": _one("", "bm9uc2Vuc2U="),
    "NextUpdateSeconds": _one(0, 60, (1 << 63) - 1),
    "NotifyApplicationState.Status": _one(*[status for status in STATUSES if status != "FAILED"]),
    "ProgressUpdateStream": _one(*STREAMS[:1] * 2, *STREAMS),
    "ProgressUpdateStreamName": _one(*STREAMS[:1] * 2, *STREAMS),
    "ResourceAttributeList": Drawing.attributes,
    "ResourceName": Drawing.item,
    "SourceResource": _about("Name", _one(*SOURCES), "Description", "StatusDetail"),
    "SourceResourceName": _one(*SOURCES),
    "StartBatchDeleteConfigurationTask.configurationType": _one("SERVER"),
    "StartImportTask.name": _one(*NAMES),
    "Target": Drawing.target,
    "Task": Drawing.state,
    "UpdateApplication.configurationId": Drawing.application,
    "UpdateDateTime": _one(*TIMES),
    "DeleteApplications.configurationIds": lambda drawing: drawing.many(drawing.application, 0, 2),
    "CreateTags.configurationIds": lambda drawing: drawing.many(drawing.item),
    "DeleteTags.configurationIds": lambda drawing: drawing.many(drawing.item),
    "DescribeConfigurations.configurationIds": lambda drawing: drawing.many(
        drawing.one(drawing.item, drawing.server, drawing.application)
    ),
    "applicationConfigurationId": Drawing.application,
    "clientRequestToken": _one("token-1", "token-2"),
    "configurationIds": lambda drawing: drawing.many(drawing.server),
    "configurationType": _one(*["SERVER", "APPLICATION"] * 4, "PROCESS", "CONNECTION"),
    "deleteHistory": _one(True, False),
    "description": _one("", "sells", "counts"),
    "importTaskIds": lambda drawing: drawing.many(drawing.import_task, 1, 2),
    "importUrl": _one(*URLS),
    "maxResults": _one(1, 1, 1, 2, 2, 3, 0, 0, 100, 101, -1),
    "name": _one(*NAMES),
    "neighborConfigurationIds": lambda drawing: drawing.many(drawing.item),
    "nextToken": _one("", "nonsense", "é"),
    "orderBy": Drawing.orders,
    "portInformationNeeded": _one(True, False),
    "tags": lambda drawing: drawing.many(drawing.tag),
    "taskId": lambda drawing: drawing.one(
        *[*drawing.store["deletions"]][-2:], "01234567-89ab-cdef-0123-456789abcdef"
    ),
    "wave": _one("", "wave 1"),
}
