"""Functions that read one document without a client: they make one and close it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, overload

from typesight.client.common_client import Document
from typesight.client.connect import from_provider
from typesight.client.options.call_options import DocumentOptions
from typesight.conversation.extraction import Extraction

if TYPE_CHECKING:
    from tenacity import AsyncRetrying, Retrying
    from typing_extensions import TypeForm

__all__ = ["extract", "extract_async"]

T = TypeVar("T")


@overload
def extract(
    response_model: type[T],
    document: Document,
    *,
    model: str,
    api_key: str | None = ...,
    base_url: str | None = ...,
    sdk: Mapping[str, Any] = ...,
    **options: Unpack[DocumentOptions[Retrying]],
) -> Extraction[T]: ...


@overload
def extract(
    response_model: TypeForm[T],
    document: Document,
    *,
    model: str,
    api_key: str | None = ...,
    base_url: str | None = ...,
    sdk: Mapping[str, Any] = ...,
    **options: Unpack[DocumentOptions[Retrying]],
) -> Extraction[T]: ...


def extract(
    response_model: Any,
    document: Document,
    *,
    model: str,
    api_key: str | None = None,
    base_url: str | None = None,
    sdk: Mapping[str, Any] | None = None,
    **options: Any,
) -> Any:
    """Read one document into a record without making a client: `extract(Receipt, "r.jpg", model="local")`.

    `model` is a name for `from_provider`, and `api_key`, `base_url` and `sdk` are those of `from_provider`; `options`
    are those of `Client.extract`.
    """
    with from_provider(model, api_key=api_key, base_url=base_url, sdk=sdk or {}) as client:
        return client.extract(response_model, document, **options)


@overload
async def extract_async(
    response_model: type[T],
    document: Document,
    *,
    model: str,
    api_key: str | None = ...,
    base_url: str | None = ...,
    sdk: Mapping[str, Any] = ...,
    **options: Unpack[DocumentOptions[AsyncRetrying]],
) -> Extraction[T]: ...


@overload
async def extract_async(
    response_model: TypeForm[T],
    document: Document,
    *,
    model: str,
    api_key: str | None = ...,
    base_url: str | None = ...,
    sdk: Mapping[str, Any] = ...,
    **options: Unpack[DocumentOptions[AsyncRetrying]],
) -> Extraction[T]: ...


async def extract_async(
    response_model: Any,
    document: Document,
    *,
    model: str,
    api_key: str | None = None,
    base_url: str | None = None,
    sdk: Mapping[str, Any] | None = None,
    **options: Any,
) -> Any:
    """As `extract`, for asynchronous code."""
    made = from_provider(model, async_client=True, api_key=api_key, base_url=base_url, sdk=sdk or {})
    async with made as client:
        return await client.extract(response_model, document, **options)
