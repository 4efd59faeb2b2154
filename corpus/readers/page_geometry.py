"""Words and rectangles on a page, in points from its upper left corner."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points from the upper left corner."""

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
