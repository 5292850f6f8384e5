"""Rules for Decisions requests: what OpenAI rejects.

Sources: the request types of openai 3.57.0 and what they say of models, questions, choices, calls, breakpoints and JSON
parts. The messages are worded like those of Responses; none was seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from typesight.testing.json_shapes.object_shapes import JsonPath, Shape, allow, require
from typesight.testing.openai.decision_shapes import (
    BODY,
    CACHE_OPTIONS,
    CHOICE,
    ITEMS,
    LEVEL,
    PARTS,
    PARTS_OF,
    PHASE,
    QUESTION_PARTS,
    QUESTIONS,
)
from typesight.testing.openai.shared import build_picture_rule, check_shape, format_path, reject_value
from typesight.testing.rejections import Rejection
from typesight.testing.sandbox_wire import ParsedRequest, RequestRule, enumerate_objects

__all__ = ["RULES"]

MODELS = ("gpt-6-luna",)
MOST_QUESTIONS = 400
FEWEST_CHOICES, MOST_CHOICES = 2, 255
MOST_BREAKPOINTS = 4
MARK = "prompt_cache_breakpoint"
BREAKPOINT: Shape = {"mode": require(str, values=("explicit",))}
MOST_LEVELS, MOST_VALUES, MOST_BYTES = 32, 10_000, 256 * 1024
"""Of a JSON part: containers in containers, values, and bytes of compact UTF-8."""


def _check_body(asked: ParsedRequest) -> Iterator[Rejection]:
    yield from check_shape(asked.body, BODY)
    if asked.model not in MODELS:
        words = f"The model '{asked.model}' is not supported by this endpoint. Supported models: {', '.join(MODELS)}."
        yield Rejection(words, param="model", code="unsupported_model")
    if not asked.body["input"]:
        yield Rejection("Invalid 'input': empty.", param="input", code="empty_array")
    yield from check_shape(asked.body.get("prompt_cache_options") or {}, CACHE_OPTIONS, "prompt_cache_options")


def _check_questions(asked: ParsedRequest) -> Iterator[Rejection]:
    questions = asked.body["questions"]
    yield from _check_count(questions, 1, MOST_QUESTIONS, "questions")
    for place, question in enumerate(questions):
        path: JsonPath = ("questions", place)
        yield from _check_kind(question, QUESTIONS, path)
        yield from _check_parts(question["instructions"], QUESTION_PARTS, (*path, "instructions"), marked=False)
        if question["type"] == "choice":
            yield from _check_choices(question["choices"], (*path, "choices"))
        if question["type"] == "score":
            yield from _check_count(question["levels"], 1, None, *path, "levels")
            for number, level in enumerate(question["levels"]):
                yield from check_shape(level, LEVEL, *path, "levels", number)


def _check_choices(choices: list[Any], path: JsonPath) -> Iterator[Rejection]:
    yield from _check_count(choices, FEWEST_CHOICES, MOST_CHOICES, *path)
    for number, choice in enumerate(choices):
        yield from check_shape(choice, CHOICE, *path, number)
    # A string and a boolean with the same text are distinct.
    values = [(type(choice["value"]), choice["value"]) for choice in choices]
    if len(set(values)) < len(values):
        where = format_path(path)
        yield Rejection(f"Invalid '{where}': each choice must be unique.", param=where, code="invalid_value")


def _check_count(items: list[Any], fewest: int, most: int | None, *path: str | int) -> Iterator[Rejection]:
    where = format_path(path)
    if len(items) < fewest:
        words = f"Invalid '{where}': array too short. Expected at least {fewest} items, but got {len(items)} instead."
        yield Rejection(words, param=where, code="array_below_min_length")
    if most is not None and len(items) > most:
        words = f"Invalid '{where}': array too long. Expected at most {most} items, but got {len(items)} instead."
        yield Rejection(words, param=where, code="array_above_max_length")


def _check_kind(value: object, shapes: Mapping[str, Shape], path: JsonPath) -> Iterator[Rejection]:
    """Check an object against the shape of its type."""
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str):
        yield from check_shape(value, {"type": require(str)}, *path)
    elif kind not in shapes:
        yield reject_value(kind, tuple(shapes), *path, "type")
    else:
        yield from check_shape(value, shapes[kind], *path)


def _check_items(asked: ParsedRequest) -> Iterator[Rejection]:
    given = asked.body["input"]
    for place, item in enumerate(given if isinstance(given, list) else ()):
        path: JsonPath = ("input", place)
        whole = {"type": "message", **item} if isinstance(item, dict) and "role" in item else item
        says = isinstance(whole, dict) and whole.get("role") == "assistant"
        yield from _check_kind(whole, {**ITEMS, "message": {**ITEMS["message"], **PHASE}} if says else ITEMS, path)
        key = "output" if whole["type"].endswith("_output") else "content"
        if (by := whole.get("role", whole["type"])) in PARTS_OF:
            yield from _check_parts(whole[key], PARTS_OF[by], (*path, key), marked=True)


def _check_parts(content: object, kinds: tuple[str, ...], path: JsonPath, *, marked: bool) -> Iterator[Rejection]:
    """Check the parts of a content; only a `marked` one may have prompt cache breakpoints."""
    shapes = {kind: {key: PARTS[kind][key] for key in PARTS[kind] if marked or key != MARK} for kind in kinds}
    for place, part in enumerate(content if isinstance(content, list) else ()):
        where = (*path, place)
        yield from _check_kind(part, shapes, where)
        if part.get(MARK) is not None:
            yield from check_shape(part[MARK], BREAKPOINT, *where, MARK)
        if part["type"] == "input_json":
            yield from _check_json(part["data"], (*where, "data"))


def _check_json(data: Any, path: JsonPath) -> Iterator[Rejection]:
    where = format_path(path)
    for number, item in enumerate(data if isinstance(data, list) else ()):
        yield from check_shape(item, dict.fromkeys(item, allow()) if isinstance(item, dict) else {}, *path, number)
    depth, count = 0, 0
    level = [data]
    while level:
        count += len(level)
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        depth += bool(inner)
        level = [item for items in inner for item in items]
    size = len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"))
    limits = {"levels": (depth, MOST_LEVELS), "values": (count, MOST_VALUES), "bytes": (size, MOST_BYTES)}
    for unit, (found, most) in limits.items():
        if found > most:
            yield Rejection(f"Invalid '{where}': {found} {unit}, more than {most}.", param=where, code="invalid_value")


def _check_calls(asked: ParsedRequest) -> Iterator[Rejection]:
    """Every output needs a call of its kind."""
    items = [item for _, item in enumerate_objects(asked.body["input"])]
    called = {(item["type"], item["call_id"]) for item in items if str(item.get("type")).endswith("_call")}
    for item in items:
        kind, is_output, _ = str(item.get("type")).partition("_output")
        if is_output and (kind, item["call_id"]) not in called:
            yield Rejection(f"No tool call found for output with call_id {item['call_id']}.", param="input")


def _check_breakpoints(asked: ParsedRequest) -> Iterator[Rejection]:
    parts = (
        part
        for _, item in enumerate_objects(asked.body["input"])
        for _, part in enumerate_objects(item.get("content") or item.get("output"))
    )
    count = sum(part.get(MARK) is not None for part in parts)
    if count > MOST_BREAKPOINTS:
        yield Rejection(f"Too many prompt cache breakpoints: {count}; at most {MOST_BREAKPOINTS}.", param="input")


RULES: tuple[RequestRule, ...] = (
    _check_body,
    _check_questions,
    _check_items,
    _check_calls,
    _check_breakpoints,
    build_picture_rule("image_url"),
)
