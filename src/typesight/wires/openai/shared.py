"""What Chat Completions and Responses have in common: functions, response formats, tool choice, options.

Source: openai SDK 3.52 (`openai.types.shared_params`), structured-outputs guide of 2026-09.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from typesight.errors import SchemaError
from typesight.exchange import sentences
from typesight.exchange.request import Request
from typesight.models.modes import Capability
from typesight.schema.dialects import strict_schema
from typesight.schema.target import Target
from typesight.usage import Usage, read_counts

__all__ = [
    "encode_format",
    "encode_functions",
    "encode_tool_choice",
    "read_options",
    "read_usage",
    "write_arguments",
    "write_schema_instructions",
]


def read_options(request: Request) -> dict[str, Any]:
    """The caller's options; None is "not given". Raises TypeError for `n` if it asks for several replies."""
    options = {name: value for name, value in request.options.items() if value is not None}
    if request.target is None:
        return options
    if options.get("n", 1) != 1:
        raise TypeError(f"n={options['n']} asks for several records where one is wanted: leave n out")
    return options


def read_usage(used: Any, given: str, made: str) -> Usage:
    """The usage; the tokens `given` include cached ones. `given` and `made` are what each API calls input and output.

    Source: openai.types.completion_usage and openai.types.responses.ResponseUsage.
    """
    if used is None:
        return Usage()
    sent, said = (getattr(used, f"{name}_tokens_details", None) for name in (given, made))
    counts = read_counts(
        (used, f"{given}_tokens"),
        (used, f"{made}_tokens"),
        (sent, "cached_tokens"),
        (sent, "cache_write_tokens"),
        (sent, "image_tokens"),
        (said, "reasoning_tokens"),
    )
    return Usage(*counts)


def encode_functions(target: Target[Any], can: Capability) -> list[dict[str, Any]]:
    """A function for each tool of a target: its name, description, parameters and whether it is strict."""
    asking = sentences.MULTI_CALL_DESCRIPTION if target.tools else sentences.SINGLE_CALL_DESCRIPTION
    functions = [_encode_function(tool, can, asking) for tool in target.tools or (target,)]
    return [{key: value for key, value in each.items() if key not in can.omitted_parameters} for each in functions]


def _encode_function(target: Target[Any], can: Capability, instead: str) -> dict[str, Any]:
    """One function, strict if its schema can be; one that is not strict can carry any schema."""
    written = _build_strict_schema(target, can) if can.strict_tools else None
    return {
        "name": target.name,
        "description": target.description or instead,
        "parameters": written or target.write_plain(short_keys=can.short_keys),
        "strict": written is not None,
    }


def _build_strict_schema(target: Target[Any], can: Capability) -> dict[str, Any] | None:
    try:
        return target.write_strict(strict_schema.OPENAI, short_keys=can.short_keys)
    except SchemaError:
        return None


def encode_tool_choice(target: Target[Any], can: Capability, named: Mapping[str, Any]) -> dict[str, Any]:
    """The tool choice, and whether parallel calls are allowed; `named` is the choice that names one function."""
    forced: Any = "required" if target.tools or not can.named_tools else dict(named)
    return {"tool_choice": forced if can.forced_tools else "auto", "parallel_tool_calls": bool(target.tools)}


def encode_format(target: Target[Any], can: Capability) -> dict[str, Any]:
    """The target as a strict response format. Raises SchemaError."""
    return {
        "name": target.name,
        "schema": target.write_strict(strict_schema.OPENAI, short_keys=can.short_keys),
        "strict": True,
    }


def write_schema_instructions(target: Target[Any]) -> str:
    """The text with the schema for the system turn, for modes that do not send the schema itself."""
    return sentences.write_schema_prompt(target.write_plain())


def write_arguments(given: Any) -> str:
    """A call's arguments as JSON text; some gateways send them as an object."""
    return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
