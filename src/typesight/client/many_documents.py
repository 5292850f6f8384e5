"""The arguments of `extract_many`, read into the terms of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sized
from os import PathLike
from typing import Any

from typesight.budget import check_price
from typesight.client.common_client import CommonClient, Document, require_response_model
from typesight.client.options.many_options import RUN_ROWS
from typesight.client.options.read_options import EXTRACT_MANY, Options
from typesight.conversation.estimate import Estimate, estimate_request
from typesight.images.lazy_picture import LazyPicture
from typesight.images.opening.sources import UrlSource
from typesight.many.desk import OpenDocument
from typesight.many.run_terms import NamedDocument, RunTerms
from typesight.schema.target import Target, make_target

__all__ = ["estimate_document", "list_limits", "name_documents", "read_run"]

# Options and parameters of the SDK's call that decide how a document is read, and not what is asked about it.
_NOT_ASKED = RUN_ROWS.keys() | {
    *("max_retries", "deadline", "budget", "cache", "context", "hooks", "source", "growing_text", "autodetect_images"),
    *("enable_prompt_caching", "timeout", "extra_headers", "idempotency_key", "user", "metadata", "service_tier"),
}
# Those of them that decide whether there is a record after all, or what it costs.
_LIMITS = ("max_retries", "deadline", "budget", "enable_prompt_caching")
_ASKED_OF_PICTURES = ("max_side", "tile", "turn")


def name_documents(documents: Any) -> tuple[Iterator[NamedDocument], int | None]:
    """The documents with their names, None for those that name themselves, and how many there are, if that is known.

    Raises TypeError for what holds no documents.
    """
    total = len(documents) if isinstance(documents, Sized) else None
    if isinstance(documents, Mapping):
        return ((str(name), document) for name, document in documents.items()), total
    if isinstance(documents, str | bytes | PathLike) or not isinstance(documents, Iterable):
        raise TypeError(
            "documents must be a list or another iterable of documents, or a mapping of names to documents, not "
            f"{type(documents).__name__}: for the files of a folder give Path(folder).glob('*.jpg')"
        )
    return ((None, document) for document in documents), total


def read_run(client: CommonClient, response_model: Any, given: Mapping[str, Any]) -> RunTerms:
    """Read the options of `extract_many`. Raises TypeError, ValueError, SchemaError and ModeError."""
    require_response_model(response_model)
    options, target = client._read_document_options(given, EXTRACT_MANY), make_target(response_model)
    own, selected = options.own, client._select(options, target)
    if own["only_failed"] and own["ledger"] is None:
        raise ValueError("only_failed=True needs ledger=, which says what has failed")
    if own["run_budget"] is not None:
        check_price(own["run_budget"], model=own["model"], vendor=client._endpoint.vendor)

    def ask(document: OpenDocument, **of_run: Any) -> Any:
        call, _ = client._build_document_call(options, target, document.images)
        return client._drive(call, document.entry.source, **of_run)

    return RunTerms(
        ask=ask,
        target=target,
        model=own["model"],
        asked=_list_asked(client, options, target),
        is_local=selected.wire_mode.wire.IS_LOCAL,
        judging={"context": own["context"], "strict": own["strict"] or None},
        ledger=own["ledger"],
        concurrency=own["concurrency"],
        budget=own["run_budget"],
        only_failed=own["only_failed"],
        progress=own["progress"],
    )


def list_limits(client: CommonClient, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a call's limits, which a ledger of `extract_many` does not tell apart, as data."""
    own = client._read_document_options(given, EXTRACT_MANY).own
    return {name: own[name] for name in _LIMITS}


def estimate_document(
    client: CommonClient, response_model: Any, document: Document, given: Mapping[str, Any]
) -> Estimate:
    """Estimate the first request for a document of `extract_many`. Raises ImageError, SchemaError and ModeError."""
    options = client._read_document_options(given, EXTRACT_MANY)
    call, _ = client._build_document_call(options, make_target(response_model), document)
    for image in call.request.images:
        if not isinstance(image.source, UrlSource):  # its header is read once, also for the estimate
            _ = LazyPicture(image.source, call.preparation.max_pixels).header
    return estimate_request(call.request, call.wire_mode.wire, call.preparation)


def _list_asked(client: CommonClient, options: Options, target: Target[Any]) -> dict[str, Any]:
    """All that a record depends on besides the pictures, as data."""
    given = {**options.own, **options.sdk}
    return {
        "schema_name": target.name,
        "schema": target.digest,
        "vendor": client._endpoint.vendor,
        **{name: each for name, each in given.items() if name not in _NOT_ASKED},
        **{name: getattr(options.preparation, name) for name in _ASKED_OF_PICTURES},
    }
