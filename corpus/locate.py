"""From places in the reading of a document to places in its source and on its pages."""

from bisect import bisect_right

from corpus.alignment import AlignedText
from corpus.types import Document, Span


def align(document: Document) -> AlignedText:
    """Return source and reading of a document with the way between them; worth keeping, it takes time to build."""
    return AlignedText(document.source_text, document.edits)


def sentence_spans(document: Document) -> list[Span]:
    """Return where each sentence of a document stands in its source."""
    aligned = align(document)
    return [aligned.source_span(sentence.span.start, sentence.span.end) for sentence in document.sentences]


def page_of(document: Document, offset: int) -> int | None:
    """Return the number (from 1) of the page that holds a source offset; None if the format has no pages."""
    index = bisect_right(document.pages, offset, key=lambda page: page.span.start) - 1
    return document.pages[index].number if index >= 0 else None


def ranges_by_page(
    document: Document, aligned: AlignedText, start: int, end: int
) -> tuple[tuple[int | None, Span], ...]:
    """Return the source parts that a reading range uses, each on one page, in order: (page number or None, range).

    Dropped noise, running headers and the white space at the ends of each part are left out.
    """
    parts: list[tuple[int | None, Span]] = []
    for part in aligned.source_ranges(start, end):
        if not document.pages:
            parts.append((None, part))
        for page in document.pages:
            cut = Span(max(part.start, page.span.start), min(part.end, page.span.end))
            text = document.source_text[cut.start : cut.end]
            if text.strip():
                left, right = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
                parts.append((page.number, Span(cut.start + left, cut.end - right)))
    return tuple(parts)
