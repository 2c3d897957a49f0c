"""What the documentation site asks of mkdocs beside its plugins.

A warning here makes ``mkdocs build --strict`` fail.
"""

from __future__ import annotations

import logging
import re
from typing import Any

LOG = logging.getLogger("mkdocs.hooks.site")

_FETCHED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio)\b[^>]*\ssrc=["']?(?:https?:)?//[^\s"'>]+
      | <link\b(?![^>]*rel=["']?canonical)[^>]*\shref=["']?(?:https?:)?//[^\s"'>]+""",
    re.VERBOSE,
)
_TEST = re.compile(r"<code>(test_\w+)</code>")


def on_page_content(html: str, **_: Any) -> str:
    """Let the names of tests break at their underscores: they stand in narrow columns."""
    return _TEST.sub(lambda name: name[0].replace("_", "_<wbr>"), html)


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Warn of what a browser would fetch from another host."""
    for fetched in _FETCHED.findall(output):
        LOG.warning("%s fetches from elsewhere: %s", page.file.src_uri, fetched)
    return output
