"""The matrix: every Python and pytest, the oldest and the newest of what the plugin depends on.

`nox` runs all of it with the interpreters that are there; `nox -s lowest` runs one session.
"""

from __future__ import annotations

import nox

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False

PYTHONS = ["3.10", "3.11", "3.12", "3.13", "3.14"]
LOWEST = [
    "boto3==1.35.79",
    "botocore==1.35.79",
    "check-jsonschema==0.30.0",
    "click==8.1.0",
    "httptools==0.6.0",
    "jsonschema==4.18.0",
    "pytest==8.2.0",
    "responses==0.25.0",
    "starlette==0.40.0",
    "uvicorn==0.30.0",
]
LOWEST_ASYNCHRONOUS = {"aiobotocore": "aiobotocore[boto3]==2.16.0", "aioboto3": "aioboto3==13.3.0"}


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests with the newest of everything."""
    _run(session)


@nox.session(python="3.10")
def lowest(session: nox.Session) -> None:
    """Run the tests with the oldest versions that the plugin claims to work with."""
    _run(session, *LOWEST)


@nox.session(python="3.13")
def pytest8(session: nox.Session) -> None:
    """Run the tests with the last pytest of the older major version."""
    _run(session, "pytest<9")


@nox.session(python="3.13")
@nox.parametrize("library", ["aiobotocore", "aioboto3"])
def asynchronous(session: nox.Session, library: str) -> None:
    """Run the tests of asynchronous clients with the newest version of their library."""
    _run_asynchronous(session, library)


@nox.session(python="3.10")
@nox.parametrize("library", ["aiobotocore", "aioboto3"])
def asynchronous_lowest(session: nox.Session, library: str) -> None:
    """Run the tests of asynchronous clients with the oldest version of their library.

    Its botocore warns of itself on newer Pythons.
    """
    _run_asynchronous(session, library, LOWEST_ASYNCHRONOUS[library])


def _run_asynchronous(session: nox.Session, library: str, *pins: str) -> None:
    _install(session, library, *pins)
    session.run("python", "-m", "pytest", f"tests/transports/test_{library}.py", *session.posargs)


def _run(session: nox.Session, *pins: str) -> None:
    _install(session, "tests", *pins)
    session.run("python", "-m", "pytest", "-n", "2", *session.posargs)


def _install(session: nox.Session, group: str, *pins: str) -> None:
    groups = nox.project.dependency_groups(nox.project.load_toml("pyproject.toml"), group)
    session.install(".", *groups, *pins)
