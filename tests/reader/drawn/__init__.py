"""Documents drawn for tests of the local reader: forms, invoices and settings, each with the record it holds.

    for drawn in forms():
        right, all_ = score(read_somehow(drawn.picture, drawn.model), drawn.truth)

The same on every machine: fonts from PyPI (`[dev]`), fixed seeds. Names and companies are invented.
"""

from .document import Drawn
from .forms import forms
from .invoices import invoices
from .scoring import score
from .settings import settings

__all__ = ["Drawn", "forms", "invoices", "score", "settings"]
