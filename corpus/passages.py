"""Sentences put together to passages, the units that are searched.

A passage ends at a sentence and, where it can, at a paragraph. It stays inside a section, unless that is too short:
sections below the length of a passage are put together with a neighbour, and the passage names all of them.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from typing import Final

from corpus.types import Passage, Sentence

MIN_WORDS: Final = 60
MAX_WORDS: Final = 180
_ENOUGH_WORDS: Final = 100  # from here on the end of a paragraph ends the passage


def build_passages(document_id: str, reading: str, sentences: Sequence[Sentence]) -> tuple[Passage, ...]:
    """Return the passages in order: every sentence is in exactly one.

    Passages have ``MIN_WORDS`` to ``MAX_WORDS`` words where the section is long enough; a single sentence beyond
    ``MAX_WORDS`` is a passage of its own.
    """
    words = [len(reading[s.span.start : s.span.end].split()) for s in sentences]
    ends_paragraph = ["\n" in reading[above.span.end : below.span.start] for above, below in pairwise(sentences)] + [
        True
    ]
    passages: list[Passage] = []
    cuts = [cut for start, end in _section_ranges(sentences, words) for cut in _cut(start, end, words, ends_paragraph)]
    for first, last in _joined(cuts, words):
        sections = dict.fromkeys(s.section for s in sentences[first:last] if s.section)
        text = " ".join(reading[s.span.start : s.span.end] for s in sentences[first:last])
        passages.append(Passage(document_id, first, last, " / ".join(sections) or None, text))
    return tuple(passages)


def _section_ranges(sentences: Sequence[Sentence], words: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield half-open sentence ranges of one section each, short ones put together with a neighbour."""
    start = end = size = 0
    for _, group in groupby(range(len(sentences)), key=lambda index: sentences[index].section):
        members = list(group)
        added = sum(words[index] for index in members)
        if end and not _belong_together(size, added):
            yield start, end
            start, size = end, 0
        end, size = members[-1] + 1, size + added
    if end:
        yield start, end


def _joined(cuts: Sequence[tuple[int, int]], words: Sequence[int]) -> list[tuple[int, int]]:
    """Put a short range together with the one before it, now that the one before may have been cut."""
    joined: list[tuple[int, int]] = []
    for first, last in cuts:
        above = joined[-1][0] if joined else first
        if joined and _belong_together(sum(words[above:first]), sum(words[first:last])):
            joined[-1] = (above, last)
        else:
            joined.append((first, last))
    return joined


def _belong_together(above: int, below: int) -> bool:
    """Tell whether two neighbours of so many words are one passage: one is short, and both are not too long."""
    return min(above, below) < MIN_WORDS and above + below <= MAX_WORDS


def _cut(start: int, end: int, words: Sequence[int], ends_paragraph: Sequence[bool]) -> list[tuple[int, int]]:
    """Cut a sentence range into passages; the last two share their sentences evenly if the last would be short."""
    cuts = [start]
    size = 0
    for index in range(start, end):
        if size and size + words[index] > MAX_WORDS:
            cuts.append(index)
            size = 0
        size += words[index]
        if ends_paragraph[index] and size >= _ENOUGH_WORDS and index + 1 < end:
            cuts.append(index + 1)
            size = 0
    if len(cuts) > 1 and size < MIN_WORDS:
        cuts.pop()
        if sum(words[cuts[-1] : end]) > MAX_WORDS:
            cuts.append(_middle(cuts[-1], end, words))
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def _middle(start: int, end: int, words: Sequence[int]) -> int:
    """Return the sentence at which two passages of nearly equal length part."""
    total = sum(words[start:end])
    before = accumulate(words[start : end - 1])
    return start + 1 + min(enumerate(before), key=lambda pair: abs(total - 2 * pair[1]))[0]
