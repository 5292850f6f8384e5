"""The metrics of requests and calls, where the application has OpenTelemetry's metrics.

Names of the GenAI conventions, release 0.1.0 (docs/gen-ai/client-inference.md and gen-ai-token-metrics.md, read
2026-12-01). That release replaced two histograms that most dashboards still read; they are recorded too.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from typesight.installation import read_version
from typesight.usage import Usage
from typesight.watch.span_attributes import Attributes
from typesight.watch.telemetry_faults import log_faults

__all__ = ["has_meter", "record_call", "record_request"]

# The buckets that the conventions advise, of semantic-conventions 1.41 for tokens.
_SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_TOKENS = tuple(4**power for power in range(14))  # 1 to 67,108,864


@dataclass(frozen=True, slots=True)
class _Metric:
    """One metric; a histogram if it has buckets, else a counter."""

    name: str
    unit: str
    description: str
    buckets: tuple[float, ...] = ()

    def make(self, meter: Any) -> Any:
        """Make its instrument."""
        if not self.buckets:
            return meter.create_counter(self.name, self.unit, self.description)
        try:
            return meter.create_histogram(
                self.name, self.unit, self.description, explicit_bucket_boundaries_advisory=self.buckets
            )
        except TypeError:  # opentelemetry-api before 1.30 takes no advice
            return meter.create_histogram(self.name, self.unit, self.description)


_DURATION = _Metric("gen_ai.client.inference.duration", "s", "Duration of a request, its reply included.", _SECONDS)
_INPUT = _Metric("gen_ai.client.inference.usage.input_tokens", "{token}", "Input tokens, cached ones included.")
_OUTPUT = _Metric("gen_ai.client.inference.usage.output_tokens", "{token}", "Output tokens, reasoning included.")
_CACHE_READ = _Metric("gen_ai.client.inference.usage.cache_read.input_tokens", "{token}", "Input read from a cache.")
_CACHE_WRITE = _Metric("gen_ai.client.inference.usage.cache_write.input_tokens", "{token}", "Input written to a cache.")
_REASONING = _Metric("gen_ai.client.inference.usage.reasoning.output_tokens", "{token}", "Output spent on reasoning.")
_OLD_DURATION = _Metric("gen_ai.client.operation.duration", "s", "Duration of a request (older name).", _SECONDS)
_OLD_TOKENS = _Metric("gen_ai.client.token.usage", "{token}", "Tokens of a request by type (older name).", _TOKENS)
_CALLS = _Metric("typesight.calls", "{call}", "Calls, by how they ended.")
_REASKS = _Metric("typesight.reasks", "{reask}", "Attempts after the first of a call.")
_METRICS = (
    *(_DURATION, _INPUT, _OUTPUT, _CACHE_READ, _CACHE_WRITE, _REASONING),
    *(_OLD_DURATION, _OLD_TOKENS),
    *(_CALLS, _REASKS),
)
# What the conventions have in metrics of what a span says.
_LABELS = (
    *("gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.response.model"),
    *("server.address", "server.port"),
)
_MODALITY, _TYPE = "gen_ai.token.modality", "gen_ai.token.type"


def has_meter() -> bool:
    """Whether the application may have a meter: it has imported OpenTelemetry's metrics."""
    return "opentelemetry.metrics" in sys.modules


@log_faults
def record_request(described: Attributes, seconds: float, usage: Usage) -> None:
    """Record one request, whether it brought a reply or an error; `described` is what its span says."""
    made = _find_instruments()
    if made is None:
        return
    labels = {name: described[name] for name in _LABELS if name in described}
    failed = {**labels, "error.type": described["error.type"]} if "error.type" in described else labels
    for each in (_DURATION, _OLD_DURATION):
        made[each].record(seconds, failed)
    for each, modality, count in _list_tokens(usage):
        made[each].add(count, {**labels, _MODALITY: modality})
    if usage.input or usage.output:
        made[_OLD_TOKENS].record(usage.input, {**labels, _TYPE: "input"})
        made[_OLD_TOKENS].record(usage.output, {**labels, _TYPE: "output"})


@log_faults
def record_call(described: Attributes, attempts: int) -> None:
    """Record one call; `described` is how it ended."""
    if made := _find_instruments():
        made[_CALLS].add(1, described)
        if attempts > 1:
            made[_REASKS].add(attempts - 1, described)


def _list_tokens(usage: Usage) -> list[tuple[_Metric, str, int]]:
    """The counters, the modality of what they count, and how much; a provider may not tell which input was a picture.

    Input and output are counted for each request, also as 0; the others where there is something to count.
    """
    text = usage.input - usage.image
    parts = [("image", usage.image), ("text", text)] if usage.image else [("unknown", usage.input)]
    rest = [
        (_CACHE_READ, "unknown", usage.cache_read),
        (_CACHE_WRITE, "unknown", usage.cache_write),
        (_REASONING, "text", usage.reasoning),
    ]
    return [
        *((_INPUT, modality, max(count, 0)) for modality, count in parts),
        (_OUTPUT, "text" if usage.output else "unknown", usage.output),
        *(row for row in rest if row[2]),
    ]


def _find_instruments() -> Mapping[_Metric, Any] | None:
    """The instruments of the application's meter; None where nothing has imported OpenTelemetry's metrics."""
    metrics = sys.modules.get("opentelemetry.metrics")
    if metrics is None:
        return None
    provider = metrics.get_meter_provider()
    if _latest.provider is not provider:  # compared by identity: the provider of logfire 5 has no hash
        meter = provider.get_meter("typesight", read_version())
        _latest.made, _latest.provider = {metric: metric.make(meter) for metric in _METRICS}, provider
    return _latest.made


@dataclass(slots=True)
class _Instruments:
    """The instruments of one meter. Has state because an application may set its meter at any time."""

    provider: Any = None
    made: Mapping[_Metric, Any] = field(default_factory=dict)


_latest = _Instruments()
