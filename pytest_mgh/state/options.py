"""What the options of a hub mean, and where they can be given; `Settings` has their defaults.

pytest reads this at every start, so it imports nothing of the package.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple


def _number_or_text(read: Callable[[str], float]) -> Callable[[str], Any]:
    def read_text(text: str) -> Any:
        with suppress(ValueError):
            return read(text)
        return text  # `Settings` says what is allowed

    return read_text


class Option(NamedTuple):
    """An option of a hub.

    Attributes:
        help: What it means, in one line, for ini files, the command line and the documentation.
        metavar: What stands for its value on the command line of `serve`.
        on_command_line: Whether a server has a use for it.
        in_ini: Whether pytest's configuration can give it, as `mgh_` and its name.
        read: Returns its value for a text, of an ini file or the command line.
    """

    help: str
    metavar: str | None = None
    on_command_line: bool = True
    in_ini: bool = False
    read: Callable[[str], Any] = str


OPTIONS = {
    "home_region": Option(
        "the default account's home Region, one of the seven that Migration Hub supports; none "
        "leaves it unset",
        "REGION",
        in_ini=True,
        read=lambda text: None if text == "none" else text,
    ),
    "account_id": Option("the default account, 12 digits", "ID", in_ini=True),
    "policy": Option(
        "identity policy of the default principal: a document (dict or JSON text), the name or "
        "ARN of an AWS managed policy, or a list of them; none allows all",
        "FILE|NAME|JSON",
    ),
    "background": Option(
        "when background work runs: eager at once, manual at hub.settle(), a number that many "
        "seconds later by the hub's clock",
        "eager|manual|SECONDS",
        in_ini=True,
        read=_number_or_text(float),
    ),
    "strict_discovery": Option("whether ids that are not in the discovery repository are refused"),
    "start_applications": Option(
        "whether an application moves to IN_PROGRESS when the first task for one of its servers "
        "starts"
    ),
    "verify_signatures": Option(
        "whether signatures are checked against the secrets that the hub issued"
    ),
    "moto_iam": Option(
        "whether the policies in an active moto's IAM apply to calls by its users and roles",
        on_command_line=False,
    ),
    "keep_events": Option(
        "how many of the newest events are kept, and how many denials and notes",
        "NUMBER",
        read=_number_or_text(int),
    ),
    "requests": Option(
        "whether the mock also answers calls made with the requests library",
        on_command_line=False,
    ),
    "sleep": Option(
        "whether time.sleep inside the mock advances the hub's clock instead of waiting",
        on_command_line=False,
    ),
}
