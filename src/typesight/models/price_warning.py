"""PriceWarning: says once that a cost is None because the price list is not installed."""

from __future__ import annotations

import warnings
from contextlib import suppress
from threading import Lock

from typesight.installation import write_install_command
from typesight.models.endpoint_rows import ENDPOINTS
from typesight.usage import has_price_list

__all__ = ["PriceWarning", "warn_of_missing_prices"]

_PRICED = frozenset(row.prices for row in ENDPOINTS.values() if row.prices)
_first = Lock()  # taken by the first that warns, and never released


class PriceWarning(UserWarning):
    """A cost is None because the extra `prices` is not installed. It comes once in a process."""


def warn_of_missing_prices(vendor: str) -> None:
    """Warn of a cost that is None, the first time that the extra `prices` would have told it.

    Not of a provider that is on no price list, such as a server of your own, nor of a model that is not on its
    provider's list. Raises nothing, also where warnings are errors: it is a hint, and the call has been paid for.
    """
    if vendor not in _PRICED or has_price_list() or not _first.acquire(blocking=False):
        return
    with suppress(PriceWarning):
        warnings.warn(
            f"cost is None: prices need the extra `prices` (typesight[prices]): {write_install_command('prices')}",
            PriceWarning,
            stacklevel=2,
        )
