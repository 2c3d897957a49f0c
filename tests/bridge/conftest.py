from __future__ import annotations

import os

import pytest
from stand_in import KEYS


@pytest.fixture
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let botocore find credentials in the environment, and nothing else."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
