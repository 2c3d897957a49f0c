"""Fixtures like those of pytest-django: session-scoped, autouse, and requested during others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest
    from runs import Run

CONFTEST = """
import os
import pytest

@pytest.fixture(autouse=True, scope="session")
def django_test_environment(request):
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    yield
    del os.environ["DJANGO_SETTINGS_MODULE"]

@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    pass

@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_modify_db_settings):
    log.append("set up")
    yield
    log.append("torn down")

@pytest.fixture(autouse=True)
def _django_db_marker(request):
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")

@pytest.fixture
def _django_db_helper(request, django_db_setup):
    log.append("begin")
    yield
    log.append("roll back")

@pytest.fixture
def db(_django_db_helper):
    pass

@pytest.fixture(autouse=True, scope="class")
def _django_setup_unittest(request):
    yield

@pytest.fixture(autouse=True)
def _dj_autoclear_mailbox():
    pass

log = []

def pytest_configure(config):
    config.addinivalue_line("markers", "django_db: rolls the database back")
"""


def test_django_fixtures_of_every_scope_work_as_usual(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST)
    run(
        """
pytestmark = pytest.mark.django_db

class TestView:
    def setup_method(self):
        create("set-up")

    def test_it(self, mgh, db):
        assert names() == ["set-up"]
        assert os.environ["DJANGO_SETTINGS_MODULE"] == "settings"

    def test_again(self, db, mgh):
        assert names() == ["set-up"]

class TestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.enterClassContext = None
        cls.setUpTestData()

    @classmethod
    def setUpTestData(cls):
        create("data")

    @pytest.mark.mgh
    def test_it(self):
        assert names() == ["data"]

    @pytest.mark.usefixtures("mgh", "db")
    def test_again(self):
        assert names() == ["data"]

def test_outside():
    import conftest
    assert not is_mocked()
    assert conftest.log.count("set up") == 1
    assert conftest.log.count("roll back") == 4
""",
        passed=5,
    )
