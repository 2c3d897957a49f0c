"""The ways in which programs fetch a URL."""

from __future__ import annotations

import shutil
import subprocess
import urllib.request
from collections.abc import Callable

import requests


def fetch_with_urllib(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        content: bytes = answer.read()
    return content


def fetch_with_requests(url: str) -> bytes:
    return requests.get(url).content


def fetch_with_curl(url: str) -> bytes:
    command = ["curl", "--silent", "--fail", "--noproxy", "*", url]
    return subprocess.run(command, capture_output=True, check=True).stdout


FETCHES: tuple[Callable[[str], bytes], ...] = (
    fetch_with_urllib,
    fetch_with_requests,
    *([fetch_with_curl] if shutil.which("curl") else []),
)
"""All of them that this machine has."""
