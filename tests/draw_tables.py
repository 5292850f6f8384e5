"""The tables in the docs that follow from the code, as text. As a script it draws them into their pages again.

    python tests/draw_tables.py               all
    python tests/draw_tables.py states ways   only these
    python tests/draw_tables.py flags         the flags of the command line, which are a table of Python

A page has each of them between two comments, `<!-- table: NAME -->` and `<!-- end -->`; `tests/test_draw_tables.py`
says that the pages are as drawn. The table "sent" is read off real requests to a Sandbox.
"""

from __future__ import annotations

import re
import sys
import textwrap
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import MISSING, fields
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import typesight
from doc_model import draw_receipt
from sent_bodies import CASES, COLUMNS, describe_requests, serve_picture
from support import GOOD
from typesight import from_provider
from typesight.cli.settings.option_values import FLAGGED_OPTIONS
from typesight.client.options.call_options import CALL_ROWS, DOCUMENT_ROWS, PARTIAL_ROWS
from typesight.client.options.many_options import RUN_ROWS
from typesight.client.options.option import Option
from typesight.client.options.sdk_options import MESSAGE_PARAMETERS, SDK_PARAMETERS
from typesight.loop.states import NEEDS, WAYS
from typesight.models.endpoint_rows import ENDPOINTS, LOCAL_ENDPOINT
from typesight.models.endpoint_type import SdkClient
from typesight.models.model_rows import MODELS
from typesight.models.model_type import ModelRow
from typesight.models.modes import Capability, Mode
from typesight.models.profiles import GIF, JPEG, MB, PNG, WEBP
from typesight.testing import Sandbox

DOCS = Path(__file__).parents[1] / "docs"
UNKNOWN = "–"  # noqa: RUF001 - the dash of a table: nothing is known
MARK = "<!-- table: {} -->\n{}<!-- end -->"
Cells = Iterable[Iterable[str]]


def write_table(rows: Cells) -> str:
    """Rows of cells, the heads first, as a table in Markdown."""
    heads, *lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([heads, f"|{'---|' * (heads.count('|') - 1)}", *lines])


def draw_names() -> Cells:
    """Names for `from_provider`: which SDK's client each makes, and where its key is read."""
    yield "name", "SDK's client", "key"
    for row in ENDPOINTS.values():
        several = len(row.clients) > 1
        clients = "; ".join(_name_client(each, several=several) for each in row.clients)
        yield f"`{row.name}/…`", clients, "; ".join(dict.fromkeys(_name_keys(each) for each in row.clients))
    yield f"`{LOCAL_ENDPOINT.name}`", "none: [the local reader](local.md)", "none"


def _name_client(client: SdkClient, *, several: bool) -> str:
    where = f" at `{client.base_url}`" if client.base_url else ""
    moved = f", or where `{client.host}` says" if client.host else ""
    only = f", for {client.models.title()}" + ("" if several else " only") if client.models else ""
    return f"`{client.package}.{client.kind}`{where}{moved}{only}"


def _name_keys(client: SdkClient) -> str:
    keys = " or ".join(f"`{key}`" for key in client.keys)
    return ", ".join(filter(None, (f"none needed; {keys}" if client.keyless else keys, client.setup)))


def draw_limits() -> Cells:
    """What each endpoint takes of pictures and of requests, whether its prices are known, and where that was read."""
    yield "endpoint", "formats", "URLs", "a picture", "a request", "pictures", "dollars", "read in"
    for row in ENDPOINTS.values():
        yield (
            row.title,
            " ".join(name for kind, name in FORMATS if kind in row.formats),
            "yes" if row.urls else "downloaded first",
            _write_megabytes(row.max_bytes),
            _write_megabytes(row.max_request_bytes),
            str(row.max_images or UNKNOWN),
            f"`{row.prices}`" if row.prices else UNKNOWN,
            row.source,
        )


FORMATS = ((JPEG, "JPEG"), (PNG, "PNG"), (WEBP, "WebP"), (GIF, "GIF"))


def _write_megabytes(size: int | None) -> str:
    return UNKNOWN if size is None else f"{size / MB:.3g} MB"


def draw_sent() -> Cells:
    """What each endpoint is sent, read off the requests that a Sandbox in its place has taken."""
    yield "endpoint", *COLUMNS
    with TemporaryDirectory() as folder, ExitStack() as stack:
        file = Path(folder) / "receipt.png"
        draw_receipt(file)
        picture = file.read_bytes()
        web = stack.enter_context(serve_picture(picture))
        for case in CASES:
            with (
                Sandbox([GOOD] * 6, plays=case.plays) as box,
                from_provider(case.name, profile=case.profile, sdk=case.sdk(box)) as client,
            ):
                cells = describe_requests(client, box, picture, file, web, case.call)
            yield case.title, *(f"`{cell}`" if cell in NAMES_ON_THE_WIRE else cell for cell in cells)


NAMES_ON_THE_WIRE = frozenset(
    {"response_format", "text.format", "output_config.format"}
    | {"max_tokens", "max_completion_tokens", "max_output_tokens"}
)


def draw_models() -> Cells:
    """What is known about each model."""
    yield (
        "model",
        "pictures",
        "1000 x 1000",
        "schema",
        "tool calls",
        "reply",
        "cached from",
        "shut down",
        "read in",
    )
    for row in MODELS:
        profile = row.profile
        tokens = profile.tokens(profile.fit((1000, 1000))) if profile else None
        yield (
            f"`{row.name}`",
            f"{profile.max_images:,}" if profile else UNKNOWN,
            UNKNOWN if tokens is None else f"{tokens:,}",
            _write_schema(row.capability),
            _write_tools(row.capability),
            *(UNKNOWN if each is None else f"{each:,}" for each in (row.longest_output, row.cache_minimum)),
            str(row.shutdown or UNKNOWN),
            _cite_sources(row),
        )


def _write_schema(can: Capability | None) -> str:
    return UNKNOWN if can is None else "yes" if Mode.JSON_SCHEMA in can.modes else "no"


def _write_tools(can: Capability | None) -> str:
    if can is None:
        return UNKNOWN
    where = {"always": "", "unreasoned": "; in Chat without reasoning", "never": "; in Responses only"}
    return ("forced" if can.forced_tools else "not forced") + where[can.chat_tools]


FACTS = ("profile", "capability", "longest_output", "cache_minimum", "shutdown")


def _number_sources() -> dict[tuple[str, date], int]:
    """A number for each page that a row was read in."""
    found = (source for row in MODELS for fact in FACTS if (source := row.find_source(fact)))
    return {page: number for number, page in enumerate(dict.fromkeys((each.where, each.as_of) for each in found), 1)}


def _cite_sources(row: ModelRow) -> str:
    """The numbers of a row's sources, in the order of the columns; an assumption has a star."""
    numbers = _number_sources()
    found = [source for fact in FACTS if (source := row.find_source(fact))]
    return ", ".join(dict.fromkeys(f"{numbers[each.where, each.as_of]}{'*' * each.is_assumed}" for each in found))


def draw_sources() -> Cells:
    """The pages that the rows of models were read in."""
    yield "", "page", "of"
    for (where, as_of), number in _number_sources().items():
        yield str(number), where, str(as_of)


def draw_options() -> Cells:
    """The options of every call."""
    return _draw_options(CALL_ROWS)


def draw_extract_options() -> Cells:
    """The options that `extract` has beside them."""
    return _draw_options(_leave_out(DOCUMENT_ROWS, CALL_ROWS))


def draw_run_options() -> Cells:
    """The options of `extract_many` for its run."""
    return _draw_options(RUN_ROWS)


def draw_partial_options() -> Cells:
    """The options that `create_partial` has beside them."""
    return _draw_options(_leave_out(PARTIAL_ROWS, CALL_ROWS))


def _leave_out(rows: Mapping[str, Option], others: Mapping[str, Option]) -> dict[str, Option]:
    return {name: row for name, row in rows.items() if name not in others}


def _draw_options(rows: Mapping[str, Option]) -> Cells:
    yield "option", "what it may be", "default", "what it does"
    for name, row in rows.items():
        yield f"`{name}`", row.takes, _write_default(name, row), row.says


def _write_default(name: str, row: Option) -> str:
    usual = row.default
    if row.field_of:
        (field,) = [each for each in fields(row.field_of) if each.name == name]
        usual = field.default if field.default is not MISSING else f"{field.default_factory.__name__}()"  # type: ignore[union-attr]
    shown = "none" if usual is None else _write_value(usual)
    return f"{shown}; {_write_value(row.extract_default)} in `extract`" if row.extract_default else shown


def _write_value(value: object) -> str:
    if isinstance(value, str) and not value.endswith("()"):
        return f'"{value}"'
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else f"{value}"


def draw_sdk_parameters() -> Cells:
    """The parameters of each SDK's call."""
    parameters = {**SDK_PARAMETERS, **MESSAGE_PARAMETERS}
    yield "call", "parameters"
    for call in ("OpenAI Chat Completions", "OpenAI Responses", "Anthropic Messages"):
        yield call, ", ".join(f"`{name}`" for name, row in sorted(parameters.items()) if call in row.calls)


def draw_states() -> Cells:
    """What a call needs in each state."""
    yield "state", "needs", "of what"
    for state, (need, what) in NEEDS.items():
        yield state.value, f"`{need}`", what


def draw_ways() -> Cells:
    """Every way from a state to the next; states from which the same way leads share a row."""
    yield "from", "what came", "to", "if"
    starts: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for state, ways in WAYS.items():
        for came, following in ways.items():
            for after, condition in following.items():
                starts[came, after.value, condition].append(state.value)
    for (came, end, condition), states in starts.items():
        yield ", ".join(states), f"`{came}`", end, condition
    yield "every state", "`Stopped`", "done", "the deadline has passed, or the caller's retry policy has given up"


FLAGS = Path(typesight.__file__).parent / "cli" / "settings" / "flag_rows.py"
_FLAGS_HEAD = '''"""The flags of options, drawn from the rows of the options: `python tests/draw_tables.py flags`.

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
'''


def list_flags() -> list[tuple[str, str | None, str, bool]]:
    """The rows of the flags, as the rows of the options say now."""
    return [
        (
            name,
            row.flag.metavar if row.flag.parse else None,
            row.says.replace("`", "") if isinstance(row, Option) else "",
            isinstance(row, Option),
        )
        for name, row in FLAGGED_OPTIONS.items()
        if row.flag
    ]


def draw_flags() -> str:
    """The module of the flags, as ruff formats it."""
    rows = [f"    FlagRow(\n{''.join(map(_write_argument, row))}    ),\n" for row in list_flags()]
    return f"{_FLAGS_HEAD}{''.join(rows)})\n"


def _write_argument(value: str | bool | None) -> str:
    """An argument in a line of its own; a text that is too long for one in several."""
    if not isinstance(value, str):
        return f"        {value},\n"
    pieces = [value] if len(value) <= 109 else textwrap.wrap(value, 100, drop_whitespace=False)
    lines = [f"        {piece!r}" if '"' in piece else f'        "{piece}"' for piece in pieces]
    return "\n".join(lines) + ",\n"


# Rows: the name of a table, its page, and how it is drawn.
TABLES: Mapping[str, tuple[Path, Callable[[], Cells]]] = {
    "names": (DOCS / "endpoints.md", draw_names),
    "limits": (DOCS / "endpoints.md", draw_limits),
    "sent": (DOCS / "endpoints.md", draw_sent),
    "models": (DOCS / "models.md", draw_models),
    "sources": (DOCS / "models.md", draw_sources),
    "options": (DOCS / "options.md", draw_options),
    "extract": (DOCS / "options.md", draw_extract_options),
    "extract_many": (DOCS / "options.md", draw_run_options),
    "create_partial": (DOCS / "options.md", draw_partial_options),
    "sdk": (DOCS / "options.md", draw_sdk_parameters),
    "states": (DOCS / "how-it-works.md", draw_states),
    "ways": (DOCS / "how-it-works.md", draw_ways),
}


def find_drawn(name: str) -> str:
    """A table as its page has it."""
    page = TABLES[name][0].read_text("utf-8")
    found = re.search(MARK.format(re.escape(name), "(.*?)"), page, re.DOTALL)
    assert found, f"{TABLES[name][0].name} has no table {name}"
    return found[1].rstrip("\n")


def read_table(name: str) -> dict[str, tuple[str, ...]]:
    """A table as its page has it, without backquotes: the cells of a row by the first of them, the heads first."""
    lines = [line for line in find_drawn(name).splitlines() if not line.startswith("|---")]
    rows = (tuple(cell.strip().replace("`", "") for cell in line.strip("|").split("|")) for line in lines)
    return {first: tuple(rest) for first, *rest in rows}


def main(names: Iterable[str]) -> None:
    """Draw tables into their pages."""
    for name in names:
        if name == "flags":
            FLAGS.write_text(draw_flags(), "utf-8")
            continue
        path, draw = TABLES[name]
        drawn = MARK.format(name, write_table(draw()) + "\n")
        page = path.read_text("utf-8")
        place = re.search(MARK.format(re.escape(name), ".*?"), page, re.DOTALL)
        assert place, f"{path.name} has no place for the table {name}"
        path.write_text(page[: place.start()] + drawn + page[place.end() :], "utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1:] or [*TABLES, "flags"])
