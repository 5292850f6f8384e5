"""The `Cast` of a sheet: the parties with a label, the issuer in the letterhead, and the addressee without a label."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from typesight.ocr.lines import Line
from typesight.reader.candidate import Candidate
from typesight.reader.page.blocks import Run, block, runs
from typesight.reader.page.sheet import Sheet
from typesight.reader.parties.headed import Headed, Phrase, ends, headed
from typesight.reader.parties.letterhead import address, merchant
from typesight.reader.parties.party import Party, party
from typesight.reader.parties.places import POSTCODE
from typesight.reader.parties.roles import SELLER
from typesight.text.letters import fold_alphanumeric, split_words

__all__ = ["Cast", "cast"]

KNOWN = 0.6
"""The score from which the name in the letterhead is the issuer's."""

WINDOW = 0.45
"""The share of the height of what is printed within which the addressee of a letter stands."""

HEADLINE = 1.6
"""Height in usual run heights from which a run is a headline, nobody's address."""

_FIRST = 16
"""Runs from the top among which the title of a document is."""

_ORDERS = (
    ("purchase", "order"),
    ("order", "form"),
    ("bestellung",),
    ("bon", "de", "commande"),
    ("orden", "de", "compra"),
    ("pedido",),
    ("ordine",),
    ("inkooporder",),
)
"""What documents call themselves whose issuer is the buyer."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is on a sheet.

    `names` and `places` are candidates for the issuer's name and address, best first; `issuer` and `addressee` are
    without parts if they were not found. `is_order` says that the issuer is the one who buys.
    """

    headed: tuple[Headed, ...]
    names: tuple[Candidate, ...]
    places: tuple[Candidate, ...]
    issuer: Party
    addressee: Party
    is_order: bool

    @property
    def others(self) -> frozenset[Line]:
        """The lines that speak of a party that does not sell."""
        labelled = (line for one in self.headed if one.role != SELLER for line in one.lines)
        return frozenset(labelled) | self.addressee.lines


def cast(sheet: Sheet, own: frozenset[Phrase]) -> Cast:
    """The parties of a sheet; `own` are phrases of the schema that are labels of parties too."""
    labelled, every, stops = tuple(headed(sheet, own)), runs(sheet.rows), ends(sheet, own)
    names = merchant(sheet)
    known = names[:1] if names and names[0].score >= KNOWN else ()
    start = next((run for name in known for run in every if name.lines[0] in run.lines), None)
    issuer = party(block(start, every), stops) if start else Party(())
    taken = {line for one in labelled for line in one.lines} | issuer.lines
    addressees = list(_addressees(every, taken, known[0], stops)) if known else []
    titles = [split_words(run.text) for run in every[:_FIRST]]
    return Cast(
        labelled,
        names,
        address(sheet),
        issuer,
        addressees[0] if len(addressees) == 1 else Party(()),
        any(title[: len(order)] == order for title in titles for order in _ORDERS),
    )


def _addressees(
    every: Sequence[Run], taken: set[Line], issuer: Candidate, stops: Callable[[Run], bool]
) -> Iterator[Party]:
    """The blocks in the upper part with a name and an address that are neither labelled nor the issuer's."""
    taken = taken | set(issuer.lines)
    top, low = min(run.box[1] for run in every), max(run.box[3] for run in every)
    tall = HEADLINE * median(run.height for run in every)
    for run in every:
        if run.image != every[0].image or run.box[1] > top + WINDOW * (low - top):
            continue
        if run.height > tall or stops(run) or fold_alphanumeric(issuer.value) in fold_alphanumeric(run.text):
            continue
        whole = block(run, every)
        if any(not taken.isdisjoint(part.lines) for part in whole):
            continue
        one = party(whole, stops)
        place = one.told("address")
        if one.told("name") and place and POSTCODE.search(place[0]):
            taken |= {line for part in whole for line in part.lines}
            yield one
