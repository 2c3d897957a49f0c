"""One address for all of AWS: moto answers beside the hub, with the same callers."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws
from profiles import MORE

from pytest_mgh import MigrationHub
from pytest_mgh.access.moto_iam import MOTO_SERVERS
from pytest_mgh.access.principals import FAKE_CREDENTIALS
from pytest_mgh.server import moto_server
from pytest_mgh.server.serving import HubServer
from pytest_mgh.transports.http import MAX_REQUEST_SIZE

if TYPE_CHECKING:
    from http_calls import Serve

BUCKET = "estate-bucket"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
        ],
    }
)
Aws = Callable[..., Any]


@pytest.fixture
def server(mgh: MigrationHub) -> Iterator[HubServer]:
    """A server at which moto answers too."""
    with HubServer(mgh, moto=True) as server:
        yield server


@pytest.fixture
def aws(server: HubServer) -> Aws:
    """Make clients of the server that never try again."""

    def aws(service: str, *, path_style: bool = True, **options: Any) -> Any:
        style: Any = {"addressing_style": "path"} if path_style else {"addressing_style": "virtual"}
        config = Config(retries={"total_max_attempts": 1}, s3=style)
        given = {"region_name": "us-west-2", "endpoint_url": server.url, "config": config}
        return boto3.client(service, **(given | options))  # type: ignore[call-overload]

    return aws


@pytest.fixture
def bucket(aws: Aws) -> Any:
    """A client of S3, which has a bucket."""
    s3 = aws("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    return s3


def send(
    server: HubServer, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, bytes]:
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    try:
        connection.request(
            method, path, body, headers, encode_chunked="Transfer-Encoding" in headers
        )
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


# routing

# moto takes two seconds to import it: `make test-more` calls it
EC2 = [("ec2", "describe_vpcs", "Vpcs")] if MORE else []


@pytest.mark.parametrize(
    ("service", "operation", "member"),
    [
        *EC2,
        ("dynamodb", "list_tables", "TableNames"),
        ("iam", "list_users", "Users"),
        ("lambda", "list_functions", "Functions"),
        ("route53", "list_hosted_zones", "HostedZones"),
        ("s3", "list_buckets", "Buckets"),
        ("sqs", "list_queues", "ResponseMetadata"),
        ("sts", "get_caller_identity", "Arn"),
    ],
)
def test_moto_answers_other_services(aws: Aws, service: str, operation: str, member: str) -> None:
    assert member in getattr(aws(service), operation)()


@pytest.mark.parametrize(
    ("service", "operation", "request_"),
    [
        ("mgh", "list_migration_tasks", {}),
        ("migrationhub-config", "get_home_region", {}),
        ("discovery", "list_configurations", {"configurationType": "SERVER"}),
    ],
)
def test_the_hub_answers_its_own_services(
    aws: Aws, mgh: MigrationHub, service: str, operation: str, request_: Any
) -> None:
    getattr(aws(service), operation)(**request_)

    assert len(mgh.events) == 1


def test_an_error_of_moto_is_passed_on(aws: Aws) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        aws("s3").list_objects_v2(Bucket="there-is-none")


@pytest.mark.parametrize("target", ["AWSMigrationHub.Nothing", None])
def test_a_request_that_looks_like_a_call_to_the_hub_is_answered_by_it(
    server: HubServer, target: str | None
) -> None:
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    headers |= {"X-Amz-Target": target} if target else {}

    status, body = send(server, "POST", "/", b"{}", **headers)

    assert (status, body) == (400, b'{"__type":"UnknownOperationException"}')


def test_an_unsigned_call_is_answered_by_moto(aws: Aws) -> None:
    from botocore import UNSIGNED

    sts = aws("sts", config=Config(signature_version=UNSIGNED))
    token = "a.b.c"

    given = sts.assume_role_with_web_identity(
        RoleArn="arn:aws:iam::123456789012:role/tool", RoleSessionName="run", WebIdentityToken=token
    )

    assert given["Credentials"]["AccessKeyId"].startswith("ASIA")


# S3: bodies and names pass unchanged


def test_an_s3_object_is_read_as_it_was_written(bucket: Any) -> None:
    body = os.urandom(5 * MAX_REQUEST_SIZE + 1)

    bucket.put_object(Bucket=BUCKET, Key="large", Body=body)

    assert bucket.get_object(Bucket=BUCKET, Key="large")["Body"].read() == body


def test_a_multipart_upload_works(bucket: Any) -> None:
    body, part = os.urandom(11 << 20), 5 << 20  # of S3, the least size of a part
    assert part > MAX_REQUEST_SIZE

    config = TransferConfig(multipart_threshold=part, multipart_chunksize=part)
    bucket.upload_fileobj(BytesIO(body), BUCKET, "parts", Config=config)

    assert bucket.head_object(Bucket=BUCKET, Key="parts")["ETag"].endswith('-3"')
    assert bucket.get_object(Bucket=BUCKET, Key="parts")["Body"].read() == body


def test_an_upload_without_a_length_works(server: HubServer, bucket: Any) -> None:
    url = bucket.generate_presigned_url("put_object", {"Bucket": BUCKET, "Key": "stream"})
    parts = [os.urandom(65536) for _ in range(50)]

    path = url.removeprefix(server.url)
    status, _ = send(server, "PUT", path, iter(parts), **{"Transfer-Encoding": "chunked"})

    assert status == 200
    assert bucket.get_object(Bucket=BUCKET, Key="stream")["Body"].read() == b"".join(parts)


def test_an_upload_in_signed_chunks_works(bucket: Any) -> None:
    body = os.urandom(100_000)

    bucket.put_object(Bucket=BUCKET, Key="chunks", Body=BytesIO(body), ChecksumAlgorithm="CRC32")

    assert bucket.get_object(Bucket=BUCKET, Key="chunks")["Body"].read() == body


def test_an_interrupted_upload_leaves_no_object(server: HubServer, bucket: Any) -> None:
    url = urlsplit(bucket.generate_presigned_url("put_object", {"Bucket": BUCKET, "Key": "half"}))
    for framing in ("Content-Length: 1000", "Transfer-Encoding: chunked"):
        with socket.create_connection((str(url.hostname), int(url.port or 0)), 60) as connection:
            head = f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\n{framing}\r\n\r\n"
            connection.sendall(head.encode() + b"5\r\nabcde\r\n")
    bucket.put_object(Bucket=BUCKET, Key="whole", Body=b"")

    listed = bucket.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert [one["Key"] for one in listed] == ["whole"]


@pytest.mark.parametrize(
    "key",
    ["a b", "a/b//c", "/a", "ü/日本", "a%2Fb", "a+b", "a?b=c&d", "a;b", "_mgh/state", "..", "a#b"],
)
def test_an_object_key_is_kept_exactly(bucket: Any, key: str) -> None:
    bucket.put_object(Bucket=BUCKET, Key=key, Body=key.encode())

    assert [one["Key"] for one in bucket.list_objects_v2(Bucket=BUCKET)["Contents"]] == [key]
    assert bucket.get_object(Bucket=BUCKET, Key=key)["Body"].read() == key.encode()


def test_metadata_of_an_object_keeps_its_names(bucket: Any) -> None:
    names = {"my_key": "1", "my-key": "2", "key": "3"}

    bucket.put_object(Bucket=BUCKET, Key="key", Body=b"", Metadata=names)

    found = bucket.head_object(Bucket=BUCKET, Key="key")["Metadata"]
    assert found.keys() <= names.keys()
    assert found["key"] == "3"


def test_metadata_of_an_object_may_have_underscores(bucket: Any) -> None:
    bucket.put_object(Bucket=BUCKET, Key="key", Body=b"", Metadata={"my_key": "1"})

    assert bucket.head_object(Bucket=BUCKET, Key="key")["Metadata"] == {"my_key": "1"}


@pytest.mark.parametrize("key", ["key", "a/b", "_mgh/state"])
def test_a_bucket_may_be_in_the_host_name(
    server: HubServer, bucket: Any, aws: Aws, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def find(host: Any, *arguments: Any, **options: Any) -> Any:
        """Find every name of localhost's, as most systems do by themselves."""
        return real("127.0.0.1" if "localhost" in str(host) else host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", find)
    port = urlsplit(server.url).port
    virtual = aws("s3", path_style=False, endpoint_url=f"http://localhost:{port}")

    virtual.put_object(Bucket=BUCKET, Key=key, Body=b"there")

    assert virtual.get_object(Bucket=BUCKET, Key=key)["Body"].read() == b"there"
    assert [one["Key"] for one in virtual.list_objects_v2(Bucket=BUCKET)["Contents"]] == [key]


def test_a_path_in_the_endpoint_url_is_taken_for_a_bucket(server: HubServer, aws: Aws) -> None:
    """Why workers are distinguished by their accounts, and not by a path."""
    address = f"{server.url}/worker-1"

    assert aws("mgh", endpoint_url=address).list_migration_tasks()["MigrationTaskSummaryList"] == []
    with pytest.raises(ClientError, match="NoSuchBucket"):
        aws("s3", endpoint_url=address).create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
        )


def test_a_presigned_url_needs_no_credentials(bucket: Any) -> None:
    bucket.put_object(Bucket=BUCKET, Key="a b", Body=b"there")
    url = bucket.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "a b"})

    with urlopen(url) as answer:
        assert answer.read() == b"there"


# one world of callers


def test_a_moto_role_can_call_the_hub(aws: Aws, mgh: MigrationHub) -> None:
    aws("iam").create_role(RoleName="tool", AssumeRolePolicyDocument=TRUST)

    given = aws("sts").assume_role(
        RoleArn="arn:aws:iam::210987654321:role/tool", RoleSessionName="run"
    )["Credentials"]
    session = {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }
    with pytest.raises(ClientError, match="HomeRegionNotSet"):  # of that account
        aws("mgh", **session).list_migration_tasks()

    identity = mgh.events.last["userIdentity"]
    assert identity["arn"] == "arn:aws:sts::210987654321:assumed-role/tool/run"
    assert aws("sts", **session).get_caller_identity()["Arn"] == identity["arn"]


@pytest.mark.mgh(moto_iam=True, verify_signatures=True)
def test_the_iam_policies_of_moto_decide_at_the_hub(aws: Aws) -> None:
    iam = aws("iam")
    iam.create_user(UserName="tool")
    iam.put_user_policy(
        UserName="tool",
        PolicyName="only-lists",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": "mgh:List*", "Resource": "*"},
            }
        ),
    )
    key = iam.create_access_key(UserName="tool")["AccessKey"]
    caller = {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
        "aws_session_token": None,
    }
    client = boto3.Session(**caller).client("mgh", "us-west-2", endpoint_url=iam.meta.endpoint_url)

    assert client.list_migration_tasks()["MigrationTaskSummaryList"] == []
    with pytest.raises(ClientError, match="not authorized"):
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")


def test_an_inactive_moto_key_is_refused_by_the_hub(aws: Aws) -> None:
    iam = aws("iam")
    iam.create_user(UserName="tool")
    key = iam.create_access_key(UserName="tool")["AccessKey"]
    iam.update_access_key(UserName="tool", AccessKeyId=key["AccessKeyId"], Status="Inactive")

    with pytest.raises(ClientError, match="UnrecognizedClient"):
        aws(
            "mgh",
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        ).list_migration_tasks()


def test_a_principal_of_the_hub_has_the_same_account_in_moto(aws: Aws, mgh: MigrationHub) -> None:
    principal = mgh.principal("auditor", account_id="210987654321")

    aws("dynamodb", **principal.credentials).create_table(
        TableName="waves",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    assert aws("dynamodb").list_tables()["TableNames"] == []
    assert aws("sts", **principal.credentials).get_caller_identity()["Account"] == "210987654321"


@pytest.mark.mgh(account_id="111122223333")
def test_the_default_account_is_the_same_in_moto_and_hub(aws: Aws) -> None:
    assert aws("sts").get_caller_identity()["Account"] == "111122223333"


def test_an_import_reads_from_moto_s3(bucket: Any, aws: Aws, mgh: MigrationHub) -> None:
    csv = "ExternalId,HostName,IPAddress\r\nvm-1,web-1,10.0.0.1\r\n"
    bucket.put_object(Bucket=BUCKET, Key="wave1.csv", Body=csv.encode())

    aws("discovery").start_import_task(name="wave 1", importUrl=f"s3://{BUCKET}/wave1.csv")

    assert [one.hostname for one in mgh.servers] == ["web-1"]


def test_an_export_is_fetched_from_the_same_server(aws: Aws, mgh: MigrationHub) -> None:
    mgh.add_server("web-1")
    discovery = aws("discovery")

    export = discovery.start_export_task()["exportId"]
    (found,) = discovery.describe_export_tasks(exportIds=[export])["exportsInfo"]

    with urlopen(found["configurationsDownloadUrl"]) as answer:
        assert zipfile.ZipFile(BytesIO(answer.read())).namelist()


# its state


def test_moto_starts_empty_at_the_first_call_and_is_gone_afterwards(mgh: MigrationHub) -> None:
    for _ in range(2):
        with HubServer(mgh, moto=True) as server:
            sqs = boto3.client("sqs", "us-west-2", endpoint_url=server.url)
            assert "QueueUrls" not in sqs.list_queues()
            sqs.create_queue(QueueName="waves")


def test_moto_answers_only_inside_the_with_statement(mgh_server: HubServer) -> None:
    sqs = boto3.client("sqs", "us-west-2", endpoint_url=mgh_server.url)

    for _ in range(2):
        with mgh_server.with_moto() as server:
            assert server is mgh_server
            assert "QueueUrls" not in sqs.list_queues()
            sqs.create_queue(QueueName="waves")
        with pytest.raises(ClientError, match="NotSimulated"):
            sqs.list_queues()
    assert set() == MOTO_SERVERS


def test_nested_with_statements_share_one_moto(server: HubServer, bucket: Any) -> None:
    with server.with_moto():
        pass

    assert [one["Name"] for one in bucket.list_buckets()["Buckets"]] == [BUCKET]


def test_two_servers_of_a_process_share_one_moto(server: HubServer, bucket: Any) -> None:
    with HubServer(server.hub, moto=True) as second:
        s3 = boto3.client("s3", "us-west-2", endpoint_url=second.url)
        assert [one["Name"] for one in s3.list_buckets()["Buckets"]] == [BUCKET]

    assert [one["Name"] for one in bucket.list_buckets()["Buckets"]] == [BUCKET]


def test_the_state_of_an_active_moto_mock_is_used_and_kept(mgh_server: HubServer) -> None:
    with mock_aws():
        own = boto3.client("sqs", "us-west-2")
        own.create_queue(QueueName="waves")
        with mgh_server.with_moto():
            served = boto3.client("sqs", "us-west-2", endpoint_url=mgh_server.url)
            assert len(served.list_queues()["QueueUrls"]) == 1
        assert len(own.list_queues()["QueueUrls"]) == 1


def test_clients_in_this_process_do_not_fetch_credentials_from_moto(server: HubServer) -> None:
    """A server answers its callers, and does not affect other code."""
    from pytest_mgh.access.moto_iam import moto_is_active, moto_is_mocking

    assert (moto_is_active(), moto_is_mocking()) == (True, False)


# resets


def forgotten(server: HubServer, bucket: Any) -> tuple[bool, bool]:
    """Return whether the hub and moto have lost their data."""
    return (not server.hub.servers, not bucket.list_buckets()["Buckets"])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/_mgh/reset", (True, False)),
        ("/_mgh/reset?moto=false", (True, False)),
        ("/_mgh/reset?moto=true", (True, True)),
        ("/moto-api/reset", (False, True)),
        ("/moto-api/reset?mgh=false", (False, True)),
        ("/moto-api/reset?mgh=true", (True, True)),
    ],
)
def test_a_reset_resets_moto_too_if_requested(
    server: HubServer, bucket: Any, path: str, expected: tuple[bool, bool]
) -> None:
    server.hub.add_server("web-1")

    status, _ = send(server, "POST", path)

    assert status in (200, 204)
    assert forgotten(server, bucket) == expected


def test_resetting_moto_is_refused_if_it_does_not_answer(mgh_server: HubServer) -> None:
    mgh_server.hub.add_server("web-1")

    status, body = send(mgh_server, "POST", "/_mgh/reset?moto=true")

    assert (status, len(mgh_server.hub.servers)) == (400, 1)
    assert b"--with-moto" in body


def test_resetting_moto_before_its_first_call_does_nothing(server: HubServer) -> None:
    assert send(server, "POST", "/_mgh/reset?moto=true")[0] == 204


# its dashboard


def test_the_moto_dashboard_is_served(server: HubServer) -> None:
    status, body = send(server, "GET", "/moto-api/")

    assert status == 200
    assert b"Moto" in body
    assert send(server, "GET", "/moto-api/data.json")[0] == 200


def test_the_console_is_still_served(server: HubServer) -> None:
    status, body = send(server, "GET", "/")

    assert status == 200
    assert b"Migration Hub" in body


@pytest.mark.parametrize("path", ["/moto-api/", "/moto-api/reset", "/moto-api/data.json"])
def test_without_control_there_is_no_moto_dashboard(serve: Serve, path: str) -> None:
    server = serve(moto=True, control=False)

    status, body = send(server, "POST", path)

    assert status == 403
    assert b"--control" in body


def test_the_moto_dashboard_requires_the_token_and_sets_a_cookie(serve: Serve) -> None:
    server = serve(moto=True, token="sesame")

    assert send(server, "GET", "/moto-api/")[0] == 401
    with urlopen(f"{server.url}/moto-api/?token=sesame") as answer:
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
    asked = Request(f"{server.url}/moto-api/data.json", headers={"Cookie": cookie})
    with urlopen(asked) as answer:
        assert answer.status == 200


def test_pages_of_other_origins_may_not_reset_moto(server: HubServer, bucket: Any) -> None:
    status, _ = send(server, "POST", "/moto-api/reset", Origin="http://localhost:3000")

    assert status == 403
    assert len(bucket.list_buckets()["Buckets"]) == 1


# failures and costs


def test_an_unexpected_error_in_moto_has_the_form_of_the_service(
    bucket: Any,
    server: HubServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("moto is broken")

    monkeypatch.setattr(server._application.moto, "_moto", fail)
    with pytest.raises(ClientError, match="InternalFailure"):
        bucket.list_buckets()
    monkeypatch.undo()

    (record,) = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert record.getMessage() == "moto failed on GET /"


def test_the_log_has_a_line_for_each_call_to_moto(
    bucket: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "pytest_mgh.server")

    bucket.list_buckets()

    assert "127.0.0.1 moto GET / 200 OK" in [one.getMessage() for one in caplog.records]


def test_calls_to_the_hub_do_not_wait_for_moto(
    server: HubServer, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go = threading.Event()
    aws("sts").get_caller_identity()
    moto = server._application.moto
    assert moto is not None
    real = moto._moto

    def wait(*arguments: Any) -> Any:
        let_go.wait(60)
        return real(*arguments)

    monkeypatch.setattr(moto, "_moto", wait)
    with ThreadPoolExecutor(8) as others:
        waiting = [others.submit(aws("sts").get_caller_identity) for _ in range(8)]
        aws("mgh").list_migration_tasks()
        assert not any(one.done() for one in waiting)
        let_go.set()
        assert all(one.result()["Arn"] for one in waiting)


IMPORTED = """
import sys
from urllib.request import Request, urlopen
from pytest_mgh import MigrationHub
from pytest_mgh.server.serving import HubServer
from pytest_mgh.state.settings import make_settings

def imported():
    return sorted({"flask", "moto", "werkzeug"} & sys.modules.keys())

with HubServer(MigrationHub(make_settings({})), moto=True) as server:
    for path in ("/", "/_mgh/state", "/_mgh/health"):
        urlopen(server.url + path).read()
    print(imported())
    urlopen(server.url + "/moto-api/").read()
    print(imported())
"""


def test_moto_is_imported_at_its_first_call() -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n['flask', 'moto', 'werkzeug']\n"


@pytest.mark.parametrize("missing", ["a2wsgi", "flask", "flask_cors", "moto"])
def test_the_error_for_missing_moto_names_the_extra(
    mgh_server: HubServer, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    real = moto_server.find_spec
    monkeypatch.setattr(
        moto_server, "find_spec", lambda name: None if name == missing else real(name)
    )
    message = rf"needs the extra 'moto' \({missing} is missing\): pip install 'pytest-mgh\[moto\]'"

    with pytest.raises(ImportError, match=message):
        HubServer(mgh_server.hub, moto=True)
    with pytest.raises(ImportError, match=message), mgh_server.with_moto():
        pass


def test_the_environment_points_a_tool_at_hub_and_moto(server: HubServer) -> None:
    tool = (
        "import boto3; boto3.client('sqs').create_queue(QueueName='waves');"
        "boto3.client('mgh').create_progress_update_stream(ProgressUpdateStreamName='SMS');"
        "print(boto3.client('sts').get_caller_identity()['Account'])"
    )

    done = server.command(sys.executable, "-c", tool)

    assert (done.stdout, done.stderr) == ("123456789012\n", "")
    assert [one.name for one in server.hub.streams] == ["SMS"]
    assert server.env["AWS_ACCESS_KEY_ID"] == FAKE_CREDENTIALS["AWS_ACCESS_KEY_ID"]
