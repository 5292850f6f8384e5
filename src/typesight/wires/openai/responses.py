"""Encode requests for, and decode replies of, OpenAI Responses: the newest models need it for tools with reasoning.

Shapes: openai SDK 3.52 (`openai.types.responses`), OpenAI guides of September 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typesight.errors import Interrupted
from typesight.exchange.completion import Answer, Completion, Stop, holds_json, joined, said_in, sendable
from typesight.exchange.in_band_errors import no_reply, told_by
from typesight.exchange.reply_body import as_said, at, items, opened
from typesight.exchange.request import Request
from typesight.exchange.wire import Row, as_patient, no_limit
from typesight.models.modes import Capability, Mode
from typesight.schema.target import Target
from typesight.usage import Usage, count_of
from typesight.wires.openai.response_items import items_of
from typesight.wires.openai.terms import (
    arguments_of,
    calling,
    format_of,
    functions_of,
    given_options,
    tell_schema,
)

__all__ = [
    "METHOD",
    "MODES",
    "NAME",
    "PICTURES_IN_RESULTS",
    "TOOLS_BESIDE_REASONING",
    "decode",
    "encode",
    "limit",
    "patient",
]

NAME = "OpenAI Responses"
METHOD = ("responses",)
limit = no_limit
patient = as_patient
TOOLS_BESIDE_REASONING = True
PICTURES_IN_RESULTS = True

# Why a response is incomplete. Source: openai.types.responses.Response.
_REASONS = {"max_output_tokens": Stop.LENGTH, "content_filter": Stop.FILTER}
# Options with another name in Chat Completions: (that name, the path here). If two rows set one option, the first wins.
_RENAMED = (
    ("max_completion_tokens", ("max_output_tokens",)),
    ("max_tokens", ("max_output_tokens",)),
    ("reasoning_effort", ("reasoning", "effort")),
    ("verbosity", ("text", "verbosity")),
)


def encode(request: Request) -> dict[str, Any]:
    """The keyword arguments of `client.responses.create`. Raises SchemaError."""
    options = _renamed(given_options(request))
    asked: dict[str, Any] = {}
    if request.target is not None and request.mode is not None:
        row = MODES[request.mode]
        asked = row.ask(request.target, request.can)
        request = request.telling(row.tell(request.target)) if row.tell else request
    if "tools" in options or "tools" in asked:
        asked["tools"] = [*map(_flat, options.pop("tools", ())), *asked.get("tools", ())]
    if "text" in asked:
        asked["text"] = {**options.pop("text", {}), **asked["text"]}
    stored = {} if options.get("background") else {"store": False}  # a background response has to be stored
    return {"model": request.model, "input": items_of(request), **stored, **asked, **options}


def decode(reply: Any, request: Request, body: bytes | None = None) -> Completion:
    """Convert the SDK's Response into a Completion. Raises Interrupted for anything else, and for a failed response."""
    output = getattr(reply, "output", None)
    if not isinstance(output, list):
        raise no_reply("response", body, reply)
    trouble = told_by(getattr(reply, "error", None))
    if getattr(reply, "status", None) == "failed":
        raise Interrupted(f"the endpoint failed while it made the response: {trouble or 'no reason given'}")
    refusal = "".join(part.refusal or "" for part in _contents(output) if part.type == "refusal")
    answers = MODES[request.mode].read(output) if request.mode else ()
    return Completion(
        answers=_as_said(answers, output, body),
        stop=Stop.REFUSAL if refusal else Stop.INTERRUPTED if trouble else _stop(reply),
        usage=_usage(getattr(reply, "usage", None)),
        echo={"items": [sendable(_echoed(item)) for item in output]},
        model=str(getattr(reply, "model", None) or request.model),
        said=refusal or _text(output) or None,
        trouble=trouble,
        elsewhere="a reasoning item" if not answers and any(map(_thinks_json, output)) else None,
        raw=reply,
    )


def _as_said(answers: tuple[Answer, ...], output: list[Any], body: bytes | None) -> tuple[Answer, ...]:
    """The answers, with the raw text of their arguments if a gateway sent these as an object."""
    if all(isinstance(item.arguments, str) for item in output if item.type == "function_call"):
        return answers
    calls = (item for item in items(at(opened(body), "output")) if at(item, "type") == "function_call")
    return as_said(answers, [at(call, "arguments") for call in calls])


def _thinks_json(item: Any) -> bool:
    """Whether an item is reasoning that contains JSON: vLLM and LM Studio put readable reasoning there."""
    parts = [*(getattr(item, "content", None) or ()), *(getattr(item, "summary", None) or ())]
    return item.type == "reasoning" and any(holds_json(getattr(part, "text", None)) for part in parts)


def _renamed(options: dict[str, Any]) -> dict[str, Any]:
    """The options with Chat Completions' names replaced by those of Responses, whose own values win."""
    for name, path in _RENAMED:
        if name not in options:
            continue
        value = options.pop(name)
        if len(path) == 1:
            options.setdefault(path[0], value)
        else:
            options[path[0]] = {path[1]: value, **options.get(path[0], {})}
    return options


def _flat(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A caller's function tool in the form of Responses; Chat Completions nests it and makes more keys optional."""
    function = tool.get("function")
    if not isinstance(function, Mapping):
        return dict(tool)
    return {"type": "function", "parameters": None, "strict": False, **function}


def _ask_tools(target: Target[Any], can: Capability) -> dict[str, Any]:
    named = {"type": "function", "name": target.name}
    tools = [{"type": "function", **function} for function in functions_of(target, can)]
    return {"tools": tools, **calling(target, can, named)}


def _read_tools(output: list[Any]) -> tuple[Answer, ...]:
    calls = [item for item in output if item.type == "function_call"]
    return tuple(Answer(arguments_of(call.arguments), call.call_id, call.name) for call in calls)


def _ask_json_schema(target: Target[Any], can: Capability) -> dict[str, Any]:
    return {"text": {"format": {"type": "json_schema", **format_of(target, can)}}}


def _ask_json(target: Target[Any], can: Capability) -> dict[str, Any]:
    del target, can
    return {"text": {"format": {"type": "json_object"}}}


def _ask_nothing(target: Target[Any], can: Capability) -> dict[str, Any]:
    del target, can
    return {}


def _read_text(output: list[Any]) -> tuple[Answer, ...]:
    return said_in(_text(output))


MODES: Mapping[Mode, Row] = {
    Mode.TOOLS: Row(_ask_tools, _read_tools),
    Mode.JSON_SCHEMA: Row(_ask_json_schema, _read_text),
    Mode.JSON: Row(_ask_json, _read_text, tell_schema),
    Mode.PROMPTED: Row(_ask_nothing, _read_text, tell_schema),
}


def _contents(output: list[Any]) -> list[Any]:
    """The parts of the messages that may be an answer; commentary messages come before it and are left out."""
    messages = [item for item in output if item.type == "message" and getattr(item, "phase", None) != "commentary"]
    return [part for message in messages for part in message.content]


def _text(output: list[Any]) -> str:
    return joined([part.text or "" for part in _contents(output) if part.type == "output_text"])


def _stop(reply: Any) -> Stop:
    if getattr(reply, "status", None) in {None, "completed"}:
        return Stop.DONE
    reason = getattr(getattr(reply, "incomplete_details", None), "reason", None)
    return _REASONS.get(reason or "", Stop.INTERRUPTED)


def _echoed(item: Any) -> dict[str, Any]:
    """An output item as an input item: without its status, which is required only on messages."""
    exclude = set() if item.type == "message" else {"status"}
    spelled = dict(item.model_dump(mode="json", exclude_none=True, exclude=exclude, by_alias=True, warnings=False))
    if item.type == "function_call":
        spelled["arguments"] = arguments_of(item.arguments)
    return spelled


def _usage(used: Any) -> Usage:
    """The usage; `input_tokens` includes cached tokens. Source: openai.types.responses.ResponseUsage."""
    if used is None:
        return Usage()
    given = getattr(used, "input_tokens_details", None)
    made = getattr(used, "output_tokens_details", None)
    return Usage(
        input=count_of(used, "input_tokens"),
        output=count_of(used, "output_tokens"),
        cache_read=count_of(given, "cached_tokens"),
        cache_write=count_of(given, "cache_write_tokens"),
        reasoning=count_of(made, "reasoning_tokens"),
    )
