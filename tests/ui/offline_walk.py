"""Run by test_offline.py inside a network namespace that has only loopback: server, browser, question, citation."""

import sys
from pathlib import Path

from live_server import CHROMIUM, CHROMIUM_FLAGS, running_server
from playwright.sync_api import expect, sync_playwright


def walk(data: Path) -> None:
    """Ask a question and follow its citation to the marked sentence."""
    with running_server(data) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_FLAGS)
        page = browser.new_page()
        requested: list[str] = []
        page.on("request", lambda request: requested.append(request.url))
        page.goto(server.url)
        page.get_by_role("textbox", name="Ihre Frage").fill("Wie viele Gäste zählte das Hallenbad im Jahr 2023?")
        page.get_by_role("button", name="Fragen").click()
        link = page.locator(".fs-open").first
        expect(link).to_be_visible(timeout=30_000)
        with page.context.expect_page() as opened:
            link.click()
        expect(opened.value.locator("mark#treffer")).to_contain_text("81.000 Gäste")
        elsewhere = [url for url in requested if not url.startswith((server.url, "data:"))]
        assert elsewhere == [], elsewhere
        browser.close()
    sys.stdout.write("gelaufen\n")


if __name__ == "__main__":
    walk(Path(sys.argv[1]))
