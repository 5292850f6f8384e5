"""Flags that several verbs have: the schema, the model, the config file, and how much is said."""

from __future__ import annotations

import argparse

__all__ = ["add_message_flags", "add_model_flags", "add_schema_flags", "read_positive"]


def add_schema_flags(parser: argparse.ArgumentParser) -> None:
    """Add --schema, and the config file that may hold it."""
    parser.add_argument(
        "--schema",
        metavar="SCHEMA",
        help='the type of each record: FILE.py:Model, package.module:Model, or fields, "company, total: decimal, note?"'
        "; default: $TYPESIGHT_SCHEMA, else the config file's",
    )
    files = parser.add_mutually_exclusive_group()
    files.add_argument(
        "--config",
        metavar="FILE",
        help="the config file; default: typesight.toml here, else [tool.typesight] of pyproject.toml here, else "
        "~/.config/typesight.toml",
    )
    files.add_argument("--no-config", action="store_true", help="read no config file")


def add_model_flags(parser: argparse.ArgumentParser) -> None:
    """Add --model and its address."""
    parser.add_argument(
        "--model",
        metavar="VENDOR/MODEL",
        help='the model, such as "openai/gpt-6-luna"; default: $TYPESIGHT_MODEL, else the config file\'s, else the '
        'local reader ("local")',
    )
    parser.add_argument("--base-url", metavar="URL", help="where the model is, if not at its provider's own address")


def add_message_flags(parser: argparse.ArgumentParser) -> None:
    """Add the flags that say how much is said, and how."""
    messages = parser.add_argument_group("messages")
    messages.add_argument("-q", "--quiet", action="store_true", help="print nothing on stderr but errors")
    messages.add_argument("--no-color", action="store_true", help="print without colours, as with $NO_COLOR")


def read_positive(text: str) -> int:
    """The whole number above 0 of a flag. Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)
