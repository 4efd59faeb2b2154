"""The reading order of a page: words become lines, column after column, and rows of tables.

Knows geometry only; columns are found by page_columns.py.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from corpus.readers.page_columns import OTHER_SIZE, regions_of
from corpus.readers.page_geometry import Box, Cell, Fragment, Row, Word, rows_of
from corpus.readers.tables import read_rows

_LIST_MARK = re.compile(r"\W|\(?\w{1,2}[.)]|o")
# All lengths are in type sizes (em) unless they say points.
_FRAGMENT_GAP: Final = 0.7  # a wider gap in a line may separate columns or cells, or be a space of justified text
_MAX_MARGIN_ROWS: Final = 2  # lines of a running header or footer
_MARGIN_GAP: Final = 2.0  # to the body; between paragraphs there is less
_MIN_TABLE_ROWS: Final = 3  # of a table without rules
_MAX_TABLE_ROW_DISTANCE: Final = 3.0
_MAX_ALIGNED_WORDS: Final = 4  # in a cell of a table without rules, on average; longer ones are text in columns
_MAX_CELL_WORDS: Final = 60  # rules around longer text arrange the page and make no table
_WIDER_GAP: Final = 1.25  # a gap this much wider than the page's usual line distance separates paragraphs
_USUAL_DISTANCE: Final = 1.2  # of lines, where a page has too few to tell


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line in reading order; ``gap`` sets it off from the one above, ``in_table`` tells a row of a table.

    A row has several lines where a word in a cell is hyphenated: only the first has a gap above.
    """

    words: tuple[Word, ...]
    gap: bool
    in_table: bool = False


RuledTable = Sequence[Sequence[Box | None]]  # the cells row by row, None where another cell reaches into the place


def lay_out(lines: Iterable[Sequence[Word]], tables: Iterable[RuledTable] = ()) -> list[TextLine]:
    """Return the lines of a page in the order of reading.

    :param lines: Words in the order of the file, a line never torn apart but perhaps running over several columns.
    :param tables: The cells of tables drawn with rules.
    """
    words = [list(line) for line in lines]
    fragments: list[Fragment] = []
    for table in tables:
        found = _filled(table, words)
        if found is not None:
            fragments.append(found)
            words = [[word for word in line if not found.box.holds_middle_of(word.box)] for line in words]
    fragments += [fragment for line in words for fragment in _fragments(line)]
    head, body, foot = _margins(rows_of(fragments))
    regions = [head, *(rows_of(region) for region in regions_of(body)), foot]
    usual = _usual_distance(regions)
    return [line for region in regions for line in _lines(region, usual)]


def _margins(rows: Sequence[Row]) -> tuple[list[Row], list[Fragment], list[Row]]:
    """Part what stands far above and far below everything else from the body: running headers and footers."""
    first, last = 0, len(rows)
    for count in range(1, min(_MAX_MARGIN_ROWS, len(rows) - 1) + 1):
        if _distance(rows[count - 1], rows[count]) > _MARGIN_GAP * rows[count - 1][0].size:
            first = count
        if _distance(rows[-count - 1], rows[-count]) > _MARGIN_GAP * rows[-count][0].size:
            last = len(rows) - count
    body = [fragment for row in rows[first : max(first, last)] for fragment in row]
    return list(rows[:first]), body, list(rows[max(first, last) :])


def _distance(above: Row, below: Row) -> float:
    return min(fragment.box.top for fragment in below) - max(fragment.box.bottom for fragment in above)


def _fragments(line: Sequence[Word]) -> Iterator[Fragment]:
    """Cut a line at wide gaps."""
    start = 0
    for index, (left, right) in enumerate(pairwise(line), start=1):
        distance = right.box.left - left.box.right
        if not -left.size < distance <= _FRAGMENT_GAP * left.size:
            yield Fragment.of(line[start:index])
            start = index
    if line:
        yield Fragment.of(line[start:])


def _filled(table: RuledTable, lines: Sequence[Sequence[Word]]) -> Fragment | None:
    """Return a ruled table with its words, None where the rules only arrange the page."""
    words = [word for line in lines for word in line]
    cells = [[_cell(box, words) if box else [] for box in row] for row in table]
    rows = [tuple(row) for row in cells if any(row)]
    longest = max((sum(map(len, cell)) for row in rows for cell in row), default=0)
    columns = max((sum(map(bool, row)) for row in rows), default=0)
    if len(rows) < 2 or columns < 2 or longest > _MAX_CELL_WORDS:
        return None
    return Fragment(Box.around(box for row in table for box in row if box), rows=tuple(rows))


def _cell(box: Box, words: Iterable[Word]) -> Cell:
    inside = [Fragment.of([word]) for word in words if box.holds_middle_of(word.box)]
    return [[word for fragment in row for word in fragment.words] for row in rows_of(inside)]


def _usual_distance(regions: Iterable[Sequence[Row]]) -> float:
    """Return the most frequent distance of two lines; of several the least."""
    distances = Counter(
        round((below[0].box.bottom - above[0].box.bottom) / above[0].size, 1)
        for region in regions
        for above, below in pairwise(region)
        if above[0].size and below[0].size
    )
    most = max(distances.values(), default=0)
    return min((distance for distance, count in distances.items() if count == most), default=_USUAL_DISTANCE)


def _lines(region: Sequence[Row], usual: float) -> Iterator[TextLine]:
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


def _is_gap(above: Row, below: Row, usual: float) -> bool:
    smaller, larger = sorted((above[0].size, below[0].size))
    distance = below[0].box.bottom - above[0].box.bottom
    return distance > _WIDER_GAP * usual * larger or larger > OTHER_SIZE * smaller


def _end_of_aligned(region: Sequence[Row], start: int) -> int:
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


def _is_aligned(row: Row, above: Sequence[Row], columns: Sequence[Box]) -> bool:
    """Tell whether a row goes on with the columns of the rows above."""
    if len(row) < 2 or len(row) != len(columns) or any(map(_is_no_cell, row)):
        return False
    if above and row[0].box.top - above[-1][0].box.top > _MAX_TABLE_ROW_DISTANCE * row[0].size:
        return False
    wider = [Box.around((column, fragment.box)) for column, fragment in zip(columns, row, strict=True)]
    return all(right.left - left.right >= _FRAGMENT_GAP * row[0].size for left, right in pairwise(wider))


def _is_no_cell(fragment: Fragment) -> bool:
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
            lines[-1] += [*last[:-1], replace(last[-1], text=part.followed(last[-1].text).rstrip())]
        yield from (TextLine(tuple(line), gap=number == 0, in_table=True) for number, line in enumerate(lines))
