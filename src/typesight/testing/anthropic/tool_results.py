"""Anthropic's rule for tool results: each tool use must be answered at the start of the next message.

Source: Anthropic docs, handle-tool-calls, 2026-09; error messages are repeated word for word.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typesight.testing.rejections import Rejection
from typesight.testing.sandbox_wire import ParsedRequest, enumerate_objects

__all__ = ["check_result_order"]


def check_result_order(asked: ParsedRequest) -> Iterator[Rejection]:
    """Check that the message after a tool use begins with one result per id (Anthropic docs, handle-tool-calls)."""
    waiting: list[str] = []
    for place, message in enumerate(asked.body["messages"]):
        results = _read_leading_results(message)
        missing = [name for name in waiting if name not in results]
        if missing:
            yield _reject_unanswered(place - 1, missing)
        yield from _reject_stray_results(message, waiting, place)
        waiting = [block["id"] for _, block in enumerate_objects(message["content"]) if block["type"] == "tool_use"]
    if waiting:
        yield _reject_unanswered(len(asked.body["messages"]) - 1, waiting)


def _read_leading_results(message: dict[str, Any]) -> list[str]:
    ids: list[str] = []
    for _, block in enumerate_objects(message["content"]):
        if block["type"] != "tool_result":
            break
        ids.append(block["tool_use_id"])
    return ids


def _reject_unanswered(place: int, missing: list[str]) -> Rejection:
    return Rejection(
        f"messages.{place}: `tool_use` ids were found without `tool_result` blocks immediately after: "
        f"{', '.join(missing)}. Each `tool_use` block must have a corresponding `tool_result` block in the next "
        "message."
    )


def _reject_stray_results(message: dict[str, Any], waiting: list[str], place: int) -> Iterator[Rejection]:
    open_ids = list(waiting)
    for index, block in enumerate_objects(message["content"]):
        if block["type"] != "tool_result":
            continue
        if block["tool_use_id"] in open_ids:
            open_ids.remove(block["tool_use_id"])
        else:
            yield Rejection(
                f"messages.{place}.content.{index}: unexpected `tool_use_id` found in `tool_result` blocks: "
                f"{block['tool_use_id']}. Each `tool_result` block must have a corresponding `tool_use` block in the "
                "previous message."
            )
