"""The summary of all that was discovered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh.services.discovery.service import reads

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Result
    from pytest_mgh.state.store import Store


@reads()
def get_discovery_summary(call: Call, store: Store) -> Result:
    """Count what the repository holds."""
    servers = list(store.repository.servers)
    agents = sum(1 for server in servers if server.agent_id)
    return {
        "servers": len(servers),
        "applications": len(store.repository.applications),
        "serversMappedToApplications": sum(1 for server in servers if server.applications),
        "serversMappedtoTags": sum(1 for server in servers if server.tags),
        "agentSummary": _counts("Agents", "blackListed", agents),
        "connectorSummary": _counts("Connectors", "blackListed", 0),
        "meCollectorSummary": _counts("MeCollectors", "denyListed", 0),
        "agentlessCollectorSummary": _counts("AgentlessCollectors", "denyListed", 0),
    }


def _counts(kind: str, refused: str, healthy: int) -> dict[str, int]:
    counts = dict.fromkeys((refused, "shutdown", "unhealthy", "unknown"), 0)
    counts |= {"active": healthy, "healthy": healthy, "total": healthy}
    return {f"{state}{kind}": number for state, number in counts.items()}
