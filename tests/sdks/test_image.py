"""The image of docker/Dockerfile, built without Docker: its steps run in a separate folder."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from dockerfile_parse import DockerfileParser
from ports import held_port
from sdk_tools import ROOT

DOCKER = ROOT / "docker"
STEPS = [
    (step["instruction"], step["value"])
    for step in DockerfileParser(path=str(DOCKER / "Dockerfile")).structure
    if step["instruction"] != "COMMENT"
]
SECOND = [name for name, _ in STEPS].index("FROM", 1)


def values(instruction: str) -> list[str]:
    return [value for name, value in STEPS if name == instruction]


class Image:
    """A folder that stands for the image's root, and an environment for its Python."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.python = folder / "python"
        self.users: list[str] = []
        self.variables = {
            "HOME": str(folder),
            "PATH": f"{self.python / 'bin'}:{os.environ['PATH']}",
        }
        self.folder = self.root
        self.root.mkdir(parents=True)
        subprocess.run([sys.executable, "-m", "venv", str(self.python)], check=True)

    def place(self, path: str) -> Path:
        """Return the local path of a path in the image."""
        return self.root / path[1:] if path.startswith("/") else self.folder / path

    def run(self, line: str) -> None:
        """Run a shell line, without the parts that need root."""
        for part in line.split(" && "):
            if part.startswith("useradd "):
                self.users.append(part)
                continue
            here = re.sub(r"/(wheels)\b", rf"{self.root}/\1", part)
            subprocess.run(
                ["sh", "-c", here], cwd=self.folder, env=os.environ | self.variables, check=True
            )

    def copy(self, words: list[str]) -> None:
        """Copy files of the checkout, or of the stage before."""
        *sources, target = (word for word in words if not word.startswith("--"))
        if "--from=build" in words:
            assert self.place(sources[0]).is_dir()
            return
        for source in sources:
            assert not ignored(source), source
            found, to = ROOT / source, self.place(target)
            if found.is_dir():
                shutil.copytree(found, to, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                to.mkdir(parents=True, exist_ok=True)
                shutil.copy(found, to)

    def build(self) -> None:
        """Take all steps."""
        for name, value in STEPS:
            if name == "WORKDIR":
                self.folder = self.place(value)
                self.folder.mkdir(parents=True, exist_ok=True)
            elif name == "COPY":
                self.copy(shlex.split(value))
            elif name == "ARG" or name == "ENV":
                self.variables.update([value.split("=", 1)])
            elif name == "RUN":
                self.run(value)
            else:
                assert name in ("FROM", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"), name


def ignored(path: str) -> bool:
    """Whether the build does not see a file of the checkout."""
    lines = (DOCKER / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    return f"!{path}" not in lines


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    image = Image(tmp_path_factory.mktemp("image"))
    image.build()
    return image


@pytest.fixture
def port() -> Iterator[int]:
    with held_port() as port:
        yield port


@pytest.fixture
def container(image: Image, port: int) -> Iterator[subprocess.Popen[str]]:
    """The process that a container of the image runs, on another port."""
    words = json.loads(values("ENTRYPOINT")[0]) + json.loads(values("CMD")[0])
    with subprocess.Popen(
        [str(image.python / "bin" / words[0]), *words[1:], "--port", str(port)],
        cwd=image.folder,
        env=image.variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        yield process
        process.kill()


def check_health(image: Image, port: int, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the health check."""
    _, _, words = values("HEALTHCHECK")[0].partition("CMD ")
    program, *arguments = json.loads(words)
    arguments = [word.replace("5000", str(port)) for word in arguments]
    return subprocess.run(
        [str(image.python / "bin" / program), *arguments, *options],
        env=image.variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_image_answers_is_healthy_and_ends_at_a_signal(
    image: Image, container: subprocess.Popen[str], port: int
) -> None:
    health = check_health(image, port, "--wait", "60")
    client: Any = boto3.client(
        "mgh",
        "us-west-2",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    container.terminate()
    output = container.communicate(timeout=60)[0]

    assert (health.returncode, health.stdout[:15]) == (0, "ok: pytest-mgh ")
    assert container.returncode == 0, output
    assert "1 call answered" in output


def test_the_health_check_of_the_image_fails_if_nothing_answers(image: Image, port: int) -> None:
    assert check_health(image, port).returncode == 1


def test_the_image_has_nothing_that_the_server_does_not_need(image: Image) -> None:
    listed = subprocess.run(
        [str(image.python / "bin" / "pip"), "list", "--format=json", "--disable-pip-version-check"],
        capture_output=True,
        check=True,
    )
    names = {one["name"].lower() for one in json.loads(listed.stdout)}

    assert {"pytest-mgh", "uvicorn", "starlette", "pyyaml"} <= names
    assert not names & {"moto", "boto3", "hypothesis", "mypy", "ruff", "hatchling"}


def test_the_image_runs_as_its_own_user(image: Image) -> None:
    (made,) = image.users
    (user,) = values("USER")

    assert f"--uid {user} " in made
    assert user not in ("0", "root")
    names = [name for name, _ in STEPS]
    assert SECOND < names.index("USER") < names.index("ENTRYPOINT")


def test_the_tool_of_the_compose_file_waits_for_a_healthy_server() -> None:
    services = yaml.safe_load((DOCKER / "compose.yaml").read_text("utf-8"))["services"]
    server, tool = services["aws"], services["tool"]

    assert tool["depends_on"] == {"aws": {"condition": "service_healthy"}}
    assert tool["environment"]["AWS_ENDPOINT_URL"] == "http://aws:5000"
    assert (DOCKER / server["build"]["context"] / server["build"]["dockerfile"]).is_file()
    (mounted,) = (volume.split(":")[0] for volume in tool["volumes"])
    assert (DOCKER / mounted).is_file()
    assert server["ports"] == ["127.0.0.1:5000:5000"]
    assert "--with-moto" in server["command"]
    assert "moto" in server["build"]["args"]["EXTRAS"].split(",")
