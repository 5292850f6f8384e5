"""Removes a model's reasoning, in tags such as `<think>`, from a reply when the server does not separate it.

The opening tag may be missing: the chat templates of DeepSeek-R1 and Qwen put it into the prompt, so that the reply
begins with the thought and only closes it. Sources: their model cards on Hugging Face, 2025; Mistral's guide to
Magistral (`[THINK]`), 2025.
"""

from __future__ import annotations

import re

from typesight.schema.parsing.exact import NotJson, is_json
from typesight.schema.parsing.tolerant import Broken, read_value

__all__ = ["CLOSING", "OPENING", "without_thoughts"]

_TAGS = r"think|thinking|thought|reasoning"
OPENING = re.compile(rf"<(?:{_TAGS})>|\[THINK\]", re.IGNORECASE)
CLOSING = re.compile(rf"</(?:{_TAGS})>|\[/THINK\]", re.IGNORECASE)
_NEXT = re.compile(rf"{OPENING.pattern}|{CLOSING.pattern}|[\[{{]", re.IGNORECASE)
# A text in which so many brackets begin no JSON is not worth searching for an answer.
_MOST = 500


def without_thoughts(text: str) -> str:
    """A reply's text without its thoughts; a tag inside a JSON value is part of the value.

    A thought that is never closed goes to the end of the text, one that was never opened begins with it. If it is
    unclear whether a tag is inside a value, the text is left as it is.
    """
    if not (OPENING.search(text) or CLOSING.search(text)) or is_json(text):
        return text
    kept: list[str] = []
    begin = at = broken = 0  # where the kept text begins; how far was searched; brackets that begin no JSON
    within = -1  # how far a value that does not parse was read: a tag before that may be in one of its strings
    while found := _NEXT.search(text, at):
        at = found.end()
        if CLOSING.fullmatch(found[0]):
            if found.start() < within:
                return text
            kept, begin = [], at
        elif OPENING.fullmatch(found[0]):
            kept.append(text[begin : found.start()])
            closing = CLOSING.search(text, at)
            begin = at = closing.end() if closing else len(text)
        else:
            end, read = _read(text, found.start())
            at, within, broken = max(at, end), max(within, read), broken + (not end)
            if broken > _MOST:
                return text
    return "".join([*kept, text[begin:]])


def _read(text: str, start: int) -> tuple[int, int]:
    """Where the value that begins at a bracket ends, 0 if it is not JSON; and how far it was read."""
    try:
        _, end, _ = read_value(text, start)
    except Broken as error:
        return 0, len(text) if error.ended else error.at
    except NotJson:
        return 0, start
    return end, end
