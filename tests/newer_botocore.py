"""A botocore that is newer than the hub: Application Discovery Service has one operation more."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session

if TYPE_CHECKING:
    import pytest

OPERATION = "DescribeNovelties"


def install(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let this process, and those that it starts, find the newer model."""
    model = deepcopy(Loader().load_service_model("discovery", "service-2"))
    model["operations"][OPERATION] = {
        "name": OPERATION,
        "http": {"method": "POST", "requestUri": "/"},
        "errors": [],
    }
    version = folder / "discovery" / "2099-01-01"
    version.mkdir(parents=True)
    (version / "service-2.json").write_text(json.dumps(model), encoding="utf-8")
    monkeypatch.setenv("AWS_DATA_PATH", str(folder))


def client(url: str | None = None, **config: Any) -> Any:
    """A client of the newer botocore."""
    return Session().create_client(
        "discovery",
        region_name="us-west-2",
        endpoint_url=url,
        aws_access_key_id="MGHMOCKACCESSKEYID00",
        aws_secret_access_key="secret",
        config=Config(**config),
    )
