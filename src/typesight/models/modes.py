"""The modes of asking for a record, and which models support which. Data, with dates and sources.

Native JSON Schema output comes first everywhere: the newest Claude models refuse forced tool calls, the newest
OpenAI models refuse tools together with reasoning in Chat Completions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

__all__ = ["Capability", "Mode", "Refused", "capability", "is_of_schema"]


class Mode(StrEnum):
    """How a record is asked for.

    `TOOLS`: as a tool call. `JSON_SCHEMA`: in the provider's native strict output. `JSON`: in its JSON mode, with the
    schema in the prompt. `PROMPTED`: by the prompt alone; the JSON is cut out of the text around it.
    """

    TOOLS = "tools"
    JSON_SCHEMA = "json_schema"
    JSON = "json"
    PROMPTED = "prompted"


@dataclass(frozen=True, slots=True)
class Capability:
    """What a model supports.

    `modes` are in order of preference. `forced_tools`: it can be forced to call a tool; `named_tools`: a tool of a
    given name. `chat_tools`: whether Chat Completions accepts function tools always, only with
    `reasoning_effort="none"`, or never (Responses accepts them). `token_limit` is the name of `max_tokens` in Chat
    Completions; `left_out` are parameters that are not sent there. `developer`: it knows the developer role, not only
    the system role. `strict`: it accepts tools in strict mode. `short_keys`: it accepts only the property keys of
    `schema/dialects/property_keys.py` in a schema.
    """

    modes: tuple[Mode, ...] = (Mode.JSON_SCHEMA, Mode.TOOLS, Mode.JSON, Mode.PROMPTED)
    forced_tools: bool = True
    named_tools: bool = True
    chat_tools: Literal["always", "unreasoned", "never"] = "always"
    token_limit: str = "max_tokens"
    left_out: frozenset[str] = frozenset()
    developer: bool = True
    strict: bool = True
    short_keys: bool = False

    def without(self, refused: Refused) -> Capability:
        """The capability that remains after an endpoint has refused something."""
        if refused == "forced_tools":
            return replace(self, forced_tools=False)
        if refused == "keys":
            return replace(self, short_keys=True)
        gone = _COMPILED.get(refused, (refused,))
        kept = tuple(mode for mode in self.modes if mode not in gone)
        return replace(self, modes=kept, strict=self.strict and refused not in _COMPILED)


# What an endpoint may refuse: a mode, a forced tool call, a schema's property keys, a schema that it compiles for
# strict mode ("strict"), or any schema that it compiles to a grammar ("grammar").
Refused = Mode | Literal["forced_tools", "keys", "strict", "grammar"]

# Rows: what was too large to compile -> the modes that would compile it again. OpenAI and Anthropic do not compile the
# schema of a tool that is not strict; llama.cpp and vLLM compile that of every forced tool.
_COMPILED: dict[Refused, tuple[Mode, ...]] = {
    "strict": (Mode.JSON_SCHEMA,),
    "grammar": (Mode.JSON_SCHEMA, Mode.TOOLS),
}
_OLD = Capability(modes=(Mode.TOOLS, Mode.JSON, Mode.PROMPTED))
_CLAUDE = Capability(short_keys=True)
_LIMIT = "max_completion_tokens"

# Rows: (pattern of the model's name, capability); first match wins. OpenAI: deployment checklist of 2026-09-30
# and error reports for gpt-5.4 to 5.6; JSON mode since the models of 2023-11. Anthropic: errors page of 2026-09,
# "Forcing tool use" of 2026-10-09, structured outputs since the 4.5 models. Fable and Mythos 5.2 are in no document
# yet: assumed to be like 5.1. Property keys of Claude: reports of 400s for its API and for Bedrock, 2024 to 2026.
_ROWS: tuple[tuple[re.Pattern[str], Capability], ...] = tuple(
    (re.compile(pattern), can)
    for pattern, can in (
        (r"gpt-6-astra|gpt-6\.1", Capability(chat_tools="never", token_limit=_LIMIT)),
        (r"gpt-6|gpt-5\.[456]", Capability(chat_tools="unreasoned", token_limit=_LIMIT)),
        (r"gpt-5|o\d", Capability(token_limit=_LIMIT)),
        (r"gpt-4(-0\d{3})?$", Capability(modes=(Mode.TOOLS, Mode.PROMPTED))),
        (r"gpt-4o-2024-05|gpt-4-|gpt-3\.5", _OLD),
        (r"gpt-4|chatgpt-4o", Capability(token_limit=_LIMIT)),
        (r"claude-(opus|sonnet)-5-5|claude-(fable|mythos)-5-[12]", replace(_CLAUDE, forced_tools=False)),
        (r"claude-(opus|sonnet|haiku)-4-[5-9]|claude-(opus|sonnet|haiku|fable|mythos)-[5-9]", _CLAUDE),
        (r"claude-", replace(_OLD, short_keys=True)),
        (r"local$", Capability(modes=(Mode.JSON_SCHEMA,))),
    )
)
_UNKNOWN = Capability()


def capability(*names: str) -> Capability:
    """What a model supports, by the first of its names that has a row; a vendor's prefix is skipped."""
    parts = [part for name in names for part in re.split(r"[/:]|(?:anthropic|openai)\.", name.lower())]
    return next((can for part in parts for pattern, can in _ROWS if pattern.match(part)), _UNKNOWN)


def is_of_schema(refused: Refused) -> bool:
    """Whether only this schema was refused, so that another one may be accepted."""
    return refused in _COMPILED
