"""Source and reading of one document, kept together by a list of edits.

Never guesses: every character of the reading is either a character of the source or part of the replacement of
exactly one edit. Imports nothing but the plain types.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.types import Edit, EditKind, Span


@dataclass(slots=True)
class _Cluster:
    """Changes that touch common old edits, growing while they are composed; offsets in the old reading."""

    start: int
    end: int
    change: Edit  # the first change, whose kind and reason the composed edit takes
    replacement: str
    confidence: float


class AlignedText:
    """A source text, the edits that lead to its reading, and the way back from any reading range.

    :param source: The text of the file, never changed.
    :param edits: Sorted, not overlapping, none of them empty in the source.
    :raises ValueError: If the edits are not sorted, overlap, are empty or leave the source.
    """

    def __init__(self, source: str, edits: Sequence[Edit] = ()) -> None:
        self.source = source
        self.edits = tuple(edits)
        parts: list[str] = []
        self._reading_starts: list[int] = []  # edit -> where its replacement starts in the reading
        self._reading_ends: list[int] = []
        done = length = 0
        for edit in self.edits:
            if not done <= edit.start < edit.end <= len(source):
                msg = f"edit [{edit.start}, {edit.end}) is empty, unsorted, overlapping or outside the source"
                raise ValueError(msg)
            parts += (source[done : edit.start], edit.replacement)
            length += edit.start - done
            self._reading_starts.append(length)
            length += len(edit.replacement)
            self._reading_ends.append(length)
            done = edit.end
        parts.append(source[done:])
        self.reading = "".join(parts)

    def source_span(self, start: int, end: int) -> Span:
        """Return the source range of the reading range ``[start, end)``, whole edits included.

        Edits that only delete something right before or after the range stay outside. An empty range gives an
        empty source range.

        :raises ValueError: If the range leaves the reading.
        """
        self._check(start, end)
        if start == end:
            at = self._character(start).start if start < len(self.reading) else len(self.source)
            return Span(at, at)
        return Span(self._character(start).start, self._character(end - 1).end)

    def source_ranges(self, start: int, end: int) -> tuple[Span, ...]:
        """Return the parts of ``source_span(start, end)`` that the reading uses: without dropped noise.

        The parts carry no white space at their ends and are never empty.
        """
        hull = self.source_span(start, end)
        parts: list[Span] = []
        done = hull.start
        for edit in self.edits_within(start, end):
            if edit.kind is EditKind.DROP:
                parts.append(Span(done, edit.start))
                done = edit.end
        parts.append(Span(done, hull.end))
        return tuple(part for part in map(self._stripped, parts) if part.start < part.end)

    def edits_within(self, start: int, end: int) -> tuple[Edit, ...]:
        """Return the edits that shape the reading range ``[start, end)``, by their place in the source."""
        self._check(start, end)
        first, last = self._touched(start, end)
        return self.edits[first:last]

    def edit(self, changes: Sequence[Edit]) -> "AlignedText":
        """Apply changes given in reading coordinates and return the text with all edits composed.

        A change that touches the replacement of an older edit, or encloses one, swallows it; the result has the
        kind of the change.

        :param changes: Sorted, not overlapping, not empty, in coordinates of the present reading.
        :raises ValueError: If they are not.
        """
        composed: list[Edit] = []
        kept = 0  # older edits before this one are taken over or swallowed
        for cluster in self._clusters(changes):
            first, last = self._touched(cluster.start, cluster.end)
            composed += self.edits[kept:first]
            kept = last
            span = self.source_span(cluster.start, cluster.end)
            composed.append(
                replace(
                    cluster.change,
                    start=span.start,
                    end=span.end,
                    replacement=cluster.replacement,
                    confidence=cluster.confidence,
                )
            )
        return AlignedText(self.source, (*composed, *self.edits[kept:]))

    def _clusters(self, changes: Sequence[Edit]) -> Iterator[_Cluster]:
        """Widen each change to whole older edits and join changes that share one."""
        open_cluster: _Cluster | None = None
        done = 0
        for change in changes:
            if not done <= change.start < change.end <= len(self.reading):
                msg = f"change [{change.start}, {change.end}) is empty, unsorted, overlapping or outside the reading"
                raise ValueError(msg)
            done = change.end
            first, last = self._touched(change.start, change.end)
            start = min([change.start, *self._reading_starts[first : min(first + 1, last)]])
            end = max([change.end, *self._reading_ends[max(first, last - 1) : last]])
            if open_cluster is not None and start < open_cluster.end:
                # The earlier change kept the common edit up to its end; take that back and go on from this change.
                tail = open_cluster.end - change.start
                body = open_cluster.replacement[: len(open_cluster.replacement) - tail]
                open_cluster.replacement = body + change.replacement + self.reading[change.end : end]
                open_cluster.end = end
                open_cluster.confidence = min(open_cluster.confidence, change.confidence)
                continue
            if open_cluster is not None:
                yield open_cluster
            text = self.reading[start : change.start] + change.replacement + self.reading[change.end : end]
            open_cluster = _Cluster(start, end, change, text, change.confidence)
        if open_cluster is not None:
            yield open_cluster

    def _touched(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open index range of the edits whose replacement meets the reading range.

        A deletion counts only strictly inside the range.
        """
        first = bisect_right(self._reading_ends, start)
        last = bisect_left(self._reading_starts, end)
        return first, max(first, last)

    def _character(self, position: int) -> Span:
        """Return the source range of one reading character."""
        index = bisect_right(self._reading_starts, position) - 1
        if index < 0:
            return Span(position, position + 1)
        if position < self._reading_ends[index]:
            return Span(self.edits[index].start, self.edits[index].end)
        at = self.edits[index].end + position - self._reading_ends[index]
        return Span(at, at + 1)

    def _stripped(self, span: Span) -> Span:
        text = self.source[span.start : span.end]
        return Span(span.start + len(text) - len(text.lstrip()), span.end - len(text) + len(text.rstrip()))

    def _check(self, start: int, end: int) -> None:
        if not 0 <= start <= end <= len(self.reading):
            msg = f"range [{start}, {end}) leaves the reading of {len(self.reading)} characters"
            raise ValueError(msg)
