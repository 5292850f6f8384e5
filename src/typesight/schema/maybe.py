"""`Maybe`: a record, or the reason why there is none."""

from __future__ import annotations

from typing import Generic, Self, TypeVar

from pydantic import BaseModel, Field, model_validator

__all__ = ["Maybe"]

M = TypeVar("M")


class Maybe(BaseModel, Generic[M]):
    """A record, or the reason why there is none: `response_model=Maybe[Receipt]` for pictures that may show none.

    >>> Maybe[int](reason="the picture shows a cat")
    Maybe[int](result=None, reason='the picture shows a cat')

    Raises pydantic's ValidationError where both are missing.
    """

    result: M | None = Field(default=None, description="the record; null if the document does not hold one")
    reason: str | None = Field(default=None, description="why there is no record; null if there is one")

    @model_validator(mode="after")
    def _one_is_given(self) -> Self:
        if self.result is None and not self.reason:
            raise ValueError("give the result, or the reason why there is none")
        return self
