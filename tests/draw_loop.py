"""The tables of the loop's states and ways, drawn into their page from the code.

    python tests/draw_loop.py

The page has each of them between two comments, `<!-- table: NAME -->` and `<!-- end -->`; `tests/test_draw_loop.py`
says that the page is as drawn.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from typesight.loop.states import NEEDS, WAYS

PAGE = Path(__file__).parents[1] / "docs" / "how-it-works.md"
MARK = "<!-- table: {} -->\n{}<!-- end -->"
Cells = Iterable[Iterable[str]]


def draw_states() -> Cells:
    """What a call needs in each state."""
    yield "state", "needs", "of what"
    for state, (need, what) in NEEDS.items():
        yield state.value, f"`{need}`", what


def draw_ways() -> Cells:
    """Every way from a state to the next; states from which the same way leads share a row."""
    yield "from", "what came", "to", "if"
    starts: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for state, ways in WAYS.items():
        for came, following in ways.items():
            for after, condition in following.items():
                starts[came, after.value, condition].append(state.value)
    for (came, end, condition), states in starts.items():
        yield ", ".join(states), f"`{came}`", end, condition
    yield "every state", "`Stopped`", "done", "the deadline has passed, or the caller's retry policy has given up"


TABLES: Mapping[str, Callable[[], Cells]] = {"states": draw_states, "ways": draw_ways}


def write_table(rows: Cells) -> str:
    """Rows of cells, the heads first, as a table in Markdown."""
    heads, *lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([heads, f"|{'---|' * (heads.count('|') - 1)}", *lines])


def draw_page(page: str) -> str:
    """The page with its tables drawn again."""
    for name, draw in TABLES.items():
        drawn = MARK.format(name, write_table(draw()) + "\n")
        place = MARK.format(name, ".*?")
        places = len(re.findall(place, page, flags=re.DOTALL))
        assert places == 1, f"the page has {places} places for the table {name}, not one"
        page = re.sub(place, drawn.replace("\\", r"\\"), page, flags=re.DOTALL)
    return page


if __name__ == "__main__":
    PAGE.write_text(draw_page(PAGE.read_text("utf-8")), "utf-8")
