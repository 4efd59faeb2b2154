"""Words are marked on the image of their page where they stand, whatever way the page lies."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import reportlab
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat
from reportlab.pdfgen.canvas import Canvas

from corpus import page_image
from corpus.errors import UnreadableFileError
from corpus.page_image import draw_page
from corpus.readers import image, ocr, page_image_worker, pdf
from corpus.readers.page_geometry import Box
from corpus.readers.page_image_worker import bars
from corpus.readers.raw import RawText
from corpus.types import Span
from corpus.word_boxes import FULL, WordBox, boxes_within

needs_tesseract = pytest.mark.skipif(ocr.engine() is None, reason="tesseract-ocr and tesseract-ocr-deu not installed")
PAGE = (400.0, 300.0)  # points: at 110 dpi 612 x 459 pixels
WORDS = (("Straße", 60.0, 220.0), ("Rathaus", 140.0, 220.0), ("Brücke", 230.0, 180.0))
REACH = 8  # pixels: how far a mark may stand out from its word, the room above and below the letters included

Edges = tuple[int, int, int, int]


def pdf_of(
    *shown: str, rotation: int = 0, crop: Edges | None = None, size: tuple[float, float] = PAGE, fill: bool = False
) -> bytes:
    """Return a page with those of WORDS that are shown."""
    file = BytesIO()
    canvas = Canvas(file, size, invariant=1)
    if fill:
        canvas.rect(0, 0, *size, fill=1)
        canvas.setFillGray(1)
    canvas.setPageRotation(rotation)
    if crop:
        canvas.setCropBox(crop)
    for word, x, y in WORDS:
        if word in shown:
            canvas.drawString(x, y, word)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def opened(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png))


def box_of(raw: RawText, word: str) -> list[WordBox]:
    start = raw.source_text.index(word)
    return boxes_within(raw.word_boxes, [Span(start, start + len(word))])


def dark(shown: Image.Image) -> Edges:
    """Return the smallest rectangle around all that is dark."""
    found = shown.convert("L").point(lambda value: 255 if value < 128 else 0).getbbox()
    assert found is not None
    return found


def changed(one: Image.Image, other: Image.Image) -> Edges:
    found = ImageChops.difference(one, other).getbbox()
    assert found is not None
    return found


def assert_mark_fits(mark: Edges, word: Edges) -> None:
    """Check that the mark holds the whole word, and reaches out a little."""
    outwards = (word[0] - mark[0], word[1] - mark[1], mark[2] - word[2], mark[3] - word[3])
    assert all(1 <= edge <= REACH for edge in outwards), (mark, word)


SHIFTED = (40, 60, 380, 290)


@pytest.mark.parametrize(
    ("rotation", "crop"), [(0, None), (90, None), (180, None), (270, None), (0, SHIFTED), (90, SHIFTED)]
)
def test_the_mark_lies_on_the_word_of_a_pdf_page(rotation: int, crop: Edges | None) -> None:
    data = pdf_of("Straße", "Rathaus", "Brücke", rotation=rotation, crop=crop)
    alone = dark(opened(draw_page(pdf_of("Rathaus", rotation=rotation, crop=crop), ".pdf", 1, [])))
    plain = opened(draw_page(data, ".pdf", 1, []))
    marked = opened(draw_page(data, ".pdf", 1, box_of(pdf.read(data), "Rathaus")))
    assert marked.mode == "RGB"
    assert marked.size == plain.size
    assert_mark_fits(changed(plain, marked), alone)


def test_letters_stay_dark_under_the_mark_and_its_frame_is_seen_on_dark_pages() -> None:
    data = pdf_of("Rathaus")
    box = box_of(pdf.read(data), "Rathaus")
    alone = dark(opened(draw_page(data, ".pdf", 1, [])))
    under = opened(draw_page(data, ".pdf", 1, box)).crop(alone)
    assert {(0, 0, 0), page_image_worker._FILL} <= {colour for _, colour in under.getcolors(10_000) or []}
    inverted = pdf_of("Rathaus", fill=True)
    plain, marked = (opened(draw_page(inverted, ".pdf", 1, shown)) for shown in ([], box))
    edges = changed(plain, marked)
    at_frame = [marked.getpixel((edges[0] + step, (edges[1] + edges[3]) // 2)) for step in range(3)]
    assert at_frame == [page_image_worker._FRAME, page_image_worker._FRAME, page_image_worker._INNER]


def test_frame_and_fill_differ_in_lightness() -> None:
    def luminance(colour: tuple[int, int, int]) -> float:
        """Return the relative luminance of WCAG 2."""
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in colour)]
        return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))

    frame = luminance(page_image_worker._FRAME)
    for ground in (page_image_worker._FILL, page_image_worker._INNER):
        assert (luminance(ground) + 0.05) / (frame + 0.05) > 7


def test_what_was_filled_into_a_form_is_drawn() -> None:
    file = BytesIO()
    canvas = Canvas(file, PAGE, invariant=1)
    canvas.acroForm.textfield(name="ort", x=60, y=100, width=200, height=24, value="Wismar")
    canvas.showPage()
    canvas.save()
    left, top, *_ = dark(opened(draw_page(file.getvalue(), ".PDF", 1, [])))
    assert (left, top) == pytest.approx((60 * 110 / 72, (300 - 124) * 110 / 72), abs=3)


@pytest.mark.parametrize(("size", "pixels"), [((14_400.0, 7_200.0), (1_600, 800)), ((400.0, 300.0), (612, 459))])
def test_a_pdf_page_has_110_dots_per_inch_and_at_most_1600_pixels(
    size: tuple[float, float], pixels: tuple[int, int]
) -> None:
    width, height = opened(draw_page(pdf_of(size=size), ".pdf", 1, [])).size
    assert (width, height) == pytest.approx(pixels, abs=1)


def picture(*shown: str) -> Image.Image:
    """Return a scanned page of 2000 x 1000 pixels with two words."""
    page = Image.new("L", (2_000, 1_000), 255)
    font = ImageFont.truetype(str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"), 50)
    for word, x in (("Rathaus", 300), ("Brücke", 700)):
        if word in shown:
            ImageDraw.Draw(page).text((x, 400), word, font=font, fill=0)
    return page


def png(page: Image.Image) -> bytes:
    file = BytesIO()
    page.save(file, "PNG")
    return file.getvalue()


def turned_jpeg(page: Image.Image) -> bytes:
    """Return a photo whose EXIF data asks for a turn, which Tesseract ignores."""
    file, exif = BytesIO(), Image.Exif()
    exif[0x0112] = 6
    page.save(file, "JPEG", quality=95, exif=exif)
    return file.getvalue()


def turned_tiff(page: Image.Image) -> bytes:
    """Return a scan that lies on its side, with the tag that turns it upright, which Tesseract heeds."""
    file = BytesIO()
    page.transpose(Image.Transpose.ROTATE_90).save(file, "TIFF", tiffinfo={0x0112: 6}, compression="group3")
    return file.getvalue()


@needs_tesseract
@pytest.mark.parametrize(
    ("suffix", "written"),
    [(".png", png), (".jpg", turned_jpeg), (".tif", lambda page: turned_tiff(page.convert("1")))],
)
def test_the_mark_lies_on_the_word_that_tesseract_read(suffix: str, written: Callable[[Image.Image], bytes]) -> None:
    data = written(picture("Rathaus", "Brücke"))
    marked = opened(draw_page(data, suffix, 1, box_of(image.read(data), "Brücke")))
    assert marked.size == (1_600, 800)
    alone = dark(opened(draw_page(written(picture("Brücke")), suffix, 1, [])))
    coloured = ImageChops.difference(*(marked.getchannel(channel) for channel in ("R", "B")))
    mark = coloured.point(lambda value: 255 if value > 60 else 0).getbbox()
    assert mark is not None
    assert_mark_fits(mark, alone)


def test_a_tiff_file_gives_the_page_asked_for() -> None:
    file = BytesIO()
    picture("Rathaus").save(file, "TIFF", save_all=True, append_images=[picture("Brücke")])
    lefts = [dark(opened(draw_page(file.getvalue(), ".tiff", number, [])))[0] for number in (1, 2)]
    assert lefts == pytest.approx([300 * 0.8, 700 * 0.8], abs=6)


def sixteen_bit(page: Image.Image) -> Image.Image:
    return page.point(lambda value: value * 257, "I").convert("I;16")


def transparent(page: Image.Image) -> Image.Image:
    """Return black letters on nothing."""
    shown = Image.new("LA", page.size, 0)
    shown.putalpha(ImageChops.invert(page))
    return shown


@pytest.mark.parametrize(
    "made",
    [
        sixteen_bit,
        transparent,
        lambda page: transparent(page).convert("RGBA").quantize(),
        lambda page: page.convert("P"),
        lambda page: page.convert("1"),
    ],
)
def test_every_kind_of_pixel_becomes_dark_letters_on_white(made: Callable[[Image.Image], Image.Image]) -> None:
    shown = opened(draw_page(png(made(picture("Rathaus"))), ".png", 1, [])).convert("L")
    expected = picture("Rathaus").resize((1_600, 800), Image.Resampling.BICUBIC)
    assert dark(shown) == pytest.approx(dark(expected), abs=1)
    assert shown.getpixel((5, 5)) == 255
    assert ImageStat.Stat(ImageChops.difference(shown, expected)).mean[0] < 1  # of 255 levels of grey


def claiming(width: int, height: int) -> bytes:
    """Return a PNG of few bytes that says it is this large."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    small = png(Image.new("1", (8, 8)))
    return small[:8] + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + small[33:]


PDF = pdf_of("Rathaus")
PNG = png(Image.new("L", (20, 10)))


@pytest.mark.parametrize(
    ("data", "suffix", "number", "told"),
    [
        (b"%PDF-1.7 kaputt", ".pdf", 1, "beschädigt, geschützt oder kein PDF"),
        (PNG, ".pdf", 1, "kein PDF"),
        (PDF, ".png", 1, "beschädigt oder kein PNG, JPEG oder TIFF"),
        (PNG[:40], ".png", 1, "beschädigt oder kein PNG"),
        (claiming(100_000, 100_000), ".png", 1, "100000 × 100000 Bildpunkten zu groß"),
        (PDF, ".pdf", 2, "Seite 2 gibt es nicht: Die Datei hat 1"),
        (PDF, ".pdf", 0, "Seite 0 gibt es nicht"),
        (PNG, ".png", 2, "Seite 2 gibt es nicht: Die Datei hat 1"),
    ],
)
def test_what_cannot_be_drawn_is_told(data: bytes, suffix: str, number: int, told: str) -> None:
    with pytest.raises(UnreadableFileError, match=told):
        draw_page(data, suffix, number, [])


def test_a_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_image, "DRAWING_TIMEOUT_S", 0.01)
    with pytest.raises(UnreadableFileError, match="Sekunden"):
        draw_page(PDF, ".pdf", 1, [])


def words(*places: tuple[int, int, int, int, int]) -> list[WordBox]:
    """Return words of three letters: start, then edges in hundredths of the page, which is 100 x 100 pixels here."""
    return [WordBox(start, start + 3, *(round(edge * FULL / 100) for edge in edges)) for start, *edges in places]


def rounded(found: list[Box]) -> list[tuple[int, ...]]:
    return [tuple(round(edge) for edge in (bar.left, bar.top, bar.right, bar.bottom)) for bar in found]


def test_neighbours_on_a_line_are_one_bar_and_each_line_has_its_own() -> None:
    line = words((0, 10, 20, 20, 30), (4, 25, 22, 35, 30), (8, 10, 40, 20, 50))
    assert rounded(bars(line, 100, 100)) == [(10, 20, 35, 30), (10, 40, 20, 50)]


def test_a_word_left_out_between_two_parts_the_bar() -> None:
    assert rounded(bars(words((0, 10, 20, 20, 30), (8, 25, 20, 35, 30)), 100, 100)) == [
        (10, 20, 20, 30),
        (25, 20, 35, 30),
    ]


@pytest.mark.parametrize(("first", "second"), [(10, 36), (50, 10)])
def test_words_far_apart_on_a_line_are_not_bridged(first: int, second: int) -> None:
    assert len(bars(words((0, first, 20, first + 10, 30), (4, second, 20, second + 10, 30)), 100, 100)) == 2


def test_a_word_whose_place_is_unknown_is_not_marked() -> None:
    assert bars(words((0, 0, 0, 0, 0), (4, 10, 10, 20, 10)), 100, 100) == []


def test_bars_follow_the_size_of_the_image() -> None:
    assert rounded(bars(words((0, 10, 20, 30, 40)), 1_000, 500)) == [(100, 100, 300, 200)]
