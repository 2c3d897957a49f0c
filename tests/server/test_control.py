"""Control over HTTP: every operation of the description, and every answer that it declares."""

from __future__ import annotations

import contextlib
import gzip
import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import datetime
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from http_calls import Answer
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from refusals import refused
from sample_values import LIST_ONLY

import pytest_mgh
from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.protocol import schemas
from pytest_mgh.server.arguments import LONG
from pytest_mgh.server.control import HANDLERS, STREAMS
from pytest_mgh.server.serving import HubServer
from pytest_mgh.state.settings import make_settings

if TYPE_CHECKING:
    from http_calls import Connect, Send, Sign

DESCRIPTION = schemas.load("control", "openapi")
OPERATIONS = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, item in DESCRIPTION["paths"].items()
    for method, operation in item.items()
}
WITH_BODY = [name for name, (_, _, operation) in OPERATIONS.items() if "requestBody" in operation]
ONCE = Config(retries={"total_max_attempts": 1})
CSV = "ExternalId,HostName,IPAddress\next-1,imported,10.0.0.9\n"

Control = Callable[..., Answer]


def check(name: str, answer: Answer) -> Answer:
    """Return the answer of an operation, if the description declares it."""
    declared = OPERATIONS[name][2]["responses"][str(answer.status)]
    if "$ref" in declared:
        declared = DESCRIPTION["components"]["responses"][declared["$ref"].rpartition("/")[2]]
    if "content" not in declared:
        assert answer.body == b""
        return answer
    assert answer.headers["content-type"] == "application/json"
    schema = declared["content"]["application/json"]["schema"]
    Draft202012Validator(
        {**schema, "components": DESCRIPTION["components"]}, format_checker=FormatChecker()
    ).validate(answer.content)
    return answer


def call(
    server: HubServer, name: str, body: Any, arguments: dict[str, Any], /, **headers: str
) -> Answer:
    """Call an operation; `arguments` that are not in its path go into the query."""
    method, template, _ = OPERATIONS[name]
    path = template.format_map(
        {key: quote(str(value), safe="") for key, value in arguments.items()}
    )
    query = {key: value for key, value in arguments.items() if f"{{{key}}}" not in template}
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
    if body is not None:
        headers = {"Content-Type": "application/json"} | headers
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    try:
        target = f"{path}?{urlencode(query)}" if query else path
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        received = {key.lower(): value for key, value in response.getheaders()}
        return check(name, Answer(response.status, received, response.read()))
    finally:
        connection.close()


@pytest.fixture
def control(mgh_server: HubServer) -> Control:
    """Call an operation by its id, and hold the answer against the description."""

    def control(name: str, body: Any = None, /, **arguments: Any) -> Answer:
        return call(mgh_server, name, body, arguments)

    return control


@pytest.fixture
def small(mgh: MigrationHub) -> Iterator[HubServer]:
    """A server that reads short bodies only, and asks for a token."""
    with HubServer(mgh, token="sesame", max_request_size=16) as server:
        yield server


# the description


def test_every_operation_has_a_handler_and_every_handler_an_operation() -> None:
    assert OPERATIONS.keys() == HANDLERS.keys() | STREAMS.keys()
    assert not HANDLERS.keys() & STREAMS.keys()


def test_operation_ids_are_unique() -> None:
    assert len(OPERATIONS) == sum(len(item) for item in DESCRIPTION["paths"].values())


def test_the_description_is_served(control: Control) -> None:
    assert control("getDescription").content == DESCRIPTION


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_parameters_of_a_path_are_described(name: str) -> None:
    _, path, operation = OPERATIONS[name]
    described = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}

    assert described == {part[1:-1] for part in path.split("/") if part.startswith("{")}


# refusals that all operations share


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name != "getHealth"])
def test_an_operation_without_the_token_is_401(small: HubServer, name: str) -> None:
    assert call(small, name, None, {"folder": "hub", "name": "estate"}).status == 401


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_under_another_host_name_is_403(mgh_server: HubServer, name: str) -> None:
    arguments = {"folder": "hub", "name": "estate"}

    assert call(mgh_server, name, None, arguments, Host="example.com").status == 403


@pytest.mark.parametrize("name", WITH_BODY)
@pytest.mark.parametrize(
    "content_type", ["text/plain", "", "application/x-www-form-urlencoded", "application/jsonx"]
)
def test_a_body_of_another_type_is_415(mgh_server: HubServer, name: str, content_type: str) -> None:
    answer = call(mgh_server, name, b"{}", {}, **{"Content-Type": content_type})

    assert answer.status == 415
    message = f"the body must be application/json, not {content_type or 'of no type'}: send"
    assert answer.content["message"].startswith(message)


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_that_is_too_long_is_413(small: HubServer, name: str) -> None:
    body = b'{"x": "' + b"x" * 4096 + b'"}'

    answer = call(small, name, body, {}, Authorization="Bearer sesame")

    assert answer.status == 413
    assert answer.content == {"message": "the body is longer than 1024 bytes"}


NO_REQUESTS = {
    "nothing": b"",
    "no JSON": b"{",
    "no UTF-8": b'{"x": "\xff"}',
    "NaN": b'{"seconds": NaN}',
    "an infinity": b'{"seconds": Infinity}',
    "beyond a double": b'{"seconds": 1e999}',
    "too many digits": b'{"seconds": ' + b"9" * 5000 + b"}",
    "a list": b"[]",
    "null": b"null",
    "a text": b'"reset"',
    "an unknown member": b'{"unknown": 1}',
    "nested beyond reason": b'{"policy": ' + b"[" * 500 + b"]" * 500 + b"}",
    "nested beyond the parser": b'{"policy": ' + b"[" * 100_000,
}


@pytest.mark.parametrize("name", WITH_BODY)
@pytest.mark.parametrize("body", NO_REQUESTS.values(), ids=NO_REQUESTS)
def test_an_invalid_body_is_400(
    control: Control, mgh: MigrationHub, name: str, body: bytes
) -> None:
    before = mgh.snapshot()

    assert control(name, body).status == 400
    assert mgh.snapshot() == before


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "operations=GetHomeRegion",
            "no parameter 'operations'; did you mean 'operation'? allowed: operation",
        ),
        (
            "operation=GetHomeRegion&operation=GetHomeRegion",
            "the parameter 'operation' appears more than once",
        ),
    ],
)
def test_the_error_for_an_invalid_parameter_names_it(send: Send, query: str, message: str) -> None:
    answer = send("GET", f"/_mgh/events?{query}")

    assert (answer.status, answer.content) == (400, {"message": message})


# requests that are no operation


def test_another_method_is_405_with_the_allowed_ones(send: Send) -> None:
    answer = send("DELETE", "/_mgh/policy")

    assert answer.status == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "PUT"}
    assert answer.content == {
        "message": "DELETE /_mgh/policy: Method Not Allowed; see /_mgh/openapi.json"
    }


@pytest.mark.parametrize("path", ["/_mgh", "/_mgh/", "/_mgh/State", "/_mgh/state/", "/_mgh/x/y"])
def test_another_path_is_404_with_the_paths_that_exist(send: Send, path: str) -> None:
    answer = send("GET", path)

    assert answer.status == 404
    assert answer.content == {"message": f"GET {path}: Not Found; see /_mgh/openapi.json"}


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyError, IndexError])
def test_an_unexpected_error_is_500_and_logged(
    mgh_server: HubServer,
    send: Send,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: type[Exception],
) -> None:
    def fail(_: MigrationHub) -> None:
        raise error("the hub is broken")

    monkeypatch.setattr(MigrationHub, "settle", fail)

    answer = send("POST", "/_mgh/settle")

    assert (answer.status, answer.headers["content-type"]) == (500, "application/json")
    assert answer.content == {"message": f"POST /_mgh/settle failed: {error.__name__}"}
    call(mgh_server, "getPolicy", None, {})  # by now the server has continued
    (record,) = [one for one in caplog.records if one.levelname == "ERROR"]
    assert "the hub is broken" in str(record.exc_info)


def test_a_response_that_json_cannot_represent_is_a_500(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MigrationHub, "explain", lambda _, **__: {"allowed": float("nan")})

    body = json.dumps({"operation": "ListMigrationTasks"})
    answer = send("POST", "/_mgh/explain", body, {"content-type": "application/json"})

    assert answer.status == 500


def test_a_head_is_a_get_without_the_body(send: Send) -> None:
    answer = send("HEAD", "/_mgh/openapi.json")

    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["content-length"]) > 1000


def test_a_signed_request_with_a_target_is_a_call_on_any_path(send: Send, sign: Sign) -> None:
    assert send("GET", "/", None, sign()).status == 403
    assert send("POST", "/anywhere", b"{}", sign()).status == 200


# getSchema


def test_every_schema_is_served(control: Control) -> None:
    assert len(schemas.names()) > 100
    for folder, name in schemas.names():
        answer = control("getSchema", folder=folder, name=f"{name}.json")
        assert answer.content == schemas.load(folder, name)


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("hub", "nothing"),
        ("nothing", "estate"),
        ("hub", "Estate.json"),
        ("hub", "estate.json.json"),
        ("hub", "\0"),
        ("hub", "x" * 5000),
        ("hub", "é"),
    ],
)
def test_no_other_schema_is_served(control: Control, folder: str, name: str) -> None:
    assert control("getSchema", folder=folder, name=name).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/_mgh/schemas/%2e%2e/package",
        "/_mgh/schemas/../schemas/hub/estate.json",
        "/_mgh/schemas/hub/%2e%2e%2fhub%2festate.json",
        "/_mgh/schemas/hub/..%5Chub%5Cestate.json",
        "/_mgh/schemas/hub%2f/estate.json",
        "/_mgh/schemas/./estate.json",
        "/_mgh/schemas/%2e/hub",
        "/_mgh/schemas//etc/passwd",
    ],
)
def test_no_schema_name_leads_out_of_the_folder(send: Send, path: str) -> None:
    assert send("GET", path).status == 404


# state and events


def test_the_state_has_the_contents_of_the_hub(
    control: Control, connect: Connect, mgh: MigrationHub
) -> None:
    server = mgh.add_server("web-1", ip_addresses=["10.0.0.1"])
    application = mgh.add_application("shop", servers=[server])
    client = connect()
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="task")
    client.notify_migration_task_state(
        ProgressUpdateStream="SMS",
        MigrationTaskName="task",
        Task={"Status": "IN_PROGRESS", "ProgressPercent": 40, "StatusDetail": "copying"},
        UpdateDateTime="2024-05-01T12:00:00Z",
        NextUpdateSeconds=60,
    )
    client.put_resource_attributes(
        ProgressUpdateStream="SMS",
        MigrationTaskName="task",
        ResourceAttributeList=[{"Type": "IPV4_ADDRESS", "Value": "10.0.0.1"}],
    )

    state = control("getState").content

    assert (state["account_id"], state["home_region"]) == ("123456789012", "us-west-2")
    assert state["streams"] == [{"name": "SMS", "deleting": False, "tasks": ["task"]}]
    assert state["tasks"][0]["status_detail"] == "copying"
    assert state["tasks"][0]["is_stale"] is True
    assert [one["configuration_id"] for one in state["tasks"][0]["resources"]] == [
        server.configuration_id
    ]
    assert state["servers"][0]["hostname"] == "web-1"
    assert state["servers"][0]["tasks"] == [["SMS", "task"]]
    assert state["applications"][0]["configuration_id"] == application.configuration_id


def test_the_parts_of_the_state_are_described_with_every_member_of_their_views() -> None:
    parts = DESCRIPTION["components"]["schemas"]
    views = {
        name: {field.name for field in fields(getattr(pytest_mgh, f"{name}View"))}
        for name in parts
        if hasattr(pytest_mgh, f"{name}View")
    }

    assert len(views) > 8
    assert views == {name: {*parts[name]["properties"]} for name in views}
    assert views == {name: {*parts[name]["required"]} for name in views}


@pytest.mark.mgh(home_region=None, background="manual")
def test_the_state_shows_that_there_is_no_home_region(control: Control) -> None:
    assert control("getState").content["home_region"] is None


def delete_stream(client: Any) -> None:
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")


@pytest.mark.mgh(background="manual")
def test_work_is_pending_until_it_is_settled(control: Control, connect: Connect) -> None:
    delete_stream(connect())
    (work,) = control("getState").content["pending"]
    assert (work["operation"], work["subject"]) == ("DeleteProgressUpdateStream", ["SMS"])
    assert work["due"] is None

    assert control("settle").status == 204

    state = control("getState").content
    assert (state["pending"], state["streams"]) == ([], [])


@pytest.mark.mgh(background=60)
def test_advancing_the_clock_does_the_due_work(control: Control, connect: Connect) -> None:
    delete_stream(connect())
    before = control("getState").content
    due = before["pending"][0]["due"]
    assert due > datetime.fromisoformat(before["now"]).timestamp()

    after = control("advance", {"seconds": 61.5}).content["now"]

    assert datetime.fromisoformat(after).timestamp() > due
    assert control("getState").content["streams"] == []


@pytest.mark.parametrize("seconds", [-1, 1e300, 1e12, True, "1", None])
def test_advancing_the_clock_by_an_invalid_time_is_refused(control: Control, seconds: Any) -> None:
    assert control("advance", {"seconds": seconds}).status == 400
    assert control("getState").status == 200


def test_events_are_a_cloudtrail_log_of_the_calls(
    control: Control, connect: Connect, mgh: MigrationHub
) -> None:
    connect().list_migration_tasks()
    connect("migrationhub-config").get_home_region()

    assert control("getEvents").content == {"Records": list(mgh.events)}
    assert control("getEvents", operation="GetHomeRegion").content == {
        "Records": list(mgh.events)[1:]
    }


def test_events_of_an_unknown_operation_are_refused(control: Control) -> None:
    answer = control("getEvents", operation="GetHomeRegions")

    assert answer.status == 400
    assert "did you mean 'GetHomeRegion'?" in answer.content["message"]


# seeding


def test_an_estate_is_seeded(control: Control, mgh: MigrationHub) -> None:
    estate = {
        "servers": [{"hostname": "web-1"}],
        "applications": [{"name": "shop", "servers": ["web-1"]}],
        "streams": [{"name": "SMS", "tasks": [{"name": "task", "status": "COMPLETED"}]}],
    }

    assert control("seed", estate).status == 204
    assert [server.hostname for server in mgh.servers] == ["web-1"]
    assert [application.name for application in mgh.applications] == ["shop"]
    assert mgh.task("SMS", "task").status == "COMPLETED"


@pytest.mark.parametrize(
    ("estate", "message"),
    [
        (
            {"servers": [{"hostnam": "web-1"}]},
            "servers?0]: 'hostnam' is not known; did you mean 'hostname'?*",
        ),
        ({"applications": [{"name": "shop", "servers": ["web-9"]}]}, "*web-9*"),
    ],
)
def test_an_invalid_estate_is_refused_completely(
    control: Control, mgh: MigrationHub, estate: Any, message: str
) -> None:
    answer = control("seed", {"streams": [{"name": "SMS"}]} | estate)

    assert answer.status == 400
    pytest.LineMatcher([answer.content["message"]]).fnmatch_lines([message])
    assert len(mgh.streams) == 0


def test_an_import_reads_the_source_that_was_put(
    control: Control, connect: Connect, mgh: MigrationHub
) -> None:
    url = "s3://bucket/import.csv"
    assert control("putImportSource", {"url": url, "csv": CSV}).status == 204

    connect("discovery").start_import_task(name="import", importUrl=url)

    assert [server.hostname for server in mgh.servers] == ["imported"]


def test_the_text_of_a_source_is_never_a_path(control: Control, mgh: MigrationHub) -> None:
    assert control("putImportSource", {"url": "s3://b/k", "csv": "/etc/hosts.csv"}).status == 204

    assert mgh.snapshot()["import_sources"] == {"s3://b/k": "/etc/hosts.csv"}


# home Region and callers


@pytest.mark.parametrize("region", ["eu-central-1", None])
def test_the_home_region_is_set(control: Control, mgh: MigrationHub, region: str | None) -> None:
    assert control("putHomeRegion", {"home_region": region}).status == 204
    assert mgh.home_region == region


@pytest.mark.parametrize("region", ["eu-central-2", "", 7])
def test_an_invalid_home_region_is_refused(
    control: Control, mgh: MigrationHub, region: Any
) -> None:
    assert control("putHomeRegion", {"home_region": region}).status == 400
    assert mgh.home_region == "us-west-2"


@pytest.mark.parametrize(
    "policy",
    [LIST_ONLY, json.dumps(LIST_ONLY), "AWSMigrationHubFullAccess", [LIST_ONLY], None],
    ids=["document", "text", "name", "list", "null"],
)
def test_the_policy_is_set_and_read_back(control: Control, mgh: MigrationHub, policy: Any) -> None:
    assert control("putPolicy", {"policy": policy}).status == 204

    assert control("getPolicy").content == {"policy": policy}
    assert mgh.explain("ListMigrationTasks").allowed


@pytest.mark.parametrize(
    "policy",
    [
        {},
        [{}],
        7,
        "AWSNothing",
        "{",
        "[" * 100_000,
        {**LIST_ONLY, "Version": "2012"},
        {"Statement": {"Effect": "Allow"}},
        {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*"}},
    ],
)
def test_a_policy_that_iam_would_refuse_is_refused(
    control: Control, mgh: MigrationHub, policy: Any
) -> None:
    mgh.policy = LIST_ONLY

    assert control("putPolicy", {"policy": policy}).status == 400
    assert mgh.policy == LIST_ONLY


@pytest.mark.mgh(verify_signatures=True)
@pytest.mark.parametrize("role", [False, True])
def test_a_principal_calls_with_its_credentials(
    control: Control, mgh_server: HubServer, mgh: MigrationHub, role: bool
) -> None:
    made = control(
        "createPrincipal",
        {
            "name": "tool",
            "account_id": None,
            "policy": LIST_ONLY,
            "role": role,
            "tags": {"team": "blue"},
        },
    )
    given = made.content["credentials"]

    client = boto3.client(
        "mgh",
        region_name="us-west-2",
        endpoint_url=mgh_server.url,
        **{name.lower(): value for name, value in given.items()},
    )
    client.list_migration_tasks()

    assert made.status == 201
    assert ("AWS_SESSION_TOKEN" in given) is role
    assert mgh.events.last["userIdentity"]["arn"] == made.content["arn"]
    with pytest.raises(client.exceptions.AccessDeniedException):
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")


def test_creating_a_principal_accepts_every_argument_of_hub_principal(
    control: Control, mgh: MigrationHub
) -> None:
    asked = {
        "name": "tool",
        "role": True,
        "path": "/lift/",
        "session_name": "wave-1",
        "source_ip": "203.0.113.7",
        "mfa": True,
        "duration": 900,
    }

    made = control("createPrincipal", asked)

    assert made.status == 201
    assert made.content["arn"] == "arn:aws:sts::123456789012:assumed-role/tool/wave-1"
    expected = {"type": "AssumedRole", "path": "/lift/", "session": "wave-1", "duration": 900}
    assert expected.items() <= made.content.items()
    service = control("createPrincipal", {"name": "dms.amazonaws.com", "type": "AWSService"})
    assert service.content["type"] == mgh.principals[-1].type == "AWSService"


@pytest.mark.parametrize(
    "wrong",
    [
        {"duration": 60},
        {"duration": "900"},
        {"path": "lift"},
        {"session_name": "a"},
        {"source_ip": "here"},
        {"type": "Nobody"},
        {"mfa": 1},
        {"type": "Root"},
    ],
)
def test_a_principal_that_iam_would_refuse_is_refused(
    control: Control, mgh: MigrationHub, wrong: dict[str, Any]
) -> None:
    assert control("createPrincipal", {"name": "tool", "role": True} | wrong).status == 400
    assert len(mgh.principals) == 1


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ({"region": "eu-west-1", "source_ip": "203.0.113.7", "time": "2025-12-31"}, True),
        ({"region": "eu-west-1", "source_ip": "203.0.113.7", "time": 1_767_139_200}, True),
        ({"region": "us-west-2", "source_ip": "203.0.113.7", "time": "2025-12-31"}, False),
        ({"region": "eu-west-1", "source_ip": "192.0.2.1", "time": "2025-12-31"}, False),
        ({"region": "eu-west-1", "source_ip": "203.0.113.7", "time": None}, False),
    ],
)
def test_a_call_is_explained_for_a_region_an_address_and_a_time(
    control: Control, mgh: MigrationHub, asked: dict[str, Any], *, allowed: bool
) -> None:
    mgh.policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*",
            "Condition": {
                "StringEquals": {"aws:RequestedRegion": "eu-west-1"},
                "IpAddress": {"aws:SourceIp": "203.0.113.0/24"},
                "DateLessThan": {"aws:CurrentTime": "2026-01-01"},
            },
        },
    }

    answer = control("explain", {"operation": "GetHomeRegion", **asked})

    assert answer.content["allowed"] is allowed


def test_principals_are_listed_without_their_secrets(control: Control) -> None:
    control("createPrincipal", {"name": "tool", "account_id": "210987654321"})

    answer = control("listPrincipals")

    assert [one["arn"] for one in answer.content["principals"]] == [
        "arn:aws:iam::123456789012:user/migration-tool",
        "arn:aws:iam::210987654321:user/tool",
    ]
    assert b"secret" not in answer.body.lower()


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "migration-tool", "extra": 1},
        {"name": "a b"},
        {"name": ""},
        {"name": 7},
        {"name": "tool", "account_id": "7"},
        {"name": "tool", "policy": {}},
        {"name": "tool", "session_policy": 7},
        {"name": "tool", "role": "yes"},
        {"name": "tool", "tags": {"team": 1}},
        {"name": "twice"},
    ],
)
def test_an_invalid_principal_is_refused(
    control: Control, mgh: MigrationHub, arguments: dict[str, Any]
) -> None:
    mgh.principal("twice")

    assert control("createPrincipal", arguments).status == 400
    assert len(mgh.principals) == 2


def test_a_decision_is_explained(control: Control, mgh: MigrationHub) -> None:
    caller = mgh.principal("tool", policy=LIST_ONLY)

    denied = control("explain", {"operation": "GetHomeRegion", "principal": caller.arn}).content
    allowed = control(
        "explain",
        {
            "operation": "CreateProgressUpdateStream",
            "request": {"ProgressUpdateStreamName": "SMS"},
        },
    ).content

    assert (denied["allowed"], denied["principal"]) == (False, caller.arn)
    assert allowed["allowed"] is True
    assert allowed["resource"] == ("arn:aws:mgh:us-west-2:123456789012:progressUpdateStream/SMS")
    assert len(mgh.events) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"operation": "GetHomeRegions"}, "*did you mean 'GetHomeRegion'?*"),
        (
            {"operation": "CreateProgressUpdateStream"},
            "*acts on a resource: pass ProgressUpdateStreamName",
        ),
        ({"operation": "GetHomeRegion", "principal": "arn:x"}, "no principal 'arn:x'; *"),
        (
            {"operation": "GetHomeRegion", "request": {"operation": "x"}},
            "no operation has a member 'operation'",
        ),
        ({"operation": "GetHomeRegion", "request": {"self": "x"}}, "*self*"),
    ],
)
def test_explaining_an_invalid_call_is_refused(
    control: Control, arguments: dict[str, Any], message: str
) -> None:
    answer = control("explain", arguments)

    assert answer.status == 400
    pytest.LineMatcher([answer.content["message"]]).fnmatch_lines([message])


# faults


def test_a_fault_fails_a_call_and_is_listed_with_its_use(
    control: Control, connect: Connect, mgh: MigrationHub
) -> None:
    fault = {
        "operation": "ListMigrationTasks",
        "error": "ThrottlingException",
        "times": 2,
        "message": "Slow down",
        "retry_after": 7,
    }
    assert control("fail", fault).status == 204
    client = connect()

    with pytest.raises(client.exceptions.ThrottlingException, match="Slow down") as caught:
        client.list_migration_tasks()

    assert caught.value.response["RetryAfterSeconds"] == 7
    assert control("listFaults").content == {
        "faults": [
            {
                "operation": "ListMigrationTasks",
                "error": "ThrottlingException",
                "times": 1,
                "message": "Slow down",
                "retry_after": 7,
                "rate": None,
                "seed": None,
                "when": None,
                "after": 0,
                "used": 1,
                "draws": 0,
            }
        ],
        "throttles": [],
    }
    mgh.recover()


def test_a_fault_with_conditions_is_listed_with_them(control: Control, connect: Connect) -> None:
    when = {"MigrationTaskName": "b"}
    fault = {"operation": "*", "error": "ExpiredTokenException", "message": "", "after": 1}
    assert control("fail", fault | {"when": when, "times": None}).status == 204
    client = connect()
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")

    for name in ("a", "b"):
        client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName=name)
    with refused("ExpiredTokenException") as caught:
        client.describe_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="b")

    assert caught.value.response["Error"]["Message"] == ""
    (listed,) = control("listFaults").content["faults"]
    assert (listed["operation"], listed["when"], listed["after"]) == ("*", when, 0)
    refusal = control("fail", fault | {"when": {"MigrationTaskNam": "b"}})
    assert (refusal.status, "did you mean 'MigrationTaskName'" in refusal.content["message"]) == (
        400,
        True,
    )


def test_the_notes_are_listed(mgh: MigrationHub, control: Control, connect: Connect) -> None:
    assert control("listNotes").content == {"notes": []}

    connect("discovery").start_import_task(name="wave", importUrl="s3://bucket/missing.csv")

    assert control("listNotes").content == {"notes": list(mgh.notes)}
    assert len(mgh.notes) == 1


def test_a_fault_with_a_rate_fails_a_share_of_calls(control: Control, mgh: MigrationHub) -> None:
    arguments = {"operation": "ListMigrationTasks", "error": "InternalServerError", "rate": 0.5}

    assert control("fail", arguments | {"seed": 3, "times": None}).status == 204
    assert control("listFaults").content["faults"][0]["rate"] == 0.5
    mgh.recover()


@pytest.mark.parametrize(
    "change",
    [
        {"operation": "ListTasks"},
        {"error": "ThrottlingExceptions"},
        {"error": "ConditionalCheckFailedException"},
        {"times": 0},
        {"times": 1.0},
        {"retry_after": -1},
        {"retry_after": 1, "error": "InternalServerError"},
        {"rate": 2},
    ],
)
def test_an_invalid_fault_is_refused(
    control: Control, mgh: MigrationHub, change: dict[str, Any]
) -> None:
    fault = {"operation": "ListMigrationTasks", "error": "ThrottlingException"}

    assert control("fail", fault | change).status == 400
    assert mgh.faults == ()


def test_a_throttle_limits_the_number_of_calls(
    control: Control, connect: Connect, mgh: MigrationHub
) -> None:
    arguments = {"operation": "ListMigrationTasks", "per_second": 0.001}
    assert control("throttle", arguments).status == 204
    client = connect()

    client.list_migration_tasks()
    with pytest.raises(client.exceptions.ThrottlingException):
        client.list_migration_tasks()

    assert control("listFaults").content["throttles"] == [arguments]


@pytest.mark.parametrize("rate", [0, -1, 5e-324, 10**400, "1"])
def test_an_invalid_throttle_is_refused(control: Control, connect: Connect, rate: Any) -> None:
    arguments = {"operation": "ListMigrationTasks", "per_second": rate}

    assert control("throttle", arguments).status == 400
    for _ in range(2):
        connect().list_migration_tasks()


@pytest.mark.parametrize(
    ("arguments", "left"), [({}, []), ({"operation": "ListMigrationTasks"}, ["GetHomeRegion"])]
)
def test_recover_removes_faults(
    control: Control, mgh: MigrationHub, arguments: dict[str, Any], left: list[str]
) -> None:
    for operation in ("ListMigrationTasks", "GetHomeRegion"):
        mgh.fail(operation, "ThrottlingException")

    assert control("recover", **arguments).status == 204
    assert [fault.operation for fault in mgh.faults] == left
    mgh.recover()


def test_recovering_an_unknown_operation_is_refused(control: Control) -> None:
    assert control("recover", operation="ListTasks").status == 400


# state out and in


def test_reset_restores_the_initial_state(
    control: Control, connect: Connect, mgh: MigrationHub
) -> None:
    connect().create_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.home_region = "eu-central-1"

    assert control("reset").status == 204
    assert (len(mgh.streams), len(mgh.events), mgh.home_region) == (0, 0, "us-west-2")


def test_a_snapshot_of_one_server_is_restored_in_another(
    control: Control, connect: Connect, mgh: MigrationHub
) -> None:
    connect().create_progress_update_stream(ProgressUpdateStreamName="SMS")
    taken = control("getSnapshot").content
    Draft202012Validator(schemas.load("hub", "snapshot")).validate(taken)
    mgh.reset()

    assert control("putSnapshot", taken).status == 204
    assert [stream.name for stream in mgh.streams] == ["SMS"]
    assert control("getSnapshot").content == taken


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"clock_offset": 1e300},
        {"clock_offset": -1e12},
        {"ids": -1},
        {"token_secret": "x"},
        {"settings": {"home_region": "mars"}},
        {"default_principal": "nobody"},
        {"unknown": 1},
        {"calls": [{}]},
        {"throttles": {"GetHomeRegion": {"per_second": 0, "tokens": 0, "time": 0}}},
    ],
)
def test_an_invalid_snapshot_is_refused_and_changes_nothing(
    control: Control, mgh: MigrationHub, change: dict[str, Any]
) -> None:
    taken = mgh.snapshot()

    assert control("putSnapshot", taken | change).status == 400
    assert mgh.snapshot() == taken
    assert control("getState").status == 200


def test_the_hub_of_a_mock_restores_the_snapshot_of_a_server(control: Control) -> None:
    control("seed", {"streams": [{"name": "SMS"}]})

    with mock_mgh() as hub:
        hub.restore(control("getSnapshot").content)

        assert [stream.name for stream in hub.streams] == ["SMS"]


# any body

EXAMPLES: dict[str, dict[str, Any]] = {
    "seed": {"servers": [{"hostname": "web-1"}], "streams": [{"name": "SMS", "tasks": []}]},
    "putImportSource": {"url": "s3://bucket/key", "csv": CSV},
    "putHomeRegion": {"home_region": "us-east-1"},
    "putPolicy": {"policy": LIST_ONLY},
    "createPrincipal": {"name": "tool", "policy": LIST_ONLY, "role": True, "tags": {"a": "b"}},
    "explain": {"operation": "GetHomeRegion", "request": {}},
    "fail": {"operation": "GetHomeRegion", "error": "ThrottlingException", "times": None},
    "throttle": {"operation": "GetHomeRegion", "per_second": 0.5},
    "advance": {"seconds": 5},
    "putSnapshot": {"version": 1},
}
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([10**400, -1e308, 5e-324, "\ud800", "\0", "us-west-2", "GetHomeRegion"])
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
# An example with some of its members changed, or with one that it hasn't.
CALLS = st.sampled_from(sorted(EXAMPLES)).flatmap(
    lambda name: st.tuples(
        st.just(name),
        st.dictionaries(
            st.sampled_from(sorted(EXAMPLES[name])) | st.text(), VALUES, max_size=2
        ).map(lambda change: EXAMPLES[name] | change),
    )
)


@pytest.fixture(scope="module")
def lasting() -> Iterator[HubServer]:
    """A server for many examples."""
    with HubServer(MigrationHub(make_settings({"background": 60}))) as server:
        yield server


@pytest.fixture(scope="module")
def lasting_client(lasting: HubServer) -> Any:
    return lasting.hub.client("migrationhub-config", endpoint_url=lasting.url, config=ONCE)


def test_every_operation_with_a_body_has_an_example() -> None:
    assert sorted(EXAMPLES) == sorted(WITH_BODY)


@given(calls=st.lists(CALLS, min_size=1, max_size=5))
def test_every_body_leads_to_a_documented_response_and_a_valid_state(
    lasting: HubServer, lasting_client: Any, calls: list[tuple[str, dict[str, Any]]]
) -> None:
    call(lasting, "reset", None, {})

    for name, body in calls:
        call(lasting, name, body, {})

    with contextlib.suppress(ClientError):
        lasting_client.get_home_region()
    for name in ("getState", "getEvents", "getPolicy", "listPrincipals", "listFaults"):
        assert call(lasting, name, None, {}).status == 200
    taken = call(lasting, "getSnapshot", None, {}).content
    assert call(lasting, "putSnapshot", taken, {}).status == 204


# long documents, and what else a body may be


def test_an_import_reads_a_source_that_was_put_as_base64(
    control: Control, mgh: MigrationHub, connect: Connect
) -> None:
    url, content = "s3://bucket/import.csv", b64encode(CSV.encode()).decode()
    assert control("putImportSource", {"url": url, "base64": content}).status == 204
    connect("discovery").start_import_task(name="import", importUrl=url)
    mgh.settle()

    assert [server.hostname for server in mgh.servers] == ["imported"]


def test_a_source_that_is_not_base64_is_refused(control: Control, mgh: MigrationHub) -> None:
    answer = control("putImportSource", {"url": "s3://bucket/import.csv", "base64": "UEs"})

    assert answer.status == 400
    assert answer.content["message"].startswith("base64: ")
    assert mgh.snapshot()["import_sources"] == {}


def test_a_compressed_body_is_415(mgh_server: HubServer) -> None:
    headers = {"Content-Encoding": "gzip"}
    answer = call(mgh_server, "seed", gzip.compress(b"{}"), {}, **headers)

    assert answer.status == 415
    assert answer.content["message"] == "the body must not be compressed, but it is gzip"


@pytest.mark.parametrize("path", ["/_mgh/state", "/_mgh/events", "/_mgh/snapshot"])
def test_a_head_of_a_long_document_has_no_body(send: Send, path: str) -> None:
    answer = send("HEAD", path)

    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"] == "application/json"


def test_a_long_document_is_read_whole(control: Control, mgh: MigrationHub) -> None:
    source = {"url": "s3://bucket/import.csv", "csv": CSV * (LONG // len(CSV) + 1)}

    assert control("putImportSource", source).status == 204
    assert mgh.snapshot()["import_sources"] == {source["url"]: source["csv"]}


def test_an_error_in_a_long_document_is_400_and_changes_nothing(
    control: Control, mgh: MigrationHub
) -> None:
    estate = {"servers": [{"hostname": "web"}], "serverz": "x" * LONG}

    assert control("seed", estate).status == 400
    assert mgh.servers == ()
