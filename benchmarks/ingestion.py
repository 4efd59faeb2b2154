"""Pages per second of reading: digital PDF and scans, by the product's own ingestion of whole files.

    python benchmarks/ingestion.py

The pages are made of the shipped report's own words: 100 digital pages, and 12 pages drawn at 300 dpi as a scanner sees
them. The word lists are loaded before, the cache of read pages is empty.
"""

import os
import tempfile
import time
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from corpus.ingestion import ingest_file, ingest_folder
from corpus.types import Document

DIGITAL_PAGES = 100
SCANNED_PAGES = 12
DOTS_PER_INCH = 300
WORDS_ON_A_PAGE = 330
REPORTS = Path(__file__).parents[1] / "corpus" / "reports"


def digital_pdf(words: list[str], pages: int) -> bytes:
    """Return a PDF with a text layer, each page as many words as a page of a report has."""
    file = BytesIO()
    style = getSampleStyleSheet()["Normal"]
    story = []
    for page in range(pages):
        start = page * WORDS_ON_A_PAGE % max(len(words) - WORDS_ON_A_PAGE, 1)
        story += [Paragraph(" ".join(words[start : start + WORDS_ON_A_PAGE]), style), PageBreak()]
    SimpleDocTemplate(file, pagesize=A4, invariant=1).build(story)
    return file.getvalue()


def scanned_pdf(digital: bytes) -> bytes:
    """Return the same pages as pictures."""
    file = BytesIO()
    canvas = Canvas(file, A4, invariant=1)
    for page in pdfium.PdfDocument(digital):
        canvas.drawImage(ImageReader(page.render(scale=DOTS_PER_INCH / 72, grayscale=True).to_pil()), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def main() -> None:
    """Print both speeds."""
    report = ingest_folder(REPORTS).documents[0]
    words = report.reading.replace("<", " ").replace("&", " ").split()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_CACHE_HOME"] = scratch
        root = Path(scratch)
        (root / "digital.pdf").write_bytes(digital_pdf(words, DIGITAL_PAGES))
        (root / "scan.pdf").write_bytes(scanned_pdf(digital_pdf(words, SCANNED_PAGES)))
        for name in ("digital.pdf", "scan.pdf"):
            start = time.perf_counter()
            document: Document = ingest_file(root / name, root)
            seconds = time.perf_counter() - start
            pages = len(document.pages)
            print(f"{name}: {pages} pages in {seconds:.1f} s, {pages / seconds:.2f} pages per second")


if __name__ == "__main__":
    main()
