"""A hub's whole state as JSON-ready data, and back."""

from __future__ import annotations

from base64 import b64decode, b64encode
from functools import partial
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakMethod

from pytest_mgh.access.principals import Principal, record_changes
from pytest_mgh.access.remarks import without_remarks
from pytest_mgh.cloudtrail.records import Action
from pytest_mgh.hub.contents import AccountContent, Snapshot, StoreContent
from pytest_mgh.hub.references import check_references
from pytest_mgh.protocol import json_pieces
from pytest_mgh.protocol.json_pieces import Items, Members
from pytest_mgh.services.background_work import settle
from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.state.accounts import Account
from pytest_mgh.state.codec import decode, encode
from pytest_mgh.state.in_order import EMPTY
from pytest_mgh.state.recent import Recent
from pytest_mgh.state.records import Stream
from pytest_mgh.state.store import Store
from pytest_mgh.state.world import World

if TYPE_CHECKING:
    from pytest_mgh.state.in_order import InOrder
    from pytest_mgh.state.journal import Journal

VERSION: Literal[1] = 1

Data = dict[str, Any]


def take_snapshot(world: World) -> Data:
    """Return the whole state of a hub.

    Raises:
        ValueError: A fault asks a function, which no data can be.
    """
    __tracebackhide__ = True
    data: Data = json_pieces.whole(snapshot_tree(world))
    return data


def snapshot_tree(world: World) -> Data:
    """Return the same as a tree, whose many records are made data of when they are written.

    Raises:
        ValueError: A fault asks a function, which no data can be.
    """
    __tracebackhide__ = True
    for fault in world.faults.queue:
        if callable(fault.when):
            raise ValueError(
                f"fault {fault}: a snapshot cannot hold a function; pass `when` a dict of request "
                "members, or recover from the fault first"
            )
    texts = {name: _text(content) for name, content in world.import_sources.items()}
    snapshot = Snapshot(
        version=VERSION,
        settings=world.settings,
        clock_offset=world.clock.offset,
        ids=world.ids.count,
        token_secret=world.token_secret.hex(),
        principals=list(world.principals.values()),
        moto_callers=list(world.moto_callers.by_key.values()),
        refused_callers=_refused_callers(world),
        default_principal=world.default_principal,
        accounts=[],
        background=list(world.background.waiting),
        faults=world.faults.queue,
        throttles=world.faults.throttles,
        backoffs=world.backoffs,
        import_sources={name: content for name, content in texts.items() if content is not None},
        import_archives={
            name: b64encode(world.import_sources[name]).decode()
            for name, content in texts.items()
            if content is None
        },
        first_call=world.calls.first,
        calls=[],
        denials=list(world.denials),
        notes=list(world.notes),
    )
    tree: Data = encode(snapshot)
    tree["accounts"] = [_account_tree(account) for account in world.accounts.values()]
    tree["calls"] = Items(list(world.calls), encode)
    return tree


def world_of_snapshot(data: Any) -> World:
    """Return the world that a snapshot was taken of.

    Raises:
        ValueError: What is no snapshot, or one of another version.
    """
    __tracebackhide__ = True
    version = data.get("version") if isinstance(data, dict) else None
    if version is not None and version != VERSION:
        raise ValueError(f"snapshot version {version!r} can't be restored: only version {VERSION}")
    world = _world_of(_read(data))
    if world.background.waiting:
        _try_work(world)
    return world


def _read(data: Any) -> Snapshot:
    actions = {name: operation.recorded for name, operation in OPERATIONS.items()}
    try:
        with without_remarks():
            snapshot: Snapshot = decode(Snapshot, data, {Principal: {}, Action: actions})
        check_references(snapshot)
        _check_credentials(data, snapshot)
    except ValueError as error:
        raise ValueError(f"snapshot: {error}") from None
    return snapshot


def _check_credentials(data: Any, snapshot: Snapshot) -> None:
    """Raise `ValueError` for a principal without credentials, which would get new ones."""
    for part, principals in (
        ("principals", snapshot.principals),
        ("moto_callers", snapshot.moto_callers),
        ("refused_callers", snapshot.refused_callers),
    ):
        for at, (given, principal) in enumerate(zip(data[part], principals, strict=True)):
            for name in ("access_key", "secret", "token"):
                if given[name] != getattr(principal, name):
                    raise ValueError(f"{part}[{at}].{name}: {given[name]!r} is none")


def _world_of(snapshot: Snapshot) -> World:
    world = World(snapshot.settings, snapshot.default_principal)
    world.principals = {one.access_key: one for one in snapshot.principals}
    for principal in snapshot.principals:
        record_changes(principal, WeakMethod(world.changes))
    world.moto_callers.by_key = {one.access_key: one for one in snapshot.moto_callers}
    world.clock.offset = snapshot.clock_offset
    world.ids.count = snapshot.ids
    world.token_secret = bytes.fromhex(snapshot.token_secret)
    with world.journal.whole():
        world.accounts = {one.account_id: _account(world, one) for one in snapshot.accounts}
        world.background.load(world.journal, snapshot.background)
    world.faults.queue = snapshot.faults
    world.faults.throttles = snapshot.throttles
    world.backoffs = snapshot.backoffs
    texts, archives = snapshot.import_sources, snapshot.import_archives
    world.import_sources = {name: content.encode() for name, content in texts.items()}
    world.import_sources |= {name: b64decode(content) for name, content in archives.items()}
    keep = world.settings.keep_events
    world.calls = Recent(keep, snapshot.calls, snapshot.first_call)
    world.denials = Recent(keep, snapshot.denials)
    world.notes = Recent(keep, snapshot.notes)
    return world


def _refused_callers(world: World) -> list[Principal]:
    """Return the callers that only the records of refused calls name."""
    named = {call.principal.access_key: call.principal for call in world.calls}
    kept = world.principals.keys() | world.moto_callers.by_key.keys()
    return [caller for key, caller in named.items() if key not in kept]


def _text(content: bytes) -> str | None:
    """Return the text of a file, or `None` if it is not UTF-8."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _try_work(world: World) -> None:
    """Raise `ValueError` for background work that can't be done; change nothing."""
    start, ids = world.journal.version(), world.ids.count
    settle(world)
    world.journal.go_to(start)
    world.ids.count = ids
    for error in world.test_errors:
        raise ValueError(f"snapshot: background: {error.__cause__!r}") from error


def _account_tree(account: Account) -> Data:
    tree: Data = encode(AccountContent(account.account_id, account.control, {}))
    tree["stores"] = {region: _store_tree(store) for region, store in account.stores.items()}
    return tree


def _account(world: World, content: AccountContent) -> Account:
    stores = {region: _store(world.journal, one) for region, one in content.stores.items()}
    return Account(content.account_id, content.control, stores)


def _parts(store: Store) -> dict[str, InOrder[str, Any]]:
    """Return the ordered records of a store, by the members of `StoreContent`."""
    repository = store.repository
    return {
        "applications": store.applications,
        "servers": repository.servers,
        "discovered_applications": repository.applications,
        "agents": repository.agents,
        "processes": repository.processes,
        "connections": repository.connections,
        "imports": repository.imports,
        "exports": repository.exports,
        "continuous_exports": repository.continuous_exports,
    }


def _store_tree(store: Store) -> Data:
    repository, parts = store.repository, _parts(store)
    empty = StoreContent(
        streams=[],
        **dict.fromkeys(parts, EMPTY),
        deletions=repository.deletions,
        deleted_records=repository.deleted_records,
        order=repository.order,
    )
    tree: Data = encode(empty)
    tree["streams"] = [_stream_tree(store.streams[name]) for name in store.stream_names]
    for name, part in parts.items():
        row = partial(_row, part)
        tree[name] = {"next": part.next, "rows": Items(part.places, row)}
    return tree


def _row(part: InOrder[str, Any], place: tuple[int, str]) -> list[Any]:
    position, key = place
    return [position, key, encode(part.get(key))]


def _stream_tree(stream: Stream) -> Data:
    tree: Data = encode(Stream(stream.name, stream.deleting))
    tasks = stream.tasks
    tree["tasks"] = Members(list(tasks), lambda name: encode(tasks[name]))
    return tree


def _store(journal: Journal, content: StoreContent) -> Store:
    store = Store(journal)
    repository = store.repository
    for name, part in _parts(store).items():
        given: InOrder[str, Any] = getattr(content, name)
        part.load(journal, given.next, given.rows)
    repository.adopt_all()
    repository.deletions = content.deletions
    repository.deleted_records, repository.order = content.deleted_records, content.order
    for stream in content.streams:
        store.adopt_stream(stream)
    return store
