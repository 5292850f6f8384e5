"""OpenAI Decisions in the Sandbox: how questions are answered, and the wire that holds all its parts.

A script's entry for a request is a list with one answer for each question, in order: a predicate's probability; a
choice's value, or the probabilities of all choices as a list; a score's level, by its label or its number from 0, or
the probabilities of all levels; None for a refusal; a dict is sent as it is. Without a script all is undecided.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from typesight.testing.openai.decision_rules import RULES
from typesight.testing.openai.shared import OPENAI_WIRE, decode_picture_url, encode_stream_error
from typesight.testing.received_pictures import SentPicture
from typesight.testing.sandbox_wire import ParsedRequest, SandboxWire, enumerate_objects
from typesight.testing.scripted_replies import JoinedReply, Reply
from typesight.testing.token_counts import count_openai_image_tokens, count_prompt_tokens

__all__ = ["DECISIONS"]

CERTAIN = 0.9
"""The probability of a choice or level that a script names; the others share the rest."""


def _find_pictures(body: dict[str, Any]) -> Iterator[SentPicture]:
    """Every picture of the input and of the questions, decoded or not; lenient, as it runs on any JSON object."""
    keys = {"input": ("content", "output"), "questions": ("instructions",)}
    for key, inner in ((key, inner) for key, inners in keys.items() for inner in inners):
        for place, item in enumerate_objects(body.get(key)):
            for index, part in enumerate_objects(item.get(inner)):
                url, detail = part.get("image_url"), part.get("detail")
                if part.get("type") == "input_image" and isinstance(url, str):
                    known = detail if isinstance(detail, str) else None
                    yield SentPicture((key, place, inner, index), decode_picture_url(url), known)


def _leave_open(body: dict[str, Any]) -> str:
    """Answers that decide nothing: one half for a predicate, the same for each choice or level."""
    even = {"predicate": 0.5}
    return json.dumps([even.get(question["type"]) or _spread(question) for question in body["questions"]])


def _spread(question: Mapping[str, Any]) -> list[float]:
    count = len(question.get("choices") or question["levels"])
    return [1 / count] * count


def _answer_predicate(question: Mapping[str, Any], given: Any) -> dict[str, Any]:
    if not isinstance(given, int | float) or not 0 <= given <= 1:
        _refuse_answer(question, given, "a probability from 0 to 1")
    return {"probability": float(given)}


def _answer_choice(question: Mapping[str, Any], given: Any) -> dict[str, Any]:
    values = [choice["value"] for choice in question["choices"]]
    shares = _read_shares(question, values, given)
    return {
        "choice": values[shares.index(max(shares))],
        "confidence": max(shares),
        "probabilities": [{"value": value, "probability": share} for value, share in zip(values, shares, strict=True)],
    }


def _answer_score(question: Mapping[str, Any], given: Any) -> dict[str, Any]:
    labels = [level["label"] for level in question["levels"]]
    is_number = isinstance(given, int) and not isinstance(given, bool) and 0 <= given < len(labels)
    shares = _read_shares(question, labels, labels[given] if is_number else given)
    return {
        "score": sum(number * share for number, share in enumerate(shares)),
        "confidence": max(shares),
        "probabilities": [
            {"label": label, "value": number, "probability": share}
            for number, (label, share) in enumerate(zip(labels, shares, strict=True))
        ],
    }


def _read_shares(question: Mapping[str, Any], values: Sequence[object], given: Any) -> list[float]:
    """The probability of each value, from the one that is meant or from a list of them all."""
    if isinstance(given, list):
        if len(given) == len(values) and all(isinstance(share, int | float) for share in given):
            return [float(share) for share in given]
        _refuse_answer(question, given, f"{len(values)} probabilities")
    meant = [type(value) is type(given) and value == given for value in values]
    if True not in meant:
        _refuse_answer(question, given, f"one of {list(values)}, or a list of probabilities")
    rest = (1 - CERTAIN) / max(1, len(values) - 1)
    return [(CERTAIN if len(values) > 1 else 1.0) if is_meant else rest for is_meant in meant]


def _refuse_answer(question: Mapping[str, Any], given: Any, wanted: str) -> NoReturn:
    raise ValueError(f"the answer {given!r} to a question of type {question['type']!r} is not {wanted}")


ANSWERS: Mapping[str, Callable[[Mapping[str, Any], Any], dict[str, Any]]] = {
    "predicate": _answer_predicate,
    "choice": _answer_choice,
    "score": _answer_score,
}


def _answer_question(question: Mapping[str, Any], given: Any) -> dict[str, Any]:
    head = {"type": question["type"], "name": question.get("name")}
    if given is None:
        return {**head, "type": "refusal"}
    return {**head, **(given if isinstance(given, dict) else ANSWERS[question["type"]](question, given))}


def _build_answers(reply: JoinedReply, questions: list[Any]) -> list[dict[str, Any]]:
    if reply.refusal is not None:
        return [_answer_question(question, None) for question in questions]
    if reply.text is None:
        return []
    try:
        given = json.loads(reply.text)
    except ValueError:
        given = None
    if not isinstance(given, list) or len(given) != len(questions):
        raise ValueError(f"a script's entry for {len(questions)} questions is a list of as many answers")
    return [_answer_question(question, answer) for question, answer in zip(questions, given, strict=True)]


def _encode_reply(reply: JoinedReply, asked: ParsedRequest, number: int) -> dict[str, Any]:
    del number
    tokens = count_prompt_tokens(asked.body) + count_openai_image_tokens(asked.received_pictures)
    usage = {
        "input_tokens": tokens,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": 0,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": tokens,
    }
    answers = _build_answers(reply, asked.body["questions"])
    return {"answers": answers, "model": asked.model, "usage": usage | dict(reply.usage)}


def _stream_nothing(*_: object) -> Iterator[Mapping[str, Any]]:
    """Decisions have no streams: the rules refuse the parameter."""
    return iter(())


DECISIONS: SandboxWire = OPENAI_WIRE(
    name="openai_decisions",
    path="/v1/decisions",
    rules=RULES,
    find_pictures=_find_pictures,
    find_reply_schema=lambda _: None,
    build_reply=lambda _, text: Reply(text=text),
    encode_reply=_encode_reply,
    stream_events=_stream_nothing,
    stream_end=b"",
    encode_stream_error=encode_stream_error,
    answer_unscripted=_leave_open,
)
