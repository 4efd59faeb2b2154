"""Files whose format marks their structure: Word, OpenDocument, HTML and Markdown."""

from datetime import date

from corpus.readers.isolation import parse_isolated
from corpus.readers.raw import RawText
from corpus.types import BlockKind, Page, Span

_BETWEEN_BLOCKS = "\n\n"
_BETWEEN_PAGES = "\f"


def read_docx(data: bytes) -> RawText:
    """Read a Word file; a page ends where its author broke it. Errors as in ``read_html``."""
    return _read("docx", data)


def read_odt(data: bytes) -> RawText:
    """Read an OpenDocument text. Errors as in ``read_html``."""
    return _read("odt", data)


def read_markdown(data: bytes) -> RawText:
    """Read a Markdown file. Errors as in ``read_html``."""
    return _read("md", data)


def read_html(data: bytes) -> RawText:
    """Read a saved web page.

    :raises UnreadableFileError: If the file is damaged, of another format, without text, too large or takes too long.
    """
    return _read("html", data)


def _read(file_format: str, data: bytes) -> RawText:
    result = parse_isolated("markup_worker", file_format, data=data)
    parts: list[str] = []
    marked: list[tuple[Span, BlockKind]] = []
    page_starts = [0]
    length = 0
    for block in result["blocks"]:
        breaks = block["page"] + 1 - len(page_starts)
        separator = _BETWEEN_PAGES * breaks or (_BETWEEN_BLOCKS if parts else "")
        page_starts += range(length + 1, length + breaks + 1)
        parts += [separator, block["text"]]
        start = length + len(separator)
        length = start + len(block["text"])
        marked.append((Span(start, length), BlockKind(block["kind"])))
    ends = [start - len(_BETWEEN_PAGES) for start in page_starts[1:]] + [length]
    pages = [Page(n, Span(*ends_at)) for n, ends_at in enumerate(zip(page_starts, ends, strict=True), start=1)]
    published = date.fromisoformat(result["published"]) if result["published"] else None
    return RawText(
        "".join(parts),
        tuple(pages) if len(pages) > 1 else (),
        result["extractor"],
        result["title"],
        published,
        tuple(marked),
    )
