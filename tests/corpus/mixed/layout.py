"""Sets German texts as office software does: lines broken and hyphenated, columns, tables; and scans of such pages.

Lengths are in points, y counts upwards from the lower edge of the page. A middle dot in a text is no character but
a place where its word may be hyphenated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import pypdfium2
import reportlab
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

LEFT: Final = 68.0
RIGHT: Final = 308.0  # where the right column begins
TOP: Final = 770.0
FULL: Final = A4[0] - 2 * LEFT
COLUMN: Final = 220.0
SOFT_HYPHEN: Final = "\u00ad"
_POINT: Final = "·"
_LEADING: Final = 1.25
_DOTS_PER_INCH: Final = 300

for _font in ("Vera", "VeraBd"):
    registerFont(TTFont(_font, Path(reportlab.__file__).parent / "fonts" / f"{_font}.ttf"))


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph is set: ``before`` is the space above it, ``indent`` that of all lines but the first."""

    size: float = 10
    font: str = "Helvetica"
    before: float = 6
    indent: float = 0


TEXT: Final = Style()
ITEM: Final = Style(before=1, indent=9)
TITLE: Final = Style(17, "Helvetica-Bold", 0)
HEADING: Final = Style(12, "Helvetica-Bold", 12)

Part = tuple[Style, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """A line of text with its place on the page."""

    x: float
    y: float
    style: Style
    text: str

    def draw(self, canvas: Canvas) -> None:
        """Write the line."""
        canvas.setFont(self.style.font, self.style.size)
        canvas.drawString(self.x, self.y, self.text)


def wrapped(text: str, style: Style, width: float, hyphen: str = "-") -> Iterator[str]:
    """Yield the lines of a paragraph, each filled as far as words and hyphenation allow."""
    line = ""
    for word in text.split(" "):
        syllables = word.split(_POINT)
        heads = [_head(line, syllables, count, hyphen) for count in range(len(syllables) + 1)]
        best = max(n for n, head in enumerate(heads) if not n or stringWidth(head, style.font, style.size) <= width)
        line = heads[best]
        if best < len(syllables):
            yield line
            line = "".join(syllables[best:])
    yield line


def _head(line: str, syllables: Sequence[str], count: int, hyphen: str) -> str:
    """Return the line with the first syllables of the next word."""
    if not count:
        return line
    head = f"{line} {''.join(syllables[:count])}".lstrip()
    return head if count == len(syllables) or head.endswith("-") else head + hyphen


def flow(parts: Sequence[Part], x: float, y: float, width: float, hyphen: str = "-") -> list[Placed]:
    """Return the lines of paragraphs set below each other from ``y`` on."""
    lines: list[Placed] = []
    for style, text in parts:
        y -= style.before
        for number, line in enumerate(wrapped(text, style, width - style.indent, hyphen)):
            y -= _LEADING * style.size
            lines.append(Placed(x + (style.indent if number else 0), y, style, line))
    return lines


def across(lines: Sequence[Placed]) -> list[Placed]:
    """Return lines of all columns in the order of their height on the page, as some programs write them."""
    return sorted(lines, key=lambda line: (-line.y, line.x))


@dataclass(frozen=True, slots=True)
class Picture:
    """A grey box of full width in place of a diagram, between two heights."""

    low: float
    high: float

    def draw(self, canvas: Canvas) -> None:
        """Fill the box."""
        canvas.setFillGray(0.8)
        canvas.rect(LEFT, self.low, FULL, self.high - self.low, stroke=0, fill=1)
        canvas.setFillGray(0)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, its upper edge at ``y``, with rules around all cells, or without and values set to the right."""

    x: float
    y: float
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    ruled: bool

    def draw(self, canvas: Canvas) -> None:
        """Write the cells row by row."""
        look = ("GRID", (0, 0), (-1, -1), 0.5, "black") if self.ruled else ("ALIGN", (1, 0), (-1, -1), "RIGHT")
        table = Table(self.rows, self.widths, style=[("VALIGN", (0, 0), (-1, -1), "TOP"), look])
        _, height = table.wrapOn(canvas, FULL, TOP)
        table.drawOn(canvas, self.x, self.y - height)


def pdf(*pages: Sequence[Placed | Picture | Grid]) -> bytes:
    """Return a PDF; its content streams follow the order given."""
    canvas = Canvas(BytesIO(), A4, invariant=1)
    for page in pages:
        for element in page:
            element.draw(canvas)
        canvas.showPage()
    return bytes(canvas.getpdfdata())


def scan(page: bytes, degrees: float = 0.0) -> Image.Image:
    """Return the first page of a PDF printed and scanned: grey, turned a little, with the noise of a sensor."""
    document = pypdfium2.PdfDocument(page)
    image = document[0].render(scale=_DOTS_PER_INCH / 72, grayscale=True).to_pil()
    turned = image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=255)
    noise = np.random.default_rng(7).standard_normal((turned.height, turned.width), np.float32)
    return Image.fromarray(np.clip(np.asarray(turned) * 0.9 + 15 + 6 * noise, 0, 255).astype(np.uint8))


def pdf_of_scan(image: Image.Image) -> bytes:
    """Return a PDF that holds nothing but a picture of its page, packed as scanners do."""
    file = BytesIO()
    image.save(file, "JPEG", quality=80)
    canvas = Canvas(BytesIO(), A4, invariant=1)
    canvas.drawImage(ImageReader(file), 0, 0, *A4)
    canvas.showPage()
    return bytes(canvas.getpdfdata())


def png_of_scan(image: Image.Image) -> bytes:
    """Return a PNG file that knows its resolution."""
    file = BytesIO()
    image.save(file, "PNG", dpi=(_DOTS_PER_INCH, _DOTS_PER_INCH))
    return file.getvalue()
