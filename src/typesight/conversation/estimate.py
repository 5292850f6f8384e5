"""Estimate the tokens, bytes and cost of a call before it is made, without network or decoding of pixels.

Image tokens are exact where the maker publishes its rule. Bytes and text tokens are upper estimates.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import ceil
from typing import Any

from typesight.endpoints.recognise_client import find_endpoint
from typesight.exchange.request import Request
from typesight.exchange.turns import Turn
from typesight.exchange.wire import Wire
from typesight.images.encoding.plan import PicturePlan, plan_pictures
from typesight.images.encoding.prepare import Preparation
from typesight.images.image import Image
from typesight.models.image_tokens import ClaudePatches
from typesight.models.model_rows import find_model
from typesight.models.price_warning import warn_of_missing_prices
from typesight.models.profiles import VisionProfile
from typesight.usage import Usage, compute_cost

__all__ = ["Estimate", "estimate", "estimate_request"]

# A token is at least this many bytes of ASCII JSON: English has about four letters per token, Claude's tokenizer since
# 4.7 about three; letters of other scripts are escapes of six bytes.
_BYTES_PER_TOKEN = 3
# Bytes that the SDKs add to a body.
_ENVELOPE = 256
# Local servers publish no price. For their context length, pictures are counted as by Qwen2-VL, 28 px patches, which
# takes the most tokens of the common models (its model card, 2024); an answer without a limit counts as a short one.
_LOCAL_PATCHES = ClaudePatches(65_520, 16_384)
_SHORT_ANSWER = 512


@dataclass(frozen=True, slots=True)
class Estimate:
    """The tokens, bytes and cost of a call.

    `image_tokens`: the tokens billed for each picture, in order; None for a URL that was not downloaded, and where no
    price is published. `input_tokens`: the known image tokens plus an upper estimate of the text's.
    `wire_bytes`: an upper estimate of the request's body. `usd`: dollars for the input of one request, without
    cache or discount, the answer's tokens not counted; None when a picture's tokens or the model's price are not
    known. `problems`: messages about what the endpoint would refuse or silently cut, and what may hurt reading.
    """

    image_tokens: list[int | None]
    input_tokens: int
    wire_bytes: int
    usd: float | None
    problems: list[str]


def estimate(
    model: str,
    images: Any,
    *,
    profile: str | VisionProfile | None = None,
    max_side: int | None = None,
) -> Estimate:
    """Estimate sending pictures to a model: `estimate("openai/gpt-6-luna", ["front.jpg", "back.jpg"])`.

    `model` is a name as `from_provider` takes it, or a model's own name; `images` is one picture or a list of
    them, anything that `Image` takes; `profile` describes a model not known by its name, `max_side` is in pixels.
    Reads only the pictures' headers. Raises ImageError for what is no source of a picture.
    """
    endpoint, name = find_endpoint(model)
    given = images if isinstance(images, list | tuple) else [images]
    request = Request(
        model=name,
        vendor=endpoint.vendor,
        turns=(Turn("user", tuple(each if isinstance(each, Image) else Image(each) for each in given)),),
        profile=endpoint.find_profile(name, profile),
    )
    return estimate_request(request, endpoint.default_wire, Preparation(max_side=max_side))


def estimate_request(request: Request, wire: Wire, how: Preparation) -> Estimate:
    """Estimate one request. Raises SchemaError and ModeError, as sending it would."""
    planned = plan_pictures(request.images, request.profile, how)
    tokens = [plan.tokens for plan in planned]
    if wire.IS_LOCAL:  # nothing is sent or billed
        return Estimate(tokens, 0, 0, 0.0, _find_problems(request.profile, planned, 0, 0))
    text = _count_text_bytes(request, planned, wire)
    row = find_model(request.model) if request.target else None
    told = ceil(text / _BYTES_PER_TOKEN) + ((row.preamble or 0) if row else 0)
    wire_bytes = text + _ENVELOPE + sum(plan.bytes for plan in planned)
    total = told + sum(each or 0 for each in tokens)
    usd = None if None in tokens else compute_cost(Usage(input=total), model=request.model, vendor=request.vendor)
    if usd is None:
        warn_of_missing_prices(request.vendor)
    return Estimate(
        tokens,
        total,
        wire_bytes,
        usd,
        _find_problems(request.profile, planned, wire_bytes, _count_other_tokens(request, told)),
    )


def _count_text_bytes(request: Request, planned: tuple[PicturePlan, ...], wire: Wire) -> int:
    """The bytes of the body as ASCII JSON, without the pictures' data; never fewer than the SDKs send."""
    ready = {image: plan.make_placeholders(image) for image, plan in zip(request.images, planned, strict=True)}
    return len(json.dumps(wire.encode(request.insert_pictures(ready)), default=str))


def _count_other_tokens(request: Request, text_tokens: int) -> int:
    """The tokens of a conversation without its pictures: its text, and the longest answer allowed."""
    limit = request.options.get("max_tokens")
    return text_tokens + (limit if isinstance(limit, int) else _SHORT_ANSWER)


def _find_problems(profile: VisionProfile, planned: tuple[PicturePlan, ...], wire_bytes: int, held: int) -> list[str]:
    found = [f"Image {number}{doubt}" for number, plan in enumerate(planned, start=1) for doubt in plan.warnings]
    count = sum(max(1, len(plan.sizes)) for plan in planned)
    if count > profile.max_images:
        found.append(f"{count} pictures are more than the {profile.max_images} that {profile.name} takes: send fewer")
    if wire_bytes > profile.max_request_bytes:
        found.append(
            f"the request may take {wire_bytes / 1e6:.1f} MB, more than the {profile.max_request_bytes / 1e6:.1f} MB "
            f"that {profile.name} takes: send fewer pictures at a time, or lower max_side"
        )
    needed = held + sum(_LOCAL_PATCHES.count_tokens(size) for plan in planned for size in plan.sizes)
    if profile.context and needed > profile.context:
        found.append(
            f"about {needed} tokens with the answer are more than the {profile.context} that {profile.name} keeps by "
            "default: raise its context length, or the rest may be cut silently"
        )
    return found
