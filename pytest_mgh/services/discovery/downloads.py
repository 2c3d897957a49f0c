"""The ZIP archives that the service hands out URLs of: exports, and what of an import failed."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Hub
    from pytest_mgh.state.discovery_records import ExportTask, ImportTask

ERRORS, FAILED_RECORDS = "errors.csv", "failed-records.csv"
"""The files of an import's archive; the second one can be mended and imported again."""

SIGNATURE = "X-Amz-Signature"
"""The parameter of a URL that holds what it was signed with."""


def url_of_export(call: Call, export: ExportTask) -> str:
    """Return a signed URL of the files of an export."""
    return locate(call.hub, call.principal.account_id, call.region, "exports", export.export_id)


def url_of_import(call: Call, task: ImportTask) -> str:
    """Return a signed URL of what an import could not use."""
    return locate(call.hub, call.principal.account_id, call.region, "imports", task.import_task_id)


def locate(hub: Hub, account_id: str, region: str, kind: str, id_: str) -> str:
    """Return the URL of an archive: where this process serves it, else one like those of S3."""
    path = f"{account_id}/{region}/{kind}/{id_}.zip"
    base = hub.downloads_url()
    if base is None:
        base = f"https://aws-application-discovery-service-{kind}.s3.{region}.amazonaws.com"
    return f"{base}/{path}?{SIGNATURE}={_sign(hub, path)}"


def find_archive(hub: Hub, path: str, signature: str) -> bytes | None:
    """Return the archive that a signed URL leads to; `None` where there is none.

    Args:
        hub: The hub.
        path: The path, without what stands before the account.
        signature: What the URL was signed with.
    """
    if not hmac.compare_digest(signature.encode(), _sign(hub, path).encode()):
        return None
    account_id, region, kind, name = path.split("/")
    repository, id_ = hub.store(account_id, region).repository, name.removesuffix(".zip")
    if kind == "exports":
        export = repository.exports.get(id_)
        return pack(export.files) if export is not None and export.files else None
    task = repository.imports.get(id_)
    return pack(files_of_import(task)) if task is not None else None


def _sign(hub: Hub, path: str) -> str:
    return hashlib.blake2b(path.encode(), key=hub.token_secret, digest_size=32).hexdigest()


def files_of_import(task: ImportTask) -> dict[str, str]:
    """Return the files that tell what of an import failed, and hold it as it stood in the file."""
    failed = [failure.cells for failure in task.failures if failure.cells is not None]
    errors = [[str(failure.line), failure.reason] for failure in task.failures]
    return {
        ERRORS: write_csv(("Line", "Error"), errors),
        FAILED_RECORDS: write_csv(task.header, failed),
    }


def write_csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a CSV file."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows(rows)
    return file.getvalue()


def pack(files: Mapping[str, str]) -> bytes:
    """Return files as a ZIP, the same bytes each time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            # What was no UTF-8 in an imported file stays as it was; what is no character does not.
            content = text.encode("utf-8", "surrogateescape" if _is_escaped(text) else "replace")
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return file.getvalue()


def _is_escaped(text: str) -> bool:
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True
