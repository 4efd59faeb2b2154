"""The resources of documents, over a real index of four files."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from live_service import serving

from index.builder import build_index
from index.searcher import Searcher
from index.types import Encoder
from rag.api.state import ApiState
from rag.api.worker import Worker
from rag.opening import assemble
from rag.settings import Settings

FILES = {
    "Bäder 2023.txt": "Bericht der Bäder\n\nDas Hallenbad hatte im Jahr 2023 genau 81.000 Gäste.\n"
    "\fDas Freibad öffnet am 1. Mai. Der Eintritt kostet 4 Euro.\n",
    "bauhof/winter.txt": "Winterdienst\n\nDer Bauhof streut 120 Kilometer Straßen bei Glätte.\n",
    "muell.txt": "Müllabfuhr\n\nDie Tonnen werden jeden zweiten Dienstag geleert.\n",
    "zoo.txt": "Tierpark\n\nIm Tierpark leben 200 Tiere aus 40 Arten.\n",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[httpx.Client]:
    corpus, data = tmp_path_factory.mktemp("reports"), tmp_path_factory.mktemp("data")
    for name, text in FILES.items():
        path = corpus / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    build_index(corpus, data, encoder)
    answerer = assemble(Searcher.open(data, encoder), encoder, Settings())
    with serving(ApiState(Worker(2), answerer)) as running, httpx.Client(base_url=running.url, timeout=30) as client:
        yield client


def _id(client: httpx.Client, name: str) -> str:
    items = client.get("/v1/documents").json()["items"]
    return quote(next(item["id"] for item in items if item["file"] == name), safe="")


def test_documents_are_listed_by_file_with_their_facts(library: httpx.Client) -> None:
    listing = library.get("/v1/documents").raise_for_status().json()
    assert [item["file"] for item in listing["items"]] == sorted(FILES)
    assert listing["next"] is None
    baths = listing["items"][0]
    assert set(baths) == {"id", "title", "file", "published", "pages", "passages", "sha256", "quality"}
    assert (baths["pages"], len(baths["sha256"])) == (2, 64)
    assert baths["passages"] >= 1
    assert 0 <= baths["quality"] <= 1
    assert listing["items"][1]["pages"] is None


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
def test_pages_of_the_list_hold_every_document_once(library: httpx.Client, limit: int) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": str(limit)} | ({} if cursor is None else {"cursor": cursor})
        listing = library.get("/v1/documents", params=query).raise_for_status().json()
        seen += [item["file"] for item in listing["items"]]
        cursor = listing["next"]
        if cursor is None:
            break
        assert len(listing["items"]) == limit
    assert seen == sorted(FILES)


@pytest.mark.parametrize("cursor", ["%%%", "ÄÖ", "_w", "a"])
def test_a_made_up_cursor_is_refused(library: httpx.Client, cursor: str) -> None:
    response = library.get("/v1/documents", params={"cursor": cursor})
    assert (response.status_code, response.json()["type"]) == (422, "urn:fundstelle:problem:bad-cursor")
    assert cursor in response.json()["detail"]


@pytest.mark.parametrize("limit", ["0", "201", "viele", "1.5"])
def test_a_limit_out_of_range_is_refused(library: httpx.Client, limit: str) -> None:
    response = library.get("/v1/documents", params={"limit": limit})
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "limit"


def test_one_document_is_described_as_in_the_list(library: httpx.Client) -> None:
    listed = library.get("/v1/documents").json()["items"]
    for item in listed:
        assert library.get(f"/v1/documents/{quote(item['id'], safe='')}").json() == item


def test_source_and_reading_are_given_as_plain_text(library: httpx.Client) -> None:
    path = f"/v1/documents/{_id(library, 'Bäder 2023.txt')}/text"
    source = library.get(path)
    assert source.headers["content-type"] == "text/plain; charset=utf-8"
    assert source.text == FILES["Bäder 2023.txt"]
    assert library.get(path, params={"view": "source"}).text == source.text
    reading = library.get(path, params={"view": "reading"}).text
    assert "Das Freibad öffnet am 1. Mai." in reading
    assert "\f" not in reading
    assert library.get(path, params={"view": "beides"}).status_code == 422


def test_a_page_is_a_part_of_the_source(library: httpx.Client) -> None:
    document = _id(library, "Bäder 2023.txt")
    first, second = (library.get(f"/v1/documents/{document}/pages/{number}") for number in (1, 2))
    assert first.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Hallenbad" in first.text
    assert "Freibad" not in first.text
    assert "Freibad öffnet am 1. Mai" in second.text


@pytest.mark.parametrize("number", ["0", "3", "-1", "99999999999999999999"])
def test_a_page_out_of_range_names_the_range(library: httpx.Client, number: str) -> None:
    response = library.get(f"/v1/documents/{_id(library, 'Bäder 2023.txt')}/pages/{number}")
    assert (response.status_code, response.json()["type"]) == (404, "urn:fundstelle:problem:unknown-page")
    assert "die Seiten 1 bis 2" in response.json()["detail"]


def test_a_document_without_pages_says_so(library: httpx.Client) -> None:
    response = library.get(f"/v1/documents/{_id(library, 'zoo.txt')}/pages/1")
    assert response.status_code == 404
    assert "hat keine Seiten" in response.json()["detail"]


def test_the_original_comes_back_as_an_attachment_to_the_byte(library: httpx.Client) -> None:
    response = library.get(f"/v1/documents/{_id(library, 'Bäder 2023.txt')}/file")
    assert response.content == FILES["Bäder 2023.txt"].encode()
    assert response.headers["content-disposition"] == "attachment; filename*=utf-8''B%C3%A4der%202023.txt"
    assert response.headers["x-content-type-options"] == "nosniff"
    nested = library.get(f"/v1/documents/{_id(library, 'bauhof/winter.txt')}/file")
    assert nested.headers["content-disposition"] == "attachment; filename*=utf-8''winter.txt"


@pytest.mark.parametrize("rest", ["", "/text", "/pages/1", "/file"])
def test_an_unknown_document_is_refused_by_name(library: httpx.Client, rest: str) -> None:
    response = library.get(f"/v1/documents/gibt-es-nicht{rest}", headers={"Accept-Language": "de"})
    assert (response.status_code, response.json()["type"]) == (404, "urn:fundstelle:problem:unknown-document")
    assert "gibt-es-nicht" in response.json()["detail"]


@pytest.mark.parametrize("path", ["../../etc/passwd", "..%2F..%2Fetc%2Fpasswd", "%2e%2e/file", "%00"])
def test_no_path_leads_out_of_the_index(library: httpx.Client, path: str) -> None:
    response = library.get(f"/v1/documents/{path}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_documents_wait_for_the_index(loading_client: httpx.Client, tmp_path: Path) -> None:
    for path in ("", "/a", "/a/text", "/a/pages/1", "/a/file"):
        assert loading_client.get("/v1/documents" + path).status_code == 503
