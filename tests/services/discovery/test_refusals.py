from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from clients import plain_client
from sample_values import SHOP

from pytest_mgh import MigrationHub
from pytest_mgh.services.discovery import applications, deletions, tags

WEB = "d-server-0c4f2dd1fee22c6c1"
NO_SERVER, NO_APPLICATION = "d-server-00000000000000000", "d-application-0"
NO_TASK = "01234567-89ab-cdef-0123-456789abcdef"


@pytest.fixture
def full(mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of a hub that is at all its quotas, with a deletion in progress."""
    mgh.add_server("web", configuration_id=WEB)
    mgh.add_application("Shop", configuration_id=SHOP)
    ads = plain_client("discovery")
    ads.start_batch_delete_configuration_task(configurationType="SERVER", configurationIds=[WEB])
    ads.start_import_task(clientRequestToken="token", name="wave1", importUrl="s3://bucket/1.csv")
    monkeypatch.setattr(applications, "MAX_APPLICATIONS", 1)
    monkeypatch.setattr(applications, "MAX_SERVERS", 0)
    monkeypatch.setattr(deletions, "MAX_DELETIONS", 1)
    monkeypatch.setattr(tags, "MAX_TAGS", 0)
    return ads


@pytest.mark.mgh(background="manual")
@pytest.mark.parametrize(
    ("operation", "asked", "message"),
    [
        ("create_application", {"name": "Shop"}, "An application named 'Shop' already exists."),
        ("create_application", {"name": "Ledger"}, "An account has at most 1 applications."),
        (
            "update_application",
            {"configurationId": NO_APPLICATION},
            f"Application '{NO_APPLICATION}' does not exist.",
        ),
        (
            "associate_configuration_items_to_application",
            {"applicationConfigurationId": SHOP, "configurationIds": [WEB]},
            "An application has at most 0 servers.",
        ),
        (
            "associate_configuration_items_to_application",
            {"applicationConfigurationId": SHOP, "configurationIds": [NO_SERVER]},
            f"'{NO_SERVER}' is not the id of a server.",
        ),
        (
            "create_tags",
            {"configurationIds": [WEB], "tags": [{"key": "stage", "value": "prod"}]},
            f"Server '{WEB}' has at most 0 tags.",
        ),
        (
            "delete_tags",
            {"configurationIds": [NO_SERVER]},
            f"Configuration item '{NO_SERVER}' does not exist.",
        ),
        ("describe_configurations", {"configurationIds": []}, "configurationIds is empty."),
        (
            "describe_configurations",
            {"configurationIds": [WEB, SHOP]},
            "All configurationIds must be of the same asset type.",
        ),
        (
            "start_batch_delete_configuration_task",
            {"configurationType": "SERVER", "configurationIds": [WEB]},
            "Another batch deletion is in progress.",
        ),
        (
            "start_batch_delete_configuration_task",
            {"configurationType": "SERVER", "configurationIds": [WEB, WEB]},
            "A task deletes at most 1 configurations.",
        ),
        (
            "describe_batch_delete_configuration_task",
            {"taskId": NO_TASK},
            f"Task '{NO_TASK}' does not exist.",
        ),
        (
            "list_configurations",
            {"configurationType": "CONNECTION", "orderBy": [{"fieldName": "nonsense"}]},
            "Field 'nonsense' cannot be ordered by; allowed: ",
        ),
        (
            "start_import_task",
            {"clientRequestToken": "token", "name": "wave2", "importUrl": "s3://bucket/1.csv"},
            "clientRequestToken 'token' was used with other parameters.",
        ),
    ],
)
def test_the_message_of_a_refusal_explains_it(
    full: Any, operation: str, asked: dict[str, Any], message: str
) -> None:
    """silent: the texts are the hub's own."""
    with pytest.raises(ClientError) as caught:
        getattr(full, operation)(**asked)

    assert caught.value.response["Error"]["Message"].startswith(message)
