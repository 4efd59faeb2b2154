"""The page behind a citation, as a real server sends it."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote

import httpx
import pytest
from live_server import Server

from corpus.readers import ocr

REPORT = "11-bundeslaenderworkshop-stadt-land-digital-2023-04-25.txt"


@pytest.fixture(scope="module")
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=30) as session:
        yield session


def _document(client: httpx.Client, file: str) -> dict[str, str]:
    items = client.get("/v1/documents").json()["items"]
    return next(item for item in items if item["file"] == file)


def _view(client: httpx.Client, file: str, cited: str, page: int | None = None) -> httpx.Response:
    """Open the view of a document with the words ``cited`` of its source marked."""
    document = _document(client, file)
    source = client.get(f"/v1/documents/{quote(document['id'], safe='')}/text").text
    start = source.index(cited)
    query = {"version": document["sha256"][:12], "ranges": f"{start}-{start + len(cited)}"}
    if page is not None:
        query["page"] = str(page)
    return client.get(f"/fundstelle/{quote(document['id'], safe='')}", params=query)


def _marked(html: str) -> list[str]:
    """Return the marked words of the reading and, last, those of the source."""
    return [unescape(re.sub(r"<[^>]+>", "", mark)) for mark in re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.DOTALL)]


def test_the_cited_words_are_marked_in_reading_and_source(client: httpx.Client) -> None:
    cited = "Die Stadt hat das Becken für die Schu-\nlen erneuert."
    response = _view(client, "bäder.txt", cited)
    assert response.status_code == 200
    reading, source = _marked(response.text)
    assert reading == "Die Stadt hat das Becken für die Schulen erneuert."
    assert source == cited
    assert response.text.count('id="treffer"') == 1
    assert "Seite 1 von 2" in response.text
    assert '<html lang="de">' in response.text
    assert f"„{reading}“ (" in unescape(response.text)
    assert ", S. 1)" in response.text


def test_a_mended_word_is_shown_in_both_forms(client: httpx.Client) -> None:
    response = _view(client, REPORT, "28 Fachleute aus Bund und Landern")
    assert _marked(response.text) == ["28 Fachleute aus Bund und Ländern", "28 Fachleute aus Bund und Landern"]
    assert "<tr><td>Landern</td><td>Ländern</td></tr>" in response.text
    assert 'title="In der Datei: „Landern“">Ländern</span>' in response.text


def test_the_neighbouring_pages_are_linked_and_lead_back(client: httpx.Client) -> None:
    first = _view(client, "bäder.txt", "Das Hallenbad")
    following = unescape(re.search(r'rel="next" href="([^"]+)"', first.text)[1])  # type: ignore[index]
    second = client.get(following)
    assert "Seite 2 von 2" in second.text
    assert "Das Freibad öffnet am 1. Mai." in second.text
    assert _marked(second.text) == []
    assert "Die zitierte Stelle steht auf Seite 1." in second.text
    back = unescape(re.search(r'rel="prev" href="([^"]+)"', second.text)[1])  # type: ignore[index]
    assert _marked(client.get(back).text) == ["Das Hallenbad", "Das Hallenbad"]
    assert 'rel="prev"' not in first.text
    assert 'rel="next"' not in second.text


def test_a_document_without_pages_is_shown_in_parts(client: httpx.Client) -> None:
    response = _view(client, REPORT, "28 Fachleute aus Bund und Landern")
    assert "Teil 1 von " in response.text
    assert "Seite 1" not in response.text
    assert "S. 1" not in response.text


def test_a_document_that_holds_markup_is_shown_as_text(client: httpx.Client) -> None:
    response = _view(client, "sicherheit <i>.txt", "<script>document.title='uebernommen'</script>")
    assert "<script" not in response.text
    assert "onerror=&#34;" in response.text
    assert not re.search(r"<(img|b|i)\b", response.text)
    assert _marked(response.text)[-1] == "<script>document.title='uebernommen'</script>"


def test_the_page_loads_nothing_but_its_own_style(client: httpx.Client) -> None:
    response = _view(client, "bäder.txt", "Das Hallenbad")
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; ")
    assert "unsafe" not in policy
    assert re.findall(r'(?:src|action)="', response.text) == []
    assert not re.search(r"https?:|<script|style=|\son\w+=", response.text)
    for asset in re.findall(r'<link [^>]*href="([^"]+)"', response.text):
        assert client.get(asset).status_code == 200


def _shown_image(html: str) -> tuple[str, str]:
    """Return the address and the alternative text of the only image."""
    [image] = re.findall(r'<img src="([^"]+)" loading="lazy" alt="([^"]+)">', html)
    return unescape(image[0]), unescape(image[1])


def test_a_pdf_page_is_shown_as_an_image_on_request(client: httpx.Client) -> None:
    cited = "312 Linden"
    response = _view(client, "friedhöfe.pdf", cited)
    address, described = _shown_image(response.text)
    assert described == "Bild der Seite 1 von „Bericht über die Friedhöfe 2024“, die zitierte Stelle ist umrandet."
    assert '<h2 id="bild">Seite als Bild</h2>\n<details>\n' in response.text
    assert '<a href="#bild">' in response.text
    image = client.get(address, headers={"Accept": "image/avif,image/webp,image/apng,image/*,*/*;q=0.8"})
    assert (image.status_code, image.headers["content-type"]) == (200, "image/png")
    document = _document(client, "friedhöfe.pdf")
    start = client.get(f"/v1/documents/{document['id']}/text").text.index(cited)
    version = document["sha256"][:12]
    assert address.endswith(f"/pages/1?version={version}&ranges={start}-{start + len(cited)}")


def test_nothing_is_said_to_be_framed_on_another_page(client: httpx.Client) -> None:
    address, described = _shown_image(_view(client, "friedhöfe.pdf", "312 Linden", page=2).text)
    assert described == "Bild der Seite 2 von „Bericht über die Friedhöfe 2024“."
    assert address.endswith("&ranges=")
    assert "/pages/2?version=" in address


def test_the_image_of_a_page_with_mended_words_is_open(client: httpx.Client) -> None:
    response = _view(client, "feuerwehr.pdf", "Die Ubungen")
    assert _marked(response.text) == ["Die Übungen", "Die Ubungen"]
    assert '<h2 id="bild">Seite als Bild</h2>\n<details open>\n' in response.text


@pytest.mark.skipif(ocr.engine() is None, reason="tesseract-ocr and tesseract-ocr-deu not installed")
def test_the_image_of_a_scanned_page_is_open(client: httpx.Client) -> None:
    response = _view(client, "museum.png", "Fischerei")
    _shown_image(response.text)
    assert '<h2 id="bild">Seite als Bild</h2>\n<details open>\n' in response.text


def test_a_text_has_no_image(client: httpx.Client) -> None:
    response = _view(client, "bäder.txt", "Das Hallenbad")
    assert "<img" not in response.text
    assert "Seite als Bild" not in response.text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"version": "0" * 12, "ranges": "0-5"}, "Fassung nicht gefunden"),
        ({"version": "abc"}, "Fassung nicht gefunden"),
        ({"ranges": "0-99999999"}, "Stelle nicht gefunden"),
        ({"ranges": "5-"}, "Stelle nicht gefunden"),
        ({"ranges": "<script>"}, "Stelle nicht gefunden"),
        ({"ranges": ",".join(["1-2"] * 51)}, "Stelle nicht gefunden"),
        ({"page": "3"}, "Stelle nicht gefunden"),
        ({"page": "0"}, "Stelle nicht gefunden"),
        ({"page": "zwei"}, "Stelle nicht gefunden"),
    ],
)
def test_a_link_that_leads_nowhere_is_told_in_german(client: httpx.Client, query: dict[str, str], told: str) -> None:
    document = _document(client, "bäder.txt")
    response = client.get(f"/fundstelle/{quote(document['id'], safe='')}", params=query)
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert f"<h1>{told}</h1>" in response.text
    current = unescape(re.search(r'href="(/fundstelle/[^"]+)"', response.text)[1])  # type: ignore[index]
    assert client.get(current).status_code == 200


def test_a_range_on_a_page_break_opens_the_page_before_it(client: httpx.Client) -> None:
    response = _view(client, "bäder.txt", "\f")
    assert response.status_code == 200
    assert "Seite 1 von 2" in response.text


def test_an_unknown_document_is_told_in_german(client: httpx.Client) -> None:
    response = client.get("/fundstelle/%3Cscript%3E", params={"version": "0" * 12})
    assert response.status_code == 404
    assert "<h1>Dokument nicht gefunden</h1>" in response.text
    assert "<script" not in response.text


def test_the_link_of_an_answer_opens_its_sentence(client: httpx.Client) -> None:
    question = {"question": "Wie viele Gäste zählte das Hallenbad im Jahr 2023?"}
    citation = client.post("/v1/ask", json=question).raise_for_status().json()["citations"][0]
    reading, source = _marked(client.get(citation["url"]).text)
    assert reading == citation["quote"]
    assert source == citation["source_quote"]
