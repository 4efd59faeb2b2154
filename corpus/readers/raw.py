"""What every reader returns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from corpus.types import BlockKind, Page, Scan, Span


@dataclass(frozen=True, slots=True)
class RawText:
    """The text of one file as its extractor gives it.

    ``pages`` is empty where the format has none; otherwise the pages follow each other in ``source_text``, with
    one form feed between two of them. ``title`` and ``published`` come from the file's metadata. ``marked`` names the
    blocks where the format marks them; they hold no line breaks. Elsewhere the layout has to show them. ``scans`` are
    the pages that are pictures.
    """

    source_text: str
    pages: tuple[Page, ...]
    extractor: str
    title: str | None = None
    published: date | None = None
    marked: tuple[tuple[Span, BlockKind], ...] = ()
    scans: tuple[Scan, ...] = ()


def paged(texts: Sequence[str]) -> tuple[str, tuple[Page, ...]]:
    """Return the source text of these pages, one form feed between two of them, and where each page is."""
    pages: list[Page] = []
    start = 0
    for number, text in enumerate(texts, start=1):
        pages.append(Page(number, Span(start, start + len(text))))
        start += len(text) + 1
    return "\f".join(texts), tuple(pages)
