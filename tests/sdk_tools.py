"""Which tools of other languages are installed: the AWS CLI, Node, Go, and their SDKs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
SDKS = ROOT / "tests" / "sdks"
JAVASCRIPT = SDKS / "javascript"


def works(program: str, option: str) -> bool:
    """Whether a program runs: the one on the PATH may be a shim for nothing."""
    try:
        done = subprocess.run([program, *option.split()], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def find(name: str, *places: Path, option: str = "--version") -> str | None:
    """Return the path of a program, from a folder of the repository or from the PATH."""
    candidates = [shutil.which(name, path=str(place)) for place in places] + [shutil.which(name)]
    return next((found for found in candidates if found and works(found, option)), None)


PINNED = [ROOT / ".venv-awscli" / "bin", ROOT / ".venv-awscli" / "Scripts"]
AWS = find("aws", *PINNED)
NODE = find("node") if (JAVASCRIPT / "node_modules").is_dir() else None

# Debian has both of Go's SDKs: golang-go, golang-github-aws-aws-sdk-go-dev and -v2-dev.
GOCODE = Path("/usr/share/gocode")
GO_SDKS = {"v1": "aws-sdk-go", "v2": "aws-sdk-go-v2"}
GO = find("go", option="version")
# The lines show the output of this version of the CLI.
SHOWN = AWS is not None and Path(AWS).parent in PINNED and find("curl") and find("bash")


def find_missing() -> dict[str, str]:
    """Return the missing tools, by the tests that are left out without them."""
    needed = {
        "test_aws_cli.py": (AWS, "the AWS CLI"),
        "test_javascript.py": (NODE, "Node and the AWS SDK for JavaScript"),
        "test_documented_lines.py": (SHOWN, "the pinned AWS CLI, curl and bash"),
        "test_one_address.py[cli]": (AWS and find("sh", option="-c true"), "the AWS CLI"),
        "test_one_address.py[javascript]": (NODE, "Node and the AWS SDK for JavaScript"),
    }
    for version, folder in GO_SDKS.items():
        there = GO and (GOCODE / "src" / "github.com" / "aws" / folder).is_dir()
        needed[f"test_one_address.py[go-{version}]"] = (there, f"Go and its {folder}")
    return {tests: name for tests, (there, name) in needed.items() if not there}


MISSING = find_missing()
