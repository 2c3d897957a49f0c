"""The summary of all that was discovered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pytest_mgh.services.discovery.service import reads

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Result
    from pytest_mgh.state.discovery_records import Agent
    from pytest_mgh.state.store import Store

# What the summary calls each kind of collector, and the refused ones; the first word that is in
# the type of an agent says its kind.
_KINDS = {
    "agentless": ("agentlessCollectorSummary", "AgentlessCollectors", "denyListed"),
    "mecollector": ("meCollectorSummary", "MeCollectors", "denyListed"),
    "connector": ("connectorSummary", "Connectors", "blackListed"),
    "": ("agentSummary", "Agents", "blackListed"),
}


@reads()
def get_discovery_summary(call: Call, store: Store) -> Result:
    """Count what the repository holds."""
    servers, agents = list(store.repository.servers), list(store.repository.agents)
    kinds = [next(word for word in _KINDS if word in one.type.lower()) for one in agents]
    return {
        "servers": len(servers),
        "applications": len(store.repository.applications),
        "serversMappedToApplications": sum(1 for server in servers if server.applications),
        "serversMappedtoTags": sum(1 for server in servers if server.tags),
        **{
            summary: _counts(
                (agent for agent, kind in zip(agents, kinds, strict=True) if kind == word),
                name,
                refused,
            )
            for word, (summary, name, refused) in _KINDS.items()
        },
    }


def _counts(agents: Iterable[Agent], kind: str, refused: str) -> dict[str, int]:
    health = Counter(agent.health for agent in agents)
    counts = {
        "active": health["HEALTHY"] + health["RUNNING"] + health["UNHEALTHY"],
        "healthy": health["HEALTHY"] + health["RUNNING"],
        refused: health["BLACKLISTED"],
        "shutdown": health["SHUTDOWN"],
        "unhealthy": health["UNHEALTHY"],
        "total": health.total(),
        "unknown": health["UNKNOWN"],
    }
    return {f"{state}{kind}": number for state, number in counts.items()}
