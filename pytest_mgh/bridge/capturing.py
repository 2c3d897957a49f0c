"""Captures an account: calls its read operations and makes a snapshot of the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.metadata import version
from typing import Any

from pytest_mgh.bridge.account_copy import AccountCopy, ListedRow
from pytest_mgh.bridge.anonymizer import Anonymizer
from pytest_mgh.bridge.calls import Send
from pytest_mgh.bridge.connection import AwsConnection
from pytest_mgh.bridge.reading import Reader
from pytest_mgh.bridge.reference import UNKNOWN_ACCOUNT
from pytest_mgh.services.catalog import OPERATIONS

SERVERS_A_CALL = 25
"""Servers that are described in one call; no document says how many may be."""

Watch = Callable[[str, int, int], None]
"""Takes what is read, how much of it has been, and how much there is."""


@dataclass(frozen=True)
class Capture:
    """The result of `capture`.

    Attributes:
        snapshot: The hub's state, for `MigrationHub.restore`.
        home_region: The home Region.
        counts: The number of things of each kind.
        notes: Remarks: when it was made, what is missing. The snapshot holds them as
            `MigrationHub.notes`.
        complete: Whether everything was read that the caller may read.
    """

    snapshot: dict[str, Any]
    home_region: str
    counts: dict[str, int]
    notes: tuple[str, ...]
    complete: bool


class Capturing:
    """Captures an account; without an anonymizer with its own values.

    Several threads call `send`.
    """

    def __init__(
        self,
        send: Send,
        account_id: str | None,
        home_region: str,
        anonymizer: Anonymizer | None = None,
        watch: Watch = lambda _, __, ___: None,
    ) -> None:
        self._reader = Reader(send, home_region)
        self._home_region = home_region
        self._anonymizer = anonymizer
        self._watch = watch
        self._copy = AccountCopy(self._text(account_id or UNKNOWN_ACCOUNT), home_region)
        self._where = "before anything was read"
        self._complete = False

    @property
    def calls(self) -> int:
        """How many calls were made."""
        return self._reader.calls

    @property
    def began(self) -> bool:
        """Whether anything was read."""
        return bool(self._copy.counts)

    def run(self) -> None:
        """Read all."""
        reader, copy = self._reader, self._copy
        for row in reader.rows("DescribeHomeRegionControls"):
            if row.get("HomeRegion") == self._home_region:
                copy.add_control(self._row(row))
        self._read_servers()
        self._read_applications()
        for operation, type_, add in (
            ("DescribeTags", None, copy.add_tag),
            ("ListApplicationStates", None, copy.add_application_state),
            ("DescribeAgents", None, copy.add_agent),
            ("ListConfigurations", "PROCESS", copy.add_process),
            ("ListConfigurations", "CONNECTION", copy.add_connection),
            ("DescribeImportTasks", None, copy.add_import),
        ):
            self._read_rows(operation, type_, add)
        for row in reader.rows("ListProgressUpdateStreams"):
            copy.add_stream(self._row(row)["ProgressUpdateStreamName"])
        self._read_tasks()
        self._complete = True

    def result(self) -> Capture:
        """Return what was captured so far."""
        notes = tuple(self._notes())
        counts, snapshot = dict(self._copy.counts), self._copy.data(notes)
        return Capture(snapshot, self._home_region, counts, notes, self._complete)

    def _configurations(self, type_: str, **request: Any) -> Iterator[ListedRow]:
        return self._reader.rows("ListConfigurations", configurationType=type_, **request)

    def _read_servers(self) -> None:
        ids = [row["server.configurationId"] for row in self._configurations("SERVER")]
        batches = [ids[at : at + SERVERS_A_CALL] for at in range(0, len(ids), SERVERS_A_CALL)]
        done = 0
        for batch, described in self._reader.each(self._describe, batches):
            self._copy.add_servers(map(self._row, described))
            done += len(batch)
            self._report("servers", done, len(ids))

    def _describe(self, ids: list[str]) -> list[ListedRow]:
        return [*self._reader.rows("DescribeConfigurations", configurationIds=ids)]

    def _read_applications(self) -> None:
        rows = [*self._configurations("APPLICATION")]
        for done, (row, ids) in enumerate(self._reader.each(self._servers_of, rows), 1):
            self._copy.add_application(self._row(row), map(self._text, ids))
            self._report("applications", done, len(rows))

    def _servers_of(self, row: ListedRow) -> list[str]:
        mine = {
            "name": "server.application.configurationId",
            "condition": "EQUALS",
            "values": [row["application.configurationId"]],
        }
        servers = self._configurations("SERVER", filters=[mine])
        return [server["server.configurationId"] for server in servers]

    def _read_rows(
        self, operation: str, type_: str | None, add: Callable[[ListedRow], None]
    ) -> None:
        request = {} if type_ is None else {"configurationType": type_}
        what = operation if type_ is None else f"{operation} {type_}"
        for done, row in enumerate(self._reader.rows(operation, **request), 1):
            add(self._row(row))
            self._where = f"after {done} rows of {what}"

    def _read_tasks(self) -> None:
        rows = self._reader.rows("ListMigrationTasks")
        named = ((row["ProgressUpdateStream"], row["MigrationTaskName"]) for row in rows)
        tasks = [*dict.fromkeys(named)]
        for done, (_, read) in enumerate(self._reader.each(self._read_task, tasks), 1):
            if read is not None:
                described, *lists = read
                self._copy.add_task(
                    self._row(described), *([self._row(row) for row in rows] for rows in lists)
                )
            self._report("tasks", done, len(tasks))

    def _read_task(self, named: tuple[str, str]) -> Any:
        """Return a task and its lists, or `None` if it can't be read."""
        task = {"ProgressUpdateStream": named[0], "MigrationTaskName": named[1]}
        described = self._reader.one("DescribeMigrationTask", **task)
        if described is None:
            return None
        return described, *(
            list(self._reader.rows(operation, **task))
            for operation in (
                "ListMigrationTaskUpdates",
                "ListCreatedArtifacts",
                "ListDiscoveredResources",
                "ListSourceResources",
            )
        )

    def _row(self, row: ListedRow) -> ListedRow:
        return row if self._anonymizer is None else self._anonymizer.row(row)

    def _text(self, text: str) -> str:
        return text if self._anonymizer is None else self._anonymizer.text(text)

    def _report(self, what: str, done: int, total: int) -> None:
        self._where = f"after {done} of {total} {what}"
        self._watch(what, done, total)

    def _notes(self) -> Iterator[str]:
        today = datetime.now(timezone.utc).date()
        how = "anonymous, " if self._anonymizer else ""
        yield f"captured on {today}, {how}by pytest-mgh {version('pytest-mgh')}"
        if not self._complete:
            yield f"interrupted {self._where}: the rest is missing"
        for operation in self._reader.denied:
            yield f"left out, because the caller may not call it: {OPERATIONS[operation].action}"
        for (operation, code), number in self._reader.failed.items():
            yield f"left out, because {operation} answered {code}: {_times(number)}"
        for reason, number in self._copy.left_out.items():
            yield f"left out, because the hub cannot hold it: {reason}: {_times(number)}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def open_capture(
    connection: AwsConnection, *, anonymize: bool = False, watch: Watch = lambda _, __, ___: None
) -> Capturing:
    """Return the capture of the account that a connection leads to.

    Args:
        connection: The way to the account.
        anonymize: Whether the account's own values are replaced.
        watch: Is called with the progress.

    Raises:
        BridgeError: The account can't be reached, or has no home Region.
    """
    home = connection.home_region()
    anonymizer = Anonymizer() if anonymize else None
    return Capturing(connection.send, connection.account_id(home), home, anonymizer, watch)


def capture(
    *,
    profile: str | None = None,
    region: str | None = None,
    endpoint_url: str | None = None,
    anonymize: bool = False,
) -> Capture:
    """Read an account's Migration Hub and discovery repository into a snapshot.

    It calls only operations that read.

    Args:
        profile: An AWS profile; by default the one of the environment.
        region: The Region in which to look up the home Region; by default the profile's, else
            us-west-2.
        endpoint_url: URL of the services; by default AWS.
        anonymize: Whether to replace names, hosts, addresses, ids, tags, free text and the account
            id with made-up ones of the same form, the same everywhere.

    Raises:
        BridgeError: The account can't be reached, or has no home Region.
    """
    capturing = open_capture(AwsConnection(profile, region, endpoint_url), anonymize=anonymize)
    capturing.run()
    return capturing.result()
