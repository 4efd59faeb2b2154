"""What every reader gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from corpus.types import BlockKind, Page, Scan, Span
from corpus.word_boxes import WordBox, pack

_BETWEEN_PAGES = "\f"


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of one page; all offsets are within it.

    ``marked`` are lines whose kind the format tells, ``large`` lines in larger type than the text's.
    """

    text: str
    words: tuple[WordBox, ...] = ()
    marked: tuple[tuple[Span, BlockKind], ...] = ()
    large: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class RawText:
    """The text of one file as its extractor gives it.

    ``pages`` is empty where the format has none; otherwise the pages follow each other in ``source_text``, with
    one form feed between two of them. ``title`` and ``published`` come from the file's metadata. ``marked`` names the
    lines whose kind the format tells; of the others the layout has to show it. ``large`` are lines in larger type than
    the text's. ``scans`` are the pages that are pictures, ``word_boxes`` are packed (corpus/word_boxes.py).
    """

    source_text: str
    pages: tuple[Page, ...]
    extractor: str
    title: str | None = None
    published: date | None = None
    marked: tuple[tuple[Span, BlockKind], ...] = ()
    large: tuple[Span, ...] = ()
    scans: tuple[Scan, ...] = ()
    word_boxes: bytes = b""

    @classmethod
    def of_pages(
        cls,
        texts: Sequence[PageText],
        extractor: str,
        title: str | None = None,
        published: date | None = None,
        scans: tuple[Scan, ...] = (),
    ) -> Self:
        """Put the pages of a file together."""
        source, pages = paged([page.text for page in texts])
        starts = [(page, at.span.start) for page, at in zip(texts, pages, strict=True)]
        return cls(
            source,
            pages,
            extractor,
            title,
            published,
            marked=tuple((_moved(line, start), kind) for page, start in starts for line, kind in page.marked),
            large=tuple(_moved(line, start) for page, start in starts for line in page.large),
            scans=scans,
            word_boxes=pack(
                word._replace(start=word.start + start, end=word.end + start)
                for page, start in starts
                for word in page.words
            ),
        )


def paged(texts: Sequence[str]) -> tuple[str, tuple[Page, ...]]:
    """Return the source text of these pages, one form feed between two of them, and where each page is."""
    pages: list[Page] = []
    start = 0
    for number, text in enumerate(texts, start=1):
        pages.append(Page(number, Span(start, start + len(text))))
        start += len(text) + 1
    return _BETWEEN_PAGES.join(texts), tuple(pages)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
