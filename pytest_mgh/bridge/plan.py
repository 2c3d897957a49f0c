"""The plan of a verification, made by running it against a hub first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pytest_mgh.bridge.calls import Reply, Request, Send


@dataclass
class Plan:
    """How many calls of which kind: those that are accepted and may write by operation."""

    reads: int = 0
    dry_runs: int = 0
    refused: int = 0
    writes: Counter[str] = field(default_factory=Counter)

    @property
    def calls(self) -> int:
        """How many calls in all."""
        return self.reads + self.dry_runs + self.refused + self.writes.total()

    def counting(self, send: Send) -> Send:
        """Return what sends requests and counts them."""

        def counted(request: Request) -> Reply:
            reply = send(request)
            if request.read_only:
                self.reads += 1
            elif request.is_harmless:
                self.dry_runs += 1
            elif reply.status >= 300:
                self.refused += 1
            else:
                self.writes[request.operation] += 1
            return reply

        return counted

    def sentences(self, name: str) -> list[str]:
        """Return it in words; `name` is the name of the run."""
        calls = (
            f"About {self.calls} calls: {self.reads} that only read, {self.dry_runs} dry runs, "
            f"{self.refused} that are refused"
        )
        if not self.writes:
            return [f"{calls}. Nothing is written."]
        tasks, applications = (
            self.writes[operation] for operation in ("ImportMigrationTask", "CreateApplication")
        )
        return [
            f"{calls}, and {self.writes.total()} that write:",
            f"  in Migration Hub one stream, {name}, {tasks} imported tasks and their parts;",
            f"  in Application Discovery Service {applications} applications with that prefix,",
            "  their tags, and the servers that Migration Hub adds for the tasks.",
            "All of it is deleted at the end, but tasks that delete servers stay listed.",
        ]
