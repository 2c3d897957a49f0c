"""Cassettes of vcrpy around a mock, and inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runs import Run

S3 = """
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
import vcr

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        answered.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass

answered = []

@pytest.fixture(scope="module")
def server():
    with HTTPServer(("127.0.0.1", 0), Handler) as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()
        thread.join()

def head(url):
    boto3.client("s3", endpoint_url=url).list_objects_v2(Bucket="b")

def use_cassette(tmp_path, mode="once"):
    return vcr.use_cassette(str(tmp_path / "cassette.yaml"), record_mode=mode)
"""


def test_a_cassette_records_other_calls_but_none_of_the_hub(run: Run) -> None:
    run(
        S3
        + """
@pytest.fixture(params=["around", "inside", "around and used before"])
def place(request, tmp_path):
    if request.param == "inside":
        with mock_mgh() as hub, use_cassette(tmp_path) as cassette:
            yield hub, cassette
    elif request.param == "around":
        with use_cassette(tmp_path) as cassette, mock_mgh() as hub:
            yield hub, cassette
    else:
        with mock_mgh():
            names()
        with use_cassette(tmp_path) as cassette, mock_mgh() as hub:
            yield hub, cassette

def test_it(place, server):
    hub, cassette = place
    answered.clear()
    create("SMS")
    head(server)
    assert names() == ["SMS"]
    assert len(hub.events) == 2
    assert (len(cassette), len(answered)) == (1, 1)
""",
        passed=3,
    )


def test_a_cassette_is_replayed_inside_a_mock_and_around_it(run: Run) -> None:
    run(
        S3
        + """
def test_it(tmp_path, server, mgh):
    with use_cassette(tmp_path):
        head(server)
    played = len(answered)
    with use_cassette(tmp_path, "none") as cassette:
        create("SMS")
        head(server)
        with mock_mgh():
            create("DMS")
    assert (cassette.play_count, len(answered)) == (1, played)
    assert names() == ["DMS", "SMS"]
    create("after")
""",
        passed=1,
    )


def test_real_calls_are_still_blocked_after_a_cassette(run: Run) -> None:
    result = run(
        """
import urllib.request, vcr

@vcr.use_cassette("cassette.yaml", record_mode="none")
def test_with(mgh):
    create("SMS")
    assert names() == ["SMS"]

def test_a_client():
    boto3.client("mgh", "us-west-2", aws_access_key_id="a", aws_secret_access_key="b").\\
        list_migration_tasks()

def test_a_library():
    urllib.request.urlopen("https://mgh.us-west-2.amazonaws.com/", timeout=1)
""",
        passed=1,
        failed=2,
    )
    result.stdout.fnmatch_lines(["E *RealCallError: mgh ListMigrationTasks would reach AWS*"])
    result.stdout.fnmatch_lines(["E *RealCallError: a call to mgh.us-west-2.amazonaws.com would*"])


def test_clients_and_hubs_created_inside_a_cassette_work_after_it(run: Run) -> None:
    run(
        """
import vcr
kept = []

def test_inside():
    with vcr.use_cassette("cassette.yaml", record_mode="none"), mock_mgh() as hub:
        kept.append(boto3.client("mgh", "us-west-2"))
        kept[0].list_migration_tasks()

def test_after(mgh):
    kept[0].list_migration_tasks()
    assert len(mgh.events) == 1
""",
        passed=2,
    )
