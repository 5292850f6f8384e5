"""The options of typesight as flags of the command line: `max_retries` is `--max-retries`.

The flags come from a drawn table, so that `--help` need not load the options themselves. Their texts are parsed
in `option_values.py`, after argparse.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping

from typesight.cli.settings.flag_rows import FLAG_ROWS

__all__ = ["add_option_flags", "spell_flag"]


def spell_flag(name: str) -> str:
    """Spell an option as a flag."""
    return f"--{name.replace('_', '-')}"


def add_option_flags(
    parser: argparse.ArgumentParser,
    run: argparse._ArgumentGroup,
    says_of_run: Mapping[str, str],
    *,
    without: Collection[str] = (),
) -> None:
    """Add a flag for each option that can be said on a command line; those of a whole run have their own group.

    `without` are the options that the verb does not have.
    """
    ours = parser.add_argument_group("options of typesight", "docs/options.md has the table")
    theirs = parser.add_argument_group("options of the SDK's call", "sent as they are; the provider explains them")
    for row in FLAG_ROWS:
        if row.name in without:
            continue
        group = run if row.name in says_of_run else ours if row.is_ours else theirs
        text = says_of_run.get(row.name, row.says).replace("%", "%%") or None
        if row.metavar is None:
            group.add_argument(spell_flag(row.name), dest=row.name, action="store_true", default=None, help=text)
        else:
            group.add_argument(spell_flag(row.name), dest=row.name, metavar=row.metavar, help=text)
