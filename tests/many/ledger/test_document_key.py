"""The key of a document depends on its pictures and on what is asked about them, and on nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from many_runs import draw_number
from typesight import Image, Mode
from typesight.images.download import Downloads
from typesight.many.ledger.document_key import describe_question, hash_question, make_document_key, make_unopened_key


def make_key(*images: Image, question: str = "q") -> str:
    """The key of a document with these pages."""
    return make_document_key(images, question)


def test_a_file_counts_by_its_bytes(tmp_path: Path) -> None:
    path, other = tmp_path / "a.png", tmp_path / "b.png"
    path.write_bytes(draw_number(1))
    other.write_bytes(draw_number(1))
    assert make_key(Image(path)) == make_key(Image(other)) == make_key(Image(draw_number(1)))
    other.write_bytes(draw_number(2))
    assert make_key(Image(path)) != make_key(Image(other))


def test_pages_count_in_their_order() -> None:
    one, two = Image(draw_number(1)), Image(draw_number(2))
    assert len({make_key(one, two), make_key(two, one), make_key(one), make_key(one, one)}) == 4


def test_hints_and_the_question_count() -> None:
    data = draw_number(1)
    images = [Image(data), Image(data, detail="low"), Image(data, max_side=100), Image(data).crop((0, 0, 50, 50))]
    assert len({make_key(each) for each in images} | {make_key(images[0], question="r")}) == 5


def test_a_url_counts_by_its_text() -> None:
    assert make_key(Image("https://example.org/a.png")) == make_key(Image("https://example.org/a.png"))
    assert make_key(Image("https://example.org/a.png")) != make_key(Image("https://example.org/a.png?v=2"))


def test_what_cannot_be_opened_counts_by_its_name() -> None:
    assert make_unopened_key("a", "q") != make_unopened_key("b", "q")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, None),
        (0.5, 0.5),
        (Mode.TOOLS, str(Mode.TOOLS)),
        ({"b": (1, 2), 3: None}, {"b": [1, 2], "3": None}),
        ({"y", "x"}, ["x", "y"]),
        (object(), "builtins.object"),
    ],
)
def test_options_are_described_as_data(value: Any, told: Any) -> None:
    described = describe_question({"option": value})["option"]
    assert described == told


def test_a_question_has_the_same_digest_in_every_process() -> None:
    script = (
        "from typesight.images.download import Downloads\n"
        "from typesight.many.ledger.document_key import describe_question, hash_question\n"
        "print(hash_question(describe_question({'set': {'a', 'b', 'c'}, 'downloads': Downloads()})))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert printed == {hash_question(describe_question({"set": {"a", "b", "c"}, "downloads": Downloads()}))}
