"""A real model that is too small, by mode and by reask: how many records are valid, and how many are right.

    python tests/small_model_server.py --port 8090        # prints its URL; leave it running
    python benchmarks/small_model.py --base-url http://127.0.0.1:8090/v1 --out replies.jsonl

The model is SmolLM2-135M-Instruct in llama.cpp's server, text only, at temperature 0. It gets the lines of 30 receipts
of SROIE that OCR read (`readings/sroie.jsonl` in the folder that TYPESIGHT_DATA names), each of another company and of
at most 600 characters, and is asked for company, date and total. A record is valid if it has the three types and its
company and total are printed among the lines: the validators say so in words that a complaint repeats. It is right if
all three are those of the label: letters and digits of the company, the day, the amount.

A "way" is a mode, or `shown`: JSON_SCHEMA with the schema also in the prompt, since llama.cpp compiles it to a grammar
and does not show it to the model. With `reask="whole"` only those are asked that were asked again with "fields": at
temperature 0 the first reply is the same. Results are written as they come; started again, it goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationInfo, field_validator

from typesight import ExtractionFailed, Mode, Truncated, from_provider
from typesight.attempts import Attempt

LONGEST = 600  # characters of a receipt's text
MAX_TOKENS = 64  # a right record takes 40 to 50
ABSENT = "is not printed on the receipt"
WAYS = {"json_schema": Mode.JSON_SCHEMA, "shown": Mode.JSON_SCHEMA, "json": Mode.JSON, "prompted": Mode.PROMPTED}
ASK = "Above is the text of a receipt. Give the company that issued it, the date, and the total amount."
SHOWN = 'Answer as JSON: {"company": string, "date": "YYYY-MM-DD", "total": number}'


def letters(text: str) -> str:
    """Letters and digits alone, small."""
    return re.sub(r"[\W_]+", "", text).lower()


class Receipt(BaseModel):
    """What a receipt says; the context is its text."""

    company: str
    date: date
    total: Decimal

    @field_validator("company")
    @classmethod
    def is_printed(cls, company: str, info: ValidationInfo) -> str:
        """The company stands among the lines."""
        if not letters(company) or letters(company) not in letters(info.context):
            raise ValueError(f"{company!r} {ABSENT}")
        return company

    @field_validator("total")
    @classmethod
    def is_amount(cls, total: Decimal, info: ValidationInfo) -> Decimal:
        """The total is one of the amounts among the lines."""
        if total not in {Decimal(each) for each in re.findall(r"\d+\.\d\d\b", info.context.replace(",", ""))}:
            raise ValueError(f"{total} {ABSENT}")
        return total


@dataclass(frozen=True, slots=True)
class Outcome:
    """One call: how many reasks it took, whether it ended with a record, and which fields were right."""

    receipt: str
    way: str
    reask: str
    valid: bool
    typed: bool  # the first reply had the three types, printed or not
    reasks: int
    right: tuple[str, ...]
    cut: bool  # the last reply stopped at the token limit
    input: int
    output: int
    requests: int


def choose(folder: Path, count: int) -> Iterator[dict[str, Any]]:
    """The first receipts that are short enough, one of each company."""
    seen: set[Any] = set()
    for line in (folder / "readings" / "sroie.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        row["text"] = "\n".join(each[0] for each in row["lines"])
        if len(row["text"]) <= LONGEST and row["group"] not in seen and read_label(row["fields"]):
            seen.add(row["group"])
            yield row
        if len(seen) == count:
            return


def read_label(fields: dict[str, str]) -> dict[str, Any] | None:
    """The three values of a label; None if one cannot be read."""
    try:
        total = Decimal(re.sub(r"[^\d.]", "", fields["total"]))
        day, month, year = (int(each) for each in re.split(r"[-/. ]", fields["date"])[:3])
        return {"company": letters(fields["company"]), "date": date(year % 100 + 2000, month, day), "total": total}
    except (KeyError, TypeError, ValueError, InvalidOperation):
        return None


def find_right(values: dict[str, Any], label: dict[str, Any]) -> tuple[str, ...]:
    """The fields whose values are those of the label."""
    found = {**values, "company": letters(str(values.get("company", "")))}
    return tuple(name for name, value in label.items() if found.get(name) == value)


def count_reasks(attempts: tuple[Attempt, ...]) -> int:
    """The attempts after the first, but for those that only raised the token limit."""
    return len(attempts) - 1 - sum(isinstance(each.error, Truncated) for each in attempts[:-1])


def ask(client: Any, row: dict[str, Any], way: str, reask: str) -> Outcome:
    """Ask for one record."""
    text = f"{row['text']}\n\n{ASK}" + (f"\n{SHOWN}" if way == "shown" else "")
    options = {"mode": WAYS[way], "reask": reask, "context": row["text"], "max_tokens": MAX_TOKENS}
    call = client._read_call(
        [{"role": "user", "content": text}], Receipt, {**options, "temperature": 0, "seed": 1, "max_retries": 2}
    )
    try:
        found = client._drive(call)  # an Extraction, whose attempts `create` would not give
        attempts, values = found.attempts, dict(found.record)
    except ExtractionFailed as error:
        found, attempts, values = None, error.attempts, error.partial
    first = attempts[0]
    typed = first.error is None or (bool(first.errors) and all(ABSENT in each for each in first.errors.values()))
    label = read_label(row["fields"])
    assert label is not None
    return Outcome(
        row["id"], way, reask, found is not None, typed, count_reasks(attempts), find_right(values, label),
        isinstance(attempts[-1].error, Truncated),
        sum(each.usage.input for each in attempts), sum(each.usage.output for each in attempts), len(attempts),
    )  # fmt: skip


def run(client: Any, rows: list[dict[str, Any]], out: Path) -> list[Outcome]:
    """Ask for all records that `out` does not have yet."""
    done = [Outcome(**json.loads(line)) for line in out.read_text("utf-8").splitlines()] if out.exists() else []
    known = {(each.receipt, each.way, each.reask): each for each in done}
    for row in rows:
        for way in WAYS:
            for reask in ("fields", "whole"):
                key, fields = (row["id"], way, reask), known.get((row["id"], way, "fields"))
                if key in known:
                    continue
                if fields and not fields.reasks:
                    known[key] = Outcome(**{**asdict(fields), "reask": reask})
                else:
                    known[key] = ask(client, row, way, reask)
                with out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(known[key])) + "\n")
    return list(known.values())


def table(outcomes: list[Outcome]) -> None:
    """Print the table."""
    print(
        "| way | reask | typed at first | valid after 0, 1, 2 reasks | all right after 0, 1, 2 | fields right "
        "| cut | requests | tokens in | tokens out |\n|---|---|---|---|---|---|---|---|---|---|"
    )
    for way in WAYS:
        for reask in ("fields", "whole"):
            rows = [each for each in outcomes if (each.way, each.reask) == (way, reask)]
            valid = [sum(each.valid and each.reasks <= most for each in rows) for most in range(3)]
            right = [
                sum(each.valid and each.reasks <= most and len(each.right) == 3 for each in rows) for most in range(3)
            ]
            total = {name: sum(getattr(each, name) for each in rows) for name in ("requests", "input", "output")}
            print(
                f"| {way} | {reask} | {sum(each.typed for each in rows)} of {len(rows)} | {', '.join(map(str, valid))} "
                f"| {', '.join(map(str, right))} | {sum(len(each.right) for each in rows)} of {3 * len(rows)} "
                f"| {sum(each.cut for each in rows)} | {total['requests']} | {total['input']:,} | {total['output']:,} |"
            )


def main() -> None:
    """Read the command line, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", required=True, help="of llama.cpp's server, with its /v1")
    parser.add_argument("--out", type=Path, default=Path("small_model.jsonl"), help="where results are kept")
    parser.add_argument("--receipts", type=int, default=30, help="how many (default 30)")
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # the model is not in the tables
    rows = list(choose(Path(os.environ["TYPESIGHT_DATA"]), given.receipts))
    began = datetime.now()
    with from_provider("llamacpp/smollm2-135m", base_url=given.base_url) as client:
        table(run(client, rows, given.out))
    print(f"{(datetime.now() - began).total_seconds() / 60:.0f} minutes")


if __name__ == "__main__":
    main()
