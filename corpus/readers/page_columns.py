"""Columns of a page, told by the white space between them.

After the X-Y cut (Nagy, Seth 1984, "Hierarchical Representation of Optically Scanned Documents").
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Final

from corpus.readers.page_geometry import Box, Fragment, rows_of

OTHER_SIZE: Final = 1.1  # a change of type size by a tenth separates a heading or a note from the text
# All lengths are in type sizes (em) unless they say points.
_GUTTER: Final = 0.8  # columns are at least so far apart
_ALIGNED_POINTS: Final = 3.0  # left edges of a column's lines
_MIN_COLUMN_LINES: Final = 4
_MIN_NOTE_LINES: Final = 2  # of a note in the margin, which is told by its smaller type
_MIN_COLUMN_WORDS: Final = 3  # a line on average; shorter ones are labels or cells, read row by row
_CLOSE: Final = 0.6  # between two lines of a paragraph


def regions_of(fragments: Sequence[Fragment]) -> Iterator[list[Fragment]]:
    """Yield the parts of a page that have no columns, in the order of reading.

    What reaches over the white space between two columns parts them into an upper and a lower piece.
    """
    border = _gutter(fragments)
    if border is None:
        yield list(fragments)
        return
    across: list[Fragment] = []
    beside: list[Fragment] = []
    for fragment in sorted(fragments, key=lambda one: one.box.top):
        if _ends_paragraph(fragment, across, fragments, border) and not beside:
            across.append(fragment)
            continue
        if _side(fragment, border) != 0:
            beside.append(fragment)
            continue
        heading = _heading_below(beside, border)
        columns = list(_columns(beside[: len(beside) - len(heading)], border))
        if len(columns) == 1:  # a short line of what reaches across
            across += columns[0]
        elif columns:
            yield from [across] if across else []
            yield from columns
            across = []
        across += [*heading, fragment]
        beside = []
    yield from [across] if across else []
    yield from _columns(beside, border)


def _ends_paragraph(
    fragment: Fragment, across: Sequence[Fragment], fragments: Iterable[Fragment], border: float
) -> bool:
    """Tell whether it stands alone close below what reaches across: the short last line of a paragraph."""
    if not across or _side(fragment, border) != -1:
        return False
    alone = all(_side(other, border) != 1 or other.box.overlap(fragment.box) <= 0 for other in fragments)
    return alone and fragment.box.top - across[-1].box.bottom < _CLOSE * fragment.size


def _heading_below(fragments: Sequence[Fragment], border: float) -> list[Fragment]:
    """Return what stands in larger type below both columns: the heading of what comes next."""
    usual = median(fragment.size for fragment in fragments) if fragments else 0.0
    found: list[Fragment] = []
    for fragment in reversed(fragments):
        others = [other for other in fragments if _side(other, border) != _side(fragment, border)]
        beside = any(other.box.bottom > fragment.box.top for other in others)
        if beside or not others or fragment.size <= OTHER_SIZE * usual:
            break
        found.insert(0, fragment)
    return found


def _columns(fragments: Sequence[Fragment], border: float) -> Iterator[list[Fragment]]:
    for side in (-1, 1):
        column = [fragment for fragment in fragments if _side(fragment, border) == side]
        if column:
            yield from regions_of(column)


def _side(fragment: Fragment, border: float) -> int:
    """Return -1 for what ends left of a border, 1 for what begins at or right of it, 0 for what reaches over it."""
    if fragment.box.left >= border - _ALIGNED_POINTS:
        return 1
    return -1 if fragment.box.right <= border - _GUTTER * fragment.size else 0


def _gutter(fragments: Sequence[Fragment]) -> float | None:
    """Return the left edge of a column that has another one beside it, None where there is none."""
    edges = Counter(round(fragment.box.left / _ALIGNED_POINTS) for fragment in fragments)
    found: list[tuple[int, float, float]] = []  # lines side by side less those that reach across; gap; border
    for edge in edges:
        if edges[edge - 1] + edges[edge] + edges[edge + 1] < _MIN_NOTE_LINES:
            continue
        border = edge * _ALIGNED_POINTS
        left, right = ([one for one in fragments if _side(one, border) == side] for side in (-1, 1))
        columns = (_is_column(left) and _is_column(right)) or _differ_in_type(left, right)
        if columns and _stand_side_by_side(left, right):
            lines = min(len(rows_of(left)), len(rows_of(right)))
            gap = min(one.box.left for one in right) - max(one.box.right for one in left)
            found.append((lines - (len(fragments) - len(left) - len(right)), gap, border))
    return max(found)[-1] if found else None


def _differ_in_type(left: Sequence[Fragment], right: Sequence[Fragment]) -> bool:
    """Tell whether one of both is a note in smaller type."""
    if min(len(left), len(right)) < _MIN_NOTE_LINES:
        return False
    smaller, larger = sorted(median(fragment.size for fragment in side) for side in (left, right))
    return larger > OTHER_SIZE * smaller > 0


def _is_column(fragments: Sequence[Fragment]) -> bool:
    rows = rows_of(fragment for fragment in fragments if fragment.words)
    words = sum(len(fragment.words) for row in rows for fragment in row)
    return len(rows) >= _MIN_COLUMN_LINES and words >= _MIN_COLUMN_WORDS * len(rows)


def _stand_side_by_side(left: Sequence[Fragment], right: Sequence[Fragment]) -> bool:
    hulls = [Box.around(fragment.box for fragment in side) for side in (left, right)]
    return hulls[0].overlap(hulls[1]) >= 0.5
