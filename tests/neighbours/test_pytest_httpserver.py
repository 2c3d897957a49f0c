"""pytest-httpserver, whose server stands for other services, or for a proxy of the user."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runs import Run


def test_httpserver_answers_clients_with_its_url(run: Run) -> None:
    run(
        """
KEYS = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}

def test_another_service(mgh, httpserver):
    httpserver.expect_request("/bucket").respond_with_data("<ListBucketResult/>")
    create("SMS")
    s3 = boto3.client("s3", endpoint_url=httpserver.url_for(""))
    s3.list_objects_v2(Bucket="bucket")
    assert names() == ["SMS"]
    assert len(httpserver.log) == len(mgh.events) - 1 == 1

def test_another_service_by_the_environment(mgh, httpserver, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", httpserver.url_for(""))
    httpserver.expect_request("/bucket").respond_with_data("<ListBucketResult/>")
    create("SMS")
    boto3.client("s3").list_objects_v2(Bucket="bucket")
    assert names() == ["SMS"]
    assert len(httpserver.log) == 1

def test_the_service_itself(mgh, httpserver):
    httpserver.expect_request("/").respond_with_json({"ProgressUpdateStreamSummaryList": []})
    boto3.client("mgh", endpoint_url=httpserver.url_for("")).list_progress_update_streams()
    assert len(httpserver.log) == 1
    assert len(mgh.events) == 0

def test_the_service_itself_outside(httpserver):
    httpserver.expect_request("/").respond_with_json({"ProgressUpdateStreamSummaryList": []})
    url = httpserver.url_for("")
    boto3.client("mgh", "us-west-2", endpoint_url=url, **KEYS).list_progress_update_streams()
    assert len(httpserver.log) == 1
""",
        passed=4,
    )
