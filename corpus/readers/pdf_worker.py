"""The process that runs PDFium: a PDF on standard input, its pages as JSON on standard output.

    python -m corpus.readers.pdf_worker                  lines, words and properties
    python -m corpus.readers.pdf_worker FOLDER 0 4 …     these pages, counted from 0, as PNG files in FOLDER

Characters and their places are PDFium's, the cells of ruled tables pdfplumber's, the order is that of page_layout.py.
"""

import ctypes
import io
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import pdfplumber
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from corpus.options import MAX_PDF_PAGES
from corpus.readers.isolation import RefusedError, serve
from corpus.readers.page_geometry import Box, Word
from corpus.readers.page_layout import RuledTable, TextLine, lay_out
from corpus.word_boxes import share

_HYPHEN: Final = 0x02  # how PDFium's character list marks a hyphen that it took away at a line end
_LINE_END: Final = 0x0A
_ABOVE_BASELINE: Final = 0.8  # of the type size: how far letters reach up
_BELOW_BASELINE: Final = 0.2
_LARGE: Final = 1.15  # a line in type this much larger than the text's is prominent
_MIN_RULES: Final = 4  # drawn paths on a page that may have a table
_MAX_RULES: Final = 2_000  # more are a plan or a chart
_DOTS_PER_INCH: Final = 300  # what Tesseract reads best
_MAX_PIXELS: Final = 40_000_000  # of a page's image; a plan in A0 is drawn smaller

_Turn = Callable[[float, float], tuple[float, float]]  # a place in the file to that on the page as shown


def _open(data: bytes) -> Any:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            msg = "Das PDF ist mit einem Kennwort geschützt. Bitte eine ungeschützte Fassung ablegen."
            raise RefusedError(msg) from error
        raise RefusedError("Das PDF ist beschädigt oder kein PDF.") from error
    if len(document) > MAX_PDF_PAGES:
        raise RefusedError(f"Das PDF hat {len(document)} Seiten; erlaubt sind {MAX_PDF_PAGES}. Bitte teilen.")
    return document


def _read(data: bytes) -> dict[str, Any]:
    document = _open(data)
    pages = [_page_lines(data, number, page) for number, page in enumerate(document)]
    pictures = [number for number, lines in enumerate(pages) if not lines and _shows_something(document[number])]
    metadata = document.get_metadata_dict()
    text_size = _text_size(pages)
    return {
        "pages": [
            [_line_values(line, text_size, *document.get_page_size(number)) for line in lines]
            for number, lines in enumerate(pages)
        ],
        "pictures": pictures,
        "title": metadata.get("Title", "").strip() or None,
        "published": _date(metadata.get("CreationDate", "")),
        "extractor": f"pypdfium2 {pdfium.version.PYPDFIUM_INFO.version}",
    }


def _shows_something(page: Any) -> bool:
    return next(page.get_objects(), None) is not None


def _draw(data: bytes, folder: Path, numbers: Iterable[int]) -> dict[str, Any]:
    """Write the pages as images for OCR."""
    document = _open(data)
    document.init_forms()  # what was filled into a form is part of the page
    for number in numbers:
        page = document[number]
        width, height = page.get_size()
        scale = min(_DOTS_PER_INCH / 72, math.sqrt(_MAX_PIXELS / max(width * height, 1)))
        image = page.render(scale=scale, grayscale=True).to_pil()
        image.save(folder / f"{number}.png", dpi=(scale * 72, scale * 72))
    return {}


def _page_lines(data: bytes, number: int, page: Any) -> list[TextLine]:
    """Return the lines of a page in the order of reading; sideways text, as in a margin, comes last."""
    turn = _turn(page)
    upright: list[list[Word]] = []
    sideways: list[list[Word]] = []
    for line, is_upright in _stream_lines(page.get_textpage(), turn):
        (upright if is_upright else sideways).append(line)
    lines = lay_out(upright, _ruled_tables(data, number, page))
    return [*lines, *(TextLine(tuple(line), gap=index == 0) for index, line in enumerate(sideways))]


def _turn(page: Any) -> _Turn:
    """Return how a place in the file becomes one on the page as shown, from its upper left corner."""
    left, bottom, right, top = page.get_bbox()  # what is drawn of it
    turns: dict[int, _Turn] = {
        0: lambda x, y: (x - left, top - y),
        90: lambda x, y: (y - bottom, x - left),
        180: lambda x, y: (right - x, y - bottom),
        270: lambda x, y: (top - y, right - x),
    }
    return turns[page.get_rotation()]


def _stream_lines(textpage: Any, turn: _Turn) -> Iterator[tuple[list[Word], bool]]:
    """Yield the words of each line in the order of the file, and whether they stand upright."""
    line: list[Word] = []
    start = 0
    upright = True
    codes = [pdfium_c.FPDFText_GetUnicode(textpage, index) for index in range(textpage.count_chars())]
    for index, code in enumerate(codes):
        ends_line = code in {_HYPHEN, _LINE_END} or index + 1 == len(codes)
        is_space = code <= sys.maxunicode and chr(code).isspace()
        if ends_line or is_space:
            stop = index if is_space else index + 1
            if text := _text(codes[start:stop]):
                matrix = _matrix(textpage, start)
                is_upright = _is_upright(matrix, turn)
                upright = upright if line else is_upright
                line.append(Word(text, *_place(textpage, range(start, stop), turn, matrix, is_upright=is_upright)))
            start = index + 1
        if ends_line and line:
            yield line, upright
            line = []


def _place(textpage: Any, indices: range, turn: _Turn, matrix: Any, *, is_upright: bool) -> tuple[Box, float]:
    """Return the box of the characters of a word, and the size of their type as shown: scaled by the text's matrix."""
    corners: list[tuple[float, float]] = []
    for index in indices:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        if pdfium_c.FPDFText_GetCharBox(textpage, index, left, right, bottom, top):
            corners += [turn(left.value, bottom.value), turn(right.value, top.value)]
    xs, ys = zip(*corners, strict=True) if corners else ((0.0,), (0.0,))
    start = indices.start
    size = float(pdfium_c.FPDFText_GetFontSize(textpage, start)) * math.hypot(matrix.c, matrix.d)
    x, y = ctypes.c_double(), ctypes.c_double()
    if is_upright and pdfium_c.FPDFText_GetCharOrigin(textpage, start, x, y):
        # Letters differ in height; words of a line must not.
        baseline = turn(x.value, y.value)[1]
        ys = (baseline - _ABOVE_BASELINE * size, baseline + _BELOW_BASELINE * size)
    return Box(min(xs), min(ys), max(xs), max(ys)), size


def _matrix(textpage: Any, index: int) -> Any:
    matrix = pdfium_c.FS_MATRIX()
    known = pdfium_c.FPDFText_GetMatrix(textpage, index, matrix)
    return matrix if known else pdfium_c.FS_MATRIX(1, 0, 0, 1, 0, 0)


def _is_upright(matrix: Any, turn: _Turn) -> bool:
    """Tell whether the text runs to the right on the page as shown."""
    (x0, y0), (x1, y1) = turn(0, 0), turn(matrix.a, matrix.b)
    return x1 - x0 > 5 * abs(y1 - y0)


def _text(codes: list[int]) -> str:
    """Return characters; halves of surrogate pairs are put together, lone ones replaced."""
    units = "".join("-" if code == _HYPHEN else chr(code) for code in codes if code <= sys.maxunicode)
    return units.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip("\0")


def _ruled_tables(data: bytes, number: int, page: Any) -> list[RuledTable]:
    """Return the tables of a page that are drawn with rules: their cells row by row."""
    paths = sum(1 for _ in page.get_objects([pdfium_c.FPDF_PAGEOBJ_PATH]))
    if not _MIN_RULES <= paths <= _MAX_RULES:
        return []
    try:
        with pdfplumber.open(io.BytesIO(data), pages=[number + 1]) as document:
            [shown] = document.pages
            x, y = shown.cropbox[:2]

            def box(cell: tuple[float, float, float, float] | None) -> Box | None:
                return Box(cell[0] - x, cell[1] - y, cell[2] - x, cell[3] - y) if cell else None

            return [[[box(cell) for cell in row.cells] for row in table.rows] for table in shown.find_tables()]
    except Exception:  # a file that PDFium can read and pdfplumber cannot: its tables read as lines
        return []


def _text_size(pages: Iterable[Sequence[TextLine]]) -> float:
    """Return the type size of most characters."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            for word in line.words:
                sizes[round(word.size, 1)] += len(word.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _line_values(line: TextLine, text_size: float, width: float, height: float) -> dict[str, Any]:
    """Return a line as JSON: each word as text, left, top, right and bottom, in parts of the page."""
    return {
        "words": [
            (
                word.text,
                share(word.box.left, width),
                share(word.box.top, height),
                share(word.box.right, width),
                share(word.box.bottom, height),
            )
            for word in line.words
        ],
        "gap": line.gap,
        "in_table": line.in_table,
        "large": min(word.size for word in line.words) >= _LARGE * text_size,
    }


def _date(value: str) -> str | None:
    """Return the ISO date of a PDF date ``D:YYYYMMDD…`` (ISO 32000-1, 7.9.4), None if it has none."""
    match = re.match(r"D?:?(\d{4})(\d\d)(\d\d)", value)
    try:
        return date(*map(int, match.groups())).isoformat() if match else None
    except ValueError:
        return None


if __name__ == "__main__":
    where, *which = sys.argv[1:] or [""]
    serve(lambda data: _draw(data, Path(where), map(int, which)) if where else _read(data))
