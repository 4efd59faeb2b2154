"""One page as text or as an image with the cited words boxed, over a real index of a PDF."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from live_service import serving
from PIL import Image, ImageChops
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from corpus.ingestion import ingest_file
from corpus.types import Document
from index.builder import build_index
from index.searcher import Searcher
from index.types import Encoder
from rag.api import documents
from rag.api.gate import Gate
from rag.api.state import ApiState
from rag.api.worker import Worker
from rag.opening import assemble
from rag.settings import Settings

FIRST, SECOND = "Der Bauhof hat 2024 drei Brücken erneuert.", "Die Kosten trägt der Landkreis."
BROKEN = b"%PDF-1.7 kaputt"
IMAGE = {"Accept": "image/png"}


def pdf_of(*pages: str) -> bytes:
    file = BytesIO()
    canvas = Canvas(file, A4, invariant=1)
    for page in pages:
        canvas.drawString(72, 700, page)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Searcher:
    corpus, data = tmp_path_factory.mktemp("reports"), tmp_path_factory.mktemp("data")
    (corpus / "brücken.pdf").write_bytes(pdf_of(FIRST, SECOND))
    (corpus / "defekt.pdf").write_bytes(BROKEN)
    whole = tmp_path_factory.mktemp("whole") / "defekt.pdf"
    whole.write_bytes(pdf_of("Diese Datei lässt sich lesen, aber nicht darstellen."))
    (corpus / "zoo.txt").write_text("Im Tierpark leben 200 Tiere.\n\fEr öffnet um neun Uhr.\n", encoding="utf-8")

    def read(path: Path, root: Path) -> Document:
        if path.name != "defekt.pdf":
            return ingest_file(path, root)
        return replace(ingest_file(whole, whole.parent), version=hashlib.sha256(BROKEN).hexdigest())

    build_index(corpus, data, encoder, read=read)
    return Searcher.open(data, encoder)


@pytest.fixture(scope="module")
def library(searcher: Searcher, encoder: Encoder) -> Iterator[httpx.Client]:
    answerer = assemble(searcher, encoder, Settings())
    with serving(ApiState(Worker(2), answerer)) as running, httpx.Client(base_url=running.url, timeout=60) as client:
        yield client


def _page(client: httpx.Client, name: str, number: int) -> str:
    items = client.get("/v1/documents").json()["items"]
    return f"/v1/documents/{next(item['id'] for item in items if item['file'] == name)}/pages/{number}"


def _range(client: httpx.Client, page: str, words: str) -> dict[str, str]:
    start = client.get(page.rsplit("/", 2)[0] + "/text").text.index(words)
    return {"ranges": f"{start}-{start + len(words)}"}


def _opened(response: httpx.Response) -> Image.Image:
    assert response.headers["content-type"] == "image/png"
    return Image.open(BytesIO(response.raise_for_status().content))


@pytest.mark.parametrize("accept", [None, "*/*", "text/plain", "application/json", "text/html,image/avif,*/*;q=0.8"])
def test_a_page_is_text_unless_an_image_is_wanted(library: httpx.Client, accept: str | None) -> None:
    headers = {} if accept is None else {"Accept": accept}
    response = library.get(_page(library, "brücken.pdf", 2), headers=headers)
    assert (response.status_code, response.text) == (200, SECOND)
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["vary"] == "Accept"


@pytest.mark.parametrize("accept", ["image/png", "image/avif,image/webp,image/*,*/*;q=0.8"])
def test_a_page_is_an_image_of_a4_with_110_dots_per_inch_where_one_is_wanted(
    library: httpx.Client, accept: str
) -> None:
    response = library.get(_page(library, "brücken.pdf", 1), headers={"Accept": accept})
    shown = _opened(response)
    assert (shown.width, shown.height) == pytest.approx((8.27 * 110, 11.69 * 110), abs=2)
    assert response.headers["vary"] == "Accept"
    assert response.headers["cache-control"] == "private, no-cache"


def test_only_the_cited_words_of_the_page_are_boxed(library: httpx.Client) -> None:
    first = _page(library, "brücken.pdf", 1)
    plain = _opened(library.get(first, headers=IMAGE))
    cited = _range(library, first, "drei Brücken")
    marked = _opened(library.get(first, headers=IMAGE, params=cited))
    left, top, right, bottom = ImageChops.difference(plain, marked).getbbox() or (0, 0, 0, 0)
    before = 72 + 12 * 7.5  # points: ten letters or more stand before it
    assert before * 110 / 72 < left < right < plain.width / 2
    baseline = (A4[1] - 700) * 110 / 72
    assert baseline - 25 < top < baseline - 12 < baseline < bottom < baseline + 12
    elsewhere = _range(library, first, "Landkreis")
    assert _opened(library.get(first, headers=IMAGE, params=elsewhere)).tobytes() == plain.tobytes()


def test_a_page_that_the_sender_has_is_not_drawn_again(library: httpx.Client) -> None:
    page = _page(library, "brücken.pdf", 1)
    etag = library.get(page, headers=IMAGE).headers["etag"]
    again = library.get(page, headers={**IMAGE, "If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert (again.headers["etag"], again.headers["vary"]) == (etag, "Accept")
    assert library.get(page, headers={**IMAGE, "If-None-Match": '"älter"'.encode()}).status_code == 200


def test_a_text_has_no_image_and_says_where_it_is_to_be_had(library: httpx.Client) -> None:
    page = _page(library, "zoo.txt", 1)
    german = library.get(page, headers=IMAGE)
    assert (german.status_code, german.json()["type"]) == (406, "urn:fundstelle:problem:no-page-image")
    assert "nur von PDF- und Bilddateien, nicht von „zoo.txt“" in german.json()["detail"]
    assert page.removesuffix("/pages/1") + "/text" in german.json()["detail"]
    english = library.get(page, headers={**IMAGE, "Accept-Language": "en"})
    assert "Only PDF and image files have page images" in english.json()["detail"]


def test_a_text_is_given_to_those_who_take_it_instead(library: httpx.Client) -> None:
    response = library.get(_page(library, "zoo.txt", 1), headers={"Accept": "image/png, text/plain;q=0.1"})
    assert (response.status_code, response.text) == (200, "Im Tierpark leben 200 Tiere.\n")


@pytest.mark.parametrize("number", [0, 3])
def test_an_image_of_a_page_out_of_range_is_refused(library: httpx.Client, number: int) -> None:
    response = library.get(_page(library, "brücken.pdf", number), headers=IMAGE)
    assert (response.status_code, response.json()["type"]) == (404, "urn:fundstelle:problem:unknown-page")


@pytest.mark.parametrize("ranges", ["5-", "9-3", "a-b", ",".join(["1-2"] * 51)])
def test_ranges_of_another_form_are_refused(library: httpx.Client, ranges: str) -> None:
    response = library.get(_page(library, "brücken.pdf", 1), headers=IMAGE, params={"ranges": ranges})
    assert (response.status_code, response.json()["type"]) == (422, "urn:fundstelle:problem:bad-ranges")
    assert ranges[:60] in response.json()["detail"]


def test_a_page_that_cannot_be_drawn_is_told_with_the_way_to_the_file(library: httpx.Client) -> None:
    page = _page(library, "defekt.pdf", 1)
    response = library.get(page, headers=IMAGE)
    assert (response.status_code, response.json()["type"]) == (500, "urn:fundstelle:problem:page-not-drawn")
    assert page.removesuffix("/pages/1") + "/file" in response.json()["detail"]


def test_more_drawings_than_may_wait_are_put_off_while_texts_are_given(
    library: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _page(library, "brücken.pdf", 1)
    gate = Gate(at_once=1, waiting=0)
    monkeypatch.setattr(documents, "_drawing", gate)
    with gate.passage():
        response = library.get(page, headers=IMAGE)
        assert (response.status_code, response.json()["type"]) == (503, "urn:fundstelle:problem:busy")
        assert response.headers["retry-after"] == "5"
        assert library.get(page).text == FIRST
    assert library.get(page, headers=IMAGE).status_code == 200


def test_a_drawing_that_waits_does_not_stop_the_service(library: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = _page(library, "brücken.pdf", 1)
    gate = Gate(at_once=1, waiting=1)
    monkeypatch.setattr(documents, "_drawing", gate)
    with ThreadPoolExecutor(1) as pool:
        with gate.passage():
            waiting = pool.submit(library.get, page, headers=IMAGE)
            assert library.get("/livez").status_code == 200
            assert not waiting.done()
        assert waiting.result(60).status_code == 200


def test_the_schema_names_both_forms_of_a_page(library: httpx.Client) -> None:
    operation = library.get("/openapi.json").json()["paths"]["/v1/documents/{document_id}/pages/{number}"]["get"]
    assert set(operation["responses"]["200"]["content"]) == {"text/plain", "image/png"}
    assert {parameter["name"] for parameter in operation["parameters"]} == {
        "document_id",
        "number",
        "ranges",
        "version",
    }
