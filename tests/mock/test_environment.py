from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ProfileNotFound
from botocore.session import Session

from pytest_mgh import mock_mgh

CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
NAMES = (
    *CREDENTIALS,
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
)
OWN_KEY = "AKIAIOSFODNN7EXAMPLE"
OWN = {
    "AWS_ACCESS_KEY_ID": OWN_KEY,
    "AWS_SECRET_ACCESS_KEY": "own-secret",
    "AWS_SESSION_TOKEN": "own-token",
    "AWS_PROFILE": "own-profile",
    "AWS_DEFAULT_PROFILE": "own-default-profile",
    "AWS_DEFAULT_REGION": "sa-east-1",
    "AWS_REGION": "af-south-1",
}
CONFIG = f"""
[profile work]
region = eu-west-2
aws_access_key_id = {OWN_KEY}
aws_secret_access_key = secret-of-the-profile
"""


class CaughtError(Exception):
    """Ends a call before it reaches the network."""


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a user who has everything set."""
    for name, value in OWN.items():
        monkeypatch.setenv(name, value)
    return OWN


@pytest.fixture
def profile(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(CONFIG)


def aws_variables() -> dict[str, str]:
    return {name: os.environ[name] for name in NAMES if name in os.environ}


def authorization(client: Any, operation: str = "list_progress_update_streams") -> str:
    """Return the Authorization header of a call, without making the call."""
    seen: list[str] = []

    def catch(request: Any, **_: Any) -> None:
        header = request.headers["Authorization"]
        seen.append(header.decode() if isinstance(header, bytes) else header)
        raise CaughtError

    event = f"before-send.{client.meta.service_model.service_id.hyphenize()}"
    client.meta.events.register_first(event, catch)
    with pytest.raises(CaughtError):
        getattr(client, operation)()
    return seen[0]


# the variables


@pytest.mark.parametrize("name", CREDENTIALS)
@pytest.mark.usefixtures("own")
def test_the_credentials_inside_are_fake(name: str) -> None:
    with mock_mgh():
        assert os.environ[name] not in ("", OWN[name])


@pytest.mark.parametrize("name", CREDENTIALS)
def test_fake_credentials_are_set_inside_if_there_were_none(name: str) -> None:
    with mock_mgh():
        assert os.environ[name]


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
@pytest.mark.usefixtures("own")
def test_the_profile_is_gone_inside(name: str) -> None:
    with mock_mgh():
        assert name not in os.environ


def test_the_default_region_is_the_home_region_if_none_was_set() -> None:
    with mock_mgh(home_region="eu-central-1"):
        assert os.environ["AWS_DEFAULT_REGION"] == "eu-central-1"


def test_the_default_region_is_us_west_2_without_a_home_region() -> None:
    with mock_mgh(home_region=None):
        assert os.environ["AWS_DEFAULT_REGION"] == "us-west-2"


@pytest.mark.usefixtures("own")
def test_a_default_region_that_was_set_is_the_home_region_inside() -> None:
    with mock_mgh(home_region="eu-central-1"):
        assert os.environ["AWS_DEFAULT_REGION"] == "eu-central-1"


def test_a_client_inside_needs_no_region() -> None:
    with mock_mgh(home_region="eu-central-1"):
        assert boto3.client("mgh").meta.region_name == "eu-central-1"


def test_environment_variables_are_restored(own: dict[str, str]) -> None:
    with mock_mgh():
        pass
    assert aws_variables() == own


def test_environment_variables_that_were_not_set_are_removed_again() -> None:
    with mock_mgh():
        pass
    assert aws_variables() == {}


def test_other_environment_variables_keep_the_values_set_in_the_body(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MGH_TEST_OTHER", "before")
    with mock_mgh():
        os.environ["MGH_TEST_OTHER"] = "changed"
    assert os.environ["MGH_TEST_OTHER"] == "changed"


def test_an_empty_environment_variable_is_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "")
    with mock_mgh():
        pass
    assert aws_variables() == {"AWS_SESSION_TOKEN": ""}


@pytest.mark.parametrize("name", NAMES)
def test_an_environment_variable_changed_in_the_body_is_restored(
    own: dict[str, str], name: str
) -> None:
    with mock_mgh():
        os.environ[name] = "changed"
    assert aws_variables() == own


@pytest.mark.parametrize("name", NAMES)
def test_an_environment_variable_set_in_the_body_is_removed_again(name: str) -> None:
    with mock_mgh():
        os.environ[name] = "changed"
    assert aws_variables() == {}


@pytest.mark.parametrize("name", NAMES)
def test_an_environment_variable_deleted_in_the_body_is_restored(
    own: dict[str, str], name: str
) -> None:
    with mock_mgh():
        os.environ.pop(name, None)
    assert aws_variables() == own


def test_environment_variables_are_restored_after_an_exception(own: dict[str, str]) -> None:
    with pytest.raises(LookupError, match="mine"), mock_mgh():
        raise LookupError("mine")
    assert aws_variables() == own


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_environment_variables_are_restored_in_every_order_of_exit(
    own: dict[str, str], order: tuple[int, ...]
) -> None:
    mocks = [mock_mgh() for _ in order]
    for mock in mocks:
        mock.start()
        os.environ["AWS_PROFILE"] = "changed"
    for index in order:
        os.environ["AWS_ACCESS_KEY_ID"] = "changed"
        mocks[index].stop()
    assert aws_variables() == own


@pytest.mark.usefixtures("own")
def test_the_exit_of_an_inner_mock_changes_no_environment_variable() -> None:
    with mock_mgh():
        before = dict(os.environ)
        with mock_mgh():
            pass
        assert dict(os.environ) == before


def test_environment_variables_are_restored_after_a_refused_inner_mock(own: dict[str, str]) -> None:
    with mock_mgh(), pytest.raises(ValueError, match="outermost"):
        mock_mgh(home_region="eu-central-1").start()
    assert aws_variables() == own


def test_two_consecutive_mocks_leave_the_environment_unchanged(own: dict[str, str]) -> None:
    for _ in range(2):
        with mock_mgh(home_region="eu-central-1"):
            os.environ["AWS_DEFAULT_REGION"] = "changed"
    assert aws_variables() == own


# profiles


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_a_profile_that_does_not_exist_breaks_no_client_inside(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "nowhere")
    with mock_mgh():
        assert boto3.client("mgh").list_progress_update_streams()


def test_a_profile_that_does_not_exist_breaks_no_session_inside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    with mock_mgh():
        assert boto3.Session().client("mgh").list_progress_update_streams()


def test_a_profile_that_does_not_exist_breaks_no_client_of_the_hub(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    with mock_mgh() as hub:
        assert hub.client().list_progress_update_streams()


def test_a_default_session_that_failed_on_its_profile_works_inside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    with pytest.raises(ProfileNotFound):
        boto3.client("mgh", region_name="us-west-2")
    with mock_mgh():
        assert boto3.client("mgh").list_progress_update_streams()


def test_a_profile_that_does_not_exist_is_an_error_again_after_the_mock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nowhere")
    with mock_mgh():
        boto3.client("mgh")
    with pytest.raises(ProfileNotFound):
        boto3.client("mgh", region_name="us-west-2")


# the default session


@pytest.fixture
def own_session() -> Any:
    """A default session that has cached the user's credentials."""
    boto3.setup_default_session(
        aws_access_key_id=OWN_KEY, aws_secret_access_key="own-secret", region_name="eu-west-1"
    )
    return boto3.DEFAULT_SESSION


@pytest.mark.usefixtures("own_session")
def test_a_default_session_with_credentials_has_fakes_inside() -> None:
    with mock_mgh():
        assert boto3.DEFAULT_SESSION.get_credentials().access_key.startswith("MGHMOCK")


@pytest.mark.usefixtures("own_session")
def test_a_default_session_with_credentials_signs_with_fakes_inside() -> None:
    with mock_mgh():
        assert "Credential=MGHMOCK" in authorization(boto3.client("mgh"))


@pytest.mark.usefixtures("own_session")
def test_a_default_session_has_its_own_credentials_again_after_the_mock() -> None:
    with mock_mgh():
        boto3.client("mgh")
    assert boto3.DEFAULT_SESSION.get_credentials().access_key == OWN_KEY


@pytest.mark.usefixtures("own_session")
def test_a_default_session_signs_with_its_own_credentials_after_the_mock() -> None:
    with mock_mgh():
        boto3.client("mgh")
    assert f"Credential={OWN_KEY}/" in authorization(boto3.client("mgh"))


@pytest.mark.usefixtures("own")
def test_a_default_session_signs_with_credentials_of_the_environment_after_the_mock() -> None:
    os.environ.pop("AWS_PROFILE")
    os.environ.pop("AWS_DEFAULT_PROFILE")
    boto3.client("mgh")
    with mock_mgh():
        boto3.client("mgh")
    assert f"Credential={OWN_KEY}/" in authorization(boto3.client("mgh"))


def test_a_default_session_without_credentials_finds_them_after_the_mock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boto3.setup_default_session(region_name="eu-west-1")
    with mock_mgh():
        boto3.client("mgh")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", OWN_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "own-secret")
    assert boto3.DEFAULT_SESSION.get_credentials().access_key == OWN_KEY


def test_the_default_session_is_the_same_object_after_the_mock(own_session: Any) -> None:
    with mock_mgh():
        boto3.client("mgh")
    assert boto3.DEFAULT_SESSION is own_session


def test_the_default_session_is_restored_after_an_exception(own_session: Any) -> None:
    with pytest.raises(LookupError, match="mine"), mock_mgh():
        raise LookupError("mine")
    key = boto3.DEFAULT_SESSION.get_credentials().access_key
    assert (boto3.DEFAULT_SESSION is own_session, key) == (True, OWN_KEY)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_default_session_is_restored_in_every_order_of_exit(
    own_session: Any, order: tuple[int, ...]
) -> None:
    mocks = [mock_mgh(), mock_mgh()]
    for mock in mocks:
        mock.start()
    for index in order:
        mocks[index].stop()
    key = boto3.DEFAULT_SESSION.get_credentials().access_key
    assert (boto3.DEFAULT_SESSION is own_session, key) == (True, OWN_KEY)


def test_a_default_session_replaced_in_the_body_is_restored(own_session: Any) -> None:
    with mock_mgh():
        boto3.setup_default_session(region_name="us-east-1")
    assert boto3.DEFAULT_SESSION is own_session


def test_a_default_session_removed_in_the_body_is_restored(own_session: Any) -> None:
    with mock_mgh():
        boto3.DEFAULT_SESSION = None
    assert boto3.DEFAULT_SESSION is own_session


def test_without_a_default_session_before_the_mock_there_is_none_after_it() -> None:
    with mock_mgh():
        boto3.client("mgh")
    assert boto3.DEFAULT_SESSION is None


def test_a_default_session_created_inside_does_not_sign_after_the_mock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with mock_mgh():
        boto3.client("mgh")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", OWN_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "own-secret")
    client = boto3.client("sts", region_name="us-west-2")
    assert f"Credential={OWN_KEY}/" in authorization(client, "get_caller_identity")


def test_a_default_session_created_inside_does_not_set_the_region_of_the_next_mock() -> None:
    with mock_mgh(home_region="eu-central-1"):
        boto3.client("mgh")
    with mock_mgh(home_region="us-east-1"):
        assert boto3.client("mgh").meta.region_name == "us-east-1"


def test_credentials_of_a_default_session_created_inside_are_gone_in_the_next_mock() -> None:
    with mock_mgh():
        boto3.setup_default_session(aws_access_key_id=OWN_KEY, aws_secret_access_key="own-secret")
    with mock_mgh():
        assert "Credential=MGHMOCK" in authorization(boto3.client("mgh"))


def test_hooks_on_a_default_session_created_inside_are_gone_in_the_next_mock() -> None:
    calls: list[str] = []

    def hook(event_name: str, **_: Any) -> None:
        calls.append(event_name)

    with mock_mgh():
        boto3.client("mgh")
        boto3.DEFAULT_SESSION.events.register("before-call.migration-hub", hook)
    with mock_mgh():
        boto3.client("mgh").list_progress_update_streams()
    assert calls == []


def test_a_configuration_file_read_inside_one_mock_is_read_again_in_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with mock_mgh():
        boto3.client("mgh")
    config = tmp_path / "other-config"
    config.write_text("[profile other]\nregion = eu-west-2\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    with mock_mgh():
        boto3.client("mgh")
        assert "other" in boto3.DEFAULT_SESSION.available_profiles


@pytest.mark.usefixtures("own_session")
def test_a_default_session_with_a_region_keeps_it_inside() -> None:
    with mock_mgh(home_region="eu-central-1"):
        assert boto3.client("mgh").meta.region_name == "eu-west-1"


@pytest.mark.usefixtures("profile")
def test_a_default_session_with_profile_and_region_keeps_the_region_inside() -> None:
    boto3.setup_default_session(profile_name="work", region_name="eu-west-1")
    with mock_mgh():
        assert boto3.client("mgh").meta.region_name == "eu-west-1"


@pytest.mark.usefixtures("profile")
def test_a_default_session_with_a_profile_signs_with_fakes_inside() -> None:
    boto3.setup_default_session(profile_name="work", region_name="eu-west-1")
    with mock_mgh():
        assert "Credential=MGHMOCK" in authorization(boto3.client("mgh"))


@pytest.mark.usefixtures("profile")
def test_a_default_session_with_a_profile_signs_as_the_profile_after_the_mock() -> None:
    boto3.setup_default_session(profile_name="work", region_name="eu-west-1")
    with mock_mgh():
        boto3.client("mgh")
    assert f"Credential={OWN_KEY}/" in authorization(boto3.client("mgh"))


@pytest.mark.usefixtures("own")
def test_a_session_created_inside_signs_with_fakes() -> None:
    with mock_mgh():
        assert "Credential=MGHMOCK" in authorization(boto3.Session().client("mgh"))


@pytest.mark.usefixtures("own")
def test_a_botocore_session_created_inside_signs_with_fakes() -> None:
    with mock_mgh():
        assert "Credential=MGHMOCK" in authorization(Session().create_client("mgh"))


@pytest.mark.usefixtures("own_session", "own")
def test_a_client_of_the_hub_signs_with_fakes() -> None:
    with mock_mgh() as hub:
        assert "Credential=MGHMOCK" in authorization(hub.client())


# without boto3


def test_the_mock_works_without_importing_boto3(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(
        """
        import sys
        from botocore.session import Session
        from pytest_mgh import mock_mgh

        with mock_mgh() as hub:
            client = Session().create_client("mgh")
            client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
            assert [stream.name for stream in hub.streams] == ["SMS"]
        assert "boto3" not in sys.modules
        """
    )
    assert pytester.run(sys.executable, "-W", "error", path).ret == 0


def test_boto3_first_imported_inside_has_no_default_session_after_the_mock(
    pytester: pytest.Pytester,
) -> None:
    path = pytester.makepyfile(
        """
        from pytest_mgh import mock_mgh

        with mock_mgh():
            import boto3
            boto3.client("mgh").list_progress_update_streams()
        assert boto3.DEFAULT_SESSION is None
        """
    )
    assert pytester.run(sys.executable, "-W", "error", path).ret == 0
