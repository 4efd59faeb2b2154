"""Rows of a table in words: every value with the header of its column."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

_MIN_HEADER_COLUMNS = 3  # with two, the first column names the second ("Ort | Wismar")


class CellPart(NamedTuple):
    """A cell to be read, and the characters that follow it."""

    row: int
    column: int
    after: str

    def followed(self, text: str) -> str:
        """Return the text of the cell, or the end of it, with what follows; a header needs no colon of its own."""
        return (text.rstrip(":") if self.after == ": " else text) + self.after


def read_rows(texts: Sequence[Sequence[str]], has_header: bool | None = None) -> Iterator[list[CellPart]]:
    """Yield what each row of a table says, empty cells and rows left out: "Maßnahme: Radweg; Kosten: 5.000 Euro".

    :param texts: Row by row the texts of the cells; rows may differ in length.
    :param has_header: Whether the first row names the columns, None where the format does not say.
    """
    if has_header is None:
        has_header = _looks_like_header(texts)
    for row in range(int(has_header), len(texts)):
        filled = [column for column, text in enumerate(texts[row]) if text]
        parts: list[CellPart] = []
        for column in filled:
            if has_header and column < len(texts[0]) and texts[0][column]:
                parts.append(CellPart(0, column, ": "))
            parts.append(CellPart(row, column, "; "))
        if parts:
            parts[-1] = parts[-1]._replace(after="")
            if not has_header and len(texts[row]) == len(filled) == 2:
                parts[0] = parts[0]._replace(after=": ")
            yield parts


def _looks_like_header(texts: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row holds a word for each column and no number."""
    if len(texts) < 2 or len(texts[0]) < _MIN_HEADER_COLUMNS:
        return False
    return all(text and not any(map(str.isdigit, text)) for text in texts[0])
