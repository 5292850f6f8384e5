"""Mode: how a record is asked for, and which models take which. Data, with dates and sources.

Native JSON schema comes first everywhere: the newest Claude models refuse forced tool calls, the newest
OpenAI models refuse tools beside reasoning in Chat Completions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Capability", "Mode", "capability"]


class Mode(StrEnum):
    """How a record is asked for: as a tool call, or as the provider's native strict JSON output."""

    TOOLS = "tools"
    JSON_SCHEMA = "json_schema"


@dataclass(frozen=True, slots=True)
class Capability:
    """What a model takes.

    `modes` in order of preference. `forced_tools`: it may be made to call a named tool. `tools_effort` is the
    only reasoning effort beside which Chat Completions takes function tools (None: any). `token_limit` is how
    its wire spells the portable `max_tokens`.
    """

    modes: tuple[Mode, ...] = (Mode.JSON_SCHEMA, Mode.TOOLS)
    forced_tools: bool = True
    tools_effort: str | None = None
    token_limit: str = "max_tokens"


_OLD = Capability(modes=(Mode.TOOLS,))
_UNFORCED = Capability(forced_tools=False)
_REASONING = Capability(token_limit="max_completion_tokens")

# Rows: (pattern of the model's name, capability); first match wins. OpenAI: deployment checklist of 2026-09-30
# and error reports for gpt-5.4 to 5.6; Anthropic: errors page of 2026-09, "Forcing tool use" of 2026-10-09,
# structured outputs since the 4.5 models. Fable and Mythos 5.2 are in no document yet: taken to be as 5.1.
_ROWS: tuple[tuple[re.Pattern[str], Capability], ...] = tuple(
    (re.compile(pattern), can)
    for pattern, can in (
        (r"gpt-6-astra|gpt-6\.1", Capability(modes=(Mode.JSON_SCHEMA,), token_limit="max_completion_tokens")),
        (r"gpt-6|gpt-5\.[456]", Capability(tools_effort="none", token_limit="max_completion_tokens")),
        (r"gpt-5|o\d", _REASONING),
        (r"gpt-4o-2024-05|gpt-4(-|$)|gpt-3\.5", _OLD),
        (r"gpt-4|chatgpt-4o", Capability(token_limit="max_completion_tokens")),
        (r"claude-(opus|sonnet)-5-5|claude-(fable|mythos)-5-[12]", _UNFORCED),
        (r"claude-(opus|sonnet|haiku)-4-[5-9]|claude-(opus|sonnet|haiku|fable|mythos)-[5-9]", Capability()),
        (r"claude-", _OLD),
        (r"local$", Capability(modes=(Mode.JSON_SCHEMA,))),
    )
)
_UNKNOWN = Capability(modes=(Mode.JSON_SCHEMA, Mode.TOOLS))


def capability(model: str) -> Capability:
    """What a model takes, by its name; a vendor's prefix is read over."""
    for part in re.split(r"[/:]|anthropic\.", model.lower()):
        for pattern, can in _ROWS:
            if pattern.match(part):
                return can
    return _UNKNOWN
