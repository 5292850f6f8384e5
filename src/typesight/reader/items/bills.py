"""Bills: rows that end in a price, without a head, as items."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from typesight.ocr.lines import Line
from typesight.ocr.rows import Row
from typesight.reader.items.entry import Entry, cells
from typesight.reader.items.item import Item, is_sum
from typesight.reader.items.item_roles import Roles
from typesight.reader.page.sheet import FAR, Sheet
from typesight.reader.values.priced import Priced, counted, named, priced, rate
from typesight.reader.values.reductions import reduction
from typesight.reader.words.vocabulary import NUMBERED
from typesight.text.amounts import find_amounts
from typesight.text.dates import find_dates
from typesight.text.letters import COLONS

__all__ = ["without_head"]

_CODE = re.compile(r"^(?P<code>\d{4,14}|(?=[A-Z\d\-]*\d{2})[A-Z\d]+(?:[\-/.][A-Z\d]+)*)(?:\s+(?=\D)|$)")
"""The code of an article before its name."""

_CODE_BEHIND = re.compile(r"\s(?P<code>\d{5,14})(?:\s[A-Z]{1,2})?$")
_LETTER = re.compile(r"[^\W\d_]")

_HEADERS = (NUMBERED | {"email"}) - {"table"}
"""Ideas whose labels, before a number without decimals, begin no item."""


def without_head(sheet: Sheet, roles: Roles, claimed: Collection[Line] = ()) -> Iterator[Item]:
    """The rows that end in a price, up to the sums, as items; `claimed` are the lines that other fields have."""
    entries, total = _entries(sheet, roles, claimed)
    entries = entries[: _end(entries, total)]
    _settle(entries, roles)
    for one in entries:
        yield Item(cells(one, roles), one.lines)


def _entries(sheet: Sheet, roles: Roles, claimed: Collection[Line]) -> tuple[list[Entry], Decimal | None]:
    """The items up to the first row that tells a sum, and that sum."""
    entries: list[Entry] = []
    above: list[Row] = []
    for at, row in enumerate(sheet.rows):
        if is_sum(sheet, at):
            if entries:
                return entries, next((one.value for one in reversed(find_amounts(row.text, sheet.mark))), None)
            above = []
        elif row.lines[0] in claimed or (find_dates(row.text) and not entries):
            above = []
        elif entries and not above and _goes_on(entries, row, sheet.mark, roles):
            entries[-1].lines += row.lines
        elif (told := _priced(sheet, at, roles)) is None:
            above = [*above, row][-2:]
        else:
            made = _entry(told, row, above, roles)
            if made is not None:
                entries.append(made)
            above = []
    return entries, None


def _priced(sheet: Sheet, at: int, roles: Roles) -> Priced | None:
    told = priced(sheet.rows[at].text, sheet.mark, is_counted="quantity" in roles)
    if told is None or sheet.mark is not None or told.amount != told.amount.to_integral_value():
        return told
    return None if sheet.leading(at, _HEADERS) or any(mark in told.text for mark in COLONS) else told


def _entry(told: Priced, row: Row, above: Sequence[Row], roles: Roles) -> Entry | None:
    """The item of a row that ends in a price, or of that row and the text above it; None without any text."""
    text, count, is_bare = told.text, told.count, told.is_bare
    lines = list(row.lines)
    if not text:
        name = next((one for one in reversed(above) if len(_LETTER.findall(one.text)) > 1), None)
        if name is None and not told.code:
            return None
        text = named(name.text) if name else told.code
        lines = [*(line for one in above for line in one.lines), *lines]
        if count is None:
            text, count, is_bare = counted(text)
    amount = told.amount
    if told.is_each and count is not None:
        amount = _rounded(count * told.amount)
    alone = next((found for one in above if (found := _CODE.fullmatch(one.text))), None)
    made = Entry(text, count, told.unit, amount, lines, is_bare, alone["code"] if alone else None)
    _elaborate(made, row, roles)
    return made


def _coded(text: str) -> tuple[str, str] | None:
    """The code before or behind a name, and the name without it."""
    ahead, behind = _CODE.match(text), _CODE_BEHIND.search(text)
    if ahead and ahead.end() < len(text):
        return ahead["code"], text[ahead.end() :]
    return (behind["code"], text[: behind.start()]) if behind else None


def _elaborate(made: Entry, row: Row, roles: Roles) -> None:
    """Texts that other fields want: behind their name, or in a column between the name and the numbers."""
    for one in roles.others:
        for name in one.names:
            found = _behind(name, made.text)
            if found and found.start():
                made.others[one.path] = found["told"]
                made.text = (made.text[: found.start()] + made.text[found.end() :]).strip(" ,;-")
                break
    columns = [line for line, left in zip(row.lines[1:], row.lines, strict=False) if _is_apart(left, line)]
    if "quantity" in roles:
        _apart_count(made, columns)
    texts = [line for line in columns if made.text.endswith(line.text) and priced(line.text, None) is None]
    rest = made.text.removesuffix(texts[-1].text).strip() if texts else ""
    if len(roles.others) == 1 and not made.others and rest and not _CODE.fullmatch(rest):
        made.others[roles.others[0].path] = texts[-1].text
        made.text = rest


def _behind(name: str, text: str) -> re.Match[str] | None:
    """A word behind the name of a field: `(size M)`, `Size: M`."""
    spelled = r"\W+".join(map(re.escape, name.split()))
    return re.search(rf"(?:^|\s*[(\[,;/-]\s*|\s){spelled}\b[:.]?\s*(?P<told>[^\s,;)\]]+)[)\]]?", text, re.I)


def _apart_count(made: Entry, columns: Sequence[Line]) -> None:
    """A count in a column of its own behind the name: `Slice    2    26.00`."""
    behind = next((line.text for line in columns if re.fullmatch(r"\d{1,3}", line.text)), None)
    if made.count is None and behind and made.text.endswith(f" {behind}"):
        made.count, made.text = Decimal(behind), made.text.removesuffix(behind).strip()


def _is_apart(left: Line, line: Line) -> bool:
    return line.box[0] - left.box[2] > FAR * line.height


def _goes_on(entries: Sequence[Entry], row: Row, mark: str | None, roles: Roles) -> bool:
    """Whether a row tells more of the last item: what was taken off, how many of it, its size."""
    if _end(entries, None) < len(entries):
        return False
    entry = entries[-1]
    told, per = priced(row.text, mark), rate(row.text, mark)
    if per is not None and entry.unit is None:
        entry.unit = per
        return True
    if told and not told.text and told.count is None and told.amount == entry.amount and entry.unit:
        return True
    each = told if told and not told.text and told.is_each and entry.count is None else None
    if each and each.count and _rounded(each.count * each.amount) == entry.amount:
        entry.count, entry.unit = each.count, each.amount
        return True
    less = reduction(row.text, mark, entry.amount)
    if less is not None and ("reduction" in roles or "original" in roles or less.now is not None):
        entry.reduce(less, is_final="original" in roles)
        return True
    found = {} if told else _detailed(row.text, roles)
    entry.others |= found
    return bool(found)


def _detailed(text: str, roles: Roles) -> dict[str, str]:
    """What other fields want of a row, behind their names."""
    hits = [(one.path, _behind(name, text)) for one in roles.others for name in one.names]
    return {path: hit["told"] for path, hit in hits if hit}


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _end(entries: Sequence[Entry], total: Decimal | None) -> int:
    """How many of the rows are items: a row that is the sum of those above it, in whatever words, is none."""
    if total in _sums(entries):
        return len(entries)
    sums = (at for at in range(2, len(entries)) if entries[at].amount in _sums(entries[:at]))
    return next(sums, len(entries))


def _sums(entries: Sequence[Entry]) -> set[Decimal]:
    """What entries come to, with and without what was taken off."""
    return {sum((one.amount for one in entries), Decimal(0)), sum((one.due for one in entries), Decimal(0))}


def _settle(entries: Sequence[Entry], roles: Roles) -> None:
    """Decide what one row alone does not tell: numbers before names, codes, one of a thing where others have counts."""
    shown = [one for one in entries if one.count is not None]
    for one in shown:
        if one.is_bare and 2 * len(shown) < len(entries):  # `12 eggs` among names without a count
            one.text, one.count = f"{one.count} {one.text}", None
    for one in entries:
        if one.count is None and ("quantity" in roles.required or any(other.count is not None for other in shown)):
            one.count = Decimal(1)
        if one.unit is None:
            one.unit = _share(one.original or one.amount, one.count, is_asked="unit price" in roles.required)
    codes = [_coded(one.text) for one in entries]
    if 2 * sum(code is not None for code in codes) >= max(2, len(entries)):
        for one, code in zip(entries, codes, strict=True):
            one.code, one.text = code or (one.code, one.text)


def _share(amount: Decimal, count: Decimal | None, *, is_asked: bool) -> Decimal | None:
    """The price of one of so many: one costs what it costs; of more, if it is asked for and comes out even."""
    if count == 1 or (is_asked and count is None):
        return amount
    share = amount / count if is_asked and count else None
    return share if share is not None and share == _rounded(share) else None
