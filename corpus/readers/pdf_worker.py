"""The process that runs PDFium: a PDF on standard input, its pages as JSON on standard output.

    python -m corpus.readers.pdf_worker                  texts and properties
    python -m corpus.readers.pdf_worker FOLDER 0 4 …     these pages, counted from 0, as PNG files in FOLDER

The text is PDFium's, line by line, with two things made visible that PDFium only knows inside: a hyphen at a line
end is written as hyphen and line break, and a gap between two paragraphs as an empty line.
"""

import ctypes
import itertools
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from corpus.options import MAX_PDF_PAGES
from corpus.readers.isolation import RefusedError, serve

_HYPHEN: Final = 0x02  # how PDFium's character list marks a hyphen that it took away at a line end
_LINE_END: Final = 0x0A
_WIDER_GAP: Final = 1.25  # a gap this much wider than the page's usual line distance separates paragraphs
_DOTS_PER_INCH: Final = 300  # what Tesseract reads best
_MAX_PIXELS: Final = 40_000_000  # of a page's image; a plan in A0 is drawn smaller
_OTHER_SIZE: Final = 1.1  # a change of type size by a tenth separates a heading from its text


@dataclass(slots=True)
class _Line:
    text: str
    baseline: float  # in points from the lower edge of the page
    size: float  # type size of the first character, in points


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
    pages = [_page_text(page) for page in document]
    pictures = [number for number, text in enumerate(pages) if not text.strip() and _shows_something(document[number])]
    metadata = document.get_metadata_dict()
    return {
        "pages": pages,
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
    for number in numbers:
        page = document[number]
        width, height = page.get_size()
        scale = min(_DOTS_PER_INCH / 72, math.sqrt(_MAX_PIXELS / max(width * height, 1)))
        image = page.render(scale=scale, grayscale=True).to_pil()
        image.save(folder / f"{number}.png", dpi=(scale * 72, scale * 72))
    return {}


def _page_text(page: Any) -> str:
    """Return the lines of one page, paragraphs separated by an empty line."""
    lines = list(_lines(page.get_textpage()))
    distances = Counter(
        round((above.baseline - below.baseline) / above.size, 1)
        for above, below in itertools.pairwise(lines)
        if above.baseline > below.baseline and above.size
    )
    usual = min((ratio for ratio, n in distances.items() if n == max(distances.values())), default=1.2)
    parts: list[str] = []
    for index, line in enumerate(lines):
        parts.append(line.text)
        if index + 1 < len(lines):
            parts.append("\n\n" if _is_gap(line, lines[index + 1], usual) else "\n")
    return "".join(parts)


def _is_gap(above: _Line, below: _Line, usual: float) -> bool:
    distance = above.baseline - below.baseline
    sizes = sorted((above.size, below.size))
    # A line that stands higher than the one before begins a new column or box.
    return distance < 0 or distance > _WIDER_GAP * usual * sizes[1] or sizes[1] > _OTHER_SIZE * sizes[0]


def _lines(textpage: Any) -> Iterator[_Line]:
    codes = [pdfium_c.FPDFText_GetUnicode(textpage, index) for index in range(textpage.count_chars())]
    start = 0
    for index, code in enumerate(codes):
        if code in {_HYPHEN, _LINE_END} or index + 1 == len(codes):
            text = _text(codes[start : index + 1])
            if text:
                yield _line(textpage, start, text)
            start = index + 1


def _line(textpage: Any, index: int, text: str) -> _Line:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium_c.FPDFText_GetCharOrigin(textpage, index, x, y)
    return _Line(text, y.value, pdfium_c.FPDFText_GetFontSize(textpage, index))


def _text(codes: list[int]) -> str:
    """Return the characters of one line; halves of surrogate pairs are put together, lone ones replaced."""
    units = "".join("-" if code == _HYPHEN else chr(code) for code in codes if code <= sys.maxunicode)
    # A form feed would look like a page border.
    return units.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\f", " ").rstrip("\r\n \0")


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
