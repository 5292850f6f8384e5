"""The command `python -m typesight.testing.live`: its arguments and exit codes.

It asks a real endpoint with your key, so it costs money, within a cap. No CI runs it against a provider.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import typesight
from typesight.endpoints.recognise_client import find_endpoint
from typesight.errors import MissingExtra
from typesight.testing.live.live_cases import LIVE_CASES, LiveCase
from typesight.testing.live.live_run import CaseResult, run_cases
from typesight.testing.live.live_table import describe_versions, hide_keys, write_row, write_summary, write_table_head
from typesight.testing.live.live_trial import LiveEndpoint
from typesight.testing.live.spending import SpendingCap
from typesight.text.nearest_name import find_nearest
from typesight.usage import has_price_list

__all__ = ["try_endpoint"]

_ALL_OK, _SOME_FAILED, _CANNOT_BEGIN = 0, 1, 2
_USUAL_CAP = 0.05  # US dollars


def try_endpoint(arguments: Sequence[str] | None = None) -> int:
    """Run the cases and print the table; return 0 if none failed, 1 if some did, 2 if none could be tried."""
    given = _build_parser().parse_args(arguments)
    try:
        rows = _run(given)
        if given.json:
            _write_json(given.json, given.model, rows)
    except (ValueError, TypeError, MissingExtra, OSError) as error:
        print(hide_keys(str(error)), file=sys.stderr)
        return _CANNOT_BEGIN
    return _choose_exit_code(rows)


def _run(given: argparse.Namespace) -> list[CaseResult]:
    """Run the cases and print their rows. Raises ValueError, TypeError or MissingExtra before anything is sent."""
    cases = _select_cases(given.cases)
    if given.json and not given.json.parent.is_dir():
        raise ValueError(f"--json: there is no folder {given.json.parent}")
    endpoint = LiveEndpoint(given.model, _read_connection(given), given.answer_tokens, given.text_only)
    with typesight.from_provider(endpoint.model, **endpoint.connect) as client:
        return _print_rows(given.model, run_cases(client, endpoint, cases, _make_cap(given)))


def _choose_exit_code(rows: Sequence[CaseResult]) -> int:
    outcomes = {row.outcome for row in rows}
    if outcomes == {"skipped"}:
        return _CANNOT_BEGIN
    return _SOME_FAILED if "failed" in outcomes else _ALL_OK


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m typesight.testing.live",
        description="Try a real endpoint with your key, taken from the environment, and print a table to send back.",
    )
    parser.add_argument("--model", required=True, help="as for from_provider, such as openai/gpt-6-luna")
    parser.add_argument("--base-url", help="the endpoint's URL, if it is not the provider's own")
    parser.add_argument("--api", choices=("auto", "chat", "responses"), help="which API of OpenAI to try")
    parser.add_argument("--text-only", action="store_true", help="the model takes no pictures: send text")
    parser.add_argument("--max-usd", type=float, metavar="USD", help=f"spend no more (default {_USUAL_CAP})")
    parser.add_argument(
        "--max-tokens", type=_read_count, default=200_000, metavar="N",
        help="where no price is known: use no more tokens in all (default 200000)",
    )  # fmt: skip
    parser.add_argument(
        "--answer-tokens", type=_read_count, default=1_000, metavar="N", help="limit of each answer (default 1000)"
    )
    parser.add_argument("--cases", metavar="A,B", help=f"try only these: {', '.join(case.name for case in LIVE_CASES)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows to this file")
    return parser


def _read_count(text: str) -> int:
    """A number of tokens. Raises ArgumentTypeError for none."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"it is a number of tokens from 1, not {text!r}")
    return int(text)


def _select_cases(names: str | None) -> list[LiveCase]:
    """The cases of these names. Raises ValueError for a name that no case has."""
    known = {case.name: case for case in LIVE_CASES}
    if names is None:
        return list(known.values())
    wanted = [name.strip() for name in names.split(",")]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        nearest = find_nearest(unknown[0], known)
        meant = f"did you mean {nearest}? " if nearest else ""
        raise ValueError(f"no case is named {unknown[0]!r}: {meant}there are {', '.join(known)}")
    return [known[name] for name in wanted]


def _read_connection(given: argparse.Namespace) -> dict[str, Any]:
    """The arguments of `from_provider`; the SDK tries nothing again, so that each request is seen."""
    if given.model == "local":
        raise ValueError("local is the reader on this machine: it has no endpoint to try")
    named = {"base_url": given.base_url, "api": given.api}
    return {"sdk": {"max_retries": 0}, **{name: value for name, value in named.items() if value is not None}}


def _make_cap(given: argparse.Namespace) -> SpendingCap:
    """The cap. Raises MissingExtra or ValueError if it was given in dollars and no price is known."""
    found, model = find_endpoint(given.model)
    usd = _USUAL_CAP if given.max_usd is None else given.max_usd
    cap = SpendingCap(model, found.vendor, usd, given.max_tokens)
    if cap.has_price:
        return cap
    if given.max_usd is not None and not has_price_list():
        raise MissingExtra("prices", "--max-usd")
    if given.max_usd is not None:
        raise ValueError(f"no price is known for {given.model}: give the cap as --max-tokens, not as --max-usd")
    print(f"no price is known for {given.model}: the cap is {cap.tokens} tokens", file=sys.stderr)
    return cap


def _print_rows(model: str, results: Iterable[CaseResult]) -> list[CaseResult]:
    """Print each row as it comes."""
    versions = " ".join(f"{name} {number}" for name, number in describe_versions().items())
    print(f"{model}, {date.today().isoformat()}, {versions}\n\n{write_table_head()}")
    rows: list[CaseResult] = []
    for row in results:
        rows.append(row)
        print(write_row(row), flush=True)
    print(f"\n{write_summary(rows)}")
    return rows


def _write_json(path: Path, model: str, rows: Sequence[CaseResult]) -> None:
    told = {"model": model, "date": date.today().isoformat(), "versions": describe_versions()}
    text = json.dumps({**told, "cases": [row.to_dict() for row in rows]}, indent=1)
    path.write_text(hide_keys(text), "utf-8")
