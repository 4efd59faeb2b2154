"""The reading order of a page: words become lines, column after column, and rows of tables.

Knows geometry only. Columns are told by the white space between them (after the X-Y cut: Nagy, Seth 1984,
"Hierarchical Representation of Optically Scanned Documents"). Coordinates are points from the upper left corner.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median
from typing import Final, Self

from corpus.readers.page_geometry import Box, Word
from corpus.readers.tables import read_rows

_LIST_MARK = re.compile(r"\W|\(?\w{1,2}[.)]|o")
# All lengths are in type sizes (em) unless they say points.
_FRAGMENT_GAP: Final = 1.0  # a wider gap in a line separates columns or cells; spaces of justified text are narrower
_GUTTER: Final = 0.8  # columns are at least so far apart
_ALIGNED_POINTS: Final = 3.0  # left edges of a column's lines
_MIN_COLUMN_LINES: Final = 4
_MIN_NOTE_LINES: Final = 2  # of a note in the margin, which is told by its smaller type
_MIN_COLUMN_WORDS: Final = 3  # a line on average; shorter ones are labels or cells, read row by row
_MIN_TABLE_ROWS: Final = 3  # of a table without rules
_MAX_TABLE_ROW_DISTANCE: Final = 3.0
_MAX_ALIGNED_WORDS: Final = 4  # in a cell of a table without rules, on average; longer ones are text in columns
_MAX_CELL_WORDS: Final = 60  # rules around longer text arrange the page and make no table
_WIDER_GAP: Final = 1.25  # a gap this much wider than the page's usual line distance separates paragraphs
_OTHER_SIZE: Final = 1.1  # a change of type size by a tenth separates a heading from its text
_USUAL_DISTANCE: Final = 1.2  # of lines, where a page has too few to tell


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line in reading order; ``gap`` sets it off from the one above, ``in_table`` tells a row of a table.

    A row has several lines where a word in a cell is hyphenated: only the first has a gap above.
    """

    words: tuple[Word, ...]
    gap: bool
    in_table: bool = False


Cell = list[list[Word]]  # its lines
RuledTable = Sequence[Sequence[Box | None]]  # the cells row by row, None where another cell reaches into the place


@dataclass(frozen=True, slots=True)
class _Fragment:
    """Words side by side, or a whole ruled table."""

    box: Box
    words: tuple[Word, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()

    @classmethod
    def of(cls, words: Sequence[Word]) -> Self:
        return cls(Box.around(word.box for word in words), tuple(words))

    @property
    def size(self) -> float:
        return max((word.size for word in self.words), default=0.0)


_Row = list[_Fragment]  # side by side, from left to right


def lay_out(lines: Iterable[Sequence[Word]], tables: Iterable[RuledTable] = ()) -> list[TextLine]:
    """Return the lines of a page in the order of reading.

    :param lines: Words in the order of the file, a line never torn apart but perhaps running over several columns.
    :param tables: The cells of tables drawn with rules.
    """
    words = [list(line) for line in lines]
    fragments: list[_Fragment] = []
    for table in tables:
        found = _filled(table, words)
        if found is not None:
            fragments.append(found)
            words = [[word for word in line if not found.box.holds_middle_of(word.box)] for line in words]
    fragments += [fragment for line in words for fragment in _fragments(line)]
    regions = [_rows(region) for region in _regions(fragments)]
    usual = _usual_distance(regions)
    return [line for region in regions for line in _lines(region, usual)]


def _fragments(line: Sequence[Word]) -> Iterator[_Fragment]:
    """Cut a line at wide gaps."""
    start = 0
    for index, (left, right) in enumerate(pairwise(line), start=1):
        distance = right.box.left - left.box.right
        if not -left.size < distance <= _FRAGMENT_GAP * left.size:
            yield _Fragment.of(line[start:index])
            start = index
    if line:
        yield _Fragment.of(line[start:])


def _filled(table: RuledTable, lines: Sequence[Sequence[Word]]) -> _Fragment | None:
    """Return a ruled table with its words, None where the rules only arrange the page."""
    words = [word for line in lines for word in line]
    cells = [[_cell(box, words) if box else [] for box in row] for row in table]
    rows = [tuple(row) for row in cells if any(row)]
    longest = max((sum(map(len, cell)) for row in rows for cell in row), default=0)
    columns = max((sum(map(bool, row)) for row in rows), default=0)
    if len(rows) < 2 or columns < 2 or longest > _MAX_CELL_WORDS:
        return None
    return _Fragment(Box.around(box for row in table for box in row if box), rows=tuple(rows))


def _cell(box: Box, words: Iterable[Word]) -> Cell:
    inside = [_Fragment.of([word]) for word in words if box.holds_middle_of(word.box)]
    return [[word for fragment in row for word in fragment.words] for row in _rows(inside)]


def _regions(fragments: Sequence[_Fragment]) -> Iterator[list[_Fragment]]:
    """Yield the parts of a page that have no columns, in the order of reading.

    What reaches over the white space between two columns parts them into an upper and a lower piece.
    """
    border = _gutter(fragments)
    if border is None:
        yield list(fragments)
        return
    upper: list[_Fragment] = []
    for fragment in sorted(fragments, key=lambda one: one.box.top):
        if _side(fragment, border) == 0:
            yield from _columns(upper, border)
            upper = []
            yield [fragment]
        else:
            upper.append(fragment)
    yield from _columns(upper, border)


def _columns(fragments: Sequence[_Fragment], border: float) -> Iterator[list[_Fragment]]:
    for side in (-1, 1):
        column = [fragment for fragment in fragments if _side(fragment, border) == side]
        if column:
            yield from _regions(column)


def _side(fragment: _Fragment, border: float) -> int:
    """Return -1 for what ends left of a border, 1 for what begins at or right of it, 0 for what reaches over it."""
    if fragment.box.left >= border - _ALIGNED_POINTS:
        return 1
    return -1 if fragment.box.right <= border - _GUTTER * fragment.size else 0


def _gutter(fragments: Sequence[_Fragment]) -> float | None:
    """Return the left edge of a column that has another one beside it, None where there is none."""
    edges = Counter(round(fragment.box.left / _ALIGNED_POINTS) for fragment in fragments)
    best: tuple[int, float] | None = None
    for edge in edges:
        if edges[edge - 1] + edges[edge] + edges[edge + 1] < _MIN_NOTE_LINES:
            continue
        border = edge * _ALIGNED_POINTS
        left, right = ([one for one in fragments if _side(one, border) == side] for side in (-1, 1))
        columns = (_is_column(left) and _is_column(right)) or _differ_in_type(left, right)
        if columns and _stand_side_by_side(left, right):
            best = max(best or (0, 0.0), (min(len(left), len(right)), border))
    return best[1] if best else None


def _differ_in_type(left: Sequence[_Fragment], right: Sequence[_Fragment]) -> bool:
    """Tell whether one of both is a note in smaller type."""
    if min(len(left), len(right)) < _MIN_NOTE_LINES:
        return False
    smaller, larger = sorted(median(fragment.size for fragment in side) for side in (left, right))
    return larger > _OTHER_SIZE * smaller > 0


def _is_column(fragments: Sequence[_Fragment]) -> bool:
    texts = [fragment for fragment in fragments if fragment.words]
    return len(texts) >= _MIN_COLUMN_LINES and fmean(len(one.words) for one in texts) >= _MIN_COLUMN_WORDS


def _stand_side_by_side(left: Sequence[_Fragment], right: Sequence[_Fragment]) -> bool:
    hulls = [Box.around(fragment.box for fragment in side) for side in (left, right)]
    return hulls[0].overlap(hulls[1]) >= 0.5


def _rows(fragments: Iterable[_Fragment]) -> list[_Row]:
    """Put what stands side by side into one row, from top to bottom."""
    rows: list[_Row] = []
    for fragment in sorted(fragments, key=lambda one: (one.box.top, one.box.left)):
        alone = fragment.rows or (rows and rows[-1][0].rows)  # a table has its row for itself
        if rows and not alone and max(other.box.overlap(fragment.box) for other in rows[-1]) >= 0.5:
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    return [sorted(row, key=lambda one: one.box.left) for row in rows]


def _usual_distance(regions: Iterable[Sequence[_Row]]) -> float:
    """Return the most frequent distance of two lines; of several the least."""
    distances = Counter(
        round((below[0].box.bottom - above[0].box.bottom) / above[0].size, 1)
        for region in regions
        for above, below in pairwise(region)
        if above[0].size and below[0].size
    )
    most = max(distances.values(), default=0)
    return min((distance for distance, count in distances.items() if count == most), default=_USUAL_DISTANCE)


def _lines(region: Sequence[_Row], usual: float) -> Iterator[TextLine]:
    index = 0
    while index < len(region):
        row = region[index]
        end = _end_of_aligned(region, index)
        if row[0].rows:
            yield from _table_lines(row[0].rows)
        elif end - index >= _MIN_TABLE_ROWS:
            yield from _table_lines([[[list(cell.words)] for cell in line] for line in region[index:end]])
            index = end - 1
        else:
            gap = index == 0 or _is_gap(region[index - 1], row, usual)
            yield TextLine(tuple(word for fragment in row for word in fragment.words), gap)
        index += 1


def _is_gap(above: _Row, below: _Row, usual: float) -> bool:
    smaller, larger = sorted((above[0].size, below[0].size))
    distance = below[0].box.bottom - above[0].box.bottom
    return distance > _WIDER_GAP * usual * larger or larger > _OTHER_SIZE * smaller


def _end_of_aligned(region: Sequence[_Row], start: int) -> int:
    """Return where a table without rules ends that begins at ``start``: rows of short cells that stand in columns."""
    columns = [fragment.box for fragment in region[start]]
    cells = words = 0
    end = start
    while end < len(region) and _is_aligned(row := region[end], region[start:end], columns):
        columns = [Box.around((column, fragment.box)) for column, fragment in zip(columns, row, strict=True)]
        cells += len(row)
        words += sum(len(fragment.words) for fragment in row)
        end += 1
    return end if words <= _MAX_ALIGNED_WORDS * cells else start


def _is_aligned(row: _Row, above: Sequence[_Row], columns: Sequence[Box]) -> bool:
    """Tell whether a row goes on with the columns of the rows above."""
    if len(row) < 2 or len(row) != len(columns) or any(map(_is_no_cell, row)):
        return False
    if above and row[0].box.top - above[-1][0].box.top > _MAX_TABLE_ROW_DISTANCE * row[0].size:
        return False
    wider = [Box.around((column, fragment.box)) for column, fragment in zip(columns, row, strict=True)]
    return all(right.left - left.right >= _FRAGMENT_GAP * row[0].size for left, right in pairwise(wider))


def _is_no_cell(fragment: _Fragment) -> bool:
    """Tell whether it is a ruled table, or the bullet or number of a list entry."""
    return not fragment.words or (len(fragment.words) == 1 and bool(_LIST_MARK.fullmatch(fragment.words[0].text)))


def _table_lines(rows: Sequence[Sequence[Cell]]) -> Iterator[TextLine]:
    """Yield the rows of a table, each value with the header of its column."""
    texts = [[" ".join(word.text for line in cell for word in line) for cell in row] for row in rows]
    for parts in read_rows(texts):
        lines: list[list[Word]] = [[]]
        for part in parts:
            *above, last = rows[part.row][part.column]
            for line in above:
                lines[-1] += line
                if line[-1].text.endswith("-"):
                    lines.append([])
            lines[-1] += [*last[:-1], _followed_by(last[-1], part.after)]
        yield from (TextLine(tuple(line), gap=number == 0, in_table=True) for number, line in enumerate(lines))


def _followed_by(word: Word, after: str) -> Word:
    text = word.text.rstrip(":") if after == ": " else word.text
    return Word(text + after.rstrip(), word.box, word.size)
