"""Reads the JSON of labels and answers, without duplicate keys; errors name the file and the line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from typesight.errors import LabelError
from typesight.schema.parsing.exact import NotJson, build_unique_dict, check_depth, refuse_constant

__all__ = ["read_json_file", "read_json_rows"]


def read_json_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of a JSON Lines file, each with its place in words: `labels.jsonl, line 3`. Raises LabelError."""
    for number, line in enumerate(_read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        row = _parse(line, place)
        if not isinstance(row, dict):
            raise LabelError(f"{place}: an object is expected, not {_name_kind(row)}")
        yield place, row


def read_json_file(path: Path) -> Any:
    """The JSON data of a file. Raises LabelError."""
    return _parse(_read_text(path), str(path))


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise LabelError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise LabelError(f"{path} is not text in UTF-8 (byte {error.start}): save it as UTF-8") from error


def _parse(text: str, place: str) -> Any:
    try:
        data = json.loads(
            text, parse_float=_read_float, parse_constant=refuse_constant, object_pairs_hook=build_unique_dict
        )
        check_depth(data)
    except json.JSONDecodeError as error:
        where = f" at character {error.pos + 1}" if "line" in place else f", line {error.lineno}"
        raise LabelError(f"{place}: not valid JSON{where}: {error.msg}") from error
    except NotJson as error:
        raise LabelError(f"{place}: {error}") from error
    except (RecursionError, ValueError) as error:  # an integer of more digits than Python reads
        raise LabelError(f"{place}: not readable JSON: {type(error).__name__}") from error
    return data


def _read_float(text: str) -> float:
    """A number; one that is infinite as a float could not be written as JSON again."""
    number = float(text)
    if math.isinf(number):
        raise NotJson(f"{text:.40} is too large for a number")
    return number


def _name_kind(data: Any) -> str:
    """What a JSON value is called."""
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(data), "a number")
