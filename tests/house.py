"""The house as its imports make it: rooms, files, arrows and circles. As a script it draws a checkout as an SVG.

    python tests/house.py [CHECKOUT] > house.svg

The floors are those that the checkout's own tests/test_house.py names. An arrow goes from a file to one that it
imports, wherever in it the import stands, also one for a type checker alone.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from html import escape
from pathlib import Path

PACKAGE = "typesight"
# A command beside what it measures: run by `python -m`, imported by nothing, and so a room of its own.
COMMANDS = {"reader.evaluate"}
Floors = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class House:
    """A package: `files` by module, and `imports`, the modules of the package that each imports.

    A module is named from the package on, `images.opening.pixels`; a folder by its own name, which is its `__init__`.
    """

    files: Mapping[str, Path]
    imports: Mapping[str, frozenset[str]]

    def arrows_up(self, floors: Floors) -> list[tuple[str, str]]:
        """Imports of a module by one on its own floor or below, in another room; the face may import any."""
        level = {room: len(floors) - number for number, rooms in enumerate(floors) for room in rooms}
        return [
            (module, target)
            for module, target in self.arrows()
            if module
            and find_room(module) != find_room(target)
            and level[find_room(target)] >= level[find_room(module)]
        ]

    def arrows(self) -> Iterator[tuple[str, str]]:
        """Every import of one module by another."""
        for module, targets in self.imports.items():
            yield from ((module, target) for target in sorted(targets))

    def circles(self) -> list[list[str]]:
        """A circle of imports for each folder where there is one, between its files and the folders in it."""
        folders = {
            "",
            *(".".join(module.split(".")[:end]) for module in self.files for end in range(module.count(".") + 1)),
        }
        found = [self._circle_in(folder) for folder in sorted(folders)]
        return [circle for circle in found if circle]

    def _circle_in(self, folder: str) -> list[str]:
        ahead: dict[str, set[str]] = defaultdict(set)
        for module, target in self.arrows():
            ends = _find_child(folder, module), _find_child(folder, target)
            if all(ends) and ends[0] != ends[1]:
                ahead[ends[0]].add(ends[1])
        try:
            TopologicalSorter(ahead).prepare()
        except CycleError as error:
            return [f"{folder}.{child}".lstrip(".") for child in error.args[1]]
        return []

    def folders(self) -> dict[str, list[str]]:
        """The names of the files in each folder, `__init__` aside."""
        found: dict[str, list[str]] = defaultdict(list)
        for module, path in sorted(self.files.items()):
            if path.name != "__init__.py":
                found[module.rpartition(".")[0]].append(path.stem)
        return dict(found)


def find_room(module: str) -> str:
    """The room of a module: the first part of its name; a command is a room of its own."""
    return module if module in COMMANDS else module.partition(".")[0]


def _find_child(folder: str, module: str) -> str:
    """The file or folder within a folder that a module is or lies in; "" for one elsewhere, or the folder itself."""
    if not folder:
        return find_room(module)
    if not module.startswith(f"{folder}."):
        return ""
    return module.removeprefix(f"{folder}.").partition(".")[0]


def read_house(package: Path) -> House:
    """The house of a package's folder."""
    files = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    imports = {module: frozenset(_read_imports(path, files)) - {module} for module, path in files.items()}
    return House(files, imports)


def _read_imports(path: Path, files: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and find_room(node.module or "") == PACKAGE:
            inside = str(node.module).partition(".")[2]
            named = [f"{inside}.{alias.name}".lstrip(".") for alias in node.names]
            yield from (name if name in files else inside for name in named)
        elif isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[2] for alias in node.names if alias.name.startswith(f"{PACKAGE}."))


def read_floors(checkout: Path) -> Floors:
    """The table of floors in a checkout's tests, and what of its house stands in none, at the top."""
    tree = ast.parse((checkout / "tests" / "test_house.py").read_text(encoding="utf-8"))
    values = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    return tuple(
        tuple("" if room == "__init__" else str(room) for room in rooms) for rooms in ast.literal_eval(values["FLOORS"])
    )


# Sizes of the drawing, in pixels.
WIDTH, LETTER, LINE, GAP, COLUMN = 1000, 5.4, 12, 14, 16
STYLE = (
    "text{font:9px sans-serif;fill:#333}.t{font-weight:bold;font-size:11px}"
    ".r{fill:#f5f1e8;stroke:#888}.f{fill:#fff;stroke:#ccc}"
)


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn room: where it is, how large, and what is drawn of it."""

    left: float
    top: float
    width: float
    height: float
    drawing: str


def draw(house: House, floors: Floors) -> str:
    """The house as an SVG: a floor a row, a room a box with its folders; arrows up and circles are red."""
    boxes: dict[str, Box] = {}
    top = 40.0
    for rooms in floors:
        drawn = [_draw_room(room, house) for room in rooms]
        left = max(10.0, (WIDTH - sum(box.width + GAP for box in drawn) + GAP) / 2)
        for room, box in zip(rooms, drawn, strict=True):
            boxes[room] = replace(box, left=left, top=top)
            left += box.width + GAP
        top += max(box.height for box in drawn) + 2 * GAP
    up, circles = house.arrows_up(floors), house.circles()
    arrows = "".join(_draw_arrows(house, boxes, {(find_room(a), find_room(b)) for a, b in up}))
    placed = "".join(
        f'<g transform="translate({box.left:.0f} {box.top:.0f})">{box.drawing}</g>' for box in boxes.values()
    )
    side = max(map(len, house.folders().values()))
    named = "".join(f" ({' → '.join(each)})" for each in circles)
    caption = (
        f"{len(house.files)} files · {len(house.folders())} folders · at most {side} files side by side · "
        f"{len(up)} arrows up · {len(circles)} circles{named}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top:.0f}"><style>{STYLE}</style>'
        f'<rect width="{WIDTH}" height="{top:.0f}" fill="#fff"/><text class="t" x="10" y="22">{escape(caption)}</text>'
        f"{arrows}{placed}</svg>\n"
    )


def _draw_room(room: str, house: House) -> Box:
    folders = house.folders()
    own = {
        folder: [name for name in names if room and find_room(f"{folder}.{name}") == room]
        for folder, names in folders.items()
    }
    inside = {folder: names for folder, names in own.items() if names} or {room: [room or "__init__"]}
    drawn: list[str] = []
    x, height = 6.0, 0.0
    for folder, names in sorted(inside.items()):
        label = folder.removeprefix(room).lstrip(".")
        columns = [names[start : start + COLUMN] for start in range(0, len(names), COLUMN)]
        widths = [LETTER * max(map(len, column)) + 10 for column in columns]
        width = max(sum(widths), LETTER * 1.3 * len(label) + 8) + 4
        first = 32 + (LINE if label else 0)
        tall = LINE * (max(map(len, columns)) + bool(label)) + 8
        drawn.append(f'<rect class="f" x="{x:.0f}" y="20" width="{width:.0f}" height="{tall}" rx="3"/>')
        drawn.append(f'<text class="t" x="{x + 5:.0f}" y="32">{escape(label)}</text>' if label else "")
        at = x + 5
        for column, wide in zip(columns, widths, strict=True):
            drawn += [
                f'<text x="{at:.0f}" y="{first + LINE * n}">{escape(name)}</text>' for n, name in enumerate(column)
            ]
            at += wide
        x += width + 6
        height = max(height, tall + 26)
    title = room or "the face"
    width = max(x, LETTER * 1.4 * len(title) + 16)
    frame = f'<rect class="r" width="{width:.0f}" height="{height}" rx="5"/><text class="t" x="8" y="14">{title}</text>'
    return Box(0, 0, width, height, "".join([frame, *drawn]))


def _draw_arrows(house: House, boxes: Mapping[str, Box], up: set[tuple[str, str]]) -> Iterator[str]:
    weights: dict[tuple[str, str], int] = defaultdict(int)
    for module, target in house.arrows():
        weights[find_room(module), find_room(target)] += 1
    for (start, end), weight in sorted(weights.items()):
        if start == end or not start or {start, end} - boxes.keys():
            continue
        a, b, is_up = boxes[start], boxes[end], (start, end) in up
        x1, y1, x2, y2 = (round(each) for each in (a.left + a.width / 2, a.top + a.height, b.left + b.width / 2, b.top))
        colour = "#c00" if is_up else "#57a"
        yield (
            f'<path d="M{x1} {y1} C{x1} {y1 + 40} {x2} {y2 - 40} {x2} {y2}" fill="none" '
            f'stroke="{colour}" stroke-width="{0.5 + weight**0.5 / 2:.1f}" opacity="{0.9 if is_up else 0.25}"/>'
        )


if __name__ == "__main__":
    checkout = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    sys.stdout.write(draw(read_house(checkout / "src" / PACKAGE), read_floors(checkout)))
