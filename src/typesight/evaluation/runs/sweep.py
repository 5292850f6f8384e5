"""Expands models and swept options into the settings to compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from typesight.client.common_client import CommonClient
from typesight.client.options.many_options import RUN_ROWS
from typesight.evaluation.runs.setting import Setting

__all__ = ["NOT_SWEPT", "expand_settings", "read_model"]

NOT_SWEPT = RUN_ROWS.keys() | {"cache", "hooks", "source", "context"}
"""Options of a run or of one document: they say nothing about a setting, or the evaluation gives them itself."""


def expand_settings(models: Any, sweep: Mapping[str, Iterable[Any]] | None = None) -> tuple[Setting, ...]:
    """Every model with every combination of the swept options, in that order.

    `models` are names (`openai/gpt-6-luna`, `local`), clients of `from_openai` and the like, or pairs of a client and a
    model's name. `sweep` is from an option of `extract` to the values to try. Raises TypeError or ValueError.
    """
    swept = {name: _list_values(name, values) for name, values in (sweep or {}).items()}
    settings = tuple(
        Setting(name, dict(zip(swept, values, strict=True)), client)
        for name, client in map(_read_given, _list_models(models))
        for values in product(*swept.values())
    )
    _refuse_twice(settings)
    if swept and not settings:
        raise ValueError("sweep= needs models= to try the options with")
    return settings


def read_model(setting: Setting) -> str | None:
    """The model's name for its client's calls; None for a model by name, which its client is made for."""
    if setting.client is None:
        return None
    return setting.model.removeprefix(f"{setting.client._endpoint.vendor}/")


def _list_models(models: Any) -> Sequence[Any]:
    if isinstance(models, str | CommonClient) or _is_pair(models):
        return [models]
    if not isinstance(models, Iterable):
        raise TypeError(f"models must be a list of names and clients, not {type(models).__name__}")
    return list(models)


def _is_pair(given: Any) -> bool:
    return isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], CommonClient)


def _read_given(given: Any) -> tuple[str, Any]:
    """A model's name, with the name of its endpoint, and the client to ask; None for a model by name."""
    if isinstance(given, str):
        return given, None
    client, model = given if _is_pair(given) else (given, None)
    if not isinstance(client, CommonClient) or not isinstance(model, str | None):
        raise TypeError(
            "each of models must be a name such as 'openai/gpt-6-luna', a client of from_openai, from_anthropic, "
            f"from_provider or from_local, or (client, 'model'), not {type(given).__name__}"
        )
    model = model or client._options.own["model"]
    if not model:
        raise ValueError(f"{client!r} has no model: give (client, 'model')")
    vendor = client._endpoint.vendor
    return (model if vendor in {"", model} else f"{vendor}/{model}"), client


def _list_values(name: str, values: Any) -> list[Any]:
    if name == "model":
        raise ValueError("the model is not swept: give each in models=")
    if name in NOT_SWEPT:
        raise ValueError(f"{name}= cannot be swept: it is no setting of a model")
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise TypeError(f"sweep[{name!r}] must be a list of values to try, not {type(values).__name__}")
    listed = list(values)
    if not listed:
        raise ValueError(f"sweep[{name!r}] is empty: give the values to try")
    return listed


def _refuse_twice(settings: Sequence[Setting]) -> None:
    names = [setting.name for setting in settings]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"the setting {name} stands twice: leave one out, or name the models apart")
