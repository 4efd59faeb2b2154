"""Where the words of a document stand on its pages, packed: a long report has a hundred thousand words."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from corpus.types import Span

FULL: Final = 65_535  # the whole width or height of a page
_RECORD: Final = struct.Struct("<IHHHHH")


class WordBox(NamedTuple):
    """A word of the source text and its rectangle on the page as shown.

    ``start`` and ``end`` are source offsets; the edges are measured from the upper left corner in parts of the page's
    width or height, from 0 to ``FULL``.
    """

    start: int
    end: int
    left: int
    top: int
    right: int
    bottom: int


def share(length: float, whole: float) -> int:
    """Return a length as parts of a page's width or height, cut to the page."""
    return min(max(round(FULL * length / whole), 0), FULL) if whole > 0 else 0


def pack(boxes: Iterable[WordBox]) -> bytes:
    """Return the boxes as bytes, 14 a word."""
    return b"".join(_RECORD.pack(box.start, min(box.end - box.start, 0xFFFF), *box[2:]) for box in boxes)


def unpack(packed: bytes) -> Iterator[WordBox]:
    """Yield the boxes in the order of the source text."""
    for start, length, *edges in _RECORD.iter_unpack(packed):
        yield WordBox(start, start + length, *edges)


def boxes_within(packed: bytes, ranges: Sequence[Span]) -> list[WordBox]:
    """Return the boxes of all words that one of the ranges touches."""
    return [box for box in unpack(packed) if any(box.start < part.end and part.start < box.end for part in ranges)]
