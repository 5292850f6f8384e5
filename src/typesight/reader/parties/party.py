"""A `Party`: somebody a document names, and the parts of that in the lines of a block."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from typesight.ocr.lines import Line
from typesight.reader.page.blocks import Run
from typesight.reader.parties.places import CONTACT, POSTCODE, is_country, joined, placed
from typesight.reader.parties.roles import part_named
from typesight.reader.values.values import EMAIL, PHONE, URL
from typesight.text.dates import find_dates
from typesight.text.letters import COLONS, fold_text

__all__ = ["Part", "Party", "party", "tax_number"]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text that is one part of a party: its kind, the text, and the run it is from."""

    kind: str
    text: str
    run: Run


@dataclass(frozen=True, slots=True)
class Party:
    """The parts of a party in their order; kinds are those of `roles`, `address` for each line of one."""

    parts: tuple[Part, ...]

    def told(self, kind: str, beside: Iterable[str] = ()) -> tuple[str, tuple[Line, ...]] | None:
        """The text of a part with its lines, None if there is none; an address is without what stands `beside` it."""
        found = [part for part in self.parts if part.kind == kind]
        if kind == "address" and "country" not in beside:
            found = [part for part in self.parts if part.kind in {"address", "country"}]
            found = [] if all(part.kind == "country" for part in found) else found
        if kind in {"street", "city", "postcode"}:
            return self._placed(kind, set(beside))
        if not found:
            return None
        text = joined([part.text for part in found]) if kind == "address" else found[0].text
        kept = found if kind == "address" else found[:1]
        return text, tuple(line for part in kept for line in part.run.lines)

    def _placed(self, kind: str, beside: set[str]) -> tuple[str, tuple[Line, ...]] | None:
        """A part of the address: the lines above the one with the postcode, or what that one holds."""
        lines = [part for part in self.parts if part.kind == "address"]
        pieces = [Part("", text, part.run) for part in lines for text in _apart(part.text)]
        at = max((at for at, part in enumerate(pieces) if POSTCODE.search(part.text)), default=None)
        if at is None:
            return None
        if kind == "street":
            kept = pieces[:at]
            return (joined([part.text for part in kept]), _lines(kept)) if kept else None
        town = pieces[at]
        code = POSTCODE.search(town.text)
        rest = POSTCODE.sub("", town.text).strip(" ,") if code else ""
        if kind == "postcode":
            return (code[0], town.run.lines) if code else None
        text = rest if "postcode" in beside else town.text
        return (text, town.run.lines) if rest else None

    @property
    def lines(self) -> frozenset[Line]:
        """All lines that it was read from."""
        return frozenset(line for part in self.parts for line in part.run.lines)

    @property
    def is_placed(self) -> bool:
        """Whether it has an address."""
        return any(part.kind == "address" for part in self.parts)


def _lines(parts: Sequence[Part]) -> tuple[Line, ...]:
    return tuple(dict.fromkeys(line for part in parts for line in part.run.lines))


def _apart(text: str) -> list[str]:
    """The street and the town of an address in one line."""
    street, comma, town = text.rpartition(",")
    return [street.strip(), town.strip()] if comma and POSTCODE.search(town) and len(fold_text(town)) > 8 else [text]


_BREAK = re.compile(r"\s*[·•|]\s*|\s{3,}")
_PERSON = re.compile(
    r"(?:attn|att|attention|f\.?a\.?o|z\.? ?hd|zu handen|a l.attention de|contact|ansprechpartner|a la atencion de|"
    r"c\.? ?a|alla cortese attenzione)\b[.:]*\s*(?:von\s+|of\s+)?",
)
_TAX = re.compile(
    r"\b(?:vat|ust|tax|gst|tva|iva|nif|cif|abn|p\.? ?iva|mwst|ein|tin|uid|partita iva|btw|steuernummer|steuer)\b"
    r"(?:[\s.:\-/°º#()]|\b(?:no|nr|id|idnr|ident|reg|registration|number|num|numero|n|nummer|intra|code|identification)"
    r"\b|no(?=\d))*",
)
_NUMBER = re.compile(r"(?:[A-Z]{1,3}[ \-]?)?\d[\dA-Z]*(?:[ .\-/]\d[\dA-Z]*)*")
_HOUSE = re.compile(r"^[^\d,:]{4,},? \d{1,4}\s?[a-z]?$|^\d{1,5}(?:[a-z]|-\d+)?,? [^\d:]{4,}$", re.I)


def tax_number(text: str) -> str | None:
    """The tax number behind the name of a tax: `VAT Reg No: GB 318 2047 65`; None for anything else, such as money."""
    for label in _TAX.finditer(fold_text(text)):
        found = _NUMBER.match(text, label.end()) if len(fold_text(text)) == len(text) else None
        digits = sum(char.isdigit() for char in found[0]) if found else 0
        if found and 7 <= digits <= 15 and not re.search(r"[.,]\d\d$", found[0]):
            return found[0]
    return None


def party(block: Sequence[Run], ends: Callable[[Run], bool]) -> Party:
    """The parts of a party in the runs of a block, up to the first that `ends` it or says something else."""
    said: list[Part] = []
    wanted = ""
    for run in block:
        if (said and ends(run)) or find_dates(run.text):
            break
        small = part_named(run.text)
        if small:
            wanted = small
            continue
        fresh = [Part(kind, text, run) for kind, text in _pieces(run.text, wanted)]
        wanted = ""
        if any(part.kind == "end" for part in fresh):
            break
        said.extend(fresh)
    return Party(tuple(_settled(said)))


def _pieces(text: str, wanted: str) -> Iterator[tuple[str, str]]:
    """Each piece of a text with its kind; "" for one that may be a name or part of an address."""
    for piece in _split(text):
        if wanted:
            yield wanted, piece
            continue
        label, colon, rest = piece.partition(next((mark for mark in COLONS if mark in piece), COLONS[0]))
        if colon and rest.strip() and (small := part_named(label)) and small not in {"tax", "phone"}:
            yield small, rest.strip()
            continue
        yield from _kinds(piece)


def _kinds(piece: str) -> Iterator[tuple[str, str]]:
    number, person = tax_number(piece), _PERSON.match(fold_text(piece))
    mail, web, phone = EMAIL.search(piece), URL.search(piece), PHONE.search(piece)
    if number:
        yield "tax", number
    if mail:
        yield "email", mail[0]
    if web:
        yield "website", web[0]
    if (
        phone
        and not number
        and piece[: phone.start()][-1:] != "-"
        and (CONTACT.search(piece) or phone[0] == piece or len(phone[0]) > len(piece) * 0.6)
    ):
        yield "phone", phone[0].strip()
    elif person and len(fold_text(piece)) == len(piece) and piece[person.end() :].strip():
        yield "contact", piece[person.end() :].strip()
    elif not (number or mail or web):
        yield "end" if any(mark in piece for mark in COLONS) else "", piece


def _split(text: str) -> list[str]:
    """The pieces of a run: at bullets, and where the address follows the name after a comma."""
    pieces: list[str] = []
    for piece in _BREAK.split(text):
        name, comma, place = piece.partition(",")
        follows = comma and POSTCODE.search(place) and placed(place) and _is_name(name) and not _is_place(name)
        pieces += [name.strip(), place.strip()] if follows and "," in place else [piece.strip()]
    return [piece for piece in pieces if piece]


def _is_name(text: str) -> bool:
    letters = sum(char.isalpha() for char in text)
    return letters >= 2 and letters > 0.5 * len(text.replace(" ", ""))


def _is_place(text: str) -> bool:
    """Whether a line in a block is part of its address."""
    return placed(text) or bool(_HOUSE.match(text))


def _is_first(parts: Sequence[Part]) -> bool:
    """Whether the first of these parts is a name: no place, unless a whole address follows it."""
    text, more = parts[0].text, [part.text for part in parts[1:]]
    coded = [bool(POSTCODE.search(one)) for one in more]
    follows = any(coded) and any(_HOUSE.match(one) for one, is_town in zip(more, coded, strict=True) if not is_town)
    return _is_name(text) and (not _is_place(text) or (follows and text[0].isalpha() and not POSTCODE.search(text)))


def _settled(said: Sequence[Part]) -> Iterator[Part]:
    """Parts whose kind was open, as the name, the address and the country that they are by their order."""
    yield from (part for part in said if part.kind)
    open_parts = [part for part in said if not part.kind]
    named = any(part.kind == "name" for part in said)
    if open_parts and not named and _is_first(open_parts):
        yield Part("name", open_parts[0].text, open_parts[0].run)
        open_parts = open_parts[1:]
    if any(part.kind == "address" for part in said):
        return
    first = next((at for at, part in enumerate(open_parts) if _is_place(part.text)), None)
    if first is None:
        return
    if POSTCODE.search(open_parts[first].text) and "," not in open_parts[first].text:
        first = max(0, first - 1)  # a house of that name, or a street without a number
    coded = False
    for part in open_parts[first:]:
        if is_country(part.text):
            yield Part("country", part.text, part.run)
        elif _is_place(part.text) or (not coded and _is_name(part.text)):
            yield Part("address", part.text, part.run)
        else:
            return
        coded = coded or bool(POSTCODE.search(part.text))
