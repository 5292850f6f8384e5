"""The code blocks of a markdown page, with what is printed beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))


@dataclass(frozen=True)
class Block:
    """A fenced block. `output` is the ```text block right below a python block: what it prints."""

    page: str
    line: int
    language: str
    text: str
    output: str | None = None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def find_blocks(path: Path) -> list[Block]:
    """Every fenced block of a page, in order; the block of a python block's output is part of that block."""
    found: list[Block] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    previous_end = -2
    for start, end in _fences(lines):
        language = lines[start].removeprefix("```")
        text = "\n".join(lines[start + 1 : end]) + "\n"
        is_output = language == "text" and found and found[-1].language == "python"
        if is_output and not "".join(lines[previous_end + 1 : start]).strip():
            last = found[-1]
            found[-1] = Block(last.page, last.line, last.language, last.text, text)
        else:
            found.append(Block(path.relative_to(ROOT).as_posix(), start + 1, language, text))
        previous_end = end
    return found


def _fences(lines: list[str]) -> Iterator[tuple[int, int]]:
    """The places of each opening and closing fence."""
    places = [place for place, line in enumerate(lines) if line.startswith("```")]
    assert len(places) % 2 == 0, "a fence is not closed"
    return zip(places[::2], places[1::2], strict=True)


def split_console(text: str) -> tuple[list[str], str]:
    """The commands of a console block, which follow `$ `, and what is shown of their output."""
    commands = [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")]
    shown = "".join(f"{line}\n" for line in text.splitlines() if not line.startswith("$ "))
    return commands, shown


def matches(shown: str, printed: str) -> bool:
    """Whether a page shows what was printed, where `…` stands for anything within a line."""
    pattern = ".*".join(map(re.escape, shown.strip().split("…")))
    return re.fullmatch(pattern, printed.strip()) is not None
