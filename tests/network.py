"""The network as tests see it: nobody is there."""

from __future__ import annotations


class NetworkError(Exception):
    """Stands for a call that reaches the network."""
