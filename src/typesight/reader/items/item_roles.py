"""`Roles`: what of an item each field of a list is, for bills without a head."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from typesight.reader.fields import NUMERIC, Field, ListField
from typesight.reader.items.columns import role_of
from typesight.reader.words.vocabulary import TAXES
from typesight.text.letters import split_words

__all__ = ["Roles", "roles"]

_OF_WORDS = tuple(
    (role, frozenset(split_words(spelled)))
    for role, spelled in (
        ("original", "original regular list full was before rrp usual normal old gross"),
        ("reduction", "reduction discount off saving savings saved markdown rebate"),
        ("quantity", "quantity qty count pieces units pcs weight litres liters"),
        ("unit price", "unit each single per"),
        ("amount", "paid final now charged total amount sum cost price value charge fee"),
    )
)
"""What of an item a number is by a word of its name; the first row that applies wins."""

_CODES = frozenset(split_words("code sku plu upc ean gtin barcode isbn"))
_FLAGGED = TAXES | frozenset(split_words("taxable taxed"))
_EACH = frozenset(split_words("each unit one per single piece"))
_PERCENT = frozenset(split_words("percent percentage pct"))


@dataclass(frozen=True, slots=True)
class Roles:
    """Fields by their roles: text, code, flag, quantity, unit price, amount, original, reduction.

    `others` are the texts without a role, as the size or the colour of a thing; `required` are the roles of the fields
    that an item must have.
    """

    of: Mapping[str, Field]
    others: tuple[Field, ...] = ()
    required: frozenset[str] = field(default_factory=frozenset)

    def __contains__(self, role: str) -> bool:
        """Whether a field has this role."""
        return role in self.of

    @property
    def is_percent(self) -> bool:
        """Whether a reduction is asked for in percent."""
        asked = self.of.get("reduction")
        return asked is not None and any(_PERCENT.intersection(spoken) for _, spoken in asked.wordings)


def roles(place: ListField) -> Roles:
    """The roles of the fields of a list; a price is the amount where no other field is."""
    of: dict[str, Field] = {}
    for one in place.items:
        role = _role(one)
        if role is not None:
            of.setdefault(role, one)
    if "price" in of and any(_EACH.intersection(spoken) for _, spoken in of["price"].wordings):
        of.setdefault("unit price", of.pop("price"))
    if "price" in of:
        of.setdefault("amount" if "amount" not in of else "unit price", of.pop("price"))
    if "reduction" in of and "unit price" in of and "amount" in of and "quantity" not in of:
        of["original"] = of.pop("unit price")  # two prices and no count: before and after
    texts = [one for one in place.items if one.kind == "string" and one not in of.values()]
    if "text" not in of and texts:
        of["text"] = texts.pop(0)
    must = frozenset(role for role, one in of.items() if not one.is_optional and "." not in one.path)
    return Roles(of, tuple(one for one in texts if one not in of.values()), must)


def _role(one: Field) -> str | None:
    said = {word for _, spoken in one.wordings[:2] for word in spoken}
    if one.kind not in NUMERIC and said & _FLAGGED:
        return "flag"
    if one.kind in {"string", "integer"} and said & _CODES:
        return "code"
    known = role_of(one)
    if known is not None:
        return "reduction" if known == "discount" else known
    return _of_words(said) if one.kind in NUMERIC else None


def _of_words(said: Iterable[str]) -> str | None:
    return next((role for role, telling in _OF_WORDS if telling.intersection(said)), None)
