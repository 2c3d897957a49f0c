"""What all tests share."""

from __future__ import annotations

import os
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.internal.conjecture import providers

# A run of pytest inside a test drops the modules that it was the first to import: a second run
# would then mix classes of two imports. So all of the package is imported before any, and moto,
# whose handlers reach only the sessions that are made after its import.
import pytest_mgh.mock.activation
import pytest_mgh.transports.botocore
import pytest_mgh.transports.requests  # noqa: F401

with suppress(ImportError):  # not in the environments of other libraries
    import moto.core.models  # noqa: F401

pytest_plugins = ["pytester"]

# A client outside a mock would look for credentials on the network.
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"

# Every run of the suite tries the same examples, few of them; `make check` tries more, and
# `make thorough` hunts.
_unshrunk = [Phase.explicit, Phase.generate]  # shrinking a long run of a machine takes minutes
_same = settings(
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],  # it measures how busy the machine is
)
settings.register_profile("few", _same, max_examples=16, phases=_unshrunk)
settings.register_profile("more", _same, max_examples=50)
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.load_profile("few")


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Let what is tried not depend on the modules that other tests have imported.

    Hypothesis takes constants from all that is imported, which a hunt may well do.
    """
    if settings().derandomize and hasattr(providers, "_get_local_constants"):
        providers._get_local_constants = lambda: providers._local_constants
