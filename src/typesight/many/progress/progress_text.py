"""What a run's progress says in one line."""

from __future__ import annotations

from typesight.many.progress.run_progress import RunProgress

__all__ = ["describe_progress"]

_LEAST_WAIT = 1.0  # seconds: shorter waits for a limit are not worth a word


def describe_progress(progress: RunProgress) -> str:
    """How far a run is: `412 of 1,000 done, 3 failed, 16 in flight, 8.4/s, 1.2M tokens, $0.41 of about $1.02`."""
    total = "" if progress.total is None else f" of {progress.total:,}"
    tokens = progress.usage.input + progress.usage.output
    parts = (
        f"{progress.done:,}{total} done",
        f"{progress.earlier:,} in an earlier run" if progress.earlier else "",
        f"{progress.repaired:,} repaired" if progress.repaired else "",
        f"{progress.failed:,} failed" if progress.failed else "",
        f"{progress.in_flight} in flight" if progress.in_flight else "",
        f"{progress.per_second:.1f}/s" if progress.read else "",
        f"{_shorten(tokens)} tokens" if tokens else "",
        _describe_cost(progress),
        "stopping; Ctrl-C again to leave at once" if progress.stopped == "interrupt" else "",
        f"waiting {progress.waiting:.0f} s for limits" if progress.waiting >= _LEAST_WAIT else "",
    )
    return ", ".join(filter(None, parts))


def _describe_cost(progress: RunProgress) -> str:
    if not progress.cost:
        return ""
    expected = progress.expected_cost
    return f"${progress.cost:.2f}{f' of about ${expected:.2f}' if expected and progress.left else ''}"


def _shorten(count: int) -> str:
    """A number in at most five characters: 950, 12.3k, 1.2M."""
    for size, letter in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if count >= size:
            return f"{count / size:.1f}{letter}"
    return str(count)
