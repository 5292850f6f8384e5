"""The law of the strict form: a valid record, every place filled and defaults as null, judges to the same record."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from pydantic import BaseModel, create_model

from typesight import SchemaError
from typesight.schema.dialects.strict_schema import CLAUDE, OPENAI, write_strict_schema
from typesight.schema.target import make_target
from typesight.testing.anthropic.strict_schemas import check_anthropic_budget, check_anthropic_schema
from typesight.testing.openai.strict_schemas import check_openai_schema

# Rows: a type, and a value of it.
SCALARS: list[tuple[Any, Any]] = [
    (int, 7),
    (str, "text"),
    (bool, True),
    (float, 2.5),
    (Decimal, Decimal("12.50")),
    (date, date(2026, 11, 20)),
    (Literal["a", "b"], "b"),
]
NUMBER = count()


def _list(kind: Any) -> Any:
    return list[kind]


@st.composite
def fields(draw: st.DrawFn, depth: int) -> tuple[Any, Any, Any]:
    """A field's type, its default (`...` when it has none) and a value for it (None: none, or the default)."""
    row: tuple[Any, Any] = draw(models(depth - 1) if depth and draw(st.booleans()) else st.sampled_from(SCALARS))
    kind, value = row
    shape = draw(st.sampled_from(["plain", "list", "nullable", "default", "list with default"]))
    if shape == "list":
        return _list(kind), ..., [value, value]
    if shape == "nullable":
        return kind | None, None, draw(st.sampled_from([None, value]))
    if shape == "default":
        return kind, value, None
    return (_list(kind), [], None) if shape == "list with default" else (kind, ..., value)


@st.composite
def models(draw: st.DrawFn, depth: int = 2) -> tuple[type[BaseModel], BaseModel]:
    """A model, and a record of it in which some fields were not given."""
    rows = draw(st.lists(fields(depth), min_size=1, max_size=4))
    made: dict[str, Any] = {f"f{place}": (kind, default) for place, (kind, default, _) in enumerate(rows)}
    kind = create_model(f"M{next(NUMBER)}", **made)
    given_values = {f"f{place}": value for place, (_, _, value) in enumerate(rows) if value is not None}
    return kind, kind(**given_values)


def filled(record: Any) -> Any:
    """The record as OpenAI's strict form makes a model say it: every key there, what was not given as null."""
    if isinstance(record, BaseModel):
        return {
            name: filled(getattr(record, name)) if name in record.model_fields_set else None
            for name in type(record).model_fields
        }
    if isinstance(record, list):
        return [filled(each) for each in record]
    return float(record) if isinstance(record, Decimal) else str(record) if isinstance(record, date) else record


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(models())
def test_a_record_with_nulls_for_what_was_not_given_is_the_same_record(made: tuple[type[BaseModel], BaseModel]) -> None:
    kind, record = made
    judged = make_target(kind).judge(json.dumps(filled(record)))
    assert judged.faults == ()
    assert judged.value == record


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(models())
def test_the_strict_schema_of_any_such_model_breaks_no_published_rule(
    made: tuple[type[BaseModel], BaseModel],
) -> None:
    schema = make_target(made[0]).schema
    assert list(check_openai_schema(write_strict_schema(schema, OPENAI))) == []
    try:
        claude = write_strict_schema(schema, CLAUDE)
    except SchemaError:
        reject()  # more unions than Claude takes
    assert [*check_anthropic_schema(claude), *check_anthropic_budget([claude])] == []
