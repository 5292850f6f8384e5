"""Prompt caching for Claude: where a request gets its `cache_control` marks.

A mark caches its block and everything before it: tools first, then the system prompt, then the messages.
Source: Anthropic prompt-caching guide, September 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from typesight.schema.field_paths import MISSING, PathSteps
from typesight.schema.set_values import merge_values

__all__ = ["Caching", "find_cache_minimum", "mark_block", "normalise_mark", "parse_caching", "place_marks"]

Caching = bool | Literal["auto"]
MAX_MARKS = 4
_KEY = "cache_control"
_MARK = {"type": "ephemeral"}

# The shortest prefix that is cached, in tokens, by model name; first match wins. A shorter one is read and billed as if
# it had no mark. Source: Anthropic prompt-caching guide, September 2026; for Haiku 5.5 one second-hand page.
_MINIMUMS = tuple(
    (re.compile(pattern), tokens)
    for pattern, tokens in (
        (r"haiku-4[-.]5|opus-4[-.][56]", 4_096),
        (r"opus-4[-.]7|mythos-preview", 2_048),
        (r"opus-4[-.]8|sonnet-4[-.][56]|sonnet-5(?![-.]5)", 1_024),
    )
)
_DEFAULT_MINIMUM = 512

BlocksByPath = Mapping[PathSteps, Mapping[str, Any]]
"""Content blocks by their path in a request body."""


def parse_caching(given: Any) -> Caching:
    """Check the caller's `enable_prompt_caching`; None is "auto". Raises ValueError."""
    if given is None or given == "auto":
        return "auto"
    if isinstance(given, bool):
        return given
    raise ValueError(f'enable_prompt_caching={given!r}: give True, False or "auto"')


def find_cache_minimum(model: str) -> int:
    """The shortest prefix, in tokens, that a model's prompt cache stores; 512 for a model without a row."""
    return next((tokens for pattern, tokens in _MINIMUMS if pattern.search(model)), _DEFAULT_MINIMUM)


def mark_block(block: Mapping[str, Any]) -> dict[str, Any]:
    """The block with a mark of the default kind, which lasts five minutes."""
    return {**block, _KEY: dict(_MARK)}


def normalise_mark(block: Mapping[str, Any]) -> Mapping[str, Any]:
    """The block with its mark in the API's form; callers may also give True or False."""
    mark = block.get(_KEY, ...)
    if mark is True:
        return mark_block(block)
    return _remove_mark(block) if mark is False or mark is None else block


def place_marks(body: dict[str, Any], caching: Caching = False, reasked: int | None = None) -> dict[str, Any]:
    """A body of Anthropic Messages with the caller's cache marks in the API's form, and not more than it allows.

    With `caching` we add one mark if the caller's leave room: True marks the last picture; "auto" marks the end of
    the first reask, message number `reasked`, because every later reask sends the same messages up to there. "auto"
    adds none if the caller has set a mark, or in a call without a reask (`reasked` None), since writing to the cache
    costs 1.25 times as much as not caching. Marks over the limit are removed from the start of the messages, since a
    later mark covers the blocks before it. `body` itself is not changed.
    """
    body = dict(normalise_mark(body))
    found = dict(_walk_blocks(body))
    made = {place: normalise_mark(block) if _KEY in block else block for place, block in found.items()}
    ours = None if _KEY in body else _choose_block(made, caching, reasked)
    if ours:
        made[ours] = mark_block(made[ours])
    for place in _find_surplus_marks(
        made, MAX_MARKS - (_KEY in body)
    ):  # a mark on the body itself marks its last block
        made[place] = _remove_mark(made[place])
    changed = {(*place, _KEY): block.get(_KEY, MISSING) for place, block in made.items() if block is not found[place]}
    return dict(merge_values(body, changed)) if changed else body


def _choose_block(blocks: BlocksByPath, caching: Caching, reasked: int | None) -> PathSteps | None:
    """The block that gets our mark; None if no mark is left, or if a one-hour mark follows, which the API refuses."""
    given = [place for place, block in blocks.items() if _KEY in block]
    if caching == "auto":
        wanted = [] if given else [place for place in blocks if place[:3] == ("messages", reasked, "content")]
    else:
        wanted = [place for place, block in blocks.items() if caching and block.get("type") == "image"]
    if not wanted or wanted[-1] in given or len(given) >= MAX_MARKS:
        return None
    later = list(blocks)[list(blocks).index(wanted[-1]) :]
    return None if any(blocks[place].get(_KEY, {}).get("ttl") == "1h" for place in later) else wanted[-1]


def _find_surplus_marks(blocks: BlocksByPath, room: int) -> list[PathSteps]:
    """The paths of the marks over the limit."""
    given = [place for place, block in blocks.items() if _KEY in block]
    return sorted(given, key=lambda place: place[0] != "messages")[: max(0, len(given) - room)]


def _walk_blocks(body: Mapping[str, Any]) -> Iterator[tuple[PathSteps, Mapping[str, Any]]]:
    """Every block that can be marked, in the order of the cache: the blocks in a tool result before the result."""
    for name in ("tools", "system"):
        yield from _walk_content(body.get(name), (name,))
    for number, message in enumerate(body["messages"]):
        yield from _walk_content(message.get("content"), ("messages", number, "content"))


def _walk_content(content: Any, place: PathSteps) -> Iterator[tuple[PathSteps, Mapping[str, Any]]]:
    for number, block in enumerate(content if isinstance(content, list) else ()):
        if isinstance(block, Mapping):
            if block.get("type") == "tool_result":
                yield from _walk_content(block.get("content"), (*place, number, "content"))
            yield (*place, number), block


def _remove_mark(block: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in block.items() if key != _KEY}
