"""The command `python -m typesight.testing.live`: its arguments and exit codes.

It asks a real endpoint with your key, so it costs money, within a cap. No CI runs it against a provider.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from typesight.endpoints.recognise_client import find_endpoint
from typesight.errors import MissingExtra
from typesight.testing.live.live_cases import LIVE_CASES, LiveCase
from typesight.testing.live.live_run import CaseResult, run_cases
from typesight.testing.live.live_table import describe_versions, hide_keys, write_row, write_summary, write_table_head
from typesight.testing.live.live_trial import LiveEndpoint
from typesight.testing.live.spending import SpendingCap

__all__ = ["try_endpoint"]

_ALL_OK, _SOME_FAILED, _CANNOT_BEGIN = 0, 1, 2


def try_endpoint(arguments: Sequence[str] | None = None) -> int:
    """Run the cases and print the table; return 0 if none failed, 1 if some did, 2 if none could be tried."""
    given = _build_parser().parse_args(arguments)
    try:
        cases = _select_cases(given.cases)
        endpoint = LiveEndpoint(given.model, _read_connection(given), given.answer_tokens, given.text_only)
        cap = _make_cap(given)
        rows = _print_rows(endpoint, cases, cap)
    except (ValueError, TypeError, MissingExtra) as error:
        print(hide_keys(str(error)), file=sys.stderr)
        return _CANNOT_BEGIN
    if given.json:
        _write_json(given.json, given.model, rows)
    return _choose_exit_code(rows)


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
    parser.add_argument("--model", required=True, help="as for from_provider: openai/gpt-6-luna")
    parser.add_argument("--base-url", help="of an endpoint elsewhere")
    parser.add_argument("--api", choices=("auto", "chat", "responses"), help="which API of OpenAI")
    parser.add_argument("--text-only", action="store_true", help="the model takes no pictures: send text")
    parser.add_argument("--max-usd", type=float, default=0.05, metavar="USD", help="spend no more (default 0.05)")
    parser.add_argument(
        "--max-tokens", type=int, default=200_000, metavar="N",
        help="where the price is not known: take no more tokens in all (default 200000)",
    )  # fmt: skip
    parser.add_argument(
        "--answer-tokens", type=int, default=1_000, metavar="N", help="limit of each answer (default 1000)"
    )
    parser.add_argument("--cases", metavar="A,B", help=f"of {', '.join(case.name for case in LIVE_CASES)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows here too")
    return parser


def _select_cases(names: str | None) -> list[LiveCase]:
    """The cases of these names. Raises ValueError for a name that no case has."""
    known = {case.name: case for case in LIVE_CASES}
    if names is None:
        return list(known.values())
    wanted = [name.strip() for name in names.split(",")]
    if unknown := [name for name in wanted if name not in known]:
        raise ValueError(f"no case is named {', '.join(unknown)}: use {', '.join(known)}")
    return [known[name] for name in wanted]


def _read_connection(given: argparse.Namespace) -> dict[str, Any]:
    """The arguments of `from_provider`; the SDK tries nothing again, so that each request is seen."""
    named = {"base_url": given.base_url, "api": given.api}
    return {"sdk": {"max_retries": 0}, **{name: value for name, value in named.items() if value is not None}}


def _make_cap(given: argparse.Namespace) -> SpendingCap:
    found, model = find_endpoint(given.model)
    cap = SpendingCap(model, found.vendor, given.max_usd, given.max_tokens)
    if not cap.has_price:
        print(f"no price is known for {given.model}: the cap is {cap.tokens} tokens", file=sys.stderr)
    return cap


def _print_rows(endpoint: LiveEndpoint, cases: Sequence[LiveCase], cap: SpendingCap) -> list[CaseResult]:
    """Run the cases, and print each row as it comes."""
    rows: list[CaseResult] = []
    for row in run_cases(endpoint, cases, cap):
        if not rows:  # not before the client could be made
            versions = " ".join(f"{name} {number}" for name, number in describe_versions().items())
            print(f"{endpoint.model}, {date.today().isoformat()}, {versions}\n\n{write_table_head()}")
        rows.append(row)
        print(write_row(row), flush=True)
    print(f"\n{write_summary(rows)}")
    return rows


def _write_json(path: Path, model: str, rows: Sequence[CaseResult]) -> None:
    told = {"model": model, "date": date.today().isoformat(), "versions": describe_versions()}
    text = json.dumps({**told, "cases": [row.to_dict() for row in rows]}, indent=1)
    path.write_text(hide_keys(text), "utf-8")
