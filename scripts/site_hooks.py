"""Hooks of the documentation site for mkdocs, besides its plugins.

A warning here makes ``mkdocs build --strict`` fail.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

LOG = logging.getLogger("mkdocs.hooks.site")
PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"

_REPOSITORY = re.compile(r'^repository = "(.*)"$', re.MULTILINE)

_FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio)\b[^>]*\ssrc=["']?(?:https?:)?//[^\s"'>]+
      | <link\b(?![^>]*rel=["']?canonical)[^>]*\shref=["']?(?:https?:)?//[^\s"'>]+""",
    re.VERBOSE,
)
_TEST = re.compile(r"<code>(test_\w+)</code>")


def on_config(config: Any) -> Any:
    """Link every page to the repository, if pyproject.toml has its URL."""
    (config.repo_url,) = _REPOSITORY.findall(PYPROJECT.read_text("utf-8"))
    return config


def on_page_content(html: str, **_: Any) -> str:
    """Let the names of tests break at their underscores: they stand in narrow columns."""
    return _TEST.sub(lambda name: name[0].replace("_", "_<wbr>"), html)


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Warn of resources that a browser would fetch from another host."""
    for fetched in _FETCHED.findall(output):
        LOG.warning("%s fetches from elsewhere: %s", page.file.src_uri, fetched)
    return output
