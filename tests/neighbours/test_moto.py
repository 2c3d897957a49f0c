"""moto: each library answers its own services, and starts empty for the same tests as alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from runs import Run

BUCKETS = """
from moto import mock_aws

def bucket(name):
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=name)

def buckets():
    listed = boto3.client("s3", region_name="us-east-1").list_buckets()["Buckets"]
    return [one["Name"] for one in listed]
"""

CASE = """
{first}
{second}
class TestIt({base}):
    def {set_up}(self):
        assert (names(), buckets()) == ([], [])
        create("set-up")
        bucket("set-up")

    def test_first(self):
        create("test")
        bucket("test")
        assert (names(), buckets()) == (["set-up", "test"], ["set-up", "test"])

    def test_second(self):
        assert (names(), buckets()) == (["set-up"], ["set-up"])

    def test_third(self):
        assert (names(), buckets()) == (["set-up"], ["set-up"])

{first}
{second}
class TestWithoutSetUp({base}):
    def test_first(self):
        create("test")
        bucket("test")

    def test_second(self):
        assert (names(), buckets()) == ([], [])

class TestInherited(TestIt):
    def test_fourth(self):
        assert names() == ["set-up"]

def test_after():
    assert not is_mocked()
"""


@pytest.mark.parametrize(
    ("first", "second"),
    [("@mock_aws", "@mock_mgh"), ("@mock_mgh", "@mock_aws")],
    ids=["moto above", "moto below"],
)
@pytest.mark.parametrize(
    ("base", "set_up"),
    [("unittest.TestCase", "setUp"), ("object", "setup_method")],
    ids=["TestCase", "class"],
)
def test_a_decorated_class_starts_empty_for_each_test(
    run: Run, first: str, second: str, base: str, set_up: str
) -> None:
    run(BUCKETS + CASE.format(first=first, second=second, base=base, set_up=set_up), passed=10)


def test_moto_and_mgh_fixtures_work_in_every_order(run: Run) -> None:
    run(
        BUCKETS
        + """
@pytest.fixture
def aws():
    with mock_aws():
        yield

@pytest.fixture(scope="module")
def aws_of_module():
    with mock_aws():
        bucket("module")
        yield

def test_moto_first(aws, mgh):
    create("SMS")
    bucket("bucket")
    assert (names(), buckets()) == (["SMS"], ["bucket"])

def test_moto_last(mgh, aws):
    create("SMS")
    bucket("bucket")
    assert (names(), buckets()) == (["SMS"], ["bucket"])

@mock_aws
def test_moto_decorates(mgh):
    create("SMS")
    bucket("bucket")
    assert (names(), buckets()) == (["SMS"], ["bucket"])

@pytest.mark.parametrize("number", range(2))
def test_moto_of_a_module(aws_of_module, mgh, number):
    create("SMS")
    assert (names(), buckets()) == (["SMS"], ["module"])

def test_moto_of_a_module_outside(aws_of_module):
    assert buckets() == ["module"]
    assert not is_mocked()

@pytest.mark.parametrize("number", range(2))
def test_both_of_a_module(aws_of_module, mgh_module, mgh, number):
    assert names() == []
    create("SMS")
    bucket(f"of-both-{number}")
""",
        passed=8,
    )


def test_a_moto_session_fixture_leaves_no_fake_credentials(run: Run) -> None:
    run(
        BUCKETS
        + """
@pytest.fixture(scope="session", autouse=True)
def aws():
    with mock_aws():
        yield

def test_inside(mgh):
    create("SMS")
    bucket("bucket")

def test_outside():
    assert buckets() == ["bucket"]
    assert not is_mocked()
""",
        passed=2,
    )


def test_moto_started_in_a_set_up_leaves_no_fake_credentials(run: Run) -> None:
    run(
        BUCKETS
        + """
mock = mock_aws()

class TestIt:
    @classmethod
    def setup_class(cls):
        mock.start()

    @classmethod
    def teardown_class(cls):
        mock.stop()

    def test_it(self, mgh):
        bucket("bucket")
        create("SMS")

    def test_outside(self):
        assert buckets() == ["bucket"]

def test_after():
    assert not is_mocked()
    assert os.environ.get("AWS_ACCESS_KEY_ID") is None
""",
        passed=3,
    )
