"""The login page, and the whole service behind it: in a process of its own, with keys made by other processes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from live_server import Server, running_server
from playwright.sync_api import Browser, Page, expect

from rag.keys import KeyStore, Role
from ui.login import local_path

PATIENCE_MS = 30_000
QUESTION = "Was kostet der Eintritt in das Freibad?"
PUBLIC = {"/livez", "/readyz", "/anmelden", "/abmelden", "/gestaltung/x"}
EXPIRED = "Max-Age=0"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, library_data: Path) -> Path:
    """Return a data folder with the index of the library and keys of its own."""
    folder = tmp_path_factory.mktemp("locked")
    (folder / "index").symlink_to(library_data / "index")
    return folder


@pytest.fixture(scope="module")
def key(data: Path) -> str:
    return KeyStore(data).add("Bürgerbüro", Role.READER)


@pytest.fixture(scope="module")
def locked(data: Path, key: str) -> Iterator[Server]:
    with running_server(data) as running:
        yield running
    assert key not in "".join(running.output)


@pytest.fixture
def visitor(locked: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=locked.url, timeout=30) as client:
        yield client


@pytest.fixture
def page(browser: Browser, locked: Server) -> Iterator[Page]:
    context = browser.new_context(base_url=locked.url)
    yield context.new_page()
    context.close()


def test_without_a_key_no_address_of_the_whole_server_is_open_gradio_included(tmp_path: Path) -> None:
    KeyStore(tmp_path).add("Amt", Role.READER)
    script = Path(__file__).with_name("route_walk.py")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    walked = subprocess.run(
        [sys.executable, str(script), str(tmp_path)], env=environment, capture_output=True, text=True, check=True
    )
    answers = json.loads(walked.stdout)
    paths = {path for _, path, _ in answers}
    needed = {"/fundstelle/x", "/config", "/assets/x", "/gradio_api/run/x", "/gradio_api/heartbeat/x", "/docs", *PUBLIC}
    assert needed <= paths
    assert len(paths) > 60  # Gradio has many
    assert {path for _, path, status in answers if status != 401} == PUBLIC


def test_the_key_is_taken_into_a_cookie_and_leads_back_to_where_one_wanted_to_go(
    visitor: httpx.Client, key: str
) -> None:
    asked = visitor.get("/docs?a=1&b=%C3%A4", headers={"Accept": "text/html"})
    form = visitor.get(asked.headers["location"])
    assert form.status_code == 200
    (target,) = re.findall(r'name="weiter" type="hidden" value="([^"]*)"', form.text)
    assert target == "/docs?a=1&amp;b=%C3%A4"
    sent = visitor.post("/anmelden", data={"schluessel": f" {key}\n", "weiter": "/docs?a=1&b=%C3%A4"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/docs?a=1&b=%C3%A4")
    cookie = sent.headers["set-cookie"]
    assert cookie == f"fundstelle_key={key}; HttpOnly; Path=/; SameSite=strict"
    assert visitor.get("/docs").status_code == 200
    assert visitor.get("/anmelden").text.count("Sie sind als „Bürgerbüro“ angemeldet.") == 1


def test_behind_tls_the_cookie_is_kept_to_tls(visitor: httpx.Client, key: str) -> None:
    proxied = {"X-Forwarded-Proto": "https", "Origin": str(visitor.base_url).replace("http:", "https:").rstrip("/")}
    sent = visitor.post("/anmelden", data={"schluessel": key}, headers=proxied)
    assert sent.headers["set-cookie"].endswith("; Secure")


def test_a_wrong_key_gets_the_same_page_with_the_reason(visitor: httpx.Client) -> None:
    for wrong in ("fs_falsch", "", '"><script>x</script>'):
        sent = visitor.post("/anmelden", data={"schluessel": wrong, "weiter": "/docs"})
        assert (sent.status_code, sent.headers["www-authenticate"]) == (401, "Bearer")
        assert "Dieser Schlüssel gilt nicht." in sent.text
        assert 'value="/docs"' in sent.text
        assert "set-cookie" not in sent.headers
        assert "<script" not in sent.text
        assert "form-action 'self'" in sent.headers["content-security-policy"]


def test_signing_out_takes_the_cookie_back(visitor: httpx.Client, key: str) -> None:
    visitor.post("/anmelden", data={"schluessel": key})
    assert visitor.get("/v1/documents").status_code == 200
    left = visitor.post("/abmelden")
    assert (left.status_code, left.headers["location"]) == (303, "/anmelden")
    assert EXPIRED in left.headers["set-cookie"]
    assert visitor.get("/v1/documents").status_code == 401
    assert visitor.get("/abmelden").status_code == 405  # no link, picture or page can sign anybody out


def test_another_site_can_neither_sign_in_nor_out(visitor: httpx.Client, key: str) -> None:
    for address in ("/anmelden", "/abmelden"):
        sent = visitor.post(address, data={"schluessel": key}, headers={"Origin": "https://evil.example"})
        assert sent.status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        *("//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "javascript:alert(1)"),
        *("evil.example", "", "///evil.example", "/\t/evil.example", "/\n/evil.example", " //evil.example"),
        *("/x\r\nSet-Cookie: a=b", "/a\\b", "/ä", "/a b", "http:/evil.example", "@evil.example", "/\x00/evil.example"),
    ],
)
def test_the_way_back_never_leaves_the_server(visitor: httpx.Client, key: str, path: str) -> None:
    assert local_path(path) == "/"
    sent = visitor.post("/anmelden", data={"schluessel": key, "weiter": path})
    assert (sent.status_code, sent.headers["location"]) == (303, "/")
    visitor.cookies.clear()
    assert 'name="weiter" type="hidden" value="/"' in visitor.get("/anmelden", params={"weiter": path}).text


@pytest.mark.parametrize("path", ["/", "/docs", "/fundstelle/b%C3%A4der?ranges=1-2,4-5&page=2", "/a//b", "/%2F/a"])
def test_the_way_back_to_a_page_of_the_server_is_kept(path: str) -> None:
    assert local_path(path) == path


def test_a_link_on_another_site_leads_on_with_the_cookie_that_the_browser_held_back(
    visitor: httpx.Client, key: str
) -> None:
    linked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    onward = '<meta http-equiv="refresh" content="0; url=/docs">'
    assert onward in visitor.get("/anmelden?weiter=/docs", headers=linked).text
    assert "refresh" not in visitor.get("/anmelden?weiter=/docs", headers={"Sec-Fetch-Site": "same-origin"}).text
    signed_in = {**linked, "Cookie": f"fundstelle_key={key}"}
    assert "refresh" not in visitor.get("/anmelden?weiter=/docs", headers=signed_in).text


def test_where_no_keys_exist_nobody_has_to_sign_in(server: Server) -> None:
    with httpx.Client(base_url=server.url) as client:
        assert "Eine Anmeldung ist nicht nötig." in client.get("/anmelden").text
        sent = client.post("/anmelden", data={"schluessel": "x", "weiter": "/docs"})
        assert (sent.status_code, sent.headers["location"]) == (303, "/docs")
        assert "set-cookie" not in sent.headers
        assert "Abmelden" not in client.get("/").text


def test_signing_in_asking_and_being_revoked_in_a_browser(page: Page, data: Path) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    token = KeyStore(data).add("Frau Lüders", Role.READER)
    page.goto("/")
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    page.get_by_label("Zugangsschlüssel").fill(token)
    page.get_by_role("button", name="Anmelden").click()
    box = page.get_by_role("textbox", name="Ihre Frage")
    expect(box).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("Angemeldet als „Frau Lüders“")).to_be_visible()
    box.fill(QUESTION)
    page.get_by_role("button", name="Fragen").click()
    expect(page.locator(".fs-turn")).to_contain_text("4 Euro", timeout=PATIENCE_MS)
    assert complaints == []
    KeyStore(data).revoke("Frau Lüders")
    box.fill(QUESTION)
    page.get_by_role("button", name="Fragen").click()
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_label("Zugangsschlüssel").fill(token)
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("alert")).to_contain_text("Dieser Schlüssel gilt nicht.")


def test_signing_out_in_a_browser(page: Page, key: str) -> None:
    page.goto("/anmelden?weiter=/docs")
    page.get_by_label("Zugangsschlüssel").fill(key)
    page.keyboard.press("Enter")
    expect(page.get_by_text("/v1/ask").first).to_be_visible(timeout=PATIENCE_MS)
    page.goto("/")
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    page.goto("/docs")
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
