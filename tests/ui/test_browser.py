"""The chat page as staff see it, in headless Chromium set to English.

Every test also checks, by the fixture ``page``, that no request leaves the server.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

QUESTION = "Wie viele Fachleute aus Bund und Ländern nahmen an der Veranstaltung teil?"
PATIENCE_MS = 30_000
NOTICE = "getComputedStyle(document.querySelector('#eingabe'), '::before').content"  # what stands over the text box


@pytest.fixture
def chat(page: Page) -> Page:
    page.goto("/")
    expect(page.get_by_role("textbox", name="Ihre Frage")).to_be_visible(timeout=PATIENCE_MS)
    return page


@contextmanager
def _network(chat: Page, *, latency: int = 0, offline: bool = False) -> Iterator[None]:
    """Let the browser's network be slow, by milliseconds, or down until the context ends."""
    network = chat.context.new_cdp_session(chat)
    network.send("Network.enable")
    conditions = {"offline": offline, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", conditions)
    yield
    network.send("Network.emulateNetworkConditions", {**conditions, "offline": False, "latency": 0})


def _ask(chat: Page, question: str) -> None:
    turns = chat.locator(".fs-turn").count()
    chat.get_by_role("textbox", name="Ihre Frage").fill(question)
    chat.get_by_role("button", name="Fragen").click()
    newest = chat.locator(".fs-turn").nth(turns)
    expect(newest).to_be_visible(timeout=PATIENCE_MS)


def test_an_answer_leads_to_its_marked_sentence(chat: Page) -> None:
    _ask(chat, QUESTION)
    turn = chat.locator(".fs-turn")
    expect(turn).to_contain_text("28 Fachleute aus Bund und Ländern nahmen an der Veranstaltung teil. [1]")
    citation = turn.get_by_role("listitem").first
    quote = (citation.locator("blockquote").first.text_content() or "").strip("„“")
    with chat.context.expect_page() as opened:
        citation.get_by_role("link", name="ansehen").click()
    view = opened.value
    mark = view.locator("mark#treffer")
    expect(mark).to_be_in_viewport()
    expect(mark).to_have_text(quote)
    expect(view.get_by_role("heading", level=1)).to_be_visible()


def test_a_citation_of_a_pdf_shows_its_place_on_the_image_of_the_page(chat: Page) -> None:
    _ask(chat, "Wie viele Linden wurden auf dem Waldfriedhof gepflanzt?")
    with chat.context.expect_page() as opened:
        chat.locator(".fs-turn").get_by_role("link", name="Seite ansehen").first.click()
    view = opened.value
    image = view.get_by_role("img", name="Bild der Seite 1 von „Bericht über die Friedhöfe 2024“")
    expect(image).to_be_hidden()
    view.get_by_text("Seite 1 mit der umrandeten Stelle anzeigen").click()
    expect(image).to_be_visible()
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("complete", value=True, timeout=PATIENCE_MS)
    assert image.evaluate("image => image.naturalWidth") == 910  # A4 with 110 dots per inch


def test_a_question_without_an_answer_is_told_so_with_the_nearest_passages(chat: Page) -> None:
    _ask(chat, "Wie hoch ist der Mount Everest?")
    turn = chat.locator(".fs-turn")
    expect(turn).to_contain_text("Keine Antwort in den Dokumenten gefunden")
    assert 1 <= turn.get_by_role("listitem").count() <= 3
    expect(turn.get_by_role("link", name="ansehen").first).to_have_attribute("href", re.compile("^/fundstelle/"))


def test_a_follow_up_is_understood_from_the_conversation(chat: Page) -> None:
    _ask(chat, "Was kostet der Eintritt in das Freibad?")
    _ask(chat, "Und das Hallenbad?")
    expect(chat.locator(".fs-turn")).to_have_count(2)
    expect(chat.locator(".fs-turn").nth(1)).to_contain_text("Verstanden als: „")
    chat.get_by_role("button", name="Neues Gespräch beginnen").click()
    expect(chat.locator(".fs-turn")).to_have_count(0)


def test_an_example_can_be_asked_with_one_click(chat: Page) -> None:
    example = chat.locator("#beispiele button:visible").first
    expect(example).to_be_visible(timeout=PATIENCE_MS)
    question = example.text_content() or ""
    example.click()
    turn = chat.locator(".fs-turn")
    expect(turn.locator(".fs-question")).to_contain_text(question.strip(), timeout=PATIENCE_MS)
    expect(turn.get_by_role("link", name="ansehen").first).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.locator("#beispiele")).to_be_hidden()


def test_the_enter_key_sends_a_question(chat: Page) -> None:
    box = chat.get_by_role("textbox", name="Ihre Frage")
    box.fill("Was kostet der Eintritt?")
    box.press("Enter")
    expect(chat.locator(".fs-question")).to_have_text("Ihre Frage: Was kostet der Eintritt?", timeout=PATIENCE_MS)
    expect(box).to_have_value("")


def test_a_question_on_its_way_is_told_of(chat: Page) -> None:
    box = chat.get_by_role("textbox", name="Ihre Frage")
    with _network(chat, latency=2_000):
        box.fill(QUESTION)
        box.press("Enter")
        chat.wait_for_function(f"{NOTICE}.includes('Die Dokumente werden durchsucht')", timeout=PATIENCE_MS)
        expect(chat.locator(".fs-turn")).to_have_count(1, timeout=PATIENCE_MS)
    expect(box).to_have_value("")
    chat.wait_for_function(f"{NOTICE} === 'none'")


def test_a_question_that_got_lost_stays_until_the_server_is_back_and_the_page_starts_anew(chat: Page) -> None:
    box = chat.get_by_role("textbox", name="Ihre Frage")
    with _network(chat, offline=True):
        box.fill(QUESTION)
        box.press("Enter")
        chat.wait_for_function(f"{NOTICE}.includes('nicht zu erreichen')", timeout=PATIENCE_MS)
        expect(chat.get_by_text("Connection")).to_be_hidden()
        expect(box).to_have_value(QUESTION)
    expect(box).to_have_value("", timeout=PATIENCE_MS)
    chat.wait_for_function(f"{NOTICE} === 'none'")
    _ask(chat, QUESTION)


def test_an_empty_question_does_nothing(chat: Page) -> None:
    box = chat.get_by_role("textbox", name="Ihre Frage")
    box.fill("   ")
    with chat.expect_response(re.compile("run/predict")):
        box.press("Enter")
    chat.wait_for_timeout(1_000)
    expect(chat.locator(".fs-turn")).to_have_count(0)
    expect(chat.get_by_role("button", name="Neues Gespräch beginnen")).to_be_hidden()


def test_markup_in_documents_and_questions_stays_text(chat: Page) -> None:
    attack = "<img src=x onerror=\"document.title='uebernommen'\">${document.title='uebernommen'}"
    _ask(chat, f"Was schrieb der Prüfer in das Feld der Anmeldung am Schalter? {attack}")
    _ask(chat, "Was schrieb der Prüfer in das Feld der Anmeldung am Schalter?")
    expect(chat.locator(".fs-question").first).to_contain_text(attack)
    expect(chat.locator(".fs-answer").nth(1)).to_contain_text("<script>document.title='uebernommen'</script>")
    assert chat.locator("#gespraech img, #gespraech script").count() == 0
    assert chat.title() == "Fundstelle"


def test_every_word_on_the_page_is_german_even_in_an_english_browser(chat: Page) -> None:
    _ask(chat, QUESTION)
    assert chat.locator("html").get_attribute("lang") == "de"
    seen = chat.locator("body").inner_text()
    assert not re.search(r"\b(gradio|submit|clear|loading|error|settings|built|API)\b", seen, re.IGNORECASE)
    names = chat.evaluate(
        "[...document.querySelectorAll('[aria-label], [title]')].flatMap(e => [e.ariaLabel, e.title]).filter(Boolean)"
    )
    assert not [name for name in names if re.search(r"\b(submit|clear|close|copy|loading)\b", name, re.IGNORECASE)]


def test_nothing_on_the_pages_breaks_their_own_rules(page: Page) -> None:
    complaints: list[str] = []

    def opened(path: str) -> Page:
        fresh = page.context.new_page()  # leaving the chat page cuts its connections, which it complains of
        fresh.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        fresh.on("pageerror", lambda error: complaints.append(str(error)))
        fresh.goto(path)
        return fresh

    chat = opened("/")
    _ask(chat, QUESTION)
    opened(chat.get_by_role("link", name="ansehen").first.get_attribute("href") or "")
    _ask(chat, "Wie viele Linden wurden auf dem Waldfriedhof gepflanzt?")
    with_image = opened(chat.get_by_role("link", name="Seite ansehen").last.get_attribute("href") or "")
    with with_image.expect_response(re.compile("/pages/1"), timeout=PATIENCE_MS):
        with_image.get_by_text("Seite 1 mit der umrandeten Stelle anzeigen").click()
    docs = opened("/docs")
    expect(docs.get_by_text("/v1/ask")).to_be_visible(timeout=PATIENCE_MS)
    assert complaints == []


def test_the_page_fits_a_phone(chat: Page) -> None:
    chat.set_viewport_size({"width": 360, "height": 740})
    _ask(chat, QUESTION)
    assert chat.evaluate("document.documentElement.scrollWidth") <= 360
    chat.goto(chat.get_by_role("link", name="ansehen").first.get_attribute("href") or "")
    assert chat.evaluate("document.documentElement.scrollWidth") <= 360
