"""The options of `extract_many` for its run, a row each, beside those of `extract` for each document."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Annotated, Generic, Literal, TypedDict, TypeVar

from typesight.budget import Budget
from typesight.client.options.call_options import ExtractOptions
from typesight.client.options.option import Flag, Option, list_options
from typesight.client.options.option_readers import (
    expect_type,
    parse_budget,
    parse_concurrency,
    read_concurrency,
    read_ledger,
    read_progress,
)

__all__ = ["RUN_ROWS", "ManyOptions"]

P = TypeVar("P")


class _RunOptions(TypedDict, total=False):
    """Options of a run."""

    ledger: Annotated[
        str | PathLike[str] | None,
        Option(
            "The file that keeps what came of each document, so that none is paid for twice, also after a kill.",
            takes="a path; it is made if it is not there",
            read=read_ledger,
            flag=Flag("FILE"),
        ),
    ]
    concurrency: Annotated[
        int | Literal["auto"] | None,
        Option(
            'The most documents at a time. "auto" finds it by how the provider answers; the local reader takes a core '
            "for each.",
            takes='"auto" or a whole number',
            read=read_concurrency,
            default="auto",
            flag=Flag("N|auto", parse_concurrency),
        ),
    ]
    run_budget: Annotated[
        Budget | None,
        Option(
            "The most that the whole run may spend; it then begins no more documents.",
            takes="a `Budget(usd=…, tokens=…)`",
            read=expect_type("run_budget", Budget, takes="a Budget(usd=..., tokens=...)"),
            flag=Flag("usd=N,tokens=N", parse_budget),
        ),
    ]
    only_failed: Annotated[
        bool | None,
        Option(
            "Whether only those documents are read that failed in an earlier run with this ledger.",
            takes="True or False",
            read=expect_type("only_failed", bool, takes="True or False"),
            default=False,
            flag=Flag("", None),
        ),
    ]
    progress: Annotated[
        bool | Literal["auto"] | None,
        Option(
            "Whether a progress bar is shown on stderr (extra `cli`), or a line every 10 seconds where that is no "
            'terminal. "auto" shows it on a terminal alone.',
            takes='"auto", True or False',
            read=read_progress,
            default="auto",
        ),
    ]


class ManyOptions(ExtractOptions[P], _RunOptions, Generic[P], total=False):
    """What `client.extract_many` takes: the options of each document, and those of the run."""


RUN_ROWS: Mapping[str, Option] = list_options(_RunOptions)
