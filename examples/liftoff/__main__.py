"""Runs Liftoff: `python -m liftoff`."""

from __future__ import annotations

import sys

from liftoff.cli import main

sys.exit(main())
