"""Gateway: what an endpoint that copies Chat Completions takes less than OpenAI does. Data, with dates and sources.

What an endpoint makes of pictures stands in `models/policies.py`, under the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from typesight.models.modes import Capability, Mode

__all__ = ["GATEWAYS", "Gateway"]


@dataclass(frozen=True, slots=True)
class Gateway:
    """What is not to be had there, whatever the model: modes, calls by force or of a tool by its name, parameters.

    `left_out` names parameters of ours that are not sent. Whatever OpenAI's own Chat Completions refuse of a model,
    a gateway may translate; the limit of the answer is `max_tokens` everywhere, and a developer's turn the system's,
    since chat templates of open models refuse a role that they do not know.
    """

    lacks: frozenset[Mode] = frozenset()
    forced_tools: bool = True
    named_tools: bool = True
    left_out: frozenset[str] = frozenset()

    def behind(self, can: Capability) -> Capability:
        """What a model can behind this gateway."""
        return replace(
            can,
            modes=tuple(mode for mode in can.modes if mode not in self.lacks),
            forced_tools=can.forced_tools and self.forced_tools,
            named_tools=self.named_tools,
            chat_tools="always",
            token_limit="max_tokens",
            left_out=self.left_out,
            developer=False,
        )


GATEWAYS: Mapping[str, Gateway] = {
    "gateway": Gateway(),  # one that nobody knows
    # Both leave out for themselves what a model does not take (openrouter.ai parameters page, infron.ai docs, 2026-11).
    "openrouter": Gateway(),
    "infron": Gateway(),
    "vllm": Gateway(),
    # docs.ollama.com, OpenAI compatibility, read 2026-11: no tool_choice; what it does not list it does not read.
    "ollama": Gateway(forced_tools=False, left_out=frozenset({"tool_choice", "parallel_tool_calls", "strict"})),
    # 400 "Invalid tool_choice type: 'object'. Supported string values: none, auto, required" and 400
    # "'response_format.type' must be 'json_schema' or 'text'" (LM Studio bug tracker 189 and 670; 0.4.20, 2026-08).
    "lmstudio": Gateway(lacks=frozenset({Mode.JSON}), named_tools=False),
    # 400 'Unknown name "parallel_tool_calls"' and 'Unknown name "strict"' (reports of 2024 to 2026; Google's guide of
    # 2026-11 lists neither).
    "gemini": Gateway(left_out=frozenset({"parallel_tool_calls", "strict"})),
}
