"""Fails if the last run of `make coverage` missed too many branches; coverage counts lines too."""

from __future__ import annotations

import json
import subprocess
import sys

from coverage import Coverage


def main() -> None:
    """Print the share of the branches, and compare it with `fail_under` in pyproject.toml."""
    least = float(str(Coverage().get_option("report:fail_under")))
    command = [sys.executable, "-m", "coverage", "json", "-q", "-o", "-"]
    report = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    totals = json.loads(report)["totals"]
    share = 100 * totals["covered_branches"] / totals["num_branches"]
    print(f"{totals['covered_branches']} of {totals['num_branches']} branches: {share:.1f} %")
    if share < least:
        sys.exit(f"fewer than {least:.0f} %")


if __name__ == "__main__":
    main()
