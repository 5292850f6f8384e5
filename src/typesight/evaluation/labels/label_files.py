"""Reads labels: a folder's documents and their right values, from labels.jsonl or from a JSON beside each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path, PurePosixPath
from typing import Any

from typesight.errors import LabelError
from typesight.evaluation.labels.label_json import read_json_file, read_json_rows
from typesight.evaluation.labels.labelled_document import LabelledDocument
from typesight.images.document_files import spell_path, walk_folder
from typesight.text.nearest_name import find_nearest

__all__ = ["LABELS_NAME", "LabelledFolder", "read_labelled_folder", "read_labels"]

LABELS_NAME = "labels.jsonl"
"""The file of a folder that holds the labels of its documents."""

_SOURCES, _VALUES = ("image", "source"), ("fields", "record")
_MOST_NAMED = 3  # names that a message lists


@dataclass(frozen=True, slots=True)
class LabelledFolder:
    """The labelled documents of a folder, in the order of the labels; `unlabelled` are the names of the others."""

    documents: tuple[LabelledDocument, ...]
    unlabelled: tuple[str, ...] = ()


def read_labels(folder: str | PathLike[str], labels: str | PathLike[str] | None = None) -> tuple[LabelledDocument, ...]:
    """The labelled documents of a folder; those without a label are left out. Raises LabelError."""
    return read_labelled_folder(folder, labels).documents


def read_labelled_folder(folder: str | PathLike[str], labels: str | PathLike[str] | None = None) -> LabelledFolder:
    """The documents of a folder with their labels.

    `labels` is a JSON Lines file, or a folder with `ID.json` for the document `ID.jpg`. Without it they are in
    `labels.jsonl` of the folder or, if there is none, in a JSON file beside each document. A line has `image` or
    `source`, the document's path within the folder, and `fields` or `record`, its right values.

    Raises LabelError for a label without a document or of the wrong shape, and if there are no labels.
    """
    root = _expect_folder(folder)
    names = {_name(root, each.path): each.path for each in walk_folder(root)}
    place = Path(labels) if labels is not None else root / LABELS_NAME
    if place.is_file():
        found = dict(_read_rows(place, names, root))
    elif labels is not None and not place.is_dir():
        raise LabelError(f"there are no labels at {place}: give a {LABELS_NAME}, or a folder with a JSON for each")
    else:
        found = dict(_read_files(place if labels is not None else root, names))
    if not found:
        raise LabelError(
            f"{place if labels is not None else root} has no labels: write {LABELS_NAME}, a line "
            '{"image": "a.jpg", "fields": {"total": 7}} for each document, or a JSON file beside each'
        )
    documents = tuple(LabelledDocument(name, label, names[name]) for name, label in found.items())
    return LabelledFolder(documents, tuple(name for name in names if name not in found))


def _expect_folder(folder: str | PathLike[str]) -> Path:
    root = Path(folder)
    if not root.is_dir():
        raise LabelError(f"{root} is {'not a folder' if root.exists() else 'not there'}: give a folder of documents")
    return root


def _name(root: Path, path: Path) -> str:
    """A document's name: its path within the folder, with `/`."""
    return PurePosixPath(*Path(spell_path(path.relative_to(root))).parts).as_posix()


def _read_rows(file: Path, names: Mapping[str, Path], root: Path) -> Iterator[tuple[str, Any]]:
    """The labels of a JSON Lines file, by the names of their documents."""
    seen: dict[str, str] = {}
    for place, row in read_json_rows(file):
        name = _read_source(row, place)
        if name not in names:
            near = find_nearest(name, names)
            raise LabelError(f"{place}: {root} has no document {name}{f'; did you mean {near}?' if near else ''}")
        if name in seen:
            raise LabelError(f"{place}: {name} has a label already, in {seen[name]}: leave one out")
        seen[name] = place
        yield name, _refuse_null(_take_value(row, place), place)


def _read_source(row: Mapping[str, Any], place: str) -> str:
    given = {name: row[name] for name in _SOURCES if row.get(name) is not None}
    source = next(iter(given.values()), None)
    if not isinstance(source, str) or not source or any(each != source for each in given.values()):
        raise LabelError(f'{place}: give the document\'s path in the folder as "image": "a.jpg", and only once')
    path = PurePosixPath(source.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise LabelError(f"{place}: {source} is no path within the folder, such as scans/a.jpg")
    return path.as_posix()


def _take_value(row: Mapping[str, Any], place: str) -> Any:
    given = [name for name in _VALUES if name in row]
    if len(given) != 1:
        what = "has both fields and record" if given else "has neither fields nor record"
        raise LabelError(f'{place}: it {what}: give the right values as "fields": {{"total": 7}}')
    return row[given[0]]


def _refuse_null(value: Any, place: str) -> Any:
    if value is None:
        raise LabelError(f"{place}: the label is null: give the right values, or leave the document out")
    return value


def _read_files(folder: Path, names: Mapping[str, Path]) -> Iterator[tuple[str, Any]]:
    """The labels in JSON files, `a.json` or `a.jpg.json` for the document `a.jpg`."""
    by_stem: dict[str, list[str]] = {}
    for name in names:
        for key in (name, PurePosixPath(name).with_suffix("").as_posix()):
            by_stem.setdefault(key, []).append(name)
    files = _list_json(folder)
    found: dict[str, Path] = {}
    for file in files:
        stem = _name(folder, file).removesuffix(".json")
        name = _choose_document(file, stem, by_stem, files)
        if name in found:
            raise LabelError(f"{name} has two labels, {found[name]} and {file}: leave one out")
        found[name] = file
    for name in names:
        if name in found:
            yield name, _refuse_null(_unwrap(read_json_file(found[name]), name), str(found[name]))


def _list_json(folder: Path) -> list[Path]:
    paths = sorted(folder.rglob("*.json"))
    return [path for path in paths if not any(part.startswith(".") for part in path.relative_to(folder).parts)]


def _choose_document(file: Path, stem: str, by_stem: Mapping[str, list[str]], files: list[Path]) -> str:
    """The document that a file is the label of."""
    meant = by_stem.get(stem, [])
    if len(meant) > 1:  # those that have a file of their full name do not need this one
        meant = [name for name in meant if file.with_name(f"{PurePosixPath(name).name}.json") not in files] or meant
    if len(meant) == 1:
        return meant[0]
    if meant:
        full = f"{PurePosixPath(meant[0]).name}.json"
        raise LabelError(f"{file} may be the label of {' or '.join(meant[:_MOST_NAMED])}: name it {full} and so on")
    raise LabelError(f"{file}: there is no document {stem}.jpg, .pdf or the like; if it is no label, give labels=")


def _unwrap(data: Any, name: str) -> Any:
    """The values of a file that wraps them as a line of labels.jsonl does; such keys of a record are left alone."""
    if not isinstance(data, dict):
        return data
    held = [key for key in _VALUES if isinstance(data.get(key), dict | list)]
    named = [key for key in _SOURCES if key in data]
    is_row = len(held) == 1 and data.keys() == {*held, *named}
    return data[held[0]] if is_row and all(str(data[key]).endswith(PurePosixPath(name).name) for key in named) else data
