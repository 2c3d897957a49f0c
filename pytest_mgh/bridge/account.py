"""An account with what a run has made in it: one stream, tasks in it, applications, servers.

All of it has names that begin with the name of the run. Each thing is made when the first probe
needs it; a probe whose things can't be made is not tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pytest_mgh.bridge.caller import Caller, NotTried
from pytest_mgh.bridge.calls import Members, each

Value = TypeVar("Value")


@dataclass
class ProbedAccount(Caller):
    """An account that probes call.

    Attributes:
        symbols: What stands in comparisons for the ids of what was made.
        made: What the run has made or done so far, by what it is for.
    """

    symbols: dict[str, str] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)

    def once(self, key: str, make: Callable[[], Value]) -> Value:
        """Return what was made for a key; make it the first time."""
        if key not in self.made:
            self.made[key] = make()
        value: Value = self.made[key]
        return value

    def stream(self) -> str:
        """Return the name of the run's stream, which is there."""
        members = {"ProgressUpdateStreamName": self.name}
        self.once("stream", lambda: self.need("CreateProgressUpdateStream", **members))
        return self.name

    def is_listed(self) -> bool:
        """Whether the run's stream is listed."""
        token: Members = {}
        while True:
            page = self.call("ListProgressUpdateStreams", **token)
            names = each(page.at("ProgressUpdateStreamSummaryList"), "ProgressUpdateStreamName")
            if not isinstance(names, list):
                raise NotTried("ListProgressUpdateStreams, which it needs, gave no list")
            if self.name in names:
                return True
            if not isinstance(page.at("NextToken"), str):
                return False
            token = {"NextToken": page.at("NextToken")}

    def task_named(self, name: str) -> Members:
        """Return the members that name a task of the run's stream."""
        return {"ProgressUpdateStream": self.name, "MigrationTaskName": name}

    def task(self, name: str) -> Members:
        """Return the members that name a task of the run's stream, which is there."""
        task = self.task_named(name)

        def make() -> Members:
            self.need("ImportMigrationTask", **task)
            self.need("DescribeMigrationTask", **task)
            return task

        self.stream()
        return self.once(f"task {name}", make)

    def host(self, label: str = "a") -> str:
        """Return a host name of the run: nothing else has it."""
        return f"{self.name}-{label}.invalid"

    def server(self, label: str = "a") -> str:
        """Return the id of a server that Migration Hub has added for a task of the run."""
        key = f"server {label}"

        def make() -> str:
            task, host = self.task(key), {"Type": "FQDN", "Value": self.host(label)}
            self.need("PutResourceAttributes", **task, ResourceAttributeList=[host])
            id_: str = self.wait(
                lambda: self.call("ListDiscoveredResources", **task).at(
                    "DiscoveredResourceList", 0, "ConfigurationId"
                ),
                until=lambda id_: isinstance(id_, str),
                what="the mapping of a task to a server",
            )
            self.symbols[id_] = f"<{key}>"
            return id_

        return self.once(key, make)

    def application_name(self, label: str = "a") -> str:
        """Return the name of an application of the run."""
        return f"{self.name} {label}"

    def application(self, label: str = "a", **members: Any) -> str:
        """Return the id of an application of the run."""
        key = f"application {label}"

        def make() -> str:
            answer = self.need("CreateApplication", name=self.application_name(label), **members)
            id_ = answer.at("configurationId")
            if not isinstance(id_, str):
                raise NotTried("CreateApplication, which it needs, gave no id")
            self.need("DescribeConfigurations", configurationIds=[id_])
            self.symbols[id_] = f"<{key}>"
            return id_

        return self.once(key, make)

    def described(self, *ids: str) -> Any:
        """Describe configurations."""
        answer = self.call("DescribeConfigurations", configurationIds=[*ids])
        return answer.at("configurations")
