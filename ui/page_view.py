"""The page behind a citation: one page of one version of a document, the cited sentence marked.

Plain HTML without scripts under a strict policy; documents are shown as text, whatever they hold.
"""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from corpus.page_image import has_page_images
from corpus.types import Document, Page, Span
from rag.api.state import ApiState, get_state
from rag.links import PAGE_VIEW_PATH, citation_url, format_ranges, parse_ranges
from ui.page_text import paragraphs, parts, pieces, source_runs
from ui.templating import render

router = APIRouter(include_in_schema=False)

_MIN_VERSION = 8  # characters of a version that name it
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@router.get(PAGE_VIEW_PATH + "/{document_id}", response_class=HTMLResponse)
def view_page(
    document_id: str,
    state: Annotated[ApiState, Depends(get_state)],
    version: Annotated[str, Query()] = "",
    ranges: Annotated[str, Query()] = "",
    page: Annotated[str, Query()] = "",
) -> HTMLResponse:
    """Return the page of the first cited range, or ``page`` where it is given."""
    if state.answerer is None:
        return _refusal(503, "Noch nicht bereit", "Der Index wird geladen. Bitte laden Sie diese Seite gleich neu.")
    index = state.answerer.searcher
    present = index.stored.get(document_id)
    found = index.find(document_id, version) if not version or len(version) >= _MIN_VERSION else None
    if found is None:
        if present is None:
            return _refusal(404, "Dokument nicht gefunden", "Dieses Dokument gehört nicht (mehr) zum Bestand.")
        return _refusal(
            404,
            "Fassung nicht gefunden",
            f"Von „{present.title}“ liegt eine andere Fassung vor; die zitierte wird nicht mehr vorgehalten.",
            citation_url(present.id, present.version, []),
        )
    document = index.document(found)
    try:
        cited = parse_ranges(ranges)
        shown = _choose(parts(document), cited, page)
    except ValueError:
        return _refusal(
            404,
            "Stelle nicht gefunden",
            f"„{document.title}“ hat die Seite oder Stelle nicht, auf die dieser Verweis zeigt.",
            citation_url(document.id, document.version, []),
        )
    present_link = citation_url(present.id, present.version, []) if present and present != found else None
    return _page(document, shown, cited, earlier=present != found, present_link=present_link)


def _choose(available: Sequence[Page], cited: Sequence[Span], number: str) -> Page:
    """Return the asked page, else the one where the first cited range starts, else the first.

    :raises ValueError: If there is no such page, or a range leaves the text.
    """
    end = available[-1].span.end if available else 0
    if any(part.end > end for part in cited):
        raise ValueError("a range leaves the text")
    if number:
        if not (number.isascii() and number.isdigit() and 1 <= int(number) <= len(available)):
            raise ValueError("no such page")
        return available[int(number) - 1]
    at = cited[0].start if cited else 0
    return max((page for page in available if page.span.start <= at), key=_number, default=available[0])


def _number(page: Page) -> int:
    return page.number


def _page(
    document: Document, shown: Page, cited: Sequence[Span], earlier: bool, present_link: str | None
) -> HTMLResponse:
    available = parts(document)
    here = [part for part in cited if part.start < shown.span.end and shown.span.start < part.end]

    def link(number: int) -> str | None:
        ranges = [(part.start, part.end) for part in cited]
        known = 1 <= number <= len(available)
        return citation_url(document.id, document.version[:12], ranges, number) if known else None

    body = paragraphs(document, shown.span, cited)
    runs = [run for paragraph in body for run in paragraph.runs]
    damaged = any(piece.original for run in runs for piece in run.pieces)
    mended = [piece for run in runs for piece in run.pieces if piece.original and (run.cited or not here)]
    html = render(
        "page.html",
        document=document,
        earlier=earlier,
        present_link=present_link,
        unit="Seite" if document.pages else "Teil",
        number=shown.number,
        count=len(available),
        paragraphs=body,
        source=source_runs(document, shown.span, cited),
        mended=list(dict.fromkeys((piece.original, piece.text) for piece in mended)),
        quote=_quote(document, cited),
        cited_here=bool(here),
        image=_image(document, shown, here) if document.pages and has_page_images(document) else None,
        doubtful=damaged or any(scan.page == shown.number for scan in document.scans),
        first_cited=_choose(available, cited, "").number if cited else None,
        previous=link(shown.number - 1),
        next=link(shown.number + 1),
        cited_link=link(_choose(available, cited, "").number) if cited else None,
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY})


def _image(document: Document, shown: Page, here: Sequence[Span]) -> str:
    """Return the address of the page's image with the words of ``here`` boxed; the browser asks for it as an image."""
    ranges = format_ranges((part.start, part.end) for part in here)
    query = urlencode({"version": document.version[:12], "ranges": ranges}, safe=",")
    return f"/v1/documents/{quote(document.id, safe='')}/pages/{shown.number}?{query}"


def _quote(document: Document, cited: Sequence[Span]) -> str:
    """Return the cited words in their reading, for the reference to copy."""
    if not cited:
        return ""
    hull = Span(min(part.start for part in cited), max(part.end for part in cited))
    words = "".join(piece.text for piece in pieces(document, hull, cited) if piece.cited)
    return " ".join(words.split())


def _refusal(status: int, title: str, text: str, link: str | None = None) -> HTMLResponse:
    html = render("refusal.html", title=title, text=text, link=link)
    return HTMLResponse(html, status, headers={"Content-Security-Policy": _POLICY})
