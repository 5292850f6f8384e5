"""Check boxes, radio buttons and switches in the styles of paper and screens, at several sizes, on light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from typesight.ocr.lines import ON
from typesight.ocr.ticks.ticks import find_ticks
from typesight.reader import Line

Draw = Callable[[ImageDraw.ImageDraw, tuple[float, float, float], bool, str, str], None]
"""Draws a tick: pen, (left, top, side), whether it is on, ink and accent."""

GROW = 4
"""How many times larger things are drawn, to be shrunk with smooth edges."""


def _box(pen: ImageDraw.ImageDraw, at: tuple[float, float, float], on: bool, ink: str, _accent: str) -> None:
    x, y, side = at
    pen.rectangle((x, y, x + side, y + side), outline=ink, width=round(side / 12))
    if on:
        pen.line((x + side * 0.2, y + side * 0.5, x + side * 0.42, y + side * 0.78), fill=ink, width=round(side / 8))
        pen.line((x + side * 0.4, y + side * 0.78, x + side * 1.2, y - side * 0.2), fill=ink, width=round(side / 8))


def _crossed(pen: ImageDraw.ImageDraw, at: tuple[float, float, float], on: bool, ink: str, _accent: str) -> None:
    x, y, side = at
    pen.rounded_rectangle((x, y, x + side, y + side), side / 8, outline=ink, width=round(side / 16))
    if on:
        for start, end in ((0.1, 0.9), (0.9, 0.1)):
            pen.line(
                (x + side * start, y + side * 0.1, x + side * end, y + side * 0.9), fill=ink, width=round(side / 9)
            )


def _modern(pen: ImageDraw.ImageDraw, at: tuple[float, float, float], on: bool, ink: str, accent: str) -> None:
    x, y, side = at
    if not on:
        pen.rounded_rectangle((x, y, x + side, y + side), side / 6, outline=ink, width=round(side / 11))
        return
    pen.rounded_rectangle((x, y, x + side, y + side), side / 6, fill=accent)
    points = [(x + side * a, y + side * b) for a, b in ((0.22, 0.52), (0.42, 0.72), (0.8, 0.3))]
    pen.line(points, fill="white", width=round(side / 9), joint="curve")


def _radio(pen: ImageDraw.ImageDraw, at: tuple[float, float, float], on: bool, ink: str, accent: str) -> None:
    x, y, side = at
    pen.ellipse((x, y, x + side, y + side), outline=accent if on else ink, width=round(side / 11))
    if on:
        pen.ellipse((x + side * 0.27, y + side * 0.27, x + side * 0.73, y + side * 0.73), fill=accent)


def _filled(pen: ImageDraw.ImageDraw, at: tuple[float, float, float], on: bool, ink: str, accent: str) -> None:
    x, y, side = at
    if on:
        pen.ellipse((x, y, x + side, y + side), fill=accent)
        pen.ellipse((x + side * 0.33, y + side * 0.33, x + side * 0.67, y + side * 0.67), fill="white")
    else:
        pen.ellipse((x, y, x + side, y + side), outline=ink, width=round(side / 11))


def _switch(pale: str, wide: float) -> Draw:
    def draw(pen: ImageDraw.ImageDraw, at: tuple[float, float, float], on: bool, _ink: str, accent: str) -> None:
        x, y, side = at
        end, edge = x + wide * side, side * 0.07
        pen.rounded_rectangle((x, y, end, y + side), side / 2, fill=accent if on else pale)
        start = end - side if on else x
        pen.ellipse((start + edge, y + edge, start + side - edge, y + side - edge), fill="white")

    return draw


def _outlined(pen: ImageDraw.ImageDraw, at: tuple[float, float, float], on: bool, ink: str, accent: str) -> None:
    x, y, side = at
    if on:
        _switch(ink, 1.7)(pen, at, on, ink, accent)
        return
    pen.rounded_rectangle((x, y, x + 1.7 * side, y + side), side / 2, outline=ink, width=round(side / 14))
    pen.ellipse((x + side * 0.25, y + side * 0.25, x + side * 0.75, y + side * 0.75), fill=ink)


def _knob(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: str, outline: str = "") -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill, outline=outline or fill, width=GROW)


def _material2(thin: float) -> Draw:
    """A knob that overhangs its track, which is thinner by so much."""

    def draw(pen: ImageDraw.ImageDraw, at: tuple[float, float, float], on: bool, _ink: str, accent: str) -> None:
        x, y, side = at
        inset = (1 - thin) / 2 * side
        track = {"#1a73e8": "#8cb9f3", "#3d8bfd": "#2c5388", "#2e7d32": "#93b797"}[accent] if on else "#9aa0a6"
        pen.rounded_rectangle(
            (x + 0.08 * side, y + inset, x + 1.77 * side, y + side - inset), side * thin / 2, fill=track
        )
        knob = (accent, accent) if on else ("#f4f4f4", "#b4b8bc")
        _knob(pen, x + (1.35 if on else 0.5) * side, y + side / 2, side / 2, *knob)

    return draw


def _material3(pen: ImageDraw.ImageDraw, at: tuple[float, float, float], on: bool, _ink: str, accent: str) -> None:
    """A small knob in an outline, or a large one with a check mark in a filled pill."""
    x, y, side = at
    box = x, y, x + 1.625 * side, y + side
    if not on:
        pen.rounded_rectangle(box, side / 2, outline="#8e918f", width=round(side / 16))
        _knob(pen, x + side / 2, y + side / 2, side / 4, "#8e918f")
        return
    pen.rounded_rectangle(box, side / 2, fill=accent)
    _knob(pen, x + 1.125 * side, y + side / 2, side * 0.375, "white")
    points = [(x + side * (1.125 + a), y + side * (0.5 + b)) for a, b in ((-0.14, 0.0), (-0.04, 0.1), (0.14, -0.1))]
    pen.line(points, fill=accent, width=round(side / 16))


def _thin(pen: ImageDraw.ImageDraw, at: tuple[float, float, float], on: bool, _ink: str, accent: str) -> None:
    """A pale line of one pixel with a pale knob in it."""
    x, y, side = at
    fill, edge = (accent, accent) if on else (None, "#c9cdd2")
    pen.rounded_rectangle((x, y, x + 2 * side, y + side), side / 2, fill=fill, outline=edge, width=GROW)
    _knob(pen, x + (1.5 if on else 0.5) * side, y + side / 2, side * 0.36, "white" if on else "#c0c4c8")


def _pale_box(pen: ImageDraw.ImageDraw, at: tuple[float, float, float], on: bool, ink: str, accent: str) -> None:
    """A thin pale line whose corners are very round."""
    x, y, side = at
    if on:
        _modern(pen, at, on, ink, accent)
    else:
        wide = max(GROW, round(side / 20))
        pen.rounded_rectangle((x, y, x + side, y + side), side / 4, outline="#c9cdd2", width=wide)


def _pale_radio(pen: ImageDraw.ImageDraw, at: tuple[float, float, float], on: bool, ink: str, accent: str) -> None:
    x, y, side = at
    if on:
        _filled(pen, at, on, ink, accent)
    else:
        pen.ellipse((x, y, x + side, y + side), outline="#c0c4c8", width=GROW)


def _bubble(pen: ImageDraw.ImageDraw, at: tuple[float, float, float], on: bool, ink: str, _accent: str) -> None:
    """A circle that is filled with a pencil."""
    x, y, side = at
    pen.ellipse((x, y, x + side, y + side), outline=ink, fill=ink if on else None, width=round(side / 11))


STYLES: dict[str, Draw] = {
    "box": _box,
    "crossed": _crossed,
    "modern": _modern,
    "radio": _radio,
    "filled radio": _filled,
    "switch": _switch("#9a9a9f", 1.9),
    "pale switch": _switch("#dfdfe3", 1.7),
    "outlined switch": _outlined,
    "material 2 switch": _material2(0.7),
    "material 2 switch with a thin track": _material2(0.5),
    "material 3 switch": _material3,
    "thin switch": _thin,
    "pale box": _pale_box,
    "pale radio": _pale_radio,
    "bubble": _bubble,
}
THEMES = {
    "light": ("white", "#333333", "#1a73e8"),
    "dark": ("#1c1c1e", "#c8c8cc", "#3d8bfd"),
    "tinted": ("#f0eee6", "#555", "#2e7d32"),
}
STATES = (True, False, False, True, False)
WORDS = ("Weekly summary", "Send by post", "Gift wrapped", "Fragile", "Insured")


def _page(style: str, theme: str, size: int) -> tuple[Pillow.Image, list[Line]]:
    """Rows of a tick and its words, and the lines of the words."""
    paper, ink, accent = THEMES[theme]
    big = size * GROW
    page = Pillow.new("RGB", (big * 20, round(big * 2.2 * (len(STATES) + 1))), paper)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(big)
    lines = []
    for row, (on, words) in enumerate(zip(STATES, WORDS, strict=True)):
        top = round(big * (1 + 2.2 * row))
        STYLES[style](pen, (big, top, big), on, ink, accent)
        box = pen.textbbox((big * 4, top), words, font=font)
        pen.text((big * 4, top), words, font=font, fill=ink)
        left, upper, right, lower = (round(edge / GROW) for edge in box)
        lines.append(Line(words, 1.0, (left - 3, upper - 4, right + 3, lower + 4)))
    return page.resize((page.width // GROW, page.height // GROW), Pillow.Resampling.LANCZOS), lines


@pytest.mark.parametrize("size", [18, 24, 40])
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("style", STYLES)
def test_every_tick_of_a_page_is_seen_with_its_state_and_no_letter_is_one(style: str, theme: str, size: int) -> None:
    page, lines = _page(style, theme, size)
    found = sorted(find_ticks(page, lines), key=lambda tick: tick.middle)
    assert [tick.text == ON for tick in found] == list(STATES)
    for tick, line in zip(found, lines, strict=True):
        assert abs(tick.middle - line.middle) < 0.4 * size
        assert abs(tick.box[0] - size) <= max(2, 0.1 * size)


@pytest.mark.parametrize("theme", THEMES)
def test_filled_circles_without_a_hollow_one_are_lamps_and_no_ticks(theme: str) -> None:
    page, lines = _blank(theme)
    pen = ImageDraw.Draw(page)
    for line in lines:
        _knob(pen, 20, line.middle, 8, "#40c060")
    assert find_ticks(page, lines) == ()


@pytest.mark.parametrize("theme", THEMES)
def test_a_switch_may_stand_between_a_name_and_the_note_below_it(theme: str) -> None:
    page, lines = _blank(theme)
    large = page.resize((page.width * GROW, page.height * GROW))
    middle = (lines[0].middle + lines[1].middle) / 2
    _material3(ImageDraw.Draw(large), (300 * GROW, (middle - 13) * GROW, 26 * GROW), True, *THEMES[theme][1:])
    found = find_ticks(large.resize(page.size, Pillow.Resampling.LANCZOS), lines)
    assert [(tick.text, abs(tick.middle - middle) < 2) for tick in found] == [(ON, True)]


def _blank(theme: str) -> tuple[Pillow.Image, list[Line]]:
    """Words below each other, and their lines."""
    paper, ink, _ = THEMES[theme]
    page, font = Pillow.new("RGB", (400, 200), paper), ImageFont.load_default(20)
    pen = ImageDraw.Draw(page)
    lines = []
    for row, words in enumerate(WORDS):
        left, top, right, bottom = (round(edge) for edge in pen.textbbox((60, 20 + 32 * row), words, font=font))
        pen.text((60, 20 + 32 * row), words, font=font, fill=ink)
        lines.append(Line(words, 1.0, (left - 3, top - 4, right + 3, bottom + 4)))
    return page, lines
