"""What a valid record costs where some first replies are invalid: typesight beside loops that send everything again.

    python benchmarks/reask_cost.py

Every kind of conversation (a first reply that is valid, one that is not) is held over the Sandbox by the real SDKs, and
its bodies are priced: pictures by the published token rules, text at four bytes a token, prompt caches by the published
rules (OpenAI's by itself, with a charge for writing from gpt-5.6 on; Claude's where it is marked), dollars by
genai-prices. 200 conversations are then drawn for each share. A model's second answer is scripted: the item that fails
is given with all its values and everything else is left empty, as the complaint asks; "repeats all" is for a model that
does not.

A second table says what it costs that an item is told by what it says: the tokens of a complaint and of its answer, for
lists of 5, 50 and 500 rows, beside those of a value alone, which was found by the number of its row.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from random import Random
from typing import Any

import anthropic
import openai
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont
from pydantic import BaseModel, ValidationError

import typesight
from typesight.exchange import sentences
from typesight.models.endpoint_profiles import read_profile
from typesight.schema.dialects import strict_schema
from typesight.schema.target import make_target
from typesight.testing import Sandbox, SandboxRequest
from typesight.usage import Usage, compute_cost

CONVERSATIONS = 200
SHARES = (10, 30, 60)
PROMPT = "Read the invoice into the record. Copy values as they are printed."
# Tokens from which a prefix is cached: OpenAI 1,024; Claude by model (guides of 2026-09).
LEAST = {"claude-haiku-4-5": 4096, "claude-sonnet-5-5": 512}
WRITE_IS_BILLED = ("gpt-5.6",)


class Item(BaseModel):
    """One line of the invoice."""

    name: str
    quantity: int
    price: Decimal


class Invoice(BaseModel):
    """An invoice."""

    seller: str
    number: str
    issued: str
    items: list[Item]
    total: Decimal


ITEMS = [
    {"name": f"Article number {n:03d}, blue, boxed", "quantity": n % 4 + 1, "price": n + 0.5} for n in range(1, 15)
]
RIGHT = {"seller": "Corner Shop Ltd.", "number": "2026-11-0815", "issued": "2026-11-20", "items": ITEMS, "total": 112.0}
WRONG = {**RIGHT, "items": [{**ITEMS[0], "price": "1.5O"}, *ITEMS[1:]]}
BRIEF = {"seller": "", "number": "", "issued": "", "items": [ITEMS[0]], "total": 0}


def photo() -> bytes:
    """A page as a phone takes it: 12 megapixels of JPEG."""
    page = Pillow.effect_noise((3024, 4032), 12).convert("RGB")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=70)
    for row, item in enumerate(ITEMS):
        pen.text((300, 500 + 200 * row), f"{item['name']}   {item['quantity']} x {item['price']:.2f}", "black", font)
    file = io.BytesIO()
    page.save(file, "JPEG", quality=88)
    return file.getvalue()


# Tokens and dollars


@dataclass(frozen=True)
class Priced:
    """One request and its reply."""

    parts: tuple[tuple[str, int], ...]  # what stands in the body in order, and its tokens
    marked: int | None  # the last part that a cache mark stands on
    output: int


def text_tokens(text: str) -> int:
    """Four bytes to a token."""
    return ceil(len(text.encode()) / 4)


def parts_of(request: SandboxRequest, model: str) -> tuple[list[tuple[str, int]], int | None]:
    """The body in the order of the cache, each part with its tokens, and the last part with a mark."""
    body, pictures = request.body, list(request.pictures)
    profile = read_profile(model)
    head = {key: body[key] for key in ("tools", "text", "response_format", "output_config", "system") if key in body}
    parts, marked = [(json.dumps(head), text_tokens(json.dumps(head)))], None
    for message in body.get("messages") or body["input"]:
        content = message.get("content") if "content" in message else message
        for each in content if isinstance(content, list) else [content]:
            told = json.dumps(each)
            if isinstance(each, dict) and each.get("type") in {"image", "image_url", "input_image"}:
                picture = pictures.pop(0)
                named = each.get("image_url")
                detail = named.get("detail") if isinstance(named, dict) else each.get("detail")
                tokens = profile.tokens(picture.size, detail=detail or "auto") or 0
                parts.append((picture.sha256, tokens))
            else:
                parts.append((told, text_tokens(told)))
            if isinstance(each, dict) and "cache_control" in each:
                marked = len(parts) - 1
    return parts, marked


def bill(requests: Sequence[Priced], model: str, vendor: str) -> float:
    """The dollars of a conversation."""
    total, kept = 0.0, 0
    before: tuple[tuple[str, int], ...] = ()
    for request in requests:
        tokens = sum(count for _, count in request.parts)
        same = 0
        for (one, count), (other, _) in zip(request.parts, before, strict=False):
            if _unmarked(one) != _unmarked(other):
                break
            same += count
        least = LEAST.get(model, 1024)
        read = min(same, kept) if min(same, kept) >= least else 0
        if vendor == "openai":
            kept = tokens if tokens >= least else 0
            write = (tokens - read) if kept and model.startswith(WRITE_IS_BILLED) else 0
        else:
            upto = sum(count for _, count in request.parts[: request.marked + 1]) if request.marked is not None else 0
            write = upto - read if upto >= least else 0
            kept = upto if upto >= least else kept
        used = Usage(input=tokens, output=request.output, cache_read=read, cache_write=write)
        total += compute_cost(used, model=model, vendor=vendor) or 0.0
        before = request.parts
    return total


def _unmarked(part: str) -> str:
    return part.replace(', "cache_control": {"type": "ephemeral"}', "")


# Conversations


def priced(box: Sandbox, model: str, replies: Sequence[Any]) -> list[Priced]:
    """What a Sandbox was asked, with the replies, as tokens."""
    found = []
    for request, reply in zip(box.requests, replies, strict=True):
        parts, marked = parts_of(request, model)
        found.append(Priced(tuple(parts), marked, text_tokens(json.dumps(reply))))
    return found


def typesight_s(model: str, vendor: str, picture: bytes, replies: Sequence[Any]) -> list[Priced]:
    """As typesight asks, with all its settings left as they are."""
    with Sandbox(list(replies)) as box:
        url = box.openai_url if vendor == "openai" else box.anthropic_url
        with typesight.from_provider(f"{vendor}/{model}", base_url=url, api_key="k", sdk={"max_retries": 0}) as client:
            client.extract(Invoice, picture, prompt=PROMPT, turn=False)
        return priced(box, model, replies)


def plain_loop(model: str, vendor: str, picture: bytes, replies: Sequence[Any], media_type: str) -> list[Priced]:
    """A loop as it is written by hand: the errors go into the prompt, and all of it is sent again."""
    data, words = base64.b64encode(picture).decode(), PROMPT
    schema = make_target(Invoice)
    with Sandbox(list(replies)) as box:
        for _ in replies:
            said = _ask(vendor, model, box, schema, words, data, media_type)
            try:
                Invoice.model_validate_json(said)
            except ValidationError as error:
                words = f"{PROMPT}\n\nYour last answer was:\n{said}\n\nIt has these errors, correct them:\n{error}"
        return priced(box, model, replies)


def _ask(  # noqa: PLR0917 - a script's own function
    vendor: str, model: str, box: Sandbox, target: Any, words: str, data: str, media_type: str
) -> str:
    if vendor == "openai":
        shape = {"name": "Invoice", "schema": target.strict(strict_schema.OPENAI), "strict": True}
        image = {"type": "image_url", "image_url": {"url": f"data:{media_type};base64,{data}"}}
        with openai.OpenAI(base_url=box.openai_url, api_key="k", max_retries=0) as client:
            asked: Any = [{"role": "user", "content": [{"type": "text", "text": words}, image]}]
            form: Any = {"type": "json_schema", "json_schema": shape}
            reply = client.chat.completions.create(model=model, messages=asked, response_format=form)
            return reply.choices[0].message.content or ""
    source = {"type": "base64", "media_type": media_type, "data": data}
    with anthropic.Anthropic(base_url=box.anthropic_url, api_key="k", max_retries=0) as client:
        content: Any = [{"type": "text", "text": words}, {"type": "image", "source": source}]
        output: Any = {"format": {"type": "json_schema", "schema": target.strict(strict_schema.CLAUDE)}}
        message = client.messages.create(
            model=model, max_tokens=8192, messages=[{"role": "user", "content": content}], output_config=output
        )
        return "".join(block.text for block in message.content if block.type == "text")


MODELS = [
    ("openai", "gpt-5.6-sol"),
    ("openai", "gpt-5.4"),
    ("anthropic", "claude-sonnet-5-5"),
    ("anthropic", "claude-haiku-4-5"),
]


def main() -> None:
    """Print the table."""
    raw = photo()
    print(f"{CONVERSATIONS} conversations; a picture of {len(raw) / 1e6:.1f} MB, 3024 x 4032")
    print(
        "| model | invalid | one sized call, $ | typesight | repeats all | plain loop, sized | plain loop, as it is |"
    )
    print("|---|---|---|---|---|---|---|")
    for vendor, model in MODELS:
        sized = typesight.encode(raw, model)
        costs = []
        for valid, invalid in _strategies(vendor, model, raw, sized):
            costs.append((bill(valid, model, vendor), bill(invalid, model, vendor)))
        once = costs[2][0]
        for share in SHARES:
            draw = Random(share)
            fails = [draw.random() < share / 100 for _ in range(CONVERSATIONS)]
            means = [sum(pair[each] for each in fails) / CONVERSATIONS for pair in costs]
            cells = " | ".join(f"{mean / once:.2f}x" for mean in means)
            print(f"| {model} | {share} % | {once:.5f} | {cells} |")


# What it costs to tell rows apart


def rows_table() -> None:
    """Print the tokens of a reask of one row of a list, by how the row is found."""
    print("\n| rows | mode | a value alone | the item | the list, where nothing tells the rows apart |")
    print("|---|---|---|---|---|")
    for count in (5, 50, 500):
        for mode in (typesight.Mode.TOOLS, typesight.Mode.PROMPTED):
            rows = [{"name": f"Article number {n:03d}, blue, boxed", "quantity": n % 4 + 1, "price": n + 0.5}
                    for n in range(count)]  # fmt: skip
            twins = [rows[0], rows[0], *rows[2:]]
            cells = [_value_alone(rows, mode), _reasked(rows, mode, [0]), _reasked(twins, mode, [0, 1])]
            print(f"| {count} | {mode} | {' | '.join(f'{said} + {answer}' for said, answer in cells)} |")


def _reasked(rows: list[dict[str, Any]], mode: typesight.Mode, failing: list[int]) -> tuple[int, int]:
    """Tokens of a complaint and of its answer."""
    wrong = {**RIGHT, "items": [{**row, "price": "?"} if n in failing else row for n, row in enumerate(rows)]}
    answers: list[Any] = [{**RIGHT, "items": rows}] if len(failing) > 1 else [{**BRIEF, "items": rows[:1]}]
    if mode is typesight.Mode.PROMPTED:
        answers = [{"items": rows}] if len(failing) > 1 else [{"items.0": rows[0]}]
    with Sandbox([wrong, *answers]) as box:
        with typesight.from_provider(
            "openai/gpt-5.4", base_url=box.openai_url, api_key="k", sdk={"max_retries": 1}
        ) as client:
            client.create(
                response_model=Invoice, messages=[{"role": "user", "content": PROMPT}], mode=mode, reask="fields"
            )
        turns = box.requests[1].body.get("messages") or box.requests[1].body["input"]
        return text_tokens(json.dumps(turns[-1])), text_tokens(json.dumps(answers[0]))


def _value_alone(rows: list[dict[str, Any]], mode: typesight.Mode) -> tuple[int, int]:
    """The same where a row is found by its number: no sentence about items, and nothing but the value in the answer."""
    said, _ = _reasked(rows, mode, [0])
    keyed = mode is typesight.Mode.PROMPTED
    answer = {"items.0.price": 0.5} if keyed else {**BRIEF, "items": [{"name": "", "quantity": 0, "price": 0.5}]}
    more = (
        sentences.GIVE_KEYED_ITEMS + json.dumps(make_target(Invoice).schema["$defs"]["Item"])
        if keyed
        else sentences.GIVE_WHOLE_ITEMS
    )
    return said - text_tokens(more), text_tokens(json.dumps(answer))


def _strategies(vendor: str, model: str, raw: bytes, sized: typesight.EncodedImage) -> Any:
    """Each way of going about it: its conversation after a valid first reply, and after one that is not."""
    ways: list[Callable[[list[Any]], list[Priced]]] = [
        lambda replies: typesight_s(model, vendor, raw, replies),
        lambda replies: typesight_s(model, vendor, raw, [RIGHT if each is BRIEF else each for each in replies]),
        lambda replies: plain_loop(model, vendor, sized.data, _whole(replies), sized.media_type),
        lambda replies: plain_loop(model, vendor, raw, _whole(replies), "image/jpeg"),
    ]
    return [(way([RIGHT]), way([WRONG, BRIEF])) for way in ways]


def _whole(replies: Sequence[Any]) -> list[Any]:
    """The replies of a model that is asked for the whole record each time."""
    return [RIGHT if reply is BRIEF else reply for reply in replies]


if __name__ == "__main__":
    main()
    rows_table()
