"""The arguments of `typesight serve`."""

from __future__ import annotations

import argparse
from typing import TextIO

from typesight.cli.work import start_work

__all__ = ["add_arguments", "run"]

_FAULT_SHARE = 0.05  # one request in twenty: enough to meet some in a run of a hundred


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the verb."""
    parser.add_argument(
        "--port", type=int, default=8080, metavar="N", help="where to listen; 0: any free port; default: 8080"
    )
    parser.add_argument("--plays", default="", metavar="NAME", help='act as another endpoint, such as "ollama"')
    parser.add_argument(
        "--answer",
        default="reader",
        metavar="FILE.jsonl",
        help='the replies, one JSON value a line, again and again; default: "reader", the local reader',
    )
    parser.add_argument("--requests-per-minute", type=float, metavar="N", help="answer 429 to more requests than these")
    parser.add_argument("--tokens-per-minute", type=float, metavar="N", help="answer 429 to more tokens than these")
    parser.add_argument(
        "--fault",
        type=int,
        action="append",
        default=[],
        metavar="STATUS",
        help="answer some requests with this HTTP status; may be given several times",
    )
    parser.add_argument(
        "--fault-share",
        type=float,
        default=_FAULT_SHARE,
        metavar="0..1",
        help="the share of the requests that get such a status; default: 0.05",
    )
    parser.add_argument("--retry-after", type=float, metavar="SECONDS", help="the header Retry-After of such a reply")


def run(given: argparse.Namespace, stdout: TextIO | None) -> int:
    """Serve until SIGINT or SIGTERM, and return the exit code."""
    return start_work("serve_run", given, stdout)
