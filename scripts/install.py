"""Makes an environment and installs dependency groups of pyproject.toml into it, and the package.

It says what it does and about how long that takes, shows that it goes on, asks the package index
once, and needs no newer pip than the one that comes with Python.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).parents[1]
BUILD = "editables>=0.5"  # needed by hatchling as soon as it builds
SECONDS_A_REQUIREMENT = 1.5  # with its own dependencies; the first time, over a network
SILENCE = 5.0  # seconds after which a dot shows that pip is still at work
_COMES = re.compile(r"(?:Collecting |Processing \S*/)([A-Za-z0-9._]+(?:-[A-Za-z_][A-Za-z0-9._]*)*)")


def read_pyproject() -> dict[str, Any]:
    """Return the contents of pyproject.toml."""
    # Python 3.10 has none, but its pip brings one along.
    toml: Any = import_module("tomllib" if sys.version_info >= (3, 11) else "pip._vendor.tomli")
    document: dict[str, Any] = toml.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return document


def requirements(groups: dict[str, list[Any]], name: str) -> Iterator[str]:
    """Yield the requirements of a group, and those of the groups that it includes.

    Raises:
        SystemExit: No group of that name.
    """
    if name not in groups:
        raise SystemExit(f"no dependency group {name!r}; there are: {', '.join(groups)}")
    for entry in groups[name]:
        if isinstance(entry, str):
            yield entry
        else:
            yield from requirements(groups, entry["include-group"])


def install(environment: Path, names: Sequence[str]) -> None:
    """Install groups into an environment; create it if it does not exist."""
    project = read_pyproject()
    wanted = [
        *project["project"]["dependencies"],
        *project["build-system"]["requires"],
        BUILD,
        *(one for name in names for one in requirements(project["dependency-groups"], name)),
    ]
    wanted = list(dict.fromkeys(wanted))
    seconds = 10 * round(1 + len(wanted) * SECONDS_A_REQUIREMENT / 10)
    started = time.monotonic()
    _say(f"Installing into {environment.name} what {' and '.join(names)} needs: {len(wanted)} ")
    _say(f"requirements and theirs, about {seconds} s.\n")
    python = _make(environment)
    # Of most packages a few modules are ever imported: those are compiled then.
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--no-compile"]
    _run([*pip, "--progress-bar=off", *wanted])
    # Without a separate environment for the build: that would query the index once more.
    alone = ("--no-deps", "--no-index", "--no-build-isolation", "--editable", str(ROOT))
    _run([*pip, "--progress-bar=off", *alone])
    _say(f"\n{environment.name} is ready after {time.monotonic() - started:.0f} s.\n")


def _make(environment: Path) -> Path:
    for folder in ("bin", "Scripts"):
        if (environment / folder / "python").exists():
            return environment / folder / "python"
    _say("  the environment")
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    return environment / ("Scripts" if sys.platform == "win32" else "bin") / "python"


def _run(command: list[str]) -> None:
    """Run pip; show the names of packages as it installs them, and its whole output if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "pip.txt"
        with (
            log.open("w") as written,
            log.open(errors="replace") as read,
            subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT) as process,
        ):
            _follow(process, read)
        if process.returncode:
            output = log.read_text(errors="replace")
            raise SystemExit(f"\n{output}pip failed: {' '.join(command)}")


def _follow(process: subprocess.Popen[bytes], output: TextIO) -> None:
    """Show what a process prints until it ends, and a dot wherever nothing comes for a while."""
    shown: set[str] = set()
    rest, last = "", time.monotonic()
    ended = False
    while not ended:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            ended = True  # what it printed last is still to read
        *lines, rest = (rest + output.read()).split("\n")
        news = "".join(_news(line, shown) for line in lines)
        if not news and time.monotonic() - last > SILENCE:
            news = "."
        if news:
            last = time.monotonic()
            _say(news)


def _news(line: str, shown: set[str]) -> str:
    """Return what a line of pip's output tells that has not been shown yet."""
    if (comes := _COMES.match(line)) and comes[1] not in shown:
        shown.add(comes[1])
        return f" {comes[1]}"
    return "\n  downloaded, installing" if line.startswith("Installing collected packages") else ""


def _say(text: str) -> None:
    print(text, end="", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Install the groups named on the command line."""
    parser = argparse.ArgumentParser(description="Install dependency groups into an environment.")
    parser.add_argument("environment", type=Path, help="its folder")
    parser.add_argument("groups", nargs="+", help="names of [dependency-groups]")
    chosen = parser.parse_args(arguments)
    install(chosen.environment, chosen.groups)


if __name__ == "__main__":
    main()
