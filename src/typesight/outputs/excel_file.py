"""Rows as an Excel workbook: a sheet `documents`, and a sheet for each list of objects. Needs openpyxl, `excel`."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from typesight.errors import MissingExtra
from typesight.outputs.json_text import format_json, spell_number
from typesight.outputs.output_row import DOCUMENT_COLUMNS, OutputRow, OutputWarning, RowsUnwritable, escape_illegal
from typesight.outputs.table_layout import TableLayout, find_layout, list_items, pick_cells

__all__ = ["write_excel"]

# Source: Microsoft, "Excel specifications and limits", for Excel 2007 and later.
_MAX_ROWS = 1_048_576
_MAX_COLUMNS = 16_384
_MAX_TEXT = 32_767  # UTF-16 code units in a cell
_MAX_TITLE = 31  # UTF-16 code units
_EXACT = 10**15  # Excel keeps 15 digits of a number
_ITEM_COLUMNS = ("source", "position")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\s]")


@dataclass(slots=True)
class _Sheet:
    """A sheet that is written row by row. Has state because it counts the texts that it had to cut."""

    pages: Any  # openpyxl's worksheet
    cell_type: Any
    cut: int = 0

    def append(self, values: Iterable[Any]) -> None:
        """Add a row of values."""
        self.pages.append([self._make_cell(value) for value in values])

    def _make_cell(self, value: Any) -> Any:
        """A value as a cell: a text is never a formula, an error or a date, whatever it looks like."""
        value = _convert(value)
        if not isinstance(value, str):
            return value
        text = _cut(value, _MAX_TEXT)
        self.cut += text != value
        cell = self.cell_type(self.pages, value=text)
        cell.data_type = "s"
        return cell


class _FailedOnce:
    """A file that remembers its first error and drops what comes after it.

    zipfile, which openpyxl writes with, tries to finish an archive after an error, and that fails again when it is
    collected, where no one can catch it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write, or drop what cannot be written."""
        self._try(lambda: self._file.write(data))
        return len(data)

    def flush(self) -> None:
        """Hand what is buffered to the system."""
        self._try(self._file.flush)

    def _try(self, act: Callable[[], object]) -> None:
        if self.error is None:
            try:
                act()
            except OSError as error:
                self.error = error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def write_excel(rows: Iterable[OutputRow], path: Path) -> None:
    """Write a workbook. Goes through the rows twice; warns with OutputWarning of texts that are cut.

    Raises MissingExtra, RowsUnwritable for more rows or columns than Excel has, OSError.
    """
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
    except ImportError as error:
        raise MissingExtra("excel", "writing Excel files") from error
    layout = find_layout(rows, items_own=_ITEM_COLUMNS)
    _check_limits(layout)
    book = Workbook(write_only=True)
    titles = _make_titles(["documents", *(table.name for table in layout.lists)])
    sheets = [_Sheet(book.create_sheet(title), WriteOnlyCell) for title in titles]
    try:
        _fill(sheets, rows, layout)
        _save(book, path)
    finally:
        for sheet in sheets:
            _remove_scratch_file(sheet)
    cut = sum(sheet.cut for sheet in sheets)
    if cut:
        warnings.warn(
            f"{cut} texts are longer than the {_MAX_TEXT} characters that Excel takes in a cell: they end in '…' there",
            OutputWarning,
            stacklevel=2,
        )


def _fill(sheets: Sequence[_Sheet], rows: Iterable[OutputRow], layout: TableLayout) -> None:
    documents, *lists = sheets
    for sheet in sheets:
        sheet.pages.freeze_panes = "A2"  # the head stays in view
    documents.append([*DOCUMENT_COLUMNS, *(column.name for column in layout.columns)])
    for sheet, table in zip(lists, layout.lists, strict=True):
        sheet.append([*_ITEM_COLUMNS, *(column.name for column in table.columns)])
    for row in rows:
        record = row.get("record")
        documents.append([*map(row.get, DOCUMENT_COLUMNS), *pick_cells(record, layout.columns)])
        for sheet, table in zip(lists, layout.lists, strict=True):
            for position, item in enumerate(list_items(record, table)):
                sheet.append([row.get("source"), position, *pick_cells(item, table.columns)])


def _save(book: Any, path: Path) -> None:
    with path.open("wb") as opened:
        file = _FailedOnce(opened)
        book.save(file)
        if file.error:
            raise file.error


def _remove_scratch_file(sheet: _Sheet) -> None:
    """Remove the file that openpyxl writes a sheet to first; it does so itself only if all went well."""
    writer = sheet.pages._writer
    steps = (sheet.pages.close, writer.close, writer.cleanup) if writer is not None else ()
    for step in steps:  # each fails if it has been done, or if the disk with the scratch files is full
        with suppress(Exception):
            step()


def _check_limits(layout: TableLayout) -> None:
    """Raise RowsUnwritable for what Excel has no place for; a row of each sheet is its head."""
    width = max(
        len(DOCUMENT_COLUMNS) + len(layout.columns),
        *(len(_ITEM_COLUMNS) + len(table.columns) for table in layout.lists),
        0,
    )
    height = 1 + max(layout.rows, *(table.rows for table in layout.lists), 0)
    for count, limit, what, other in (
        (height, _MAX_ROWS, "rows", ".sqlite"),
        (width, _MAX_COLUMNS, "columns", ".csv"),  # SQLite takes 2,000
    ):
        if count > limit:
            raise RowsUnwritable(
                f"a sheet would have {count:,} {what}, and Excel takes {limit:,}: write {other} or .parquet"
            )


def _make_titles(names: Iterable[str]) -> Iterator[str]:
    """A title for each sheet that Excel takes: short, without its special characters, no two alike."""
    seen = {"history"}  # Excel's own
    for name in names:
        base = _NOT_IN_TITLES.sub("_", escape_illegal(name)).strip("'") or "list"
        title, number = _cut(base, _MAX_TITLE), 1
        while title.casefold() in seen:
            number += 1
            title = f"{_cut(base, _MAX_TITLE - 4)} {number}"
        seen.add(title.casefold())
        yield title


def _cut(text: str, longest: int) -> str:
    """Text of at most so many UTF-16 code units; one that is cut ends in "…"."""
    if len(text) <= longest // 2 or _measure(text) <= longest:
        return text
    text = text[: longest - 1]
    while _measure(text) > longest - 1:
        text = text[: -max(1, (_measure(text) - longest + 1) // 2)]
    return f"{text}…"


def _measure(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _convert(value: Any) -> Any:
    """A value as Excel holds it; a number that it would round is text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else spell_number(value)
    text = format_json(value) if isinstance(value, dict | list | tuple) else str(value)
    return escape_illegal(text).replace("\r\n", "\n").replace("\r", "\n")
