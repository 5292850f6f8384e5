"""Places: whether a text looks like a line of an address, and such lines as one text."""

from __future__ import annotations

import re

from typesight.text.letters import fold_text, split_words

__all__ = ["CONTACT", "ENTRY", "POSTCODE", "WHOLE", "is_country", "joined", "placed"]

_STREET = frozenset(
    split_words(
        "street st road rd avenue ave lane drive blvd boulevard highway hwy square plaza floor flr level unit "
        "suite lot block blk jalan jln lorong taman kampung bandar no wisma menara strasse str platz weg rue "
        "route place via viale piazza calle avenida rua praca straat laan building tower mall park district "
        "section city state box row close court ct terrace crescent way yard gardens grove quay wharf hill walk mews "
        "parade circle parkway pkwy esplanade promenade gasse allee ring ufer chemin quai impasse corso largo travessa"
    )
)
"""Words that stand in addresses."""

_COMPOUND = re.compile(
    r"\b\w{3,}(?:strasse|str|weg|gasse|platz|allee|damm|ufer|ring|straat|laan|gracht|plein|gata|vagen|vej)\b"
)
"""Streets whose kind is the end of their name."""

WHOLE = re.compile(r"^\d+\s?\w?,? [^\d,]{3,},\s*[^\d,]{3,}$|^[^\d,]{3,} \d+\s?\w?,\s*[^\d,]{3,}$")
"""House, street and town in one line."""

POSTCODE = re.compile(
    r"(?<![\w\-/])(?:\d{4,6}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{5}-\d{3,4}|\d{4} ?[A-Z]{2})(?![\w\-/])"
)
ENTRY = re.compile(r"\w+\s*[:#]\s*\w+")
"""A row that is one word and its value (`Site: 12`): no part of an address."""

CONTACT = re.compile(
    r"\b(?:te[l1i]|fax|phone|hp|www|http|gst|vat|reg|roc|co\.? no|company no)\b|@\w|\d{2,3}-\d{6,}|\d{4,}-[A-Z]\b"
    r"|\.com\b",
    re.I,
)
"""What tells of a way to reach somebody, or of a registration: no part of an address."""


def placed(text: str) -> bool:
    """Whether a text looks like a line of an address."""
    if CONTACT.search(text) or ENTRY.fullmatch(text):
        return False
    said, digits = split_words(text), any(char.isdigit() for char in text)
    street = bool(_STREET & set(said)) or bool(_COMPOUND.search(fold_text(text)))
    return bool(POSTCODE.search(text) and len(said) > 1) or (street and (digits or "," in text))


def joined(parts: list[str]) -> str:
    """Lines of an address as one text: a comma between them where there is none."""
    text = ""
    for part in parts:
        between = "" if not text else " " if text.endswith((",", ".", ";")) else ", "
        text += between + part.strip()
    return text.strip(" ,;")


_LISTED = (
    "Argentina, Australia, Austria, Österreich, Belgium, Belgique, België, Brazil, Brasil, Bulgaria, Canada, "
    "Chile, China, Colombia, Croatia, Hrvatska, Cyprus, Czech Republic, Czechia, Česko, Denmark, Danmark, "
    "Deutschland, Egypt, England, España, Estonia, Eesti, Finland, Suomi, France, Germany, Great Britain, "
    "Greece, Hong Kong, Hungary, Iceland, India, Indonesia, Ireland, Israel, Italia, Italy, Japan, Latvia, "
    "Liechtenstein, Lithuania, Luxembourg, Malaysia, Malta, Mexico, México, Morocco, Maroc, Netherlands, The "
    "Netherlands, Nederland, New Zealand, Nigeria, Northern Ireland, Norway, Norge, Pakistan, Peru, "
    "Philippines, Poland, Polska, Portugal, Romania, România, Saudi Arabia, Scotland, Serbia, Singapore, "
    "Slovakia, Slovenia, South Africa, South Korea, Spain, Sweden, Sverige, Switzerland, Schweiz, Suisse, "
    "Svizzera, Taiwan, Thailand, Tunisia, Tunisie, Turkey, Türkiye, Ukraine, United Arab Emirates, UAE, United "
    "Kingdom, UK, United States, United States of America, USA, Uruguay, Vietnam, Wales"
)
_COUNTRIES = frozenset(fold_text(name.strip()) for name in _LISTED.split(","))
"""Countries whose name may close an address, in English and as they call themselves."""


def is_country(text: str) -> bool:
    """Whether a text is the name of a country."""
    return fold_text(text).strip(" .,") in _COUNTRIES
