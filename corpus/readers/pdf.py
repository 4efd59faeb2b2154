"""PDF files with a text layer, read by PDFium in a process of their own."""

from datetime import date

from corpus.options import PARSER_TIMEOUT_S
from corpus.readers.isolation import parse_isolated
from corpus.readers.raw import RawText
from corpus.types import Page, Span


def read(data: bytes, timeout_s: float = PARSER_TIMEOUT_S) -> RawText:
    """Extract the text of a PDF, pages separated by form feeds.

    :raises UnreadableFileError: If the file is encrypted, broken, without text, too long, or takes too long.
    """
    result = parse_isolated("pdf_worker", data=data, timeout_s=timeout_s)
    pages: list[Page] = []
    start = 0
    for text in result["pages"]:
        pages.append(Page(len(pages) + 1, Span(start, start + len(text))))
        start += len(text) + 1
    published = date.fromisoformat(result["published"]) if result["published"] else None
    return RawText("\f".join(result["pages"]), tuple(pages), result["extractor"], result["title"], published)
