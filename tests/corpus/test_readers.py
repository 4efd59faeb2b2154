"""Readers: bytes in, text with pages out, or a reason why not."""

from datetime import date
from io import BytesIO

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import UnreadableFileError
from corpus.options import MAX_PDF_PAGES
from corpus.readers import pdf, text
from corpus.types import Span

GREETING = "Grüße aus Köln: „Straße gesperrt“ – 5 €\n"


def pdf_of(*pages: list[tuple[float, str]], title: str = "", password: str | None = None) -> bytes:
    """Return a PDF whose pages hold lines at heights in points."""
    file = BytesIO()
    canvas = Canvas(file, A4, encrypt=StandardEncryption(password) if password else None, invariant=1)
    canvas.setTitle(title)
    for page in pages:
        for height, line in page:
            canvas.drawString(72, height, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_the_encoding_of_a_text_is_recognised(encoding: str, name: str) -> None:
    raw = text.read(GREETING.encode(encoding))
    assert raw.source_text == GREETING
    assert raw.extractor == f"text ({name})"


def test_bytes_that_windows_does_not_know_are_read_as_latin_1() -> None:
    assert text.read("Grüße \x81 aus Köln. ".encode("latin-1") * 9).extractor == "text (latin-1)"


def test_a_form_feed_separates_pages() -> None:
    raw = text.read(b"Seite eins\n\fSeite zwei\f")
    assert [(page.number, page.span) for page in raw.pages] == [(1, Span(0, 11)), (2, Span(12, 22))]
    assert raw.source_text[12:22] == "Seite zwei"


def test_a_text_without_form_feeds_has_no_pages() -> None:
    assert text.read(b"Nur ein Absatz.\n").pages == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n", "ein Bild"),
        (b"%PDF-1.7\n", "eine PDF-Datei"),
        (bytes(range(256)) * 4, "keine Textdatei"),
        (b"a\0b\0c\0" * 9, "keine Textdatei"),
        (b"\xff\xfea", "wie UTF-16"),
        (b" \n\t\f ", "leer"),
    ],
)
def test_a_file_named_txt_that_is_no_text_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        text.read(data)


def test_a_single_control_character_does_not_make_a_text_binary() -> None:
    source = (
        "Die Stadt baut\0 in diesem Jahr eine neue Brücke über den Fluss, die viele Menschen nutzen werden, und Wege."
    )
    assert text.read(source.encode()).source_text == source


def test_a_pdf_gives_its_pages_its_title_and_its_lines() -> None:
    data = pdf_of(
        [
            (760, "Ein Bericht"),
            (700, "Die Stadt baut ihre Verwaltungs-"),
            (686, "dienstleistungen aus."),
            (640, "Ende."),
        ],
        [(760, "Zweite Seite")],
        title="Bericht der Stadt Köln",
    )
    raw = pdf.read(data)
    assert raw.title == "Bericht der Stadt Köln"
    assert raw.published == date(2000, 1, 1)
    assert raw.extractor.startswith("pypdfium2 ")
    pages = [raw.source_text[page.span.start : page.span.end] for page in raw.pages]
    assert pages == ["Ein Bericht\n\nDie Stadt baut ihre Verwaltungs-\ndienstleistungen aus.\n\nEnde.", "Zweite Seite"]


def test_a_pdf_with_a_password_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="Kennwort"):
        pdf.read(pdf_of([(700, "Geheim")], password="geheim"))  # noqa: S106


def test_a_pdf_without_text_is_refused_as_a_scan() -> None:
    with pytest.raises(UnreadableFileError, match="enthält keinen Text"):
        pdf.read(pdf_of([]))


@pytest.mark.parametrize("data", [b"%PDF-1.7 kaputt", pdf_of([(700, "Halb")])[:300], b"\0" * 5000])
def test_a_broken_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match=r"beschädigt|enthält keinen Text"):
        pdf.read(data)


def test_a_pdf_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(UnreadableFileError, match="Sekunden"):
        pdf.read(pdf_of([(700, "Text")]), timeout_s=0.01)


def test_a_pdf_with_too_many_pages_is_refused_with_both_numbers() -> None:
    with pytest.raises(UnreadableFileError, match="2001 Seiten; erlaubt sind 2000"):
        pdf.read(pdf_of(*[[]] * (MAX_PDF_PAGES + 1)))
