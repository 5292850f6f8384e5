"""Numbers that check themselves: IBANs, VAT numbers, card numbers, and whatever python-stdnum knows."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, Any

from pydantic import AfterValidator

from typesight.errors import MissingExtra

__all__ = ["NAMED", "checked_text", "checksum"]

# Rows: the name of a type -> the module of stdnum, and what it is called in messages.
NAMED = {
    "IBAN": ("iban", "IBAN"),
    "VatNumber": ("eu.vat", "VAT number of the EU"),
    "LuhnNumber": ("luhn", "number with a Luhn digit"),
}
# Rows: the name of stdnum's error -> what it means for whoever reads the number.
_WORDS = {
    "InvalidChecksum": "its check digits do not match the others: read it again, character by character",
    "InvalidLength": "it has too many or too few characters: read all of it, and nothing beside it",
    "InvalidFormat": "it holds a character that may not be there: read it again, character by character",
    "InvalidComponent": "a part of it is none that exists: read it again, character by character",
}


class _Checksum:
    """The check of one kind of number; the library is looked for when the check is made, and loaded when it is used."""

    def __init__(self, kind: str, title: str) -> None:
        if find_spec("stdnum") is None:
            raise MissingExtra("checks", f"checking {title}")
        if not _is_known(kind):
            raise ValueError(f"python-stdnum knows no {kind!r}: give a module of it, such as 'iban' or 'eu.vat'")
        self.kind, self.title = kind, title

    def __call__(self, text: str) -> str:
        module: Any = import_module(f"stdnum.{self.kind}")
        try:
            found: str = module.validate(import_module("stdnum.util").clean(text, " -"))
        except import_module("stdnum.exceptions").ValidationError as error:
            kind = next((name for name in _WORDS if name in {each.__name__ for each in type(error).__mro__}), "")
            raise ValueError(f"no valid {self.title}: {_WORDS.get(kind, 'read it again')}") from None
        return found


def _is_known(kind: str) -> bool:
    try:
        return find_spec(f"stdnum.{kind}") is not None
    except ModuleNotFoundError:  # nor is what it would stand in
        return False


def checksum(kind: str) -> AfterValidator:
    """A check of any number that python-stdnum knows, by its module's name ("de.idnr"); it stands in `Annotated`.

    The value is given back without spaces and marks. Raises MissingExtra without the extra `checks`, ValueError for a
    kind that is not known.
    """
    return AfterValidator(_Checksum(kind, f"number of the kind {kind}"))


def checked_text(name: str) -> Any:
    """One of the types that have a name of their own. Raises MissingExtra."""
    return Annotated[str, AfterValidator(_Checksum(*NAMED[name]))]
