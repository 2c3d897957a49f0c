"""Writes what an index shows of the package: the README, with links that work there, and URLs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\n)*)\]\((?!https?:|#)([^)]+)\)")


class Publishing(MetadataHookInterface):
    """Fills `readme` and `urls` from `tool.hatch.metadata.hooks.custom.repository`."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the README and the URLs to the project's metadata."""
        repository = str(self.config["repository"]).rstrip("/")
        text = Path(self.root, "README.md").read_text("utf-8")
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": published(text, repository, f"v{metadata['version']}"),
        }
        metadata["urls"] = urls(repository)


def published(text: str, repository: str, tag: str) -> str:
    """Return a page as it reads away from the repository.

    Args:
        text: The page, whose links may be relative.
        repository: The repository's URL; without one links become their text, pictures nothing.
        tag: The tag of the version, which the links lead to.
    """

    def link(found: re.Match[str]) -> str:
        picture, label, path = found.groups()
        if repository:
            kind = "raw" if picture else "blob"
            return f"{picture}[{label}]({repository}/{kind}/{tag}/{path})"
        return "" if picture else label

    return _LINK.sub(link, text)


def urls(repository: str) -> dict[str, str]:
    """Return the URLs that an index shows beside the package."""
    if not repository:
        return {}
    return {
        "Repository": repository,
        "Documentation": f"{repository}/blob/main/docs/index.md",
        "Changelog": f"{repository}/blob/main/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }
