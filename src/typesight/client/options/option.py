"""Option: one row of the table of options, with its reader, its default, and what docs and command line show of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_origin, get_type_hints

__all__ = ["Flag", "Option", "SdkParameter", "list_options", "list_parameters"]


def _keep(given: Any) -> Any:
    return given


@dataclass(frozen=True, slots=True)
class Flag:
    """An option on the command line: `parse` turns its text into a value; None for a flag that takes no text.

    `metavar` stands for the text in the help: "SECONDS", "off|warn|reask".
    """

    metavar: str
    parse: Callable[[str], Any] | None = str


@dataclass(frozen=True, slots=True)
class Option:
    """One option of ours.

    `says` is what the docs say about it, and `takes` what its value may be. `read` checks a value and returns what the
    code works with; it raises TypeError or ValueError. If a caller gives None, it reads `default`. `extract_default` is
    another default for `extract`. `field_of` is a frozen dataclass that has the option as a field and checks it itself.
    """

    says: str
    takes: str
    read: Callable[[Any], Any] = _keep
    default: Any = None
    extract_default: Any = None
    field_of: type | None = None
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class SdkParameter:
    """A parameter of the SDKs' own calls: `calls` are the names of the wires whose SDK has it.

    `read` is as in Option, for a parameter that typesight works with itself.
    """

    calls: tuple[str, ...]
    flag: Flag | None = None
    read: Callable[[Any], Any] = _keep


def list_options(kind: type) -> Mapping[str, Option]:
    """List the options of ours that a TypedDict declares, by name, in the order of its rows."""
    return {name: row for name, row in _list_rows(kind).items() if isinstance(row, Option)}


def list_parameters(kind: type) -> Mapping[str, SdkParameter]:
    """List the SDKs' parameters that a TypedDict declares, by name, in the order of its rows."""
    return {name: row for name, row in _list_rows(kind).items() if isinstance(row, SdkParameter)}


def _list_rows(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items() if get_origin(hint) is Annotated}
