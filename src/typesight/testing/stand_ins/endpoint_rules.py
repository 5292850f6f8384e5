"""Other endpoints that the sandbox can imitate: their paths, and what each rejects in addition to its wire's rules.

Sources: Anthropic vision guide 2026-09-20 (Bedrock, Vertex), Azure vision guide, ollama openai/openai.go of 2026-10,
bug trackers and guides of LM Studio, Google and Infron, all read 2026-11. Messages quoted there are repeated verbatim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from typesight.testing.anthropic.message_rules import RULES as CLAUDE_RULES
from typesight.testing.anthropic.messages import MESSAGES
from typesight.testing.openai.chat import CHAT
from typesight.testing.openai.decisions import DECISIONS
from typesight.testing.openai.responses import RESPONSES
from typesight.testing.received import ReceivedPicture
from typesight.testing.received_pictures import SentPicture
from typesight.testing.rejections import Rejection
from typesight.testing.routes import Route
from typesight.testing.sandbox_wire import ParsedRequest, RequestRule, SandboxWire, enumerate_objects
from typesight.testing.stand_ins.amazon_frames import CONTENT_TYPE, encode_exception, encode_frame

__all__ = ["STAND_INS"]

MB = 1024 * 1024
GIF, WEBP = "image/gif", "image/webp"


def _reject_pictures(wrong: Callable[[ReceivedPicture], bool], words: str) -> RequestRule:
    """A rule that rejects the pictures for which `wrong` is true."""

    def rule(asked: ParsedRequest) -> Iterator[Rejection]:
        if any(wrong(picture) for picture in asked.received_pictures):
            yield Rejection(words)

    return rule


def _is_reference(picture: ReceivedPicture) -> bool:
    """Whether the picture was sent by URL or file id."""
    return picture.reference is not None


def _match_media_types(*media_types: str) -> Callable[[ReceivedPicture], bool]:
    return lambda picture: picture.media_type in media_types


def _limit_count(count: int) -> RequestRule:
    def rule(asked: ParsedRequest) -> Iterator[Rejection]:
        if len(asked.pictures) > count:
            yield Rejection(f"Too many images in request. Max is {count}.")

    return rule


def _limit_base64(most: int) -> RequestRule:
    """A rule that rejects pictures of more than `most` bytes of base64."""

    def rule(asked: ParsedRequest) -> Iterator[Rejection]:
        for sent in asked.pictures:
            if _count_base64_bytes(sent) > most:
                yield Rejection(
                    f"image exceeds {most // MB} MB maximum: {_count_base64_bytes(sent)} bytes > {most} bytes"
                )

    return rule


def _count_base64_bytes(sent: SentPicture) -> int:
    return (len(sent.outcome.data) + 2) // 3 * 4 if isinstance(sent.outcome, ReceivedPicture) else 0


def _reject_unknown_name(name: str, where: str, held: Mapping[str, Any]) -> Iterator[Rejection]:
    if name in held:
        place = f" at '{where}'" if where else ""
        yield Rejection(f'Invalid JSON payload received. Unknown name "{name}"{place}: Cannot find field.')


def _check_google_request(asked: ParsedRequest) -> Iterator[Rejection]:
    yield from _reject_unknown_name("parallel_tool_calls", "", asked.body)
    for place, tool in enumerate_objects(asked.body.get("tools")):
        yield from _reject_unknown_name("strict", f"tools[{place}].function", tool.get("function") or {})


def _check_lm_studio_request(asked: ParsedRequest) -> Iterator[Rejection]:
    if isinstance(asked.body.get("tool_choice"), dict):
        yield Rejection("Invalid tool_choice type: 'object'. Supported string values: none, auto, required")
    if (asked.body.get("response_format") or {}).get("type") == "json_object":
        yield Rejection("'response_format.type' must be 'json_schema' or 'text'")


def _encode_lm_studio_error(refusal: Rejection, request_id: str) -> object:
    """LM Studio's error body: the message as a plain string."""
    del request_id
    return {"error": refusal.message}


def _encode_google_error(refusal: Rejection, request_id: str) -> object:
    """Google's error body: a list of one object."""
    del request_id
    return [{"error": {"code": refusal.status, "message": refusal.message, "status": "INVALID_ARGUMENT"}}]


def _check_mistral_request(asked: ParsedRequest) -> Iterator[Rejection]:
    for message in asked.body["messages"]:
        parts = message.get("content")
        if any("cache_control" in part for part in (parts if isinstance(parts, list) else ())):
            yield Rejection("Extra inputs are not permitted", status=422)


def _check_tool_choice_string(asked: ParsedRequest) -> Iterator[Rejection]:
    if not isinstance(asked.body.get("tool_choice", "auto"), str):
        yield Rejection("Invalid tool_choice: a string is expected")


def _build_chat_routes(*rules: RequestRule, path: str = "/v1", **changes: Any) -> tuple[Route, ...]:
    """Chat Completions with further rules, under the usual path and the endpoint's own."""
    wire = replace(CHAT, rules=(*CHAT.rules, *rules), **changes)
    return tuple(Route(f"{each}/chat/completions", wire) for each in dict.fromkeys(("/v1", path)))


def _check_key(asked: ParsedRequest) -> Iterator[Rejection]:
    if not any(asked.headers.get(name, "").strip() for name in ("api-key", "authorization")):
        yield Rejection("Access denied due to invalid subscription key or wrong API endpoint.", status=401)


def _build_azure_routes(*rules: RequestRule) -> tuple[Route, ...]:
    chat, responses = (
        replace(wire, key_rules=(_check_key,), rules=(*wire.rules, *rules)) for wire in (CHAT, RESPONSES)
    )
    return (
        Route("/openai/deployments/{model}/chat/completions", chat),
        Route("/openai/v1/chat/completions", chat),
        Route("/openai/responses", responses),
        Route("/openai/v1/responses", responses),
    )


def _adapt_cloud_request(
    headers: Mapping[str, str], body: dict[str, Any], said: Mapping[str, str]
) -> tuple[Mapping[str, str], dict[str, Any]]:
    """Rewrite a cloud's request as Anthropic's own, which has the version in a header and the model in the body."""
    version = str(body.get("anthropic_version", "")).removeprefix("bedrock-").removeprefix("vertex-")
    rest = {key: value for key, value in body.items() if key not in {"anthropic_version", "anthropic_beta"}}
    headers = {**headers, **({"anthropic-version": version} if version else {})}
    return headers, {"model": said["model"], **rest}


def _adapt_streamed_request(
    headers: Mapping[str, str], body: dict[str, Any], said: Mapping[str, str]
) -> tuple[Mapping[str, str], dict[str, Any]]:
    """Rewrite a cloud's request as Anthropic's own, with `stream: true`, which Bedrock has in its path."""
    headers, body = _adapt_cloud_request(headers, body, said)
    return headers, {**body, "stream": True}


def _build_claude_wire(max_request: int) -> SandboxWire:
    """Claude in a cloud: pictures only as base64 data, with a smaller size limit."""
    data_only = _reject_pictures(_is_reference, "image.source: only base64 sources are supported on this platform")
    rules = (*CLAUDE_RULES, data_only, _limit_base64(5 * MB))
    return replace(MESSAGES, max_request_bytes=max_request, key_rules=(_check_key,), rules=rules)


_BEDROCK = _build_claude_wire(20 * MB)
_BEDROCK_STREAM = replace(
    _BEDROCK, stream_type=CONTENT_TYPE, encode_event=encode_frame, encode_stream_error=encode_exception
)
_VERTEX = _build_claude_wire(30 * MB)
_VERTEX_PATH = "/v1/projects/{project}/locations/{region}/publishers/anthropic/models/{model}"

STAND_INS: Mapping[str, tuple[Route, ...]] = {
    "": tuple(Route(wire.path, wire) for wire in (CHAT, RESPONSES, DECISIONS, MESSAGES)),
    "azure": _build_azure_routes(_limit_count(10)),
    "bedrock": (
        Route("/model/{model}/invoke", _BEDROCK, _adapt_cloud_request),
        Route("/model/{model}/invoke-with-response-stream", _BEDROCK_STREAM, _adapt_streamed_request),
        Route("/openai/v1/chat/completions", replace(CHAT, rules=(*CHAT.rules, _limit_base64(5 * MB)))),
        Route("/openai/v1/responses", replace(RESPONSES, rules=(*RESPONSES.rules, _limit_base64(5 * MB)))),
    ),
    "vertex": (
        Route(f"{_VERTEX_PATH}:rawPredict", _VERTEX, _adapt_cloud_request),
        Route(f"{_VERTEX_PATH}:streamRawPredict", _VERTEX, _adapt_cloud_request),
    ),
    "openrouter": _build_chat_routes(path="/api/v1"),
    "infron": _build_chat_routes(
        _reject_pictures(_match_media_types(GIF), "Unsupported image format: send png, jpeg or webp.")
    ),
    "vllm": _build_chat_routes(),
    "ollama": _build_chat_routes(
        _reject_pictures(
            _is_reference, "image URLs are not currently supported, please use base64 encoded data instead"
        ),
        _reject_pictures(_match_media_types(GIF), "invalid image input"),
    ),
    "lmstudio": _build_chat_routes(
        _reject_pictures(_is_reference, "'url' field must be a base64 encoded image"),
        _reject_pictures(_match_media_types(WEBP), "'url' field must be a base64 encoded image"),
        _check_lm_studio_request,
        encode_error=_encode_lm_studio_error,
    ),
    "gemini": _build_chat_routes(
        _check_google_request,
        _reject_pictures(_is_reference, "Unsupported file URI type: the picture has to be sent as data."),
        _reject_pictures(_match_media_types(GIF), "Unsupported MIME type: image/gif"),
        path="/v1beta/openai",
        encode_error=_encode_google_error,
    ),
    "groq": _build_chat_routes(_limit_count(5), path="/openai/v1", max_request_bytes=4_000_000),
    "mistral": _build_chat_routes(_limit_count(8), _check_mistral_request),
    "xai": _build_chat_routes(
        _reject_pictures(_match_media_types(GIF, WEBP), "Unsupported image format: send jpg/jpeg or png."),
        _limit_base64(20 * MB),
    ),
    "together": _build_chat_routes(),
    "fireworks": _build_chat_routes(_limit_count(30), _limit_base64(5 * MB), path="/inference/v1"),
    "deepinfra": _build_chat_routes(path="/v1/openai"),
    "huggingface": _build_chat_routes(),
    "llamacpp": _build_chat_routes(
        _reject_pictures(_match_media_types(WEBP), "Failed to load image or audio file"), _check_tool_choice_string
    ),
}
"""Routes by endpoint name; the empty name is OpenAI and Anthropic themselves."""
