"""Setting: a model and the options that it is asked with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Setting"]


@dataclass(frozen=True, slots=True)
class Setting:
    """A model and the options of `extract` that it is asked with; `options` holds those that differ between settings.

    `client` is None for a model by name (`openai/gpt-6-luna`, `local`) and for answers from files.
    """

    model: str
    options: Mapping[str, Any] = field(default_factory=dict)
    client: Any = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The model and the options: `openai/gpt-6-luna max_side=768 detail=low`."""
        return " ".join([self.model, *(f"{name}={_spell(each)}" for name, each in self.options.items())])


def _spell(value: Any) -> str:
    """A value as the command line takes it."""
    if value is None:
        return "none"
    return ("on" if value else "off") if isinstance(value, bool) else str(value)
