"""The whole service in a process of its own, and a browser in front of it."""

import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from live_server import CHROMIUM, CHROMIUM_FLAGS, Server, running_server
from playwright.sync_api import Browser, Page, Request, sync_playwright
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from index.builder import build_index
from index.types import Encoder
from tests.scanned_page import scan_of

REPORTS = Path(__file__).parents[2] / "corpus" / "reports"

# Two pages, with a word broken over a line end.
GUESTS = """Bericht über die Bäder 2023

Das Hallenbad zählte im Jahr 2023 genau 81.000 Gäste. Die Stadt hat das Becken für die Schu-
len erneuert.
\fDas Freibad öffnet am 1. Mai. Der Eintritt kostet 4 Euro.
"""
HOSTILE = """Bericht zur Datensicherheit <b>fett</b>

Der Prüfer schrieb <script>document.title='uebernommen'</script> in das Feld der Anmeldung am Schalter.
Die Kennung lautet <img src=x onerror="document.title='uebernommen'"> und **nicht** _anders_ als
[hier](javascript:alert(1)) am Eingang.
Das Muster ${document.title='uebernommen'} und {{constructor}} steht im Handbuch der Prüfung.
"""
TREES = ("Bericht über die Friedhöfe 2024", "Auf dem Waldfriedhof wurden 312 Linden gepflanzt.")
# As an OCR without German leaves it.
DAMAGED = (
    "Die Feuerwehr riickte im vergangenen Jahr iiber hundert Mal aus.",
    "Fiir die Ausriistung wurden Schlauche und Geratewagen gekauft.",
    "Die Ubungen fanden auf dem Gelande der Wache statt.",
)
MUSEUM = ("Das Heimatmuseum zeigt die Geschichte der Fischerei.", "Der Förderverein betreut die Sammlung.")


def pdf_of(*lines: str) -> bytes:
    """Return a page with the lines, and an empty one."""
    file = BytesIO()
    canvas = Canvas(file, A4, invariant=1)
    for number, line in enumerate(lines):
        canvas.drawString(72, 740 - 20 * number, line)
    canvas.showPage()
    canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.fixture(scope="session")
def library_data(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """Return the data folder of an index over the report, paged documents and a hostile one."""
    corpus, data = tmp_path_factory.mktemp("reports"), tmp_path_factory.mktemp("data")
    for report in REPORTS.iterdir():
        shutil.copy(report, corpus)
    (corpus / "bäder.txt").write_text(GUESTS, encoding="utf-8")
    (corpus / "sicherheit <i>.txt").write_text(HOSTILE, encoding="utf-8")
    (corpus / "friedhöfe.pdf").write_bytes(pdf_of(*TREES))
    (corpus / "feuerwehr.pdf").write_bytes(pdf_of(*DAMAGED))
    scan_of(*MUSEUM).save(corpus / "museum.png")  # read where Tesseract is installed
    build_index(corpus, data, encoder)
    return data


@pytest.fixture(scope="session")
def server(library_data: Path) -> Iterator[Server]:
    with running_server(library_data) as running:
        yield running


@pytest.fixture(scope="module")  # Playwright keeps an event loop running in this thread while it lives
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """Return a fresh page of a browser set to English; whatever a test does, no request may go elsewhere."""
    context = browser.new_context(base_url=server.url, locale="en-US")
    requests: list[Request] = []
    context.on("request", lambda request: requests.append(request))  # noqa: PLW0108  (Playwright marks its handlers)
    yield context.new_page()
    context.close()
    elsewhere = [request.url for request in requests if not request.url.startswith((server.url + "/", "data:"))]
    assert elsewhere == []
