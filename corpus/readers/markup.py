"""Files whose format marks their structure: Word, OpenDocument, HTML and Markdown."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from corpus.readers.isolation import parse_isolated
from corpus.readers.raw import PageText, RawText
from corpus.types import BlockKind, Span

_BETWEEN_BLOCKS = "\n\n"


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
    by_page: list[list[dict[str, Any]]] = [[] for _ in range(result["blocks"][-1]["page"] + 1)]
    for block in result["blocks"]:
        by_page[block["page"]].append(block)
    published = date.fromisoformat(result["published"]) if result["published"] else None
    raw = RawText.of_pages([_page(blocks) for blocks in by_page], result["extractor"], result["title"], published)
    return raw if len(by_page) > 1 else replace(raw, pages=())


def _page(blocks: Iterable[dict[str, Any]]) -> PageText:
    text = ""
    marked: list[tuple[Span, BlockKind]] = []
    for block in blocks:
        text += _BETWEEN_BLOCKS if text else ""
        marked.append((Span(len(text), len(text) + len(block["text"])), BlockKind(block["kind"])))
        text += block["text"]
    return PageText(text, marked=tuple(marked))
