"""The tools of other languages: their tests run where `make test-sdks` has installed them."""

from __future__ import annotations

import shutil
from pathlib import Path

HERE = Path(__file__).parent
CLI = HERE.parents[1] / ".venv-awscli" / "bin" / "aws"
JAVASCRIPT = HERE / "javascript"

collect_ignore = []
if not CLI.exists():
    collect_ignore.append("test_aws_cli.py")
if shutil.which("node") is None or not (JAVASCRIPT / "node_modules").is_dir():
    collect_ignore.append("test_javascript.py")
