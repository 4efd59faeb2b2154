"""Words and rectangles on a page, measured from its upper left corner: in points, on an image in pixels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; its edges are measured from the upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, boxes: Iterable["Box"]) -> Self:
        """Return the hull of one or more boxes."""
        every = list(boxes)
        return cls(
            min(box.left for box in every),
            min(box.top for box in every),
            max(box.right for box in every),
            max(box.bottom for box in every),
        )

    def holds_middle_of(self, other: "Box") -> bool:
        """Tell whether the middle of the other box lies inside."""
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def overlap(self, other: "Box") -> float:
        """Return how much of the lower of both lies beside the other, at most 1."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return shared / max(min(self.bottom - self.top, other.bottom - other.top), 1e-6)


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without white space; ``size`` is the size of the type in points."""

    text: str
    box: Box
    size: float


Cell = list[list[Word]]  # its lines


@dataclass(frozen=True, slots=True)
class Fragment:
    """Words side by side, or a whole ruled table."""

    box: Box
    words: tuple[Word, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()

    @classmethod
    def of(cls, words: Sequence[Word]) -> Self:
        """Return one or more words side by side."""
        return cls(Box.around(word.box for word in words), tuple(words))

    @property
    def size(self) -> float:
        """The size of its largest type in points, 0 for a table."""
        return max((word.size for word in self.words), default=0.0)


Row = list[Fragment]  # side by side, from left to right


def rows_of(fragments: Iterable[Fragment]) -> list[Row]:
    """Put what stands side by side into one row, from top to bottom."""
    rows: list[Row] = []
    for fragment in sorted(fragments, key=lambda one: (one.box.top, one.box.left)):
        alone = fragment.rows or (rows and rows[-1][0].rows)  # a table has its row for itself
        if rows and not alone and max(other.box.overlap(fragment.box) for other in rows[-1]) >= 0.5:
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    return [sorted(row, key=lambda one: one.box.left) for row in rows]
