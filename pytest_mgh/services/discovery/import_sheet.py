"""Reads an import file: AWS's import template as CSV, or a ZIP of what RVTools exports."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from pytest_mgh.state.attributes import ATTRIBUTES, Attribute, Values
from pytest_mgh.state.identity import is_ip_address, is_mac_address

SERVER_ID, APPLICATIONS, WAVE, TAGS = "ServerId", "Applications", "ApplicationWave", "Tags"
"""The columns that say no attribute."""

_MAX_UNPACKED = 100 * 1024 * 1024
_MAX_HINTS = 100  # unknown columns that are compared with the known ones

TEMPLATE: Mapping[str, Attribute] = {one.column: one for one in ATTRIBUTES.values() if one.column}
RVTOOLS: Mapping[str, Attribute] = {one.rvtools: one for one in ATTRIBUTES.values() if one.rvtools}

_ADDRESSES: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "ip_addresses": ("an IP address", is_ip_address),
    "mac_addresses": ("a MAC address", is_mac_address),
}


class UnsupportedFileError(ValueError):
    """A file of another kind than those that can be imported."""


class RecordError(ValueError):
    """A record that can't be used; it says why."""


class Sheet(NamedTuple):
    """The records of a file.

    Attributes:
        classification: The kind of file.
        header: Its columns, as they stand there.
        attributes: The attributes that columns say, by the number of the column.
        others: The numbers of the other known columns, by name.
        records: The records that are not empty: the lines on which they end, and their cells.
    """

    classification: str
    header: tuple[str, ...]
    attributes: Mapping[int, Attribute]
    others: Mapping[str, int]
    records: Sequence[tuple[int, tuple[str, ...]]]

    def nearly(self) -> Iterator[tuple[str, str]]:
        """Give columns that are nearly known ones, and which was probably meant."""
        known = [*TEMPLATE, SERVER_ID, APPLICATIONS, TAGS]
        by_letters = {_letters(name): name for name in known}
        there = {name.strip() for name in self.header}
        for name in [one for one in self.header if one.strip() not in known][:_MAX_HINTS]:
            right = by_letters.get(_letters(name))
            if right is not None and right not in there:
                yield name, right

    def cell(self, cells: Sequence[str], column: str) -> str:
        """Return the cell of one of the other columns; empty where the record has none."""
        at = self.others.get(column)
        return cells[at].strip() if at is not None and at < len(cells) else ""

    def values(self, cells: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the attributes of a server that a record contains.

        Raises:
            RecordError: A cell that does not hold what belongs there.
        """
        values: dict[str, tuple[str, ...]] = {}
        for at, attribute in self.attributes.items():
            cell = cells[at].strip() if at < len(cells) else ""
            if cell:
                values[attribute.name] = _read(self.header[at].strip(), attribute, cell)
        return values | _free_memory(values)


def _letters(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


def read_sheet(content: bytes, name: str) -> Sheet:
    """Read a file.

    Args:
        content: Its content.
        name: Its name, whose ending says what it is.

    Raises:
        UnsupportedFileError: Neither CSV nor a ZIP with the sheet vInfo of RVTools.
        csv.Error: A cell that is too long.
    """
    if name.lower().endswith(".csv"):
        return _read_csv(_text(content), "IMPORT_TEMPLATE", TEMPLATE)
    if name.lower().endswith(".zip"):
        return _read_csv(_unpack(content), "RVTOOLS_EXPORT", RVTOOLS)
    raise UnsupportedFileError("a file that ends in .csv, or in .zip for an export of RVTools")


def _text(content: bytes) -> str:
    """Return the text of a file; bytes that are no UTF-8 fail with the records that hold them."""
    return content.decode("utf-8", "surrogateescape").removeprefix("\ufeff")


def _unpack(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                if "vinfo" in info.filename.lower() and info.filename.lower().endswith(".csv"):
                    with archive.open(info) as file:
                        unpacked = file.read(_MAX_UNPACKED + 1)
                    if len(unpacked) > _MAX_UNPACKED:
                        raise UnsupportedFileError("a ZIP whose sheet vInfo is not too big")
                    return _text(unpacked)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnsupportedFileError(f"a ZIP that can be read: {error}") from None
    raise UnsupportedFileError("a ZIP with the CSV of RVTools' sheet vInfo")


def _read_csv(text: str, classification: str, known: Mapping[str, Attribute]) -> Sheet:
    first = text[: text.find("\n") + 1 or None]
    # A locale of Excel's may have written an export of RVTools.
    semicolons = known is RVTOOLS and first.count(";") > first.count(",")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if semicolons else ",")
    header: tuple[str, ...] = ()
    records: list[tuple[int, tuple[str, ...]]] = []
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if header:
            records.append((rows.line_num, tuple(row)))
        else:
            header = tuple(row)
    numbers = {name.strip(): at for at, name in reversed([*enumerate(header)])}
    others = (SERVER_ID, APPLICATIONS, WAVE, TAGS) if known is TEMPLATE else ()
    return Sheet(
        classification,
        header,
        {numbers[name]: attribute for name, attribute in known.items() if name in numbers},
        {name: numbers[name] for name in others if name in numbers},
        records,
    )


def parts(cell: str) -> list[str]:
    """Return the values of a cell that holds a list."""
    return [part.strip() for part in cell.split(",") if part.strip()]


def is_text(text: str) -> bool:
    """Whether a text is made of characters that can be written, none of them NUL."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def check_text(column: str, text: str) -> None:
    """Raise `RecordError` for what is no text."""
    if not is_text(text):
        raise RecordError(f"{column}: it has an invalid character")


def _read(column: str, attribute: Attribute, cell: str) -> tuple[str, ...]:
    """Return the values of a cell; `RecordError` for one that is not as it has to be."""
    check_text(column, cell)
    values = tuple(parts(cell)) if attribute.many else (cell,)
    title, holds = _ADDRESSES.get(attribute.name, (attribute.form.title, attribute.form.holds))
    if attribute.is_measurement and attribute.rvtools == column:
        values = tuple(value.replace(",", "") for value in values)  # 4,096
    for value in values:
        if not holds(value):
            raise RecordError(f"{column}: {shortened(value)} is not {title}")
    if attribute.factor != 1:
        values = tuple(_plain(Decimal(value) * attribute.factor) for value in values)
    return values


def shortened(value: str) -> str:
    """Return a value as a message quotes it."""
    return repr(value if len(value) <= 60 else value[:60] + "...")


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _free_memory(values: Values) -> dict[str, tuple[str, ...]]:
    """Return what is free of the memory, where a record says how much there is and is used."""
    total = values.get("performance.totalRAMInKB")
    free: dict[str, tuple[str, ...]] = {}
    for used, left in (("avgUsedRAMInKB", "avgFreeRAMInKB"), ("maxUsedRAMInKB", "minFreeRAMInKB")):
        amount = values.get(f"performance.{used}")
        if total and amount:
            number = Decimal(total[0]) - Decimal(amount[0])
            if number < 0:
                raise RecordError("RAM.UsedSizeInMB: is more than RAM.TotalSizeInMB")
            free[f"performance.{left}"] = (_plain(number),)
    return free
