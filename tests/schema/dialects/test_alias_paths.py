"""Fields that pydantic reads at a path are asked for at that path."""

from __future__ import annotations

from typing import Any

from pydantic import AliasChoices, AliasPath, BaseModel, Field

from typesight.schema.target import make_target


class Money(BaseModel):
    gross: float = Field(validation_alias=AliasPath("totals", "sum"))
    net: float | None = Field(None, validation_alias=AliasPath("totals", "net"))
    shop: str = Field(validation_alias=AliasChoices(AliasPath("seller", "name"), AliasPath("shop", "name")))
    number: int = Field(validation_alias=AliasChoices("number", AliasPath("numbers", 0)))


def test_a_field_at_a_path_is_asked_for_and_read_there() -> None:
    target: Any = make_target(Money)
    assert set(target.schema["properties"]) == {"totals", "seller", "number"}
    assert target.schema["required"] == ["number", "totals", "seller"]
    totals = target.schema["properties"]["totals"]
    assert set(totals["properties"]) == {"sum", "net"}
    assert totals["required"] == ["sum"]
    judged = target.judge('{"totals": {"sum": 5}, "seller": {"name": "X"}, "number": 7}')
    assert judged.value == Money(totals={"sum": 5}, seller={"name": "X"}, number=7)  # type: ignore[call-arg]  # aliases
