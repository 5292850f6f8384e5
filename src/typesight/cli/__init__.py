"""The command line: `typesight extract PATHS… --schema FILE.py:Model`.

Rows go to stdout or a file, all messages to stderr.
"""

from typesight.cli.command import main

__all__ = ["main"]
