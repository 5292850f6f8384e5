"""Draws docs/options.md from the rows of the options.

python tests/options_page.py > docs/options.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields

from typesight.cli.option_flags import spell_flag
from typesight.client.options.call_options import CALL_ROWS, DOCUMENT_ROWS, PARTIAL_ROWS
from typesight.client.options.option import Option
from typesight.client.options.sdk_options import MESSAGE_PARAMETERS, SDK_PARAMETERS

CALLS = ("OpenAI Chat Completions", "OpenAI Responses", "Anthropic Messages")

PAGE = """# Options

Give an option to a call, or to the client: then all its calls have it as their default. `None` stands for typesight's
own default.

```python
import openai
from pydantic import BaseModel

import typesight


class Receipt(BaseModel):
    company: str
    total: float


client = typesight.from_openai(openai.OpenAI(), model="gpt-6-luna", max_retries=1)
print(client.extract(Receipt, "receipt.jpg", max_side=1200, temperature=0).record)
```

```text
company='CORNER SHOP' total=73.5
```

## On a client and on a call

`from_openai`, `from_anthropic`, `from_provider` and `from_local` take these as defaults. `create`,
`create_with_completion`, `create_partial`, `create_iterable`, `estimate`, `extract` and `typesight.extract` take them
for one call. In `from_provider` and `typesight.extract` the model is part of the name: `"openai/gpt-6-luna"`.

{call}

## On extract

`extract` and `typesight.extract` take these too:

{document}

## On create_partial

{partial}

## For the SDK's client

`from_provider`, `typesight.extract` and `typesight.extract_async` make the SDK's client for you. `api_key=` and
`base_url=` take the place of its environment variables. Everything else that it should be made with goes into `sdk=`:

```python
client = typesight.from_provider("openai/gpt-6-luna", max_retries=1, sdk={{"timeout": 30, "max_retries": 5}})
```

Here `max_retries=1` is typesight's: at most one reask. The one in `sdk=` is the SDK's: how often it repeats a request
after a transport error. If you make the SDK's client yourself, give it these arguments there.

## Parameters of the SDK's call

What the SDK's own call takes goes on the client or the call as well, under its own name, and is sent as it is.
`max_tokens` is sent under the name that the model takes. What only your endpoint knows goes into `extra_body={{…}}`.
Which parameters there are is up to the SDK that you have installed. These are the ones of openai 3.57 and anthropic
2.14:

{sdk}

- `temperature`, `top_p` and `top_k` are not sent to Claude, whose API refuses them since 2026-10-21.
- `extract` writes the messages itself, and does not take {messages} of the SDK.
- The local reader ignores all of these parameters.

## On the command line

`typesight extract` has a flag for every option that a text can give: the table's `max_retries` is `--max-retries`. A
budget is given as `--budget usd=0.05,tokens=20000`; `--tile`, `--turn` and `--enable-prompt-caching` take `auto`, `on`
or `off`. For the SDK's call there are {flags}.

## A name or a value that is wrong

A name that does not exist is a `TypeError` with the nearest one, where you wrote it, before anything is read or sent.
mypy and pyright find it before that:

```python
try:
    client.extract(Receipt, "receipt.jpg", max_retrys=3)  # type: ignore[call-overload]
except TypeError as error:
    print(error)
```

```text
max_retrys: did you mean max_retries?
```

An option that is right elsewhere is refused with its place, such as "verify= belongs to extract". A wrong value is a
`ValueError` or a `TypeError` that says what it may be; a mode that does not exist is a `ModeError`.
"""


def draw() -> str:
    """The page, as Markdown."""
    flags = [f"`{spell_flag(name)}`" for name, row in SDK_PARAMETERS.items() if row.flag]
    return PAGE.format(
        call=_draw_table(CALL_ROWS),
        document=_draw_table(_subtract(DOCUMENT_ROWS, CALL_ROWS)),
        partial=_draw_table(_subtract(PARTIAL_ROWS, CALL_ROWS)),
        sdk=_draw_parameters(),
        messages=_join(f"`{name}`" for name in MESSAGE_PARAMETERS),
        flags=_join(flags),
    )


def _subtract(rows: Mapping[str, Option], others: Mapping[str, Option]) -> dict[str, Option]:
    return {name: row for name, row in rows.items() if name not in others}


def _draw_table(rows: Mapping[str, Option]) -> str:
    lines = ["| option | what it may be | default | what it does |", "|---|---|---|---|"]
    for name, row in rows.items():
        default = _show_default(name, row)
        lines.append(f"| `{name}` | {row.takes} | {default} | {row.says} |")
    return "\n".join(lines)


def _show_default(name: str, row: Option) -> str:
    usual = row.default
    if row.field_of:
        (field,) = [each for each in fields(row.field_of) if each.name == name]
        usual = field.default if field.default is not MISSING else f"{field.default_factory.__name__}()"  # type: ignore[union-attr]
    shown = "none" if usual is None else _show_value(usual)
    return f"{shown}; {_show_value(row.extract_default)} in `extract`" if row.extract_default else shown


def _show_value(value: object) -> str:
    if isinstance(value, str) and not value.endswith("()"):
        return f'"{value}"'
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else f"{value}"


def _draw_parameters() -> str:
    parameters = {**SDK_PARAMETERS, **MESSAGE_PARAMETERS}
    rows = {call: [name for name, row in parameters.items() if call in row.calls] for call in CALLS}
    cells = (f"| {call} | {', '.join(f'`{name}`' for name in sorted(names))} |" for call, names in rows.items())
    return "\n".join(["| call | parameters |", "|---|---|", *cells])


def _join(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}"


if __name__ == "__main__":
    sys.stdout.write(draw())
