"""The options of typesight as flags of the command line: `max_retries` is `--max-retries`.

The flags come from a drawn table, so that `--help` need not load the options themselves. Their texts are parsed
in `option_values.py`, after argparse.
"""

from __future__ import annotations

import argparse

from typesight.cli.settings.flag_rows import FLAG_ROWS

__all__ = ["add_option_flags", "spell_flag"]


def spell_flag(name: str) -> str:
    """Spell an option as a flag."""
    return f"--{name.replace('_', '-')}"


def add_option_flags(parser: argparse.ArgumentParser) -> None:
    """Add a flag for each option that can be said on a command line."""
    ours = parser.add_argument_group("options of typesight", "docs/options.md has the table")
    theirs = parser.add_argument_group("options of the SDK's call")
    for row in FLAG_ROWS:
        group, text = ours if row.is_ours else theirs, row.says.replace("%", "%%") or None
        if row.metavar is None:
            group.add_argument(spell_flag(row.name), dest=row.name, action="store_true", default=None, help=text)
        else:
            group.add_argument(spell_flag(row.name), dest=row.name, metavar=row.metavar, help=text)
