from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

import pytest
from captured_estate import AWS, ORIGINALS, SAID_BY_AWS, account_with_everything, content
from stand_in import ACCOUNT, HOME, refusal, result

from pytest_mgh import MigrationHub
from pytest_mgh.bridge.anonymizer import Anonymizer
from pytest_mgh.bridge.calls import BridgeError, Reply, Request, Send
from pytest_mgh.bridge.capturing import SERVERS_A_CALL, Capture, Capturing
from pytest_mgh.bridge.reading import AT_ONCE, READS, Reader
from pytest_mgh.bridge.reference import sends_to
from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.state.settings import Settings

NOT_HELD = "left out, because the hub cannot hold it"
SALT = b"the same in every run"


def captured(send: Send, *, anonymize: bool = False) -> Capture:
    """Capture the account behind a function that answers."""
    capturing = Capturing(send, ACCOUNT, HOME, Anonymizer(SALT) if anonymize else None)
    capturing.run()
    return capturing.result()


def restored(capture: Capture) -> MigrationHub:
    """Return a hub restored from a capture."""
    hub = MigrationHub(Settings())
    hub.restore(json.loads(json.dumps(capture.snapshot)))
    return hub


def otherwise(hub: MigrationHub, change: Callable[[Request], Reply | None]) -> Send:
    """Return a function that sends to a hub, some of whose answers are changed."""
    send = sends_to(hub)
    return lambda request: change(request) or send(request)


@pytest.fixture(scope="module")
def account() -> MigrationHub:
    return account_with_everything()


# what a capture reads


def test_a_hub_restored_from_a_capture_answers_like_the_account(
    account: MigrationHub,
) -> None:
    hub = restored(captured(sends_to(account)))

    assert content(hub) == content(account)


def test_the_capture_counts_the_items_that_it_read(account: MigrationHub) -> None:
    capture = captured(sends_to(account))

    assert capture.complete
    assert capture.home_region == HOME
    assert capture.counts == {
        "servers": 2,
        "applications": 2,
        "tags": 1,
        "agents": 1,
        "processes": 1,
        "connections": 1,
        "imports": 1,
        "streams": 2,
        "tasks": 2,
    }
    assert [re.sub("[0-9]{4}-.*", "...", note) for note in capture.notes] == ["captured on ..."]


def test_a_restored_hub_has_the_notes_of_the_capture(account: MigrationHub) -> None:
    capture = captured(sends_to(account))

    assert restored(capture).notes == capture.notes


def test_the_capture_calls_only_read_operations(account: MigrationHub) -> None:
    before = len(account.events)
    captured(sends_to(account))

    called = {event["eventName"] for event in account.events[before:]}
    assert called == READS.keys() - {"GetHomeRegion"}
    assert [name for name in READS if not OPERATIONS[name].read_only] == []


def test_an_operation_that_is_not_on_the_list_is_not_called() -> None:
    reader = Reader(lambda _: result({}), HOME)

    with pytest.raises(AssertionError, match="DeleteApplications is not one of the operations"):
        reader.one("DeleteApplications", configurationIds=["d-application-0"])


def test_an_empty_account_can_be_captured() -> None:
    hub = MigrationHub(Settings(account_id=ACCOUNT, home_region=HOME))
    capture = captured(sends_to(hub))

    assert capture.counts == {}
    assert content(restored(capture)) == content(hub)


# how it is read


def large_account(number: int) -> MigrationHub:
    hub = MigrationHub(Settings(account_id=ACCOUNT, home_region=HOME))
    tasks = [{"name": f"task {at}"} for at in range(number)]
    servers = [{"hostname": f"server-{at}"} for at in range(number)]
    hub.load({"streams": [{"name": "S", "tasks": tasks}], "servers": servers})
    return hub


@pytest.mark.parametrize("number", [100, 400])
def test_the_number_of_calls_grows_with_the_account(number: int) -> None:
    capturing = Capturing(sends_to(large_account(number)), ACCOUNT, HOME)
    capturing.run()

    pages = number // 100
    few = 9  # empty accounts
    assert capturing.calls == 5 * number + 2 * pages + number // SERVERS_A_CALL + few
    assert capturing.result().counts == {"servers": number, "streams": 1, "tasks": number}


def test_the_capture_limits_concurrent_calls_and_answers_in_memory() -> None:
    reader = Reader(lambda _: result({}), HOME)
    started = 0

    def read(item: int) -> int:
        nonlocal started
        started += 1
        return item

    for taken, (item, read_item) in enumerate(reader.each(read, range(100))):
        assert item == read_item == taken
        assert started - taken <= 2 * AT_ONCE


def test_a_repeated_page_token_ends_the_capture() -> None:
    def change(request: Request) -> Reply | None:
        if request.operation == "ListProgressUpdateStreams":
            return result({"ProgressUpdateStreamSummaryList": [], "NextToken": "again"})
        return None

    with pytest.raises(BridgeError, match="gave a token a second time"):
        captured(otherwise(MigrationHub(Settings()), change))


# unreadable items


def denying(*operations: str) -> Callable[[Request], Reply | None]:
    def change(request: Request) -> Reply | None:
        code = "AuthorizationErrorException" if request.service == "discovery" else None
        if request.operation in operations:
            return refusal(code or "AccessDeniedException")
        return None

    return change


def test_the_capture_notes_what_the_caller_may_not_read(account: MigrationHub) -> None:
    asked: list[str] = []

    def count(request: Request) -> None:
        asked.append(request.operation)

    change = denying("ListMigrationTaskUpdates", "DescribeTags", "DescribeAgents")
    send = otherwise(account, lambda request: count(request) or change(request))
    capture = captured(send)

    assert capture.complete
    assert capture.notes[1:] == (
        "left out, because the caller may not call it: discovery:DescribeTags",
        "left out, because the caller may not call it: discovery:DescribeAgents",
        "left out, because the caller may not call it: mgh:ListMigrationTaskUpdates",
    )
    assert "tags" not in capture.counts
    task = restored(capture).task("TOOLSTREAM", "migrate frontdoor seventeen")
    assert (task.status, task.updates) == ("COMPLETED", ())
    assert asked.count("DescribeTags") == 1


def test_the_capture_notes_items_deleted_before_they_were_read(account: MigrationHub) -> None:
    def change(request: Request) -> Reply | None:
        if request.operation == "DescribeMigrationTask" and b'"idle"' in request.body:
            return refusal("ResourceNotFoundException")
        return None

    capture = captured(otherwise(account, change))

    assert capture.counts["tasks"] == 1
    assert capture.notes[1:] == (
        "left out, because DescribeMigrationTask answered ResourceNotFoundException: once",
    )


def test_expired_credentials_end_the_capture(account: MigrationHub) -> None:
    def change(request: Request) -> Reply | None:
        expired = request.operation == "DescribeMigrationTask"
        return refusal("ExpiredTokenException") if expired else None

    with pytest.raises(BridgeError, match="the credentials have expired"):
        captured(otherwise(account, change))


def test_the_capture_notes_items_that_a_hub_cannot_hold(account: MigrationHub) -> None:
    def change(request: Request) -> Reply | None:
        if request.operation == "DescribeTags":
            row = {"configurationId": "d-process-0", "key": "k", "value": "v", "timeOfCreation": 1}
            return result({"tags": [row, row]})
        return None

    capture = captured(otherwise(account, change))

    what = "a tag of what is neither a server nor an application"
    assert capture.notes[1:] == (f"left out, because the hub cannot hold it: {what}: 2 times",)
    restored(capture)


ODD = {
    "ListApplications": (
        {"application.name": "Payroll Western Europe"},
        "an application whose name another one has",
    ),
    "DescribeConfigurations": ({"server.type": "MAINFRAME"}, "the type of a server, MAINFRAME"),
    "PROCESS": (
        {"server.configurationId": "d-server-0"},
        "a process of a server that is not there",
    ),
    "CONNECTION": (
        {"sourceServer.configurationId": "d-server-0"},
        "a connection from or to a server that is not there",
    ),
    "DescribeImportTasks": ({"status": "ASLEEP"}, "an import that is ASLEEP of IMPORT_TEMPLATE"),
}


@pytest.mark.parametrize("what", ODD)
def test_unexpected_rows_do_not_fail_the_capture(account: MigrationHub, what: str) -> None:
    changes, reason = ODD[what]
    member = {"DescribeImportTasks": "tasks"}.get(what, "configurations")

    def send(request: Request) -> Reply:
        reply = sends_to(account)(request)
        is_meant = request.operation == what or f'"{what}"'.encode() in request.body
        if what == "ListApplications":
            is_meant = b'"APPLICATION"' in request.body
        if not is_meant:
            return reply
        answer = json.loads(reply.body)
        return result({member: [row | changes for row in answer[member]]})

    capture = captured(send)

    assert [note for note in capture.notes if note.startswith(f"{NOT_HELD}: {reason}: ")]
    restored(capture)


def test_an_agent_may_have_no_server(account: MigrationHub) -> None:
    def send(request: Request) -> Reply:
        reply = sends_to(account)(request)
        if request.operation != "DescribeAgents":
            return reply
        odd = {"agentId": "o-0000000000", "health": "DREAMING", "registeredTime": "yesterday"}
        return result({"agentsInfo": [odd]})

    hub = restored(captured(send))

    (agent,) = hub.agents
    assert (agent.health, agent.server) == ("UNKNOWN", "")


@pytest.mark.parametrize("operation", ["DescribeMigrationTask", "ListApplicationStates"])
def test_an_interrupted_capture_keeps_what_was_read_and_notes_where_it_stopped(
    account: MigrationHub, operation: str
) -> None:
    def change(request: Request) -> Reply | None:
        if request.operation == operation and b'"idle"' not in request.body:
            raise KeyboardInterrupt
        return None

    capturing = Capturing(otherwise(account, change), ACCOUNT, HOME)
    with pytest.raises(KeyboardInterrupt):
        capturing.run()
    capture = capturing.result()

    assert not capture.complete
    where = {
        "DescribeMigrationTask": "after 1 of 2 tasks",
        "ListApplicationStates": "after 1 rows of DescribeTags",
    }[operation]
    assert capture.notes[1:] == (f"interrupted {where}: the rest is missing",)
    assert len(restored(capture).servers) == 2


# without names


def test_an_anonymous_capture_has_no_values_of_the_account(account: MigrationHub) -> None:
    before = content(account)
    ids = re.findall(
        r"\b(?:d-(?:server|application|process)|hrc|import-task|o)-([0-9a-z]+)", json.dumps(before)
    )
    text = json.dumps(captured(sends_to(account), anonymize=True).snapshot).lower()

    originals = {*ORIGINALS, *ids}
    parts = {part for one in originals for part in re.findall(r"[^\W_]{4,}", one)}
    assert len(parts) > 50
    found = {one for one in originals | parts - AWS if one.lower() in text}
    # Four hexadecimal digits can be part of a time or an id by chance.
    short = {one for one in found if re.fullmatch("[0-9a-f]{4}", one)}
    assert found - short == set()
    assert [one for one in short if re.search(rf"(?<![\w.-]){one}(?![\w.-])", text)] == []


def leaves(value: Any) -> Iterator[str]:
    """Give all texts in a value, those in JSON text too."""
    if isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, str) and value.startswith("["):
        value = json.loads(value)
    if isinstance(value, list):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, str):
        yield value


def test_values_kept_in_an_anonymous_capture_are_defined_by_aws(account: MigrationHub) -> None:
    """Of every text of the account, and of every part of one that has a letter."""
    before = {*leaves(content(account))}
    hub = restored(captured(sends_to(account), anonymize=True))
    after = {*leaves(content(hub))}

    def words(texts: Iterable[str]) -> set[str]:
        found = (re.findall(r"[^\W_]{3,}", text.lower()) for text in texts)
        times = r"\d+(t\d+|z)"
        return {one for one in chain(*found) if not (one.isdigit() or re.fullmatch(times, one))}

    assert len(words(before)) > 90
    assert words(before) & words(after) == SAID_BY_AWS
    same = {one for one in before & after if words([one]) - SAID_BY_AWS}
    assert same == set()


def test_an_anonymous_capture_has_the_same_structure(account: MigrationHub) -> None:
    hub = restored(captured(sends_to(account), anonymize=True))

    front, back = hub.servers
    task = next(task for task in hub.tasks if task.updates)
    application = next(one for one in hub.applications if one.servers)
    assert hub.account_id == "123456789012"
    assert [one.configuration_id for one in task.resources] == [front.configuration_id]
    assert application.servers == (front.configuration_id,)
    assert (task.status, task.progress_percent, len(task.updates)) == ("COMPLETED", 100, 2)
    assert (front.os_name, front.type) == ("Linux", "VMWARE_VM")
    assert back.hostname is not None
    assert back.hostname.split(".")[1:] == str(front.hostname).split(".")[1:]
    attributes = dict(task.attributes)
    assert attributes["FQDN"].lower() == front.hostname
    assert attributes["IPV4_ADDRESS"] == front.ip_addresses[0]
    assert task.artifacts[0].name.startswith(f"arn:aws:ec2:{HOME}:123456789012:image/ami-")


def test_anonymous_values_keep_their_format(account: MigrationHub) -> None:
    before = content(account)
    after = content(restored(captured(sends_to(account), anonymize=True)))

    def form(value: Any) -> Any:
        if isinstance(value, dict):
            return [form(one) for one in value.values()]
        if isinstance(value, list):
            return [form(one) for one in value]
        if not isinstance(value, str) or re.search(r"\d+[.:]\d+|(\w\w:){5}", value):
            return type(value).__name__
        return re.sub("[0-9]", "0", re.sub("[a-z]", "a", re.sub("[A-Z]", "A", value)))

    assert form(after) == form(before)
