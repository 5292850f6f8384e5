"""Checks on numbers with check digits: IBANs, VAT numbers, card numbers, and every other kind in python-stdnum."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, Any

from pydantic import AfterValidator

from typesight.errors import MissingExtra

__all__ = ["NAMED", "checked_text", "checksum"]

# Rows: the name of a type -> the module of stdnum, and the number's name in messages.
NAMED = {
    "IBAN": ("iban", "IBAN"),
    "VatNumber": ("eu.vat", "VAT number of the EU"),
    "LuhnNumber": ("luhn", "number with a Luhn digit"),
}
# Rows: the name of stdnum's error -> what the complaint says about it.
_WORDS = {
    "InvalidChecksum": "its check digits do not match the others: read it again, character by character",
    "InvalidLength": "it has too many or too few characters: read all of it, and nothing beside it",
    "InvalidFormat": "it holds a character that may not be there: read it again, character by character",
    "InvalidComponent": "a part of it is none that exists: read it again, character by character",
}


class _Checksum:
    """A check of one kind of number; stdnum is looked up when the check is made, and imported when it runs."""

    def __init__(self, kind: str, title: str) -> None:
        if find_spec("stdnum") is None:
            raise MissingExtra("checks", f"checking {title}")
        if not _is_known(kind):
            raise ValueError(f"python-stdnum has no module {kind!r}: give one that it has, such as 'iban' or 'eu.vat'")
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
    except ModuleNotFoundError:  # the package that would hold it is missing too
        return False


def checksum(kind: str) -> AfterValidator:
    """A check of any number that python-stdnum knows, by the name of its module ("de.idnr"); use it in `Annotated`.

    The value comes back without spaces and separators. Raises MissingExtra without the extra `checks`, ValueError for
    an unknown kind.
    """
    return AfterValidator(_Checksum(kind, f"number of the kind {kind}"))


def checked_text(name: str) -> Any:
    """The type with one of the names "IBAN", "VatNumber" and "LuhnNumber". Raises MissingExtra."""
    return Annotated[str, AfterValidator(_Checksum(*NAMED[name]))]
