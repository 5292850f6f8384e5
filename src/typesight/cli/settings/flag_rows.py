"""The flags of options, drawn from the rows of the options: `python tests/draw_tables.py flags`.

So `--help` loads no option, and with it no pydantic, Pillow or SDK.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["FLAG_ROWS", "FlagRow"]


class FlagRow(NamedTuple):
    """An option's flag: what stands for its text in the help (None: it takes none), and whether the option is ours."""

    name: str
    metavar: str | None
    says: str
    is_ours: bool


FLAG_ROWS: tuple[FlagRow, ...] = (
    FlagRow(
        "ledger",
        "FILE",
        "The file that keeps what came of each document, so that none is paid for twice, also after a kill.",
        True,
    ),
    FlagRow(
        "concurrency",
        "N|auto",
        'The most documents at a time. "auto" finds it by how the provider answers; the local reader takes a '
        "core for each.",
        True,
    ),
    FlagRow(
        "run_budget",
        "usd=N,tokens=N",
        "The most that the whole run may spend; it then begins no more documents.",
        True,
    ),
    FlagRow(
        "only_failed",
        None,
        "Whether only those documents are read that failed in an earlier run with this ledger.",
        True,
    ),
    FlagRow(
        "mode",
        "MODE",
        "How the model is asked for a record. By default the best way that the model and its endpoint take.",
        True,
    ),
    FlagRow(
        "max_retries",
        "N",
        "How many reasks may follow the first reply.",
        True,
    ),
    FlagRow(
        "reask",
        "auto|fields|whole",
        "What is asked for again after an invalid reply: the failing fields, the whole record, or what costs less.",
        True,
    ),
    FlagRow(
        "deadline",
        "SECONDS",
        "How long the whole call may take: downloads, requests and reasks together.",
        True,
    ),
    FlagRow(
        "budget",
        "usd=N,tokens=N",
        "The most that one call may spend. It is checked before each request.",
        True,
    ),
    FlagRow(
        "cache",
        "FOLDER",
        "Keeps replies, so that a call that you have made before sends nothing.",
        True,
    ),
    FlagRow(
        "strict",
        None,
        "Pydantic's strict validation: a number that is written as a string is an error.",
        True,
    ),
    FlagRow(
        "enable_prompt_caching",
        "auto|on|off",
        "Where Claude's prompt cache is marked: True at the last picture of every request, False only where "
        'you did, "auto" at the first reask.',
        True,
    ),
    FlagRow(
        "profile",
        "MODEL",
        "What a model can do whose name does not say.",
        True,
    ),
    FlagRow(
        "max_side",
        "PIXELS",
        "The longest side that a picture is sent with, if the endpoint would take more.",
        True,
    ),
    FlagRow(
        "max_pixels",
        "PIXELS",
        "The largest picture that is opened, by what its header says.",
        True,
    ),
    FlagRow(
        "tile",
        "auto|off",
        "Whether a till roll is cut into parts that overlap, when it would be shrunk too much.",
        True,
    ),
    FlagRow(
        "turn",
        "auto|off",
        "Whether a picture is turned if its text lies sideways (extra local).",
        True,
    ),
    FlagRow(
        "api",
        "auto|chat|responses",
        'Which API of OpenAI. "auto" is Chat Completions, unless the model needs Responses for the mode.',
        True,
    ),
    FlagRow(
        "prompt",
        "TEXT",
        "Your own prompt, in place of typesight's.",
        True,
    ),
    FlagRow(
        "system",
        "TEXT",
        "Your own system prompt, before the pictures.",
        True,
    ),
    FlagRow(
        "verify",
        "off|warn|reask",
        "What to do about values that are not printed in the picture: nothing, a warning, or one reask (extra local).",
        True,
    ),
    FlagRow(
        "hint",
        "ocr",
        "Whether the model also gets the text that OCR reads here (extra local).",
        True,
    ),
    FlagRow(
        "max_tokens",
        "N",
        "",
        False,
    ),
    FlagRow(
        "temperature",
        "NUMBER",
        "",
        False,
    ),
    FlagRow(
        "reasoning_effort",
        "EFFORT",
        "",
        False,
    ),
    FlagRow(
        "service_tier",
        "TIER",
        "",
        False,
    ),
    FlagRow(
        "seed",
        "N",
        "",
        False,
    ),
)
