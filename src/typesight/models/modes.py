"""The modes of asking for a record, and what a model may support of them.

Native JSON Schema output comes first everywhere: the newest Claude models refuse forced tool calls, the newest
OpenAI models refuse tools together with reasoning in Chat Completions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

__all__ = ["Capability", "Mode", "RefusedFeature", "is_schema_refusal"]


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
    `reasoning_effort="none"`, or never (Responses accepts them). `token_limit_name` is the name of `max_tokens` in Chat
    Completions; `omitted_parameters` are parameters that are not sent there. `developer_role`: it knows the developer
    role, not only the system role. `strict_tools`: it accepts tools in strict mode. `short_keys`: it accepts only the
    property keys of `schema/dialects/property_keys.py` in a schema. `cache_marks`: Chat Completions takes Claude's
    `cache_control` in parts of content.
    """

    modes: tuple[Mode, ...] = (Mode.JSON_SCHEMA, Mode.TOOLS, Mode.JSON, Mode.PROMPTED)
    forced_tools: bool = True
    named_tools: bool = True
    chat_tools: Literal["always", "unreasoned", "never"] = "always"
    token_limit_name: str = "max_tokens"
    omitted_parameters: frozenset[str] = frozenset()
    developer_role: bool = True
    strict_tools: bool = True
    short_keys: bool = False
    cache_marks: bool = False

    def drop_feature(self, refused: RefusedFeature) -> Capability:
        """The capability that remains after an endpoint has refused something."""
        if refused == "forced_tools":
            return replace(self, forced_tools=False)
        if refused == "keys":
            return replace(self, short_keys=True)
        gone = _COMPILING_MODES.get(refused, (refused,))
        kept = tuple(mode for mode in self.modes if mode not in gone)
        return replace(self, modes=kept, strict_tools=self.strict_tools and refused not in _COMPILING_MODES)


# What an endpoint may refuse: a mode, a forced tool call, a schema's property keys, a schema that it compiles for
# strict mode ("strict"), or any schema that it compiles to a grammar ("grammar").
RefusedFeature = Mode | Literal["forced_tools", "keys", "strict", "grammar"]

# Rows: what was too large to compile -> the modes that would compile it again. OpenAI and Anthropic do not compile the
# schema of a tool that is not strict; llama.cpp and vLLM compile that of every forced tool.
_COMPILING_MODES: dict[RefusedFeature, tuple[Mode, ...]] = {
    "strict": (Mode.JSON_SCHEMA,),
    "grammar": (Mode.JSON_SCHEMA, Mode.TOOLS),
}


def is_schema_refusal(refused: RefusedFeature) -> bool:
    """Whether only this schema was refused, so that another one may be accepted."""
    return refused in _COMPILING_MODES
