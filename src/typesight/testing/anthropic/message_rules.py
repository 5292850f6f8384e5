"""What Anthropic refuses in a Messages request, as a table of rules.

Sources: Anthropic docs (vision 2026-09-20, errors and structured-outputs 2026-09, handle-tool-calls, prompt-caching,
migration-2026-10-21), the request types of anthropic 2.11.0. Messages quoted there are repeated
word for word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from typesight.testing.anthropic.message_body import input_schemas
from typesight.testing.anthropic.message_shapes import (
    BLOCKS,
    BLOCKS_OF,
    BODY,
    CACHE_CONTROL,
    CHOICES,
    FORMAT,
    MESSAGE,
    NO_SAMPLING_SINCE,
    OUTPUT_CONFIG,
    SAMPLING,
    SOURCES,
    TOOL,
    TOOL_NAME,
    TRANSFORMATIONS,
    shaped,
    spelled_path,
    tagged,
)
from typesight.testing.received_pictures import BadPictureError
from typesight.testing.rejections import Refusal
from typesight.testing.sandbox_wire import Asked, Rule, objects
from typesight.testing.strict_schemas import PROPERTY_KEY, anthropic_budget, anthropic_complaints, anthropic_keys

__all__ = ["KEY_RULES", "RULES"]

NOT_FORCED = re.compile(r"claude-(opus-5-5|sonnet-5-5|fable-5-[12]|mythos-5-[12])(-.*)?")
"""Models that cannot be made to call a tool (Anthropic docs, errors, 2026-09); the -5-2 forms are assumed."""
PREFILLED = re.compile(r"claude-(3.*|(opus|sonnet|haiku)-4-[015](-\d{8})?)")
"""Models before Claude 4.6, where a conversation may end with the assistant (Anthropic docs, errors)."""
FEW_IMAGES = re.compile(r"claude-haiku-4-5(-\d{8})?")
"""Models with a 200k context take 100 images (Anthropic docs, vision, 2026-09-20)."""
MANY_IMAGES, MANY_IMAGES_SIDE = 20, 2_000
MAX_CACHE_MARKS = 4
MAX_STRICT_TOOLS = 20


def _key(asked: Asked) -> Iterator[Refusal]:
    scheme, _, token = asked.headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    if not bearer and not asked.headers.get("x-api-key", "").strip():
        yield Refusal("Authentication required: an Authorization or x-api-key header is missing", status=401)


def _version(asked: Asked) -> Iterator[Refusal]:
    if not asked.headers.get("anthropic-version"):
        yield Refusal("anthropic-version: header is required")


def _body(asked: Asked) -> Iterator[Refusal]:
    takes_sampling = asked.headers["anthropic-version"] < NO_SAMPLING_SINCE
    yield from shaped(asked.body, {**BODY, **SAMPLING} if takes_sampling else BODY)
    if not asked.model:
        yield Refusal("model: String should have at least 1 character")
    if asked.body["max_tokens"] < 0:
        yield Refusal("max_tokens: Input should be greater than or equal to 0")
    if not asked.body["messages"]:
        yield Refusal("messages: at least one message is required")


def _messages(asked: Asked) -> Iterator[Refusal]:
    messages = asked.body["messages"]
    for place, message in enumerate(messages):
        yield from shaped(message, MESSAGE, "messages", place)
        yield from _blocks(message["content"], message["role"], "messages", place, "content")
    if messages[0]["role"] != "user":
        yield Refusal('messages: first message must use the "user" role')
    if messages[-1]["role"] != "user" and not _prefills(asked):
        yield Refusal(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )


def _prefills(asked: Asked) -> bool:
    last = asked.body["messages"][-1]["role"]
    return last == "assistant" and PREFILLED.fullmatch(asked.model) is not None


def _system(asked: Asked) -> Iterator[Refusal]:
    system = asked.body.get("system")
    if system:  # an empty system prompt is none
        yield from _blocks(system, "system", "system")


def _blocks(content: str | list[Any], holder: str, *path: str | int) -> Iterator[Refusal]:
    """The blocks of a message, of the system prompt, or of a tool result (which may be empty)."""
    if isinstance(content, str):
        if not content.strip() and holder != "tool_result":
            yield Refusal(f"{spelled_path(path)}: text content blocks must be non-empty")
        return
    for place, block in enumerate(content):
        yield from tagged(block, BLOCKS, *path, place)
        yield from _in_place(block["type"], holder, *path, place)
        yield from _inside(block, *path, place)


def _in_place(kind: str, holder: str, *path: str | int) -> Iterator[Refusal]:
    if kind not in BLOCKS_OF[holder]:
        homes = " and ".join(f"`{name}`" for name, kinds in BLOCKS_OF.items() if kind in kinds)
        yield Refusal(f"{spelled_path(path)}: `{kind}` blocks can only be in {homes} messages, not in `{holder}`")


def _inside(block: dict[str, Any], *path: str | int) -> Iterator[Refusal]:
    kind = block["type"]
    if block.get("cache_control") is not None:
        yield from shaped(block["cache_control"], CACHE_CONTROL, *path, "cache_control")
    if kind == "text" and not block["text"].strip():
        yield Refusal(f"{spelled_path(path)}: text content blocks must be non-empty")
    if kind == "image":
        yield from tagged(block["source"], SOURCES, *path, "image", "source")
        yield from shaped(block.get("transformations") or {}, TRANSFORMATIONS, *path, "image", "transformations")
    if kind == "tool_result":
        yield from _blocks(block.get("content") or "", "tool_result", *path, "content")


def _order(asked: Asked) -> Iterator[Refusal]:
    """The user message after a tool use begins with one result per id (Anthropic docs, handle-tool-calls)."""
    waiting: list[str] = []
    for place, message in enumerate(asked.body["messages"]):
        results = _leading_results(message)
        missing = [name for name in waiting if name not in results]
        if missing:
            yield _unanswered(place - 1, missing)
        yield from _strays(message, waiting, place)
        waiting = [block["id"] for _, block in objects(message["content"]) if block["type"] == "tool_use"]
    if waiting:
        yield _unanswered(len(asked.body["messages"]) - 1, waiting)


def _leading_results(message: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for _, block in objects(message["content"]):
        if block["type"] != "tool_result":
            break
        found.append(block["tool_use_id"])
    return found


def _unanswered(place: int, missing: list[str]) -> Refusal:
    return Refusal(
        f"messages.{place}: `tool_use` ids were found without `tool_result` blocks immediately after: "
        f"{', '.join(missing)}. Each `tool_use` block must have a corresponding `tool_result` block in the next "
        "message."
    )


def _strays(message: dict[str, Any], waiting: list[str], place: int) -> Iterator[Refusal]:
    open_ids = list(waiting)
    for index, block in objects(message["content"]):
        if block["type"] != "tool_result":
            continue
        if block["tool_use_id"] in open_ids:
            open_ids.remove(block["tool_use_id"])
        else:
            yield Refusal(
                f"messages.{place}.content.{index}: unexpected `tool_use_id` found in `tool_result` blocks: "
                f"{block['tool_use_id']}. Each `tool_result` block must have a corresponding `tool_use` block in the "
                "previous message."
            )


def _tools(asked: Asked) -> Iterator[Refusal]:
    for place, tool in enumerate(asked.body.get("tools") or ()):
        served = isinstance(tool, dict) and tool.get("type") not in (None, "custom")
        if served:  # the provider's own tools: not looked into
            continue
        where = ("tools", place, "custom")
        yield from shaped(tool, TOOL, *where)
        if not TOOL_NAME.fullmatch(tool["name"]):
            yield Refusal(f"{spelled_path(where)}.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'")
        if tool["input_schema"].get("type") != "object":
            yield Refusal(f"{spelled_path(where)}.input_schema.type: Input should be 'object'")
        yield from _keys(tool["input_schema"], f"{spelled_path(where)}.input_schema")
        if tool.get("cache_control") is not None:
            yield from shaped(tool["cache_control"], CACHE_CONTROL, *where, "cache_control")


def _tool_choice(asked: Asked) -> Iterator[Refusal]:
    choice = asked.body.get("tool_choice")
    if choice is None:
        return
    yield from tagged(choice, CHOICES, "tool_choice")
    if choice["type"] in ("any", "tool"):
        if NOT_FORCED.fullmatch(asked.model):
            yield Refusal('tool_choice: type "tool" and "any" are not supported for this model.')
        if (asked.body.get("thinking") or {}).get("type") == "enabled":
            yield Refusal("Thinking may not be enabled when tool_choice forces tool use.")
    if choice["type"] == "tool" and choice["name"] not in input_schemas(asked.body):
        yield Refusal(f"tool_choice: Tool '{choice['name']}' not found in provided tools")


def _thinking(asked: Asked) -> Iterator[Refusal]:
    thinking = asked.body.get("thinking") or {}
    if thinking.get("type") == "enabled" and asked.body["max_tokens"] <= thinking.get("budget_tokens", 0):
        yield Refusal(
            "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at "
            "https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size"
        )


def _output_config(asked: Asked) -> Iterator[Refusal]:
    found = asked.body.get("output_config")
    if found is not None:
        yield from shaped(found, OUTPUT_CONFIG, "output_config")
        if found.get("format") is not None:
            yield from shaped(found["format"], FORMAT, "output_config", "format")
            yield from _keys(found["format"]["schema"], "output_config.format.schema")


def _keys(schema: dict[str, Any], where: str) -> Iterator[Refusal]:
    """Property keys of a schema, strict or not. For deeper ones and for output_config the refusal is assumed."""
    for path in anthropic_keys(schema):
        yield Refusal(f"{'.'.join((where, *path))}: Property keys should match pattern '{PROPERTY_KEY.pattern}'")


def _schemas(asked: Asked) -> Iterator[Refusal]:
    """Everything sent as strict: one by one, then all together (Anthropic docs, structured-outputs, September 2026)."""
    strict = dict(_strict(asked.body))
    for where, schema in strict.items():
        yield from (Refusal(f"{where}: {words}") for words in anthropic_complaints(schema))
    yield from map(Refusal, anthropic_budget(list(strict.values())))
    if sum(where.startswith("tools") for where in strict) > MAX_STRICT_TOOLS:
        yield Refusal(f"tools: at most {MAX_STRICT_TOOLS} strict tools are supported")


def _strict(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, tool in objects(body.get("tools")):
        if tool.get("strict"):
            yield f"tools.{place}.custom.input_schema", tool["input_schema"]
    found = (body.get("output_config") or {}).get("format")
    if found is not None:
        yield "output_config.format.schema", found["schema"]


def _cache_marks(asked: Asked) -> Iterator[Refusal]:
    """At most four, and none of one hour after one of five minutes (Anthropic docs, prompt-caching)."""
    if asked.body.get("cache_control") is not None:
        yield from shaped(asked.body["cache_control"], CACHE_CONTROL, "cache_control")
    marks = [
        mark.get("ttl") or "5m" for part in ("tools", "system", "messages") for mark in _marks(asked.body.get(part))
    ]
    if len(marks) > MAX_CACHE_MARKS:
        yield Refusal(f"A maximum of {MAX_CACHE_MARKS} blocks with cache_control may be provided. Found {len(marks)}.")
    if "5m" in marks and "1h" in marks[marks.index("5m") :]:
        yield Refusal(
            "cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. "
            "Note that blocks are processed in the following order: `tools`, `system`, `messages`."
        )


def _marks(value: object) -> Iterator[dict[str, Any]]:
    """The cache marks of tools, of blocks, and of the blocks inside messages and tool results."""
    for _, item in objects(value):
        yield from _marks(item.get("content"))
        if isinstance(item.get("cache_control"), dict):
            yield item["cache_control"]


def _pictures(asked: Asked) -> Iterator[Refusal]:
    most = 100 if FEW_IMAGES.fullmatch(asked.model) else 600
    if len(asked.pictures) > most:
        yield Refusal(f"messages: Too much media: {len(asked.pictures)} images > {most}")
    for sent in asked.pictures:
        where = f"{spelled_path(sent.path)}.image.source.base64"
        if isinstance(sent.outcome, BadPictureError):
            yield _bad_picture(sent.outcome, where)
        elif len(asked.pictures) > MANY_IMAGES and max(sent.outcome.size) > MANY_IMAGES_SIDE:
            yield Refusal(
                f"{where}.data: At least one of the image dimensions exceed max allowed size for many-image requests: "
                f"{MANY_IMAGES_SIDE} pixels"
            )


PICTURE_WORDS: Mapping[str, str] = {
    "base64": "invalid base64 data: ",
    "broken": "Could not process image: ",
    "format": "Could not process image: ",
    "mismatch": "Image does not match the provided media type: ",
}


def _bad_picture(bad: BadPictureError, where: str) -> Refusal:
    return Refusal(f"{where}: {PICTURE_WORDS.get(bad.what, '')}{bad}")


KEY_RULES: tuple[Rule, ...] = (_key, _version)

RULES: tuple[Rule, ...] = (
    _body,
    _messages,
    _system,
    _order,
    _tools,
    _tool_choice,
    _thinking,
    _output_config,
    _schemas,
    _cache_marks,
    _pictures,
)
