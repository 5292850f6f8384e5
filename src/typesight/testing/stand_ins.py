"""Other endpoints that the sandbox can imitate: their paths, and what each rejects in addition to its wire's rules.

Sources: Anthropic vision guide 2026-09-20 (Bedrock, Vertex), Azure vision guide, ollama openai/openai.go of 2026-10,
bug trackers and guides of LM Studio, Google and Infron, all read 2026-11. Messages quoted there are repeated verbatim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from typesight.testing.amazon_frames import CONTENT_TYPE, event_frame
from typesight.testing.anthropic.message_rules import RULES as CLAUDE_RULES
from typesight.testing.anthropic.messages import MESSAGES
from typesight.testing.openai.chat import CHAT
from typesight.testing.openai.responses import RESPONSES
from typesight.testing.received import ReceivedPicture
from typesight.testing.received_pictures import SentPicture
from typesight.testing.rejections import Refusal
from typesight.testing.routes import Route
from typesight.testing.sandbox_wire import Asked, Rule, Wire, objects

__all__ = ["ENDPOINTS"]

MB = 1024 * 1024
GIF, WEBP = "image/gif", "image/webp"


def _pictures(wrong: Callable[[ReceivedPicture], bool], words: str) -> Rule:
    """A rule that rejects the pictures for which `wrong` is true."""

    def rule(asked: Asked) -> Iterator[Refusal]:
        if any(wrong(picture) for picture in asked.received):
            yield Refusal(words)

    return rule


def _is_named(picture: ReceivedPicture) -> bool:
    """Whether the picture was sent by URL or file id."""
    return picture.reference is not None


def _is(*media_types: str) -> Callable[[ReceivedPicture], bool]:
    return lambda picture: picture.media_type in media_types


def _most(count: int) -> Rule:
    def rule(asked: Asked) -> Iterator[Refusal]:
        if len(asked.pictures) > count:
            yield Refusal(f"Too many images in request. Max is {count}.")

    return rule


def _no_more_than(most: int) -> Rule:
    """A rule that rejects pictures of more than `most` bytes of base64."""

    def rule(asked: Asked) -> Iterator[Refusal]:
        for sent in asked.pictures:
            if _weight(sent) > most:
                yield Refusal(f"image exceeds {most // MB} MB maximum: {_weight(sent)} bytes > {most} bytes")

    return rule


def _weight(sent: SentPicture) -> int:
    return (len(sent.outcome.data) + 2) // 3 * 4 if isinstance(sent.outcome, ReceivedPicture) else 0


def _unknown(name: str, where: str, held: Mapping[str, Any]) -> Iterator[Refusal]:
    if name in held:
        place = f" at '{where}'" if where else ""
        yield Refusal(f'Invalid JSON payload received. Unknown name "{name}"{place}: Cannot find field.')


def _google_s(asked: Asked) -> Iterator[Refusal]:
    yield from _unknown("parallel_tool_calls", "", asked.body)
    for place, tool in objects(asked.body.get("tools")):
        yield from _unknown("strict", f"tools[{place}].function", tool.get("function") or {})


def _lm_studio_s(asked: Asked) -> Iterator[Refusal]:
    if isinstance(asked.body.get("tool_choice"), dict):
        yield Refusal("Invalid tool_choice type: 'object'. Supported string values: none, auto, required")
    if (asked.body.get("response_format") or {}).get("type") == "json_object":
        yield Refusal("'response_format.type' must be 'json_schema' or 'text'")


def _in_words(refusal: Refusal, request_id: str) -> object:
    """LM Studio's error body: the message as a plain string."""
    del request_id
    return {"error": refusal.message}


def _in_a_list(refusal: Refusal, request_id: str) -> object:
    """Google's error body: a list of one object."""
    del request_id
    return [{"error": {"code": refusal.status, "message": refusal.message, "status": "INVALID_ARGUMENT"}}]


def _chat(*rules: Rule, **changes: Any) -> tuple[Route, ...]:
    """Chat Completions with further rules, under the paths that OpenAI-compatible servers use."""
    wire = replace(CHAT, rules=(*CHAT.rules, *rules), **changes)
    return (Route("/v1/chat/completions", wire), Route("/api/v1/chat/completions", wire), Route(_GEMINI_PATH, wire))


_GEMINI_PATH = "/v1beta/openai/chat/completions"


def _no_key(asked: Asked) -> Iterator[Refusal]:
    if not any(asked.headers.get(name, "").strip() for name in ("api-key", "authorization")):
        yield Refusal("Access denied due to invalid subscription key or wrong API endpoint.", status=401)


def _azure_s(*rules: Rule) -> tuple[Route, ...]:
    chat, responses = (replace(wire, key_rules=(_no_key,), rules=(*wire.rules, *rules)) for wire in (CHAT, RESPONSES))
    return (
        Route("/openai/deployments/{model}/chat/completions", chat),
        Route("/openai/v1/chat/completions", chat),
        Route("/openai/responses", responses),
        Route("/openai/v1/responses", responses),
    )


def _cloud_s(
    headers: Mapping[str, str], body: dict[str, Any], said: Mapping[str, str]
) -> tuple[Mapping[str, str], dict[str, Any]]:
    """Rewrite a cloud's request as Anthropic's own, which has the version in a header and the model in the body."""
    version = str(body.get("anthropic_version", "")).removeprefix("bedrock-").removeprefix("vertex-")
    rest = {key: value for key, value in body.items() if key not in {"anthropic_version", "anthropic_beta"}}
    headers = {**headers, **({"anthropic-version": version} if version else {})}
    return headers, {"model": said["model"], **rest}


def _streamed(
    headers: Mapping[str, str], body: dict[str, Any], said: Mapping[str, str]
) -> tuple[Mapping[str, str], dict[str, Any]]:
    """Rewrite a cloud's request as Anthropic's own, with `stream: true`, which Bedrock has in its path."""
    headers, body = _cloud_s(headers, body, said)
    return headers, {**body, "stream": True}


def _claude(max_request: int) -> Wire:
    """Claude in a cloud: pictures only as base64 data, with a smaller size limit."""
    data_only = _pictures(_is_named, "image.source: only base64 sources are supported on this platform")
    rules = (*CLAUDE_RULES, data_only, _no_more_than(5 * MB))
    return replace(MESSAGES, max_request=max_request, key_rules=(_no_key,), rules=rules)


_BEDROCK = _claude(20 * MB)
_FRAMED = replace(_BEDROCK, stream_type=CONTENT_TYPE, frame=event_frame)
_VERTEX = _claude(30 * MB)
_AT_GOOGLE = "/v1/projects/{project}/locations/{region}/publishers/anthropic/models/{model}"

ENDPOINTS: Mapping[str, tuple[Route, ...]] = {
    "": tuple(Route(wire.path, wire) for wire in (CHAT, RESPONSES, MESSAGES)),
    "azure": _azure_s(_most(10)),
    "bedrock": (
        Route("/model/{model}/invoke", _BEDROCK, _cloud_s),
        Route("/model/{model}/invoke-with-response-stream", _FRAMED, _streamed),
        Route("/openai/v1/chat/completions", replace(CHAT, rules=(*CHAT.rules, _no_more_than(5 * MB)))),
        Route("/openai/v1/responses", replace(RESPONSES, rules=(*RESPONSES.rules, _no_more_than(5 * MB)))),
    ),
    "vertex": (
        Route(f"{_AT_GOOGLE}:rawPredict", _VERTEX, _cloud_s),
        Route(f"{_AT_GOOGLE}:streamRawPredict", _VERTEX, _cloud_s),
    ),
    "openrouter": _chat(),
    "infron": _chat(_pictures(_is(GIF), "Unsupported image format: send png, jpeg or webp.")),
    "vllm": _chat(),
    "ollama": _chat(
        _pictures(_is_named, "image URLs are not currently supported, please use base64 encoded data instead"),
        _pictures(_is(GIF), "invalid image input"),
    ),
    "lmstudio": _chat(
        _pictures(_is_named, "'url' field must be a base64 encoded image"),
        _pictures(_is(WEBP), "'url' field must be a base64 encoded image"),
        _lm_studio_s,
        spell_refusal=_in_words,
    ),
    "gemini": _chat(
        _google_s,
        _pictures(_is_named, "Unsupported file URI type: the picture has to be sent as data."),
        _pictures(_is(GIF), "Unsupported MIME type: image/gif"),
        spell_refusal=_in_a_list,
    ),
}
"""Routes by endpoint name; the empty name is OpenAI and Anthropic themselves."""
