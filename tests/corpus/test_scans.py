"""Pages that are pictures are read by the real Tesseract; without it they wait, and the report says so."""

import json
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import UnreadableFileError
from corpus.ingestion import ingest_folder
from corpus.options import MAX_SCANNED_PAGES, PARSER_MEMORY_BYTES
from corpus.readers import image, ocr, pdf
from corpus.report import render
from corpus.types import Scan
from tests.scanned_page import scan_of

needs_tesseract = pytest.mark.skipif(ocr.engine() is None, reason="tesseract-ocr and tesseract-ocr-deu not installed")
LINES = ("Die Straße wird für Fußgänger geöffnet.", "Die Kosten übernimmt der Landkreis.")


def file_of(*pictures: Image.Image, kind: str) -> bytes:
    file = BytesIO()
    more = {"save_all": True, "append_images": pictures[1:]} if kind == "TIFF" else {}
    pictures[0].save(file, kind, **more)
    return file.getvalue()


def mixed_pdf(*pages: str | Image.Image | None) -> bytes:
    """Return a PDF with pages of text, pictures and nothing."""
    file = BytesIO()
    canvas = Canvas(file, A4, invariant=1)
    for page in pages:
        if isinstance(page, str):
            canvas.drawString(72, 700, page)
        elif page is not None:
            canvas.drawImage(ImageReader(page), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.fixture(autouse=True)
def empty_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder / "fundstelle" / "ocr"


@pytest.fixture
def without_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "engine", lambda: None)


@needs_tesseract
def test_a_page_that_is_a_picture_is_read_in_its_place() -> None:
    raw = pdf.read(mixed_pdf("Seite mit Text.", scan_of(*LINES), None))
    second = raw.pages[1].span
    assert [page.number for page in raw.pages] == [1, 2, 3]
    assert raw.source_text[second.start : second.end].split() == " ".join(LINES).split()
    assert [scan.page for scan in raw.scans] == [2]
    assert raw.scans[0].confidence is not None and 0.8 < raw.scans[0].confidence <= 1
    assert "pypdfium2" in raw.extractor and "tesseract" in raw.extractor


@needs_tesseract
def test_a_pdf_without_pictures_does_not_name_the_engine() -> None:
    raw = pdf.read(mixed_pdf("Seite mit Text.", None))
    assert raw.scans == ()
    assert "tesseract" not in raw.extractor


def layered_pdf(layer: str) -> bytes:
    """Return a scan of LINES over which lies the text that another OCR made of it, unseen."""
    file = BytesIO()
    canvas = Canvas(file, A4, invariant=1)
    canvas.drawImage(ImageReader(scan_of(*LINES)), 0, 0, *A4)
    text = canvas.beginText(72, 700)
    text.setTextRenderMode(3)
    text.textLine(layer)
    canvas.drawText(text)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


@needs_tesseract
def test_a_page_whose_text_layer_is_bad_german_is_read_afresh() -> None:
    raw = pdf.read(layered_pdf("Die StraBe wird fiir FuBgdnger gedffnet. Die Kosten iibernimmt der Landkreis."))
    assert raw.source_text.split() == " ".join(LINES).split()
    assert [scan.page for scan in raw.scans] == [1]


@needs_tesseract
def test_a_good_text_layer_is_kept() -> None:
    raw = pdf.read(layered_pdf("Die gute Schicht bleibt stehen, wie sie ist."))
    assert raw.source_text == "Die gute Schicht bleibt stehen, wie sie ist."
    assert raw.scans == ()


@needs_tesseract
def test_a_bad_text_layer_is_kept_where_the_second_reading_has_lost_words() -> None:
    layer = "Die StraBe wird fiir FuBgdnger gedffnet. " * 3
    assert pdf.read(layered_pdf(layer)).source_text.split() == layer.split()


@needs_tesseract
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_an_image_file_is_one_page(kind: str) -> None:
    raw = image.read(file_of(scan_of(*LINES), kind=kind))
    assert raw.source_text.split() == " ".join(LINES).split()
    assert len(raw.pages) == len(raw.scans) == 1


@needs_tesseract
def test_a_tiff_file_has_as_many_pages_as_pictures() -> None:
    raw = image.read(file_of(scan_of(LINES[0]), scan_of(LINES[1]), kind="TIFF"))
    assert [raw.source_text[page.span.start : page.span.end] for page in raw.pages] == list(LINES)
    assert [scan.page for scan in raw.scans] == [1, 2]


@needs_tesseract
def test_a_page_is_read_once_and_then_taken_from_the_cache(empty_cache: Path) -> None:
    data = file_of(scan_of(*LINES), kind="PNG")
    first = image.read(data)
    [kept] = empty_cache.iterdir()
    kept.write_text(json.dumps([{"page": {"text": "aus dem Speicher"}, "confidence": 0.5}]), encoding="utf-8")
    assert image.read(data).source_text == "aus dem Speicher"
    kept.write_text("[{", encoding="utf-8")
    assert image.read(data) == first


@needs_tesseract
def test_an_image_without_text_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="keinen Text"):
        image.read(file_of(scan_of(), kind="PNG"))


@needs_tesseract
def test_a_damaged_image_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="beschädigt, zu groß oder kein PNG"):
        image.read(b"\x89PNG\r\n\x1a\n" + bytes(100))


@needs_tesseract
def test_an_image_that_takes_more_than_the_allowed_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    shell, option, command = ocr._COMMAND
    limited = command.replace(str(PARSER_MEMORY_BYTES // 1024), "50000")
    assert limited != command
    monkeypatch.setattr(ocr, "_COMMAND", (shell, option, limited))
    with pytest.raises(UnreadableFileError, match="zu groß"):
        image.read(file_of(scan_of(*LINES), kind="PNG"))


@needs_tesseract
def test_more_scanned_pages_than_allowed_are_refused() -> None:
    with pytest.raises(UnreadableFileError, match=f"{MAX_SCANNED_PAGES + 1} eingescannte Seiten"):
        pdf.read(mixed_pdf(*[Image.new("L", (4, 4))] * (MAX_SCANNED_PAGES + 1)))


@needs_tesseract
def test_a_page_that_takes_too_long_is_named_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "OCR_TIMEOUT_S", 0.001)
    text = "Die Gemeinde hat im vergangenen Jahr zwei neue Brunnen gebaut."
    (tmp_path / "a.pdf").write_bytes(mixed_pdf(text, scan_of(*LINES)))
    ingestion = ingest_folder(tmp_path)
    assert [document.reading for document in ingestion.documents] == [text]
    assert "Nicht gelesen sind die eingescannten Seiten 2. Bitte mit 300 dpi neu scannen." in render(ingestion)


@needs_tesseract
def test_a_doubtful_text_layer_stays_where_the_page_cannot_be_read_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "OCR_TIMEOUT_S", 0.001)
    layer = "Die StraBe wird fiir FuBgdnger gedffnet."
    assert pdf.read(layered_pdf(layer)).source_text == layer


@pytest.mark.usefixtures("without_tesseract")
def test_without_the_engine_the_text_pages_are_read_and_the_pictures_wait(tmp_path: Path) -> None:
    text = "Die Gemeinde hat im vergangenen Jahr zwei neue Brunnen gebaut."
    (tmp_path / "a.pdf").write_bytes(mixed_pdf(text, scan_of(*LINES)))
    ingestion = ingest_folder(tmp_path)
    [document] = ingestion.documents
    assert document.scans == (Scan(2, None),)
    assert "Nicht gelesen sind die eingescannten Seiten 2. Installieren Sie tesseract-ocr" in render(ingestion)


@pytest.mark.usefixtures("without_tesseract")
def test_without_the_engine_scans_are_refused_with_the_remedy() -> None:
    with pytest.raises(UnreadableFileError, match="Installieren Sie tesseract-ocr und tesseract-ocr-deu"):
        pdf.read(mixed_pdf(scan_of(*LINES)))
    with pytest.raises(UnreadableFileError, match="Installieren Sie tesseract-ocr und tesseract-ocr-deu"):
        image.read(file_of(scan_of(*LINES), kind="PNG"))


def test_an_engine_that_is_not_installed_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert ocr.engine.__wrapped__() is None
