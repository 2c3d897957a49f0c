"""Calls to services that are not simulated are refused in those services' own forms."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.awsrequest import AWSResponse
from botocore.parsers import create_parser
from botocore.session import Session

from pytest_mgh.transports import other_services
from pytest_mgh.transports.other_services import (
    CODE,
    REST_XML,
    OtherCall,
    access_key,
    explain_other_call,
    find_other_call,
    refuse,
)

SIGNED = "AWS4-HMAC-SHA256 Credential=AKIA/20240501/us-west-2/{}/aws4_request, SignedHeaders=host"
EXAMPLES = [
    ("acm", "list_certificates", {}, "json"),
    ("apigateway", "get_rest_apis", {}, "rest-json"),
    ("cloudfront", "list_distributions", {}, "rest-xml"),
    ("cloudwatch", "list_metrics", {}, "json"),
    ("dynamodb", "list_tables", {}, "json"),
    ("ec2", "describe_vpcs", {}, "ec2"),
    ("iam", "list_users", {}, "query"),
    ("lambda", "list_functions", {}, "rest-json"),
    ("mgn", "describe_source_servers", {}, "rest-json"),
    ("route53", "list_hosted_zones", {}, "rest-xml"),
    ("s3", "put_object", {"Bucket": "b", "Key": "k", "Body": b"1"}, "s3"),
    ("s3", "list_buckets", {}, "s3"),
    ("s3control", "list_access_points", {"AccountId": "123456789012"}, "rest-xml"),
    ("sqs", "list_queues", {}, "json"),
    ("sts", "get_caller_identity", {}, "query"),
]


def call(service: str, operation: str, request: Any) -> tuple[Any, Any]:
    """Return the refusal as a client raises it, and the recognized call."""
    client = Session().create_client(
        service,
        "us-west-2",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        endpoint_url="http://127.0.0.1:1",
    )
    understood: list[Any] = []

    def answer(request: Any, **_: Any) -> Any:
        headers = {
            name.lower(): text.decode() if isinstance(text, bytes) else text
            for name, text in request.headers.items()
        }
        target = "/" + request.url.split("/", 3)[3]
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        found = find_other_call(request.method, target, headers, body)
        understood.append(found)
        assert found is not None
        response = refuse(found, headers, request.method)

        class Raw:
            def stream(self, *_: Any, **__: Any) -> Any:
                yield response.body

        return AWSResponse(request.url, response.status, response.headers, Raw())

    client.meta.events.register_first("before-send", answer)
    with pytest.raises(client.exceptions.ClientError) as caught:
        getattr(client, operation)(**request)
    return caught.value, understood


@pytest.mark.parametrize(("service", "operation", "request_", "form"), EXAMPLES)
def test_a_client_understands_the_refusal_and_does_not_retry(
    service: str, operation: str, request_: Any, form: str
) -> None:
    error, understood = call(service, operation, request_)

    (other,) = understood
    assert other.form == form
    assert error.response["Error"]["Code"] == CODE
    assert error.response["Error"]["Message"] == explain_other_call(other)
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert error.response["ResponseMetadata"]["RetryAttempts"] == 0


def test_a_client_that_speaks_cbor_understands_the_refusal() -> None:
    headers = {"smithy-protocol": "rpc-v2-cbor", "authorization": SIGNED.format("monitoring")}
    target = "/service/GraniteServiceVersion20100801/operation/ListMetrics"

    other = find_other_call("POST", target, headers)
    assert other == OtherCall("monitoring", "ListMetrics", "rpc-v2-cbor")
    answer = refuse(other, headers, "POST")
    parsed = create_parser("smithy-rpc-v2-cbor").parse(
        {"status_code": answer.status, "headers": answer.headers, "body": answer.body}, None
    )

    assert parsed["Error"] == {"Code": CODE, "Message": explain_other_call(other)}
    assert answer.headers["smithy-protocol"] == "rpc-v2-cbor"


def test_the_refusal_names_the_served_services_and_how_to_add_others() -> None:
    error, _ = call("sts", "get_caller_identity", {})

    message = error.response["Error"]["Message"]
    assert message.startswith(
        "This address answers mgh, migrationhub-config, discovery, not sts (GetCallerIdentity). "
    )
    assert "serve --with-moto" in message
    assert "mgh_server.with_moto()" in message


def test_rest_services_that_answer_xml_are_those_of_the_models() -> None:
    found = set()
    for file in Path(botocore.__file__).parent.glob("data/*/*/service-2.json*"):
        with (gzip.open if file.suffix == ".gz" else open)(file, "rb") as model:
            head = model.read(4096).decode("utf-8", "ignore")
        if '"protocol":"rest-xml"' in re.sub(r"\s", "", head):
            name = re.search(r'"signingName"\s*:\s*"([^"]+)"', head) or re.search(
                r'"endpointPrefix"\s*:\s*"([^"]+)"', head
            )
            assert name is not None
            found.add(name[1])

    assert found == set(REST_XML) - {"s3express", "s3-object-lambda"}  # of S3 too


# whose a request is


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        ("/", {"x-amz-target": "AWSMigrationHub.ListMigrationTasks"}),
        ("/", {"x-amz-target": "AWSMigrationHub.NoSuchOperation"}),
        ("/", {"authorization": SIGNED.format("mgh")}),
        ("/", {"authorization": SIGNED.format("discovery"), "x-amz-target": "Nobody.Calls"}),
        ("/", {}),
        ("/x", {"authorization": "Bearer sesame"}),
        ("/?X-Amz-Credential=AKIA/20240501/us-west-2/mgh/aws4_request", {}),
        ("/?X-Amz-Credential=broken", {}),
    ],
)
def test_a_request_that_may_be_meant_for_the_hub_is_answered_by_it(
    target: str, headers: dict[str, str]
) -> None:
    assert find_other_call("POST", target, headers) is None


@pytest.mark.parametrize(
    ("method", "target", "headers", "body", "expected"),
    [
        (
            "GET",
            "/bucket/key?X-Amz-Credential=AKIA/20240501/us-west-2/s3/aws4_request",
            {},
            b"",
            OtherCall("s3", "GET /bucket/key", "s3"),
        ),
        (
            "GET",
            "/bucket/key?AWSAccessKeyId=AKIA&Signature=x&Expires=1",
            {},
            b"",
            OtherCall("s3", "GET /bucket/key", "s3"),
        ),
        ("PUT", "/b/k", {"authorization": "AWS AKIA:x"}, b"", OtherCall("s3", "PUT /b/k", "s3")),
        (
            "POST",
            "/",
            {
                "authorization": "AWS4-ECDSA-P256-SHA256 "
                "Credential=AKIA/20240501/events/aws4_request, SignedHeaders=host",
                "x-amz-target": "AWSEvents.PutEvents",
            },
            b"{}",
            OtherCall("events", "PutEvents", "json"),
        ),
        (
            "POST",
            "/",
            {"x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth"},
            b"{}",
            OtherCall("AWSCognitoIdentityProviderService", "InitiateAuth", "json"),
        ),
        (
            "POST",
            "/",
            {"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
            b"Action=AssumeRoleWithWebIdentity&Version=2011-06-15",
            OtherCall("query", "AssumeRoleWithWebIdentity", "query"),
        ),
    ],
    ids=[
        "presigned",
        "presigned long ago",
        "signed long ago",
        "many Regions",
        "target",
        "unsigned",
    ],
)
def test_a_call_to_another_service_is_recognized_by_its_content(
    method: str, target: str, headers: dict[str, str], body: bytes, expected: OtherCall
) -> None:
    assert find_other_call(method, target, headers, body) == expected


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_json_refusal_has_the_version_of_the_request(version: str) -> None:
    headers = {"content-type": f"application/x-amz-json-{version}"}

    answer = refuse(OtherCall("dynamodb", "ListTables", "json"), headers, "POST")

    assert answer.headers["Content-Type"] == headers["content-type"]
    assert json.loads(answer.body)["__type"] == CODE


@pytest.mark.parametrize("form", other_services._FORMS)
def test_an_answer_to_head_has_no_body(form: str) -> None:
    answer = refuse(OtherCall("s3", "HEAD /bucket", form), {}, "HEAD")

    assert (answer.status, answer.body) == (400, b"")


@pytest.mark.parametrize("form", other_services._FORMS)
def test_hostile_input_does_not_break_the_format_of_the_refusal(form: str) -> None:
    answer = refuse(OtherCall("x", "GET /<&]]>{0}é\udcff" * 30, form), {}, "GET")

    assert answer.body


@pytest.mark.parametrize(
    ("headers", "parameters", "key"),
    [
        (
            {
                "authorization": "AWS4-HMAC-SHA256 "
                "Credential=AKIA/20240501/us-west-2/s3/aws4_request, SignedHeaders=host"
            },
            {},
            "AKIA",
        ),
        ({"authorization": "AWS AKIA:signature"}, {}, "AKIA"),
        ({}, {"X-Amz-Credential": ["AKIA/20240501/us-west-2/s3/aws4_request"]}, "AKIA"),
        ({}, {"AWSAccessKeyId": ["AKIA"]}, "AKIA"),
        ({"authorization": "Bearer token"}, {}, None),
        ({}, {}, None),
    ],
    ids=["version 4", "version 2", "presigned", "presigned by version 2", "a token", "unsigned"],
)
def test_the_access_key_of_a_request_is_read_from_every_form_of_a_signature(
    headers: dict[str, str], parameters: dict[str, list[str]], key: str | None
) -> None:
    assert access_key(headers, parameters) == key
