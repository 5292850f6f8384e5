"""Read a reply's raw body, for what the SDK's parsing loses.

If a tool call's input is sent as an object, we get it as the SDK parsed it: only the last value of a duplicate key is
left, 1e400 is `inf`, and 12.50 is 12.5. The raw body still has them all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from typesight.exchange.completion import Answer

__all__ = ["get_node", "list_nodes", "parse_raw_body", "restore_texts", "write_node"]


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as its pairs, duplicate keys included."""


class _Digits(str):
    """A number, NaN or Infinity, as it was written."""

    __slots__ = ()


def parse_raw_body(body: bytes | str | None) -> Any:
    """Parse a body's JSON without losing anything; read the result with `get_node`. None if it is not JSON."""
    try:
        return json.loads(
            body or "", object_pairs_hook=_Pairs, parse_float=_Digits, parse_int=_Digits, parse_constant=_Digits
        )
    except (ValueError, RecursionError):
        return None


def get_node(node: Any, *steps: str | int) -> Any:
    """The value at a path in a parsed body, the last one of a duplicate key; None if there is nothing."""
    for step in steps:
        if isinstance(step, str):
            found = [value for key, value in node if key == step] if isinstance(node, _Pairs) else []
            node = found[-1] if found else None
        else:
            is_list = isinstance(node, list) and not isinstance(node, _Pairs)
            node = node[step] if is_list and step in range(len(node)) else None
    return node


def list_nodes(node: Any) -> list[Any]:
    """The items of a list in a parsed body; empty for any other node."""
    return list(node) if isinstance(node, list) and not isinstance(node, _Pairs) else []


def restore_texts(answers: tuple[Answer, ...], nodes: Iterable[Any]) -> tuple[Answer, ...]:
    """The answers with the text that the body has for each, in order; unchanged if their numbers differ."""
    said = list(nodes)
    if len(said) != len(answers):
        return answers
    try:
        return tuple(
            replace(answer, text=write_node(node)) if isinstance(node, _Pairs) else answer
            for answer, node in zip(answers, said, strict=True)
        )
    except RecursionError:
        return answers


def write_node(node: Any) -> str:
    """A parsed body, or a value in it, as JSON on one line, with every digit and duplicate key."""
    if isinstance(node, _Pairs):
        return "{" + ",".join(f"{json.dumps(key)}:{write_node(value)}" for key, value in node) + "}"
    if isinstance(node, list):
        return "[" + ",".join(map(write_node, node)) + "]"
    return str(node) if isinstance(node, _Digits) else json.dumps(node, ensure_ascii=False)
