"""Encode requests for, and decode replies of, OpenAI Responses: the newest models need it for tools with reasoning.

Shapes: openai SDK 3.52 (`openai.types.responses`), OpenAI guides of September 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typesight.errors import Interrupted
from typesight.exchange.completion import (
    Answer,
    Completion,
    StopReason,
    contains_json,
    join_texts,
    read_text_answer,
    sanitise_json,
)
from typesight.exchange.in_band_errors import make_interruption, read_error_message
from typesight.exchange.reply_body import get_node, list_nodes, parse_raw_body, restore_texts
from typesight.exchange.request import Request
from typesight.exchange.wire import ModeRow, find_no_limit
from typesight.models.modes import Capability, Mode
from typesight.schema.target import Target
from typesight.wires.openai.response_items import encode_items
from typesight.wires.openai.shared import (
    encode_format,
    encode_functions,
    encode_tool_choice,
    read_options,
    read_usage,
    write_arguments,
    write_schema_instructions,
)

__all__ = [
    "CLIENT_PATH",
    "IS_LOCAL",
    "MODES",
    "NAME",
    "PICTURES_IN_RESULTS",
    "TOOLS_WITH_REASONING",
    "TRANSLATED",
    "decode",
    "encode",
    "extend_timeout",
    "find_limit",
]

NAME = "OpenAI Responses"
CLIENT_PATH = ("responses",)
find_limit = find_no_limit
extend_timeout = None
TOOLS_WITH_REASONING = True
IS_LOCAL = False
PICTURES_IN_RESULTS = True

# Why a response is incomplete. Source: openai.types.responses.Response.
_STOP_REASONS = {"max_output_tokens": StopReason.LENGTH, "content_filter": StopReason.FILTER}
# Options with another name in Chat Completions: (that name, the path here). If two rows set one option, the first wins.
_OPTION_NAMES = (
    ("max_completion_tokens", ("max_output_tokens",)),
    ("max_tokens", ("max_output_tokens",)),
    ("reasoning_effort", ("reasoning", "effort")),
    ("verbosity", ("text", "verbosity")),
)
TRANSLATED = frozenset(name for name, _ in _OPTION_NAMES)


def encode(request: Request) -> dict[str, Any]:
    """The keyword arguments of `client.responses.create`. Raises SchemaError."""
    options = _rename_options(read_options(request))
    asked: dict[str, Any] = {}
    if request.target is not None and request.mode is not None:
        row = MODES[request.mode]
        asked = row.ask(request.target, request.capability)
        request = (
            request.add_instructions(row.write_instructions(request.target)) if row.write_instructions else request
        )
    if "tools" in options or "tools" in asked:
        asked["tools"] = [*map(_flatten_tool, options.pop("tools", ())), *asked.get("tools", ())]
    if "text" in asked:
        asked["text"] = {**options.pop("text", {}), **asked["text"]}
    stored = {} if options.get("background") else {"store": False}  # a background response has to be stored
    return {"model": request.model, "input": encode_items(request), **stored, **asked, **options}


def decode(reply: Any, request: Request, body: bytes | None = None) -> Completion:
    """Convert the SDK's Response into a Completion. Raises Interrupted for anything else, and for a failed response."""
    output = getattr(reply, "output", None)
    if not isinstance(output, list):
        raise make_interruption("response", body, reply)
    trouble = read_error_message(getattr(reply, "error", None))
    if getattr(reply, "status", None) == "failed":
        raise Interrupted(f"the endpoint failed while making the response: {trouble or 'no reason given'}")
    refusal = "".join(part.refusal or "" for part in _find_parts(output) if part.type == "refusal")
    answers = MODES[request.mode].read(output) if request.mode else ()
    return Completion(
        answers=_restore_arguments(answers, output, body),
        stop=StopReason.REFUSAL if refusal else StopReason.INTERRUPTED if trouble else _find_stop_reason(reply),
        usage=read_usage(getattr(reply, "usage", None), "input", "output"),
        echo=sanitise_json({"items": [_echo_item(item) for item in output]}),
        model=str(getattr(reply, "model", None) or request.model),
        text=refusal or _join_text(output) or None,
        endpoint_error=trouble,
        json_place="a reasoning item" if not answers and any(map(_has_json_reasoning, output)) else None,
        raw=reply,
    )


def _restore_arguments(answers: tuple[Answer, ...], output: list[Any], body: bytes | None) -> tuple[Answer, ...]:
    """The answers, with the raw text of their arguments if a gateway sent these as an object."""
    if all(isinstance(item.arguments, str) for item in output if item.type == "function_call"):
        return answers
    calls = (
        item
        for item in list_nodes(get_node(parse_raw_body(body), "output"))
        if get_node(item, "type") == "function_call"
    )
    return restore_texts(answers, [get_node(call, "arguments") for call in calls])


def _has_json_reasoning(item: Any) -> bool:
    """Whether an item is reasoning that contains JSON: vLLM and LM Studio put readable reasoning there."""
    parts = [*(getattr(item, "content", None) or ()), *(getattr(item, "summary", None) or ())]
    return item.type == "reasoning" and any(contains_json(getattr(part, "text", None)) for part in parts)


def _rename_options(options: dict[str, Any]) -> dict[str, Any]:
    """The options with Chat Completions' names replaced by those of Responses, whose own values win."""
    for name, path in _OPTION_NAMES:
        if name not in options:
            continue
        value = options.pop(name)
        if len(path) == 1:
            options.setdefault(path[0], value)
        else:
            options[path[0]] = {path[1]: value, **options.get(path[0], {})}
    return options


def _flatten_tool(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A caller's function tool in the form of Responses; Chat Completions nests it and makes more keys optional."""
    function = tool.get("function")
    if not isinstance(function, Mapping):
        return dict(tool)
    return {"type": "function", "parameters": None, "strict": False, **function}


def _ask_tools(target: Target[Any], can: Capability) -> dict[str, Any]:
    named = {"type": "function", "name": target.name}
    tools = [{"type": "function", **function} for function in encode_functions(target, can)]
    return {"tools": tools, **encode_tool_choice(target, can, named)}


def _read_tools(output: list[Any]) -> tuple[Answer, ...]:
    calls = [item for item in output if item.type == "function_call"]
    return tuple(Answer(write_arguments(call.arguments), call.call_id, call.name) for call in calls)


def _ask_json_schema(target: Target[Any], can: Capability) -> dict[str, Any]:
    return {"text": {"format": {"type": "json_schema", **encode_format(target, can)}}}


def _ask_json(target: Target[Any], can: Capability) -> dict[str, Any]:
    del target, can
    return {"text": {"format": {"type": "json_object"}}}


def _ask_nothing(target: Target[Any], can: Capability) -> dict[str, Any]:
    del target, can
    return {}


def _read_text(output: list[Any]) -> tuple[Answer, ...]:
    return read_text_answer(_join_text(output))


MODES: Mapping[Mode, ModeRow] = {
    Mode.TOOLS: ModeRow(_ask_tools, _read_tools),
    Mode.JSON_SCHEMA: ModeRow(_ask_json_schema, _read_text),
    Mode.JSON: ModeRow(_ask_json, _read_text, write_schema_instructions),
    Mode.PROMPTED: ModeRow(_ask_nothing, _read_text, write_schema_instructions),
}


def _find_parts(output: list[Any]) -> list[Any]:
    """The parts of the messages that may be an answer; commentary messages come before it and are left out."""
    messages = [item for item in output if item.type == "message" and getattr(item, "phase", None) != "commentary"]
    return [part for message in messages for part in message.content]


def _join_text(output: list[Any]) -> str:
    return join_texts([part.text or "" for part in _find_parts(output) if part.type == "output_text"])


def _find_stop_reason(reply: Any) -> StopReason:
    if getattr(reply, "status", None) in {None, "completed"}:
        return StopReason.DONE
    reason = getattr(getattr(reply, "incomplete_details", None), "reason", None)
    return _STOP_REASONS.get(reason or "", StopReason.INTERRUPTED)


def _echo_item(item: Any) -> dict[str, Any]:
    """An output item as an input item: without its status, which is required only on messages."""
    exclude = set() if item.type == "message" else {"status"}
    spelled = dict(item.model_dump(mode="json", exclude_none=True, exclude=exclude, by_alias=True, warnings=False))
    if item.type == "function_call":
        spelled["arguments"] = write_arguments(item.arguments)
    return spelled
