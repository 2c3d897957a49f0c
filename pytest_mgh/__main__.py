"""`python -m pytest_mgh`: the command line."""

from __future__ import annotations

from pytest_mgh.command_line import main

if __name__ == "__main__":
    main()
