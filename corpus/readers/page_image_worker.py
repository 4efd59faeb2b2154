"""The process that draws a page: a PDF or an image file on standard input, the page as FOLDER/page.png.

    python -m corpus.readers.page_image_worker FOLDER SUFFIX NUMBER

Marks the words whose places FOLDER/words holds (``word_boxes.pack``); NUMBER counts from 1. A page is shown as it was
read: a PDF turned as the file says, a TIFF as its orientation tag says, a PNG or JPEG never, since Tesseract does so.
"""

import io
import sys
from collections.abc import Iterable, Sequence
from math import ceil, floor
from pathlib import Path
from typing import Any, Final

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw, UnidentifiedImageError

from corpus.readers.isolation import RefusedError, serve
from corpus.readers.page_geometry import Box
from corpus.word_boxes import FULL, WordBox, unpack

_DOTS_PER_INCH: Final = 110  # of a PDF page: small print is readable, a full page takes about 200 KB
_MAX_SIDE: Final = 1_600  # pixels; an image file is made as small, whatever resolution it claims
_MAX_PIXELS: Final = 150_000_000  # of an image file: A0 with 300 dots per inch; more might not fit the memory
_WORD_GAP: Final = 1.5  # of the height of a line: the widest space inside one bar
# Yellow and dark blue differ in lightness, so they are told apart whatever colours one sees (Okabe and Ito 2008,
# "Color Universal Design"); the white line inside the frame sets it off from dark pages.
_FILL: Final = (255, 228, 90)
_FRAME: Final = (0, 56, 118)
_INNER: Final = (255, 255, 255)
_FRAME_WIDTH: Final = 2  # pixels; the white line of one pixel lies between it and the word


def bars(words: Iterable[WordBox], width: int, height: int) -> list[Box]:
    """Return what to mark on an image of this size, in pixels: the words, neighbours on one line as one bar.

    :param words: In the order of the text; words without extent, whose place is unknown, are left out.
    """
    found: list[Box] = []
    end = -1
    for word in words:
        if word.left == word.right or word.top == word.bottom:
            continue
        bar = Box(
            word.left * width / FULL, word.top * height / FULL, word.right * width / FULL, word.bottom * height / FULL
        )
        if found and word.start <= end + 1 and _continues(found[-1], bar):
            bar = Box.around((found.pop(), bar))
        found.append(bar)
        end = word.end
    return found


def _continues(line: Box, word: Box) -> bool:
    height = max(line.bottom - line.top, word.bottom - word.top)
    return line.overlap(word) >= 0.5 and abs(word.left - line.right) <= _WORD_GAP * height


def _draw(data: bytes, folder: Path, suffix: str, number: int) -> dict[str, Any]:
    image = (_pdf_page if suffix == ".pdf" else _image_page)(data, number)
    marked = bars(unpack((folder / "words").read_bytes()), *image.size)
    _mark(image, marked).save(folder / "page.png")
    return {}


def _pdf_page(data: bytes, number: int) -> Image.Image:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise RefusedError("Das PDF ist beschädigt, geschützt oder kein PDF.") from error
    _check_page(number, len(document))
    document.init_forms()  # what was filled into a form is part of the page
    page = document[number - 1]
    scale = min(_DOTS_PER_INCH / 72, _MAX_SIDE / max(*page.get_size(), 1))
    image: Image.Image = page.render(scale=scale).to_pil()
    return image.convert("RGB")


def _image_page(data: bytes, number: int) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF"))
        _check_page(number, getattr(image, "n_frames", 1))
        image.seek(number - 1)
        if image.width * image.height > _MAX_PIXELS:
            raise RefusedError(f"Das Bild ist mit {image.width} × {image.height} Bildpunkten zu groß.")
        return _on_white(_shrunk(image))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise RefusedError("Das Bild ist beschädigt oder kein PNG, JPEG oder TIFF.") from error


def _check_page(number: int, count: int) -> None:
    if not 1 <= number <= count:
        raise RefusedError(f"Seite {number} gibt es nicht: Die Datei hat {count}.")


def _shrunk(image: Image.Image) -> Image.Image:
    """Return the image in a mode whose pixels can be averaged, at most ``_MAX_SIDE`` long."""
    if image.mode.startswith("I"):  # 16 bits a pixel, of which Pillow would keep all above 255 as white
        image = image.point(lambda value: value / 256).convert("L")
    elif image.mode in {"1", "P", "PA"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((_MAX_SIDE, _MAX_SIDE))
    return image


def _on_white(image: Image.Image) -> Image.Image:
    """Return the image in colour, what is transparent white, as Tesseract sees it."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image.convert("RGBA"))
    return ground.convert("RGB")


def _mark(image: Image.Image, marked: Sequence[Box]) -> Image.Image:
    """Colour each bar as a text marker does, which leaves black letters black, and frame it."""
    inner = [(floor(bar.left) - 1, floor(bar.top) - 1, ceil(bar.right), ceil(bar.bottom)) for bar in marked]
    colours = Image.new("RGB", image.size, "white")
    marker = ImageDraw.Draw(colours)
    for edges in inner:
        marker.rectangle(edges, _FILL)
    shown = ImageChops.multiply(image, colours)
    pen = ImageDraw.Draw(shown)
    for left, top, right, bottom in inner:
        by = _FRAME_WIDTH
        pen.rectangle((left - by, top - by, right + by, bottom + by), outline=_FRAME, width=by)
        pen.rectangle((left, top, right, bottom), outline=_INNER)
    return shown


if __name__ == "__main__":
    where, kind, which = sys.argv[1:]
    Image.MAX_IMAGE_PIXELS = None  # _MAX_PIXELS is checked, of the page that is drawn
    serve(lambda data: _draw(data, Path(where), kind, int(which)))
