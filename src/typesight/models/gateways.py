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

    `unsent_parameters` names parameters of ours that are not sent. A gateway may translate what OpenAI's own Chat
    Completions refuse of a model. The token limit is `max_tokens` everywhere, and a developer message is sent as a
    system message, since chat templates of open models refuse a role that they do not know.
    """

    missing_modes: frozenset[Mode] = frozenset()
    forced_tools: bool = True
    named_tools: bool = True
    unsent_parameters: frozenset[str] = frozenset()

    def limit_capability(self, capability: Capability) -> Capability:
        """What a model can behind this gateway."""
        return replace(
            capability,
            modes=tuple(mode for mode in capability.modes if mode not in self.missing_modes),
            forced_tools=capability.forced_tools and self.forced_tools,
            named_tools=self.named_tools,
            chat_tools="always",
            token_limit_name="max_tokens",
            omitted_parameters=self.unsent_parameters,
            developer_role=False,
        )


GATEWAYS: Mapping[str, Gateway] = {
    "gateway": Gateway(),  # one that nobody knows
    # Both leave out for themselves what a model does not take (openrouter.ai parameters page, infron.ai docs, 2026-11).
    "openrouter": Gateway(),
    "infron": Gateway(),
    "vllm": Gateway(),
    # docs.ollama.com, OpenAI compatibility, read 2026-11: no tool_choice; what it does not list it does not read.
    "ollama": Gateway(
        forced_tools=False, unsent_parameters=frozenset({"tool_choice", "parallel_tool_calls", "strict"})
    ),
    # 400 "Invalid tool_choice type: 'object'. Supported string values: none, auto, required" and 400
    # "'response_format.type' must be 'json_schema' or 'text'" (LM Studio bug tracker 189 and 670; 0.4.20, 2026-08).
    "lmstudio": Gateway(missing_modes=frozenset({Mode.JSON}), named_tools=False),
    # 400 'Unknown name "parallel_tool_calls"' and 'Unknown name "strict"' (reports of 2024 to 2026; Google's guide of
    # 2026-11 lists neither).
    "gemini": Gateway(unsent_parameters=frozenset({"parallel_tool_calls", "strict"})),
}
