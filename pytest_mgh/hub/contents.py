"""What a snapshot holds, as records: the codec writes and reads it, and makes its schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pytest_mgh.access.evaluation import Decision
from pytest_mgh.access.principals import Principal
from pytest_mgh.cloudtrail.records import CallRecord
from pytest_mgh.protocol.values import KEY, REFERENCE, AccountId, Count, Pattern, Seconds
from pytest_mgh.state.accounts import HomeRegionControl
from pytest_mgh.state.background import Work
from pytest_mgh.state.discovery_records import (
    Agent,
    Application,
    Connection,
    ContinuousExport,
    DeletionTask,
    ExportTask,
    ImportTask,
    Process,
    Server,
)
from pytest_mgh.state.faults import Fault, Throttle
from pytest_mgh.state.in_order import InOrder
from pytest_mgh.state.records import ApplicationState, Stream
from pytest_mgh.state.settings import Settings

Base64 = Annotated[
    str, Pattern("base64", "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
]


@dataclass(slots=True)
class StoreContent:
    """What an account has in a Region: all that the indexes over it are made of."""

    streams: list[Stream]
    applications: InOrder[str, ApplicationState]
    servers: InOrder[str, Server]
    discovered_applications: InOrder[str, Application]
    agents: InOrder[str, Agent]
    processes: InOrder[str, Process]
    connections: InOrder[str, Connection]
    imports: InOrder[str, ImportTask]
    deletions: dict[str, DeletionTask]
    exports: InOrder[str, ExportTask]
    continuous_exports: InOrder[str, ContinuousExport]
    deleted_records: tuple[Count, Count]
    order: Count


@dataclass(slots=True)
class AccountContent:
    """An account, with what it has in every Region."""

    account_id: Annotated[AccountId, KEY]
    control: HomeRegionControl | None
    stores: dict[str, StoreContent]


@dataclass(slots=True)
class Snapshot:
    """A hub's whole state."""

    version: Literal[1]
    settings: Settings
    clock_offset: Seconds
    ids: Count
    token_secret: Annotated[str, Pattern("32 hexadecimal digits", "[0-9a-f]{32}")]
    principals: list[Principal]
    moto_callers: list[Principal]
    refused_callers: list[Principal]
    default_principal: Annotated[Principal, REFERENCE]
    accounts: list[AccountContent]
    background: list[Work]
    faults: list[Fault]
    throttles: dict[str, Throttle]
    backoffs: list[Seconds]
    import_sources: dict[str, str]
    import_archives: dict[str, Base64]
    first_call: Count
    calls: list[CallRecord]
    denials: list[Decision]
    notes: list[str]
