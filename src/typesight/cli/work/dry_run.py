"""What a run would take, as `extract --dry-run` prints it: nothing is sent and no pixel is decoded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from typesight.cli.exit_codes import ExitCode
from typesight.cli.stderr import format_error, say
from typesight.cli.work.plain_output import print_result
from typesight.client.client import Client
from typesight.client.many_documents import estimate_document
from typesight.errors import TypesightError
from typesight.many.run_terms import NamedDocument
from typesight.outputs.json_lines import format_row

__all__ = ["estimate_run"]


def estimate_run(
    client: Client[Any],
    kind: Any,
    documents: Iterable[NamedDocument],
    options: Mapping[str, Any],
    stdout: TextIO | None,
) -> int:
    """Print one JSON object: the documents, the tokens, bytes and dollars of a first request each, and the problems.

    `usd` is None where a price is not known. A document that cannot be opened is said on stderr, and not counted.
    """
    told: dict[str, Any] = {"documents": 0, "failed": 0, "input_tokens": 0, "wire_bytes": 0, "usd": 0.0, "problems": []}
    for name, document in documents:
        try:
            if isinstance(document, Exception):
                raise document
            found = estimate_document(client, kind, document, options)
        except (TypesightError, OSError) as error:
            told["failed"] += 1
            say(f"{name}: {type(error).__name__}: {format_error(error)}")
            continue
        told["documents"] += 1
        told["input_tokens"] += found.input_tokens
        told["wire_bytes"] += found.wire_bytes
        told["usd"] = None if told["usd"] is None or found.usd is None else told["usd"] + found.usd
        told["problems"] += [f"{name}: {problem}" for problem in found.problems]
    print_result(format_row(told), stdout)
    return ExitCode.SOME_FAILED if told["failed"] else ExitCode.DONE
