"""The network as tests see it: no host answers."""

from __future__ import annotations


class NetworkError(Exception):
    """Stands for a call that reaches the network."""
