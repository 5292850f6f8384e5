"""Rules and error messages that Chat Completions and Responses share: keys, pictures, names, error bodies.

Sources: OpenAI docs (error-codes, images-vision, structured-outputs, all 2026-09), openai 3.52.0. Messages quoted there
are repeated verbatim.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from math import ceil
from typing import Any

from typesight.testing.json_shapes.object_shapes import (
    Flaw,
    JsonPath,
    Shape,
    allow,
    find_flaws,
    name_json_type,
    require,
)
from typesight.testing.openai.strict_schemas import OPENAI_NAME, check_openai_schema
from typesight.testing.received import ReceivedPicture
from typesight.testing.received_pictures import OPENAI_LIMITS, BadPictureError, decode_base64_picture
from typesight.testing.rejections import Rejection
from typesight.testing.sandbox_wire import ParsedRequest, RequestRule, SandboxWire

__all__ = [
    "BREAKPOINT",
    "EFFORTS",
    "OPENAI_WIRE",
    "build_picture_rule",
    "check_name",
    "check_sampling",
    "check_shape",
    "check_strict_schema",
    "decode_picture_url",
    "encode_error",
    "encode_event",
    "encode_stream_error",
    "find_error_type",
    "format_path",
    "reject_value",
]

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
BREAKPOINT: Shape = {"mode": require(str, values=("explicit",)), "ttl": allow(str, values=("30m", "12h"))}
REASONING_MODELS = re.compile(r"o\d|gpt-[56]")
NATIVE_SIZE_MODELS = re.compile(r"gpt-5\.6|gpt-6")
"""Models whose `original` (and so `auto`) has no patch budget (OpenAI docs, images-vision, 2026-09)."""
MAX_PATCHES = 30_000
MAX_IMAGES = 1_500
DATA_URI = re.compile(r"data:(?P<media_type>[^;,]*)(;[^,]*)?;base64,", re.IGNORECASE)


def format_path(path: JsonPath) -> str:
    """A JSON path as OpenAI writes it: messages[0].content[1].image_url."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _join_words(words: tuple[str, ...]) -> str:
    quoted = [f"'{word}'" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])}, and {quoted[-1]}"


def reject_flaw(flaw: Flaw) -> Rejection:
    where = format_path(flaw.path)
    wanted = " or ".join(name_json_type(kind) for kind in flaw.kinds)
    words, code = {
        "missing": (f"Missing required parameter: '{where}'.", "missing_required_parameter"),
        "unknown": (f"Unknown parameter: '{where}'.", "unknown_parameter"),
        "type": (
            f"Invalid type for '{where}': expected {wanted}, but got {name_json_type(type(flaw.found))} instead.",
            "invalid_type",
        ),
        "value": (
            f"Invalid value: '{flaw.found}'. Supported values are: {_join_words(flaw.values or ('',))}.",
            "invalid_value",
        ),
    }[flaw.kind]
    return Rejection(words, param=where, code=code)


def check_shape(value: object, shape: Shape, *path: str | int) -> Iterator[Rejection]:
    """Check an object against a shape; yields a rejection per mismatch."""
    yield from map(reject_flaw, find_flaws(value, shape, path))


def reject_value(found: object, allowed: tuple[str, ...], *path: str | int) -> Rejection:
    """The rejection of a value that is not one of the allowed ones."""
    return reject_flaw(Flaw(path, "value", found, values=allowed))


def encode_event(event: Mapping[str, Any]) -> bytes:
    """Encode a stream event as a server-sent event, with its type as the name if it has one."""
    name = f"event: {event['type']}\n" if "type" in event else ""
    return f"{name}data: {json.dumps(event)}\n\n".encode()


def check_key(asked: ParsedRequest) -> Iterator[Rejection]:
    """Reject a request without an API key."""
    scheme, _, key = asked.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        yield Rejection(
            "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer "
            "auth (i.e. Authorization: Bearer YOUR_KEY).",
            status=401,
        )


def check_sampling(asked: ParsedRequest, effort: object) -> Iterator[Rejection]:
    """Reject sampling parameters on a reasoning model, unless its effort is none (deployment-checklist, 2026-09-30)."""
    if effort in (None, "none") or not REASONING_MODELS.match(asked.model):
        return
    for name in ("temperature", "top_p", "logprobs", "top_logprobs"):
        if asked.body.get(name) is not None:
            words = f"Unsupported parameter: '{name}' is not supported with this model."
            yield Rejection(words, param=name, code="unsupported_parameter")


def check_name(name: str, where: str) -> Iterator[Rejection]:
    """Check the name of a function or response format."""
    if not OPENAI_NAME.fullmatch(name):
        words = f"Invalid '{where}': string does not match pattern. Expected a string that matches the pattern "
        yield Rejection(words + "'^[a-zA-Z0-9_-]{1,64}$'.", param=where, code="invalid_value")


def check_strict_schema(kind: str, name: str, schema: object, param: str, code: str | None) -> Iterator[Rejection]:
    """Check the schema of a function or response format against the rules of strict mode."""
    for words in check_openai_schema(schema if isinstance(schema, dict) else {}):
        yield Rejection(f"Invalid schema for {kind} '{name}': {words}", param=param, code=code)


def decode_picture_url(url: str) -> ReceivedPicture | BadPictureError:
    """The picture of a data URI, decoded, or of an http(s) URL, not downloaded."""
    if url.startswith(("http://", "https://")):
        return ReceivedPicture.from_reference(url)
    head = DATA_URI.match(url)
    if head is None:
        return BadPictureError("url", "expected an http(s) URL or a base64 data URI with an image MIME type")
    try:
        return decode_base64_picture(head["media_type"], url[head.end() :], OPENAI_LIMITS)
    except BadPictureError as bad:
        return bad


def build_picture_rule(key_of_url: str) -> RequestRule:
    """The rule that checks a wire's pictures; `key_of_url` is the path of the URL within a content part."""

    def rule(asked: ParsedRequest) -> Iterator[Rejection]:
        if len(asked.pictures) > MAX_IMAGES:
            words = f"Too many images: {len(asked.pictures)}; at most {MAX_IMAGES} per request."
            yield Rejection(words, param=str(asked.pictures[0].path[0]))
        for sent in asked.pictures:
            where = f"{format_path(sent.path)}.{key_of_url}"
            if isinstance(sent.outcome, BadPictureError):
                yield _reject_picture(sent.outcome, where)
            elif sent.detail in (None, "auto", "original") and NATIVE_SIZE_MODELS.match(asked.model):
                yield from _check_patches(sent.outcome, where)

    return rule


# Error codes of rejected pictures; any other problem is `invalid_value`.
PICTURE_CODES: Mapping[str, str] = {
    "media_type": "invalid_image_format",
    "mismatch": "invalid_image_format",
    "base64": "invalid_base64",
    "format": "unsupported_image",
    "animated": "unsupported_image",
    "broken": "image_parse_error",
    "side": "image_too_large",
}


def _reject_picture(bad: BadPictureError, where: str) -> Rejection:
    words = f"Invalid '{where}': {bad}. Please use a valid png, jpeg, webp or non-animated gif."
    return Rejection(words, param=where, code=PICTURE_CODES.get(bad.problem, "invalid_value"))


def _check_patches(picture: ReceivedPicture, where: str) -> Iterator[Rejection]:
    patches = ceil(picture.size[0] / 32) * ceil(picture.size[1] / 32)
    if patches > MAX_PATCHES:
        words = f"Invalid '{where}': the image has {patches} patches, more than {MAX_PATCHES}."
        yield Rejection(words, param=where, code="image_too_large")


ERROR_TYPES: Mapping[int, str] = {429: "requests", 500: "server_error", 502: "server_error", 503: "server_error"}
"""Error types by status (OpenAI docs, error-codes); every other status is an `invalid_request_error`."""

NO_CREDIT_CODES = re.compile(r"credit_balance_exhausted|insufficient_quota|.*_(spend|usage)_limit_exceeded")


def find_error_type(refusal: Rejection) -> str:
    """OpenAI's type for an error."""
    by_code = "insufficient_quota" if NO_CREDIT_CODES.fullmatch(refusal.code or "") else None
    return refusal.kind or by_code or ERROR_TYPES.get(refusal.status, "invalid_request_error")


def encode_error(refusal: Rejection, request_id: str) -> dict[str, Any]:
    """Encode an error body; the request id is only in a header."""
    del request_id
    kind = find_error_type(refusal)
    return {"error": {"message": refusal.message, "type": kind, "param": refusal.param, "code": refusal.code}}


def encode_stream_error(refusal: Rejection, request_id: str, sent: int) -> bytes:
    """Encode an error in the middle of a stream, in the form of an error body."""
    del sent
    return encode_event(encode_error(refusal, request_id))


OPENAI_WIRE = partial(
    SandboxWire,
    max_request_bytes=512 * 1024 * 1024,
    request_id_header="x-request-id",
    key_rules=(check_key,),
    invalid_json=Rejection("We could not parse the JSON body of your request: the API expects a JSON object."),
    too_large=Rejection("The request is larger than 512 MB.", status=413),
    encode_event=encode_event,
    encode_error=encode_error,
)
"""What all of OpenAI's APIs have in common."""
