"""A hub's whole state as JSON-ready data, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, get_origin, get_type_hints

from pytest_mgh.access.evaluation import Decision
from pytest_mgh.access.principals import Principal
from pytest_mgh.cloudtrail.records import CallRecord
from pytest_mgh.protocol.documents import explain, find_mistake
from pytest_mgh.services.background_work import settle
from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.state.accounts import Account, HomeRegionControl
from pytest_mgh.state.background import Work
from pytest_mgh.state.codec import decode, encode
from pytest_mgh.state.discovery_records import Application, DeletionTask, ImportTask, Server
from pytest_mgh.state.faults import Fault, Throttle, check_error
from pytest_mgh.state.records import ApplicationState, Stream
from pytest_mgh.state.settings import Settings
from pytest_mgh.state.store import Store
from pytest_mgh.state.world import World

if TYPE_CHECKING:
    from pytest_mgh.state.in_order import InOrder
    from pytest_mgh.state.journal import Journal

VERSION = 1

Data = dict[str, Any]


def take(world: World) -> Data:
    """Return the whole state of a hub."""
    return {
        "version": VERSION,
        "settings": encode(world.settings),
        "clock_offset": world.clock.offset,
        "ids": world.ids.count,
        "token_secret": world.token_secret.hex(),
        "default_principal": world.default_principal.access_key,
        "principals": [take_principal(principal) for principal in world.principals.values()],
        "assumed_roles": [take_principal(role) for role in world.assumed_roles.values()],
        "accounts": [_take_account(account) for account in world.accounts.values()],
        "background": encode(world.background.waiting),
        "faults": encode(world.faults.queue),
        "throttles": encode(world.faults.throttles),
        "backoffs": list(world.backoffs),
        "import_sources": dict(world.import_sources),
        "calls": [_take_call(call) for call in world.calls],
        "denials": encode(world.denials),
        "notes": list(world.notes),
    }


def make(data: Any) -> World:
    """Return the world that a snapshot was taken of.

    Raises:
        ValueError: What is no snapshot, or one of another version.
    """
    version = data.get("version") if isinstance(data, dict) else None
    if version is not None and version != VERSION:
        raise ValueError(f"snapshot version {version!r}: only {VERSION} can be restored")
    mistake = find_mistake("hub", "snapshot", data)
    if mistake is not None:
        place = ".".join(map(str, mistake.path)) or "snapshot"
        raise ValueError(f"{place}: {explain(mistake)}")
    try:
        world = _make(data)
        if world.background.waiting:
            _check_work(_make(data))
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"snapshot does not fit together: {error!r}") from error
    return world


def _make(data: Data) -> World:
    principals = _make_principals(data["principals"], "principals")
    with _at("settings"):
        settings = Settings(**data["settings"])
    with _at("default_principal"):
        world = World(settings, principals[data["default_principal"]])
    world.principals = principals
    world.assumed_roles = _make_principals(data["assumed_roles"], "assumed_roles")
    world.clock.offset = data["clock_offset"]
    world.ids.count = int(data["ids"])
    with _at("token_secret"):
        world.token_secret = bytes.fromhex(data["token_secret"])
    accounts = [
        _make_account(world.journal, said, f"accounts.{at}")
        for at, said in enumerate(data["accounts"])
    ]
    world.accounts = {account.account_id: account for account in accounts}
    world.background.load(world.journal, decode(list[Work], data["background"], "background"))
    for at, work in enumerate(world.background.waiting):
        with _at(f"background.{at}.operation"):
            if OPERATIONS[work.operation].worker is None:
                raise ValueError(work.operation)
    world.faults.queue = decode(list[Fault], data["faults"], "faults")
    for at, fault in enumerate(world.faults.queue):
        with _at(f"faults.{at}.operation and error"):
            check_error(fault.operation, fault.error, OPERATIONS[fault.operation].errors)
    world.faults.throttles = decode(dict[str, Throttle], data["throttles"], "throttles")
    for name, throttle in world.faults.throttles.items():
        with _at(f"throttles.{name}"):
            throttle.check()
    world.backoffs = list(data["backoffs"])
    world.import_sources = dict(data["import_sources"])
    callers = principals | world.assumed_roles
    world.calls = [
        _make_call(said, callers, f"calls.{at}") for at, said in enumerate(data["calls"])
    ]
    world.denials = decode(list[Decision], data["denials"], "denials")
    world.notes = list(data["notes"])
    return world


def _check_work(world: World) -> None:
    """Raise what work raises that can never be done: it would break a later call."""
    settle(world)
    for error in world.test_errors:
        raise ValueError(f"background: {error.__cause__!r}") from error


# principals

_IDENTITY = (
    "name",
    "account_id",
    "role",
    "tags",
    "access_key",
    "secret",
    "token",
    "session",
    "created",
)
_POLICIES = ("policy", "permissions_boundary", "session_policy")


def take_principal(principal: Principal) -> Data:
    """Return a principal as JSON-ready data, with its secrets."""
    return {name: getattr(principal, name) for name in (*_IDENTITY, *_POLICIES)}


def _make_principals(rows: list[Data], place: str) -> dict[str, Principal]:
    principals = (_make_principal(said, f"{place}.{at}") for at, said in enumerate(rows))
    return {principal.access_key: principal for principal in principals}


def _make_principal(said: Data, place: str) -> Principal:
    for name, kind in get_type_hints(Principal).items():
        if name in said and get_origin(kind) is not Mapping:
            decode(kind, said[name], f"{place}.{name}")
    decode(dict[str, str], said["tags"], f"{place}.tags")
    with _at(place):
        principal = Principal(**{name: said[name] for name in _IDENTITY})
        for name in _POLICIES:
            setattr(principal, name, said[name])
    return principal


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Say at which place of the snapshot something is wrong."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{place}: {error!r}") from error


# accounts


def _take_account(account: Account) -> Data:
    return {
        "account_id": account.account_id,
        "control": encode(account.control),
        "stores": {region: _take_store(store) for region, store in account.stores.items()},
    }


def _make_account(journal: Journal, said: Data, place: str) -> Account:
    control = decode(HomeRegionControl | None, said["control"], f"{place}.control")
    stores = {
        region: _make_store(journal, store, f"{place}.stores.{region}")
        for region, store in said["stores"].items()
    }
    return Account(said["account_id"], control, stores)


def _take_store(store: Store) -> Data:
    return {
        "streams": [encode(store.streams[name]) for name in store.stream_names],
        "applications": encode(store.applications),
        "servers": encode(store.repository.servers),
        "discovered_applications": encode(store.repository.applications),
        "imports": encode(store.repository.imports),
        "deletions": encode(store.repository.deletions),
    }


def _make_store(journal: Journal, said: Data, place: str) -> Store:
    store = Store(journal)
    repository = store.repository
    _load(
        journal, store.applications, ApplicationState, said["applications"], f"{place}.applications"
    )
    _load(journal, repository.servers, Server, said["servers"], f"{place}.servers")
    for server in repository.servers:
        repository.put_server(server)
    _load(
        journal,
        repository.applications,
        Application,
        said["discovered_applications"],
        f"{place}.discovered_applications",
    )
    _load(journal, repository.imports, ImportTask, said["imports"], f"{place}.imports")
    repository.deletions = decode(dict[str, DeletionTask], said["deletions"], f"{place}.deletions")
    for stream in decode(list[Stream], said["streams"], f"{place}.streams"):
        store.adopt_stream(stream)
    return store


def _load(journal: Journal, items: InOrder[str, Any], kind: type, said: Data, place: str) -> None:
    rows = decode(list[tuple[int, str, kind]], said["rows"], f"{place}.rows")  # type: ignore[valid-type]
    items.load(journal, said["next"], rows)


# calls


def _take_call(call: CallRecord) -> Data:
    return {
        "time": call.time,
        "operation": call.action.name,
        "principal": call.principal.access_key,
        "region": call.region,
        "request_id": call.request_id,
        "body": call.body.decode(),
        "user_agent": call.user_agent,
        "source_ip": call.source_ip,
        "secure": call.secure,
        "result": call.result,
        "error": None if call.error is None else list(call.error),
    }


def _make_call(said: Data, principals: dict[str, Principal], place: str) -> CallRecord:
    for name, read in (
        ("operation", OPERATIONS.__getitem__),
        ("principal", principals.__getitem__),
        ("body", json.loads),
    ):
        with _at(f"{place}.{name}"):
            read(said[name])
    return CallRecord(
        **{
            **{name: value for name, value in said.items() if name != "operation"},
            "action": OPERATIONS[said["operation"]].recorded,
            "principal": principals[said["principal"]],
            "body": said["body"].encode(),
            "error": None if said["error"] is None else tuple(said["error"]),
        }
    )
