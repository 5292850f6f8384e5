"""Evaluation: the settings that were compared, and how each did on each document."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from typesight.evaluation.evaluation_json import read_setting, write_options, write_setting
from typesight.evaluation.evaluation_text import write_tables
from typesight.evaluation.scoring.field_verdict import Match
from typesight.evaluation.setting_ranking import rank_settings
from typesight.evaluation.setting_result import DocumentResult, SettingResult
from typesight.evaluation.statistics.frontier import CheapestChoice, choose_cheapest, mark_frontier
from typesight.outputs.atomic_file import write_atomically
from typesight.outputs.json_text import format_json

__all__ = ["DocumentResult", "Evaluation", "SettingResult"]

_KEY = "typesight_evaluation"  # names the format, and its value is the version
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What `typesight.evaluate` found, setting by setting.

    `folder` is where the documents lie, as far as it is known: their sources are paths in it. `options` are those of
    `extract` that all settings share.
    """

    settings: tuple[SettingResult, ...]
    schema_name: str
    match: Match = "normalised"
    folder: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether every setting read every document; not so if the budget or Ctrl-C ended it before."""
        return all(each.is_whole for each in self.settings)

    @property
    def frontier(self) -> tuple[SettingResult, ...]:
        """The settings that no other beats: none is as accurate and as cheap, and better in one of the two."""
        marks = mark_frontier(rank_settings(self.settings))
        return tuple(each for each, is_on_it in zip(self.settings, marks, strict=True) if is_on_it)

    @property
    def cheapest(self) -> CheapestChoice | None:
        """The cheapest setting that keeps 99 % of the best accuracy; None without any settings."""
        return choose_cheapest(rank_settings(self.settings))

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON data: answers, verdicts, and a summary of each setting."""
        choice = self.cheapest
        return {
            _KEY: _VERSION,
            "schema_name": self.schema_name,
            "match": self.match,
            "folder": self.folder,
            "options": write_options(self.options),
            "is_whole": self.is_whole,
            "frontier": [each.name for each in self.frontier],
            "cheapest": choice.cheapest.name if choice and choice.cheapest else None,
            "settings": [write_setting(each) for each in self.settings],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Evaluation:
        """The evaluation that `to_dict` wrote. Raises ValueError for anything else, and for a newer version."""
        version = data.get(_KEY) if isinstance(data, Mapping) else None
        if not isinstance(version, int):
            raise ValueError(f"this is no evaluation: it has no {_KEY}; give a file that `typesight eval -o` wrote")
        if version > _VERSION:
            raise ValueError(
                f"this evaluation has version {version}, and this typesight knows versions up to {_VERSION}: upgrade it"
            )
        try:
            if data["match"] not in get_args(Match):
                raise ValueError(f"there is no match {data['match']!r}")
            return cls(
                tuple(read_setting(each) for each in data["settings"]),
                str(data["schema_name"]),
                data["match"],
                data["folder"],
                dict(data["options"]),
            )
        except (LookupError, AttributeError, TypeError, ValueError) as error:
            why = f"{type(error).__name__}: {error}"
            raise ValueError(f"this evaluation is damaged ({why}): make it again with `typesight eval -o`") from error

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, as JSON; the file is written whole or not at all. Raises OSError."""
        with write_atomically(path) as partial:
            partial.write_text(f"{format_json(self.to_dict())}\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Evaluation:
        """Read the file that `save` wrote. Raises OSError, and ValueError for a file that is something else."""
        try:
            return cls.from_dict(json.loads(Path(path).read_bytes()))
        except json.JSONDecodeError as error:
            raise ValueError(f"{os.fspath(path)} is no evaluation: it is not JSON ({error})") from error
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{os.fspath(path)}: {error}") from error

    def to_text(self, *, failures: int = 5, width: int = 100) -> str:
        """The tables that `typesight eval` prints, at most `width` letters wide.

        Of each setting, `failures` documents that are not right are shown, the worst first, with each wrong value.
        """
        return write_tables(
            self.settings,
            schema_name=self.schema_name,
            match=self.match,
            folder=self.folder,
            failures=failures,
            width=width,
        )

    def __str__(self) -> str:
        return self.to_text()
