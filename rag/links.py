"""The addresses of the pages, and the links of citations: how a place in a document becomes a URL, and back.

Knows no web framework. The pages themselves belong to ui/.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Final
from urllib.parse import quote, urlencode

from corpus.types import Span

PAGE_VIEW_PATH: Final = "/fundstelle"
LOGIN_PATH: Final = "/anmelden"
LOGOUT_PATH: Final = "/abmelden"
ASSETS_PATH: Final = "/gestaltung"  # the style sheet and the icon of all pages
MARK_ID = "treffer"  # the element the browser scrolls to
MAX_RANGES = 50
_MAX_DIGITS = 10


def citation_url(document_id: str, version: str, ranges: Iterable[tuple[int, int]], page: int | None = None) -> str:
    """Return the path of the page view with the source ranges marked.

    :param version: The document's version or a prefix of it.
    :param ranges: Half-open ranges of the source text; the first ``MAX_RANGES`` are marked.
    :param page: Page to show; None shows the page of the first range.
    """
    marked = format_ranges(islice(ranges, MAX_RANGES))
    query = {"version": version, "ranges": marked, "page": "" if page is None else str(page)}
    given = urlencode({name: value for name, value in query.items() if value}, safe=",")
    return f"{PAGE_VIEW_PATH}/{quote(document_id, safe='')}?{given}#{MARK_ID}"


def format_ranges(ranges: Iterable[tuple[int, int]]) -> str:
    """Return source ranges as ``parse_ranges`` reads them."""
    return ",".join(f"{start}-{end}" for start, end in ranges)


def parse_ranges(text: str) -> tuple[Span, ...]:
    """Read the ``ranges`` of a citation's link: ``"3120-3288,3300-3310"``.

    :raises ValueError: If the text has another form, a range is empty, or there are more than ``MAX_RANGES``.
    """
    parts = text.split(",") if text else []
    if len(parts) > MAX_RANGES:
        raise ValueError(f"{len(parts)} ranges, at most {MAX_RANGES} are allowed")
    return tuple(_parse_range(part) for part in parts)


def _parse_range(text: str) -> Span:
    start, _, end = text.partition("-")
    if not all(number.isascii() and number.isdigit() and len(number) <= _MAX_DIGITS for number in (start, end)):
        raise ValueError(f"{text[:40]!r} is not of the form start-end")
    if int(start) >= int(end):
        raise ValueError(f"{text!r} is empty")
    return Span(int(start), int(end))
