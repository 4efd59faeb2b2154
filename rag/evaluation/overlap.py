"""When words that are shown count as words that are marked."""

from collections.abc import Iterable

from corpus.types import Span


def covers(span: Span, marks: Iterable[Span]) -> bool:
    """Return whether half of the span lies in one of the marks, or half of one of the marks in the span."""
    return any(_common(span, mark) >= 0.5 * max(1, min(_length(span), _length(mark))) for mark in marks)


def _common(one: Span, other: Span) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _length(span: Span) -> int:
    return span.end - span.start
