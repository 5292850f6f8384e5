"""The rules by which Anthropic refuses a Messages request.

Sources: Anthropic docs (vision 2026-09-20, errors and structured-outputs 2026-09, handle-tool-calls, prompt-caching,
migration-2026-10-21), the request types of anthropic 2.11.0. Error messages quoted there are repeated word for word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from typesight.testing.anthropic.message_body import find_input_schemas
from typesight.testing.anthropic.message_shapes import (
    BLOCKS,
    BLOCKS_OF,
    BODY,
    CACHE_CONTROL,
    FORMAT,
    MESSAGE,
    NO_SAMPLING_SINCE,
    OUTPUT_CONFIG,
    SAMPLING,
    SOURCES,
    TOOL,
    TOOL_CHOICES,
    TOOL_NAME,
    TRANSFORMATIONS,
    check_shape,
    check_tagged,
    format_path,
)
from typesight.testing.anthropic.strict_schemas import (
    PROPERTY_KEY,
    check_anthropic_budget,
    check_anthropic_schema,
    find_anthropic_bad_keys,
)
from typesight.testing.anthropic.tool_results import check_result_order
from typesight.testing.received_pictures import BadPictureError
from typesight.testing.rejections import Rejection
from typesight.testing.sandbox_wire import ParsedRequest, RequestRule, enumerate_objects

__all__ = ["KEY_RULES", "RULES"]

NO_FORCED_TOOL_MODELS = re.compile(r"claude-(opus-5-5|sonnet-5-5|fable-5-[12]|mythos-5-[12])(-.*)?")
"""Models that cannot be forced to call a tool (Anthropic docs, errors, 2026-09); the -5-2 names are assumed."""
PREFILL_MODELS = re.compile(r"claude-(3.*|(opus|sonnet|haiku)-4-[015](-\d{8})?)")
"""Models before Claude 4.6, where a conversation may end with the assistant (Anthropic docs, errors)."""
FEW_IMAGE_MODELS = re.compile(r"claude-haiku-4-5(-\d{8})?")
"""Models with a 200k context take 100 images (Anthropic docs, vision, 2026-09-20)."""
MANY_IMAGES, MANY_IMAGES_SIDE = 20, 2_000
MAX_CACHE_MARKS = 4
MAX_STRICT_TOOLS = 20


def _check_key(asked: ParsedRequest) -> Iterator[Rejection]:
    scheme, _, token = asked.headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    if not bearer and not asked.headers.get("x-api-key", "").strip():
        yield Rejection("Authentication required: an Authorization or x-api-key header is missing", status=401)


def _check_version(asked: ParsedRequest) -> Iterator[Rejection]:
    if not asked.headers.get("anthropic-version"):
        yield Rejection("anthropic-version: header is required")


def _check_body(asked: ParsedRequest) -> Iterator[Rejection]:
    takes_sampling = asked.headers["anthropic-version"] < NO_SAMPLING_SINCE
    yield from check_shape(asked.body, {**BODY, **SAMPLING} if takes_sampling else BODY)
    if not asked.model:
        yield Rejection("model: String should have at least 1 character")
    if asked.body["max_tokens"] < 0:
        yield Rejection("max_tokens: Input should be greater than or equal to 0")
    if not asked.body["messages"]:
        yield Rejection("messages: at least one message is required")


def _check_messages(asked: ParsedRequest) -> Iterator[Rejection]:
    messages = asked.body["messages"]
    for place, message in enumerate(messages):
        yield from check_shape(message, MESSAGE, "messages", place)
        yield from _check_blocks(message["content"], message["role"], "messages", place, "content")
    if messages[0]["role"] != "user":
        yield Rejection('messages: first message must use the "user" role')
    if messages[-1]["role"] != "user" and not _allows_prefill(asked):
        yield Rejection(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )


def _allows_prefill(asked: ParsedRequest) -> bool:
    last = asked.body["messages"][-1]["role"]
    return last == "assistant" and PREFILL_MODELS.fullmatch(asked.model) is not None


def _check_system(asked: ParsedRequest) -> Iterator[Rejection]:
    system = asked.body.get("system")
    if system:  # an empty system prompt counts as missing
        yield from _check_blocks(system, "system", "system")


def _check_blocks(content: str | list[Any], holder: str, *path: str | int) -> Iterator[Rejection]:
    """Check the blocks of a message, of the system prompt, or of a tool result (which may be empty)."""
    if isinstance(content, str):
        if not content.strip() and holder != "tool_result":
            yield Rejection(f"{format_path(path)}: text content blocks must be non-empty")
        return
    for place, block in enumerate(content):
        yield from check_tagged(block, BLOCKS, *path, place)
        yield from _check_block_role(block["type"], holder, *path, place)
        yield from _check_block(block, *path, place)


def _check_block_role(kind: str, holder: str, *path: str | int) -> Iterator[Rejection]:
    if kind not in BLOCKS_OF[holder]:
        homes = " and ".join(f"`{name}`" for name, kinds in BLOCKS_OF.items() if kind in kinds)
        yield Rejection(f"{format_path(path)}: `{kind}` blocks can only be in {homes} messages, not in `{holder}`")


def _check_block(block: dict[str, Any], *path: str | int) -> Iterator[Rejection]:
    kind = block["type"]
    if block.get("cache_control") is not None:
        yield from check_shape(block["cache_control"], CACHE_CONTROL, *path, "cache_control")
    if kind == "text" and not block["text"].strip():
        yield Rejection(f"{format_path(path)}: text content blocks must be non-empty")
    if kind == "image":
        yield from check_tagged(block["source"], SOURCES, *path, "image", "source")
        yield from check_shape(block.get("transformations") or {}, TRANSFORMATIONS, *path, "image", "transformations")
    if kind == "tool_result":
        yield from _check_blocks(block.get("content") or "", "tool_result", *path, "content")


def _check_tools(asked: ParsedRequest) -> Iterator[Rejection]:
    for place, tool in enumerate(asked.body.get("tools") or ()):
        is_server_tool = isinstance(tool, dict) and tool.get("type") not in (None, "custom")
        if is_server_tool:  # the provider's own tools are not checked
            continue
        where = ("tools", place, "custom")
        yield from check_shape(tool, TOOL, *where)
        if not TOOL_NAME.fullmatch(tool["name"]):
            yield Rejection(f"{format_path(where)}.name: String should match pattern '^[a-zA-Z0-9_-]{{1,128}}$'")
        if tool["input_schema"].get("type") != "object":
            yield Rejection(f"{format_path(where)}.input_schema.type: Input should be 'object'")
        yield from _check_property_keys(tool["input_schema"], f"{format_path(where)}.input_schema")
        if tool.get("cache_control") is not None:
            yield from check_shape(tool["cache_control"], CACHE_CONTROL, *where, "cache_control")


def _check_tool_choice(asked: ParsedRequest) -> Iterator[Rejection]:
    choice = asked.body.get("tool_choice")
    if choice is None:
        return
    yield from check_tagged(choice, TOOL_CHOICES, "tool_choice")
    if choice["type"] in ("any", "tool"):
        if NO_FORCED_TOOL_MODELS.fullmatch(asked.model):
            yield Rejection('tool_choice: type "tool" and "any" are not supported for this model.')
        if (asked.body.get("thinking") or {}).get("type") == "enabled":
            yield Rejection("Thinking may not be enabled when tool_choice forces tool use.")
    if choice["type"] == "tool" and choice["name"] not in find_input_schemas(asked.body):
        yield Rejection(f"tool_choice: Tool '{choice['name']}' not found in provided tools")


def _check_thinking(asked: ParsedRequest) -> Iterator[Rejection]:
    thinking = asked.body.get("thinking") or {}
    if thinking.get("type") == "enabled" and asked.body["max_tokens"] <= thinking.get("budget_tokens", 0):
        yield Rejection(
            "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at "
            "https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size"
        )


def _check_output_config(asked: ParsedRequest) -> Iterator[Rejection]:
    config = asked.body.get("output_config")
    if config is not None:
        yield from check_shape(config, OUTPUT_CONFIG, "output_config")
        if config.get("format") is not None:
            yield from check_shape(config["format"], FORMAT, "output_config", "format")
            yield from _check_property_keys(config["format"]["schema"], "output_config.format.schema")


def _check_property_keys(schema: dict[str, Any], where: str) -> Iterator[Rejection]:
    """Check the property keys of a schema, strict or not. That nested ones and output_config fail is assumed."""
    for path in find_anthropic_bad_keys(schema):
        yield Rejection(f"{'.'.join((where, *path))}: Property keys should match pattern '{PROPERTY_KEY.pattern}'")


def _check_strict_schemas(asked: ParsedRequest) -> Iterator[Rejection]:
    """Check each strict schema, then all of them together (Anthropic docs, structured-outputs, September 2026)."""
    strict = dict(_find_strict_schemas(asked.body))
    for where, schema in strict.items():
        yield from (Rejection(f"{where}: {words}") for words in check_anthropic_schema(schema))
    yield from map(Rejection, check_anthropic_budget(list(strict.values())))
    if sum(where.startswith("tools") for where in strict) > MAX_STRICT_TOOLS:
        yield Rejection(f"tools: at most {MAX_STRICT_TOOLS} strict tools are supported")


def _find_strict_schemas(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, tool in enumerate_objects(body.get("tools")):
        if tool.get("strict"):
            yield f"tools.{place}.custom.input_schema", tool["input_schema"]
    output_format = (body.get("output_config") or {}).get("format")
    if output_format is not None:
        yield "output_config.format.schema", output_format["schema"]


def _check_cache_marks(asked: ParsedRequest) -> Iterator[Rejection]:
    """Check that there are at most four, and no 1h mark after a 5m mark (Anthropic docs, prompt-caching)."""
    if asked.body.get("cache_control") is not None:
        yield from check_shape(asked.body["cache_control"], CACHE_CONTROL, "cache_control")
    marks = [
        mark.get("ttl") or "5m"
        for part in ("tools", "system", "messages")
        for mark in _find_cache_marks(asked.body.get(part))
    ]
    if len(marks) > MAX_CACHE_MARKS:
        yield Rejection(
            f"A maximum of {MAX_CACHE_MARKS} blocks with cache_control may be provided. Found {len(marks)}."
        )
    if "5m" in marks and "1h" in marks[marks.index("5m") :]:
        yield Rejection(
            "cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. "
            "Note that blocks are processed in the following order: `tools`, `system`, `messages`."
        )


def _find_cache_marks(value: object) -> Iterator[dict[str, Any]]:
    """Find the cache marks of tools, of blocks, and of the blocks inside messages and tool results."""
    for _, item in enumerate_objects(value):
        yield from _find_cache_marks(item.get("content"))
        if isinstance(item.get("cache_control"), dict):
            yield item["cache_control"]


def _check_pictures(asked: ParsedRequest) -> Iterator[Rejection]:
    max_pictures = 100 if FEW_IMAGE_MODELS.fullmatch(asked.model) else 600
    if len(asked.pictures) > max_pictures:
        yield Rejection(f"messages: Too much media: {len(asked.pictures)} images > {max_pictures}")
    for picture in asked.pictures:
        where = f"{format_path(picture.path)}.image.source.base64"
        if isinstance(picture.outcome, BadPictureError):
            yield _reject_picture(picture.outcome, where)
        elif len(asked.pictures) > MANY_IMAGES and max(picture.outcome.size) > MANY_IMAGES_SIDE:
            yield Rejection(
                f"{where}.data: At least one of the image dimensions exceed max allowed size for many-image requests: "
                f"{MANY_IMAGES_SIDE} pixels"
            )


PICTURE_PREFIXES: Mapping[str, str] = {
    "base64": "invalid base64 data: ",
    "broken": "Could not process image: ",
    "format": "Could not process image: ",
    "mismatch": "Image does not match the provided media type: ",
}


def _reject_picture(bad: BadPictureError, where: str) -> Rejection:
    return Rejection(f"{where}: {PICTURE_PREFIXES.get(bad.problem, '')}{bad}")


KEY_RULES: tuple[RequestRule, ...] = (_check_key, _check_version)

RULES: tuple[RequestRule, ...] = (
    _check_body,
    _check_messages,
    _check_system,
    check_result_order,
    _check_tools,
    _check_tool_choice,
    _check_thinking,
    _check_output_config,
    _check_strict_schemas,
    _check_cache_marks,
    _check_pictures,
)
