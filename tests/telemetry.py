"""An application's tracer and meter for one test, and their spans and metrics as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opentelemetry import metrics, trace
from opentelemetry.metrics import _internal as metric_globals
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.util._once import Once

__all__ = ["FLEETING", "Telemetry", "fresh_providers", "start_telemetry"]

# What differs from run to run, or says which driver it was.
FLEETING = {
    *("typesight.call", "typesight.request_id", "gen_ai.response.id", "gen_ai.request.stream"),
    *("server.address", "server.port"),
}
Tree = list[tuple[str, dict[str, Any], Any]]


@contextmanager
def fresh_providers() -> Iterator[None]:
    """OpenTelemetry as a program finds it: its providers can be set once, and are as before at the end."""
    before = vars(trace)["_TRACER_PROVIDER"], vars(trace)["_TRACER_PROVIDER_SET_ONCE"]
    meters = vars(metric_globals)["_METER_PROVIDER"], vars(metric_globals)["_METER_PROVIDER_SET_ONCE"]
    _set_globals((None, Once()), (None, Once()))
    try:
        yield
    finally:
        _set_globals(before, meters)


def _set_globals(tracer: tuple[Any, Any], meter: tuple[Any, Any]) -> None:
    vars(trace).update(_TRACER_PROVIDER=tracer[0], _TRACER_PROVIDER_SET_ONCE=tracer[1])
    vars(metric_globals).update(_METER_PROVIDER=meter[0], _METER_PROVIDER_SET_ONCE=meter[1])


@dataclass
class Telemetry:
    """What an application's tracer and meter have got; has state because it is read while the application runs."""

    tracer: trace.Tracer
    provider: TracerProvider
    exporter: InMemorySpanExporter = field(default_factory=InMemorySpanExporter)
    reader: InMemoryMetricReader = field(default_factory=InMemoryMetricReader)

    def list_spans(self, scope: str | None = "typesight") -> list[ReadableSpan]:
        """The ended spans of a scope (None for all), in the order in which they began."""
        spans = [each for each in self.exporter.get_finished_spans() if scope in (None, _scope(each))]
        return sorted(spans, key=lambda each: each.start_time or 0)

    def take_tree(self) -> Tree:
        """The spans of typesight as a tree, without what differs from run to run; they are forgotten."""
        spans = self.list_spans()
        self.exporter.clear()
        return _grow(spans, None)

    def list_metrics(self) -> dict[str, list[tuple[dict[str, Any], Any]]]:
        """Each metric's points: labels, and a counter's value or the sum of a histogram."""
        data = self.reader.get_metrics_data()
        return {
            metric.name: [
                (dict(point.attributes or {}), point.value if hasattr(point, "value") else getattr(point, "sum", None))
                for point in metric.data.data_points
            ]
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }

    def write_everything(self) -> str:
        """All spans, of every scope, and all metrics, as text."""
        data = self.reader.get_metrics_data()
        return "".join(each.to_json() for each in self.list_spans(None)) + (data.to_json() if data else "")


class _Meters(MeterProvider):
    """A provider without a hash, as logfire's."""

    __hash__ = None  # type: ignore[assignment]  # that it has none is the point


@contextmanager
def start_telemetry() -> Iterator[Telemetry]:
    """Set a tracer and a meter for the process, and take them away at the end."""
    with fresh_providers():
        provider = TracerProvider(shutdown_on_exit=False)
        told = Telemetry(provider.get_tracer("application"), provider)
        provider.add_span_processor(SimpleSpanProcessor(told.exporter))
        trace.set_tracer_provider(provider)
        meters = _Meters([told.reader], shutdown_on_exit=False)
        metrics.set_meter_provider(meters)
        try:
            yield told
        finally:
            meters.shutdown()


def _scope(span: ReadableSpan) -> str:
    return span.instrumentation_scope.name if span.instrumentation_scope else ""


def _grow(spans: Sequence[ReadableSpan], parent: int | None) -> Tree:
    """The spans below a parent; at the root, those whose parent is no span of typesight."""
    ours = {each.context.span_id for each in spans if each.context}
    found: Tree = []
    for span in spans:
        above = span.parent.span_id if span.parent and span.parent.span_id in ours else None
        if above == parent and span.context:
            found.append((span.name, _describe(span), _grow(spans, span.context.span_id)))
    return found


def _describe(span: ReadableSpan) -> dict[str, Any]:
    told = {name: value for name, value in (span.attributes or {}).items() if name not in FLEETING}
    events = [(each.name, dict(each.attributes or {})) for each in span.events]
    status = (span.status.status_code.name, span.status.description)
    return {**told, "kind": span.kind.name, "status": status, "events": events}
