"""What an HTML page says, block by block: headings, paragraphs, list entries, rows of tables.

Word, OpenDocument and Markdown files come through here as well, as the HTML that their libraries make of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from corpus.readers.tables import read_rows
from corpus.types import BlockKind

_HEADINGS: Final = frozenset("h1 h2 h3 h4 h5 h6 caption legend summary dt".split())
_PARAGRAPHS: Final = frozenset(
    """address article blockquote body center dd details div dl fieldset figcaption figure form html main ol p pre
    section ul""".split()
)
# What surrounds the text of a web page, and what nobody reads.
_SKIPPED: Final = frozenset(
    """aside audio button canvas datalist embed footer head iframe img input link meta nav noscript object option
    script select style svg template textarea title video""".split()
)
_SKIPPED_ROLES: Final = frozenset("banner contentinfo dialog menu menubar navigation search".split())
_CELLS: Final = ("td", "th")
_BULLET: Final = "• "
_MAX_START_DIGITS: Final = 9
_SPACE = re.compile(r"[\s\u00a0]+")

PAGE_BREAK: Final = "seitenumbruch"  # class of an <hr> at which a new page begins


@dataclass(slots=True)
class HtmlBlock:
    """One block of text without line breaks, on the page of this number, which counts from 0."""

    kind: BlockKind
    text: str
    page: int


@dataclass(slots=True)
class _Collector:
    blocks: list[HtmlBlock] = field(default_factory=list)
    page: int = 0
    words: list[str] = field(default_factory=list)
    kind: BlockKind = BlockKind.TEXT
    mark: str = ""  # bullet or number of the list entry that begins

    def flush(self) -> None:
        """End the block."""
        text = _SPACE.sub(" ", "".join(self.words)).strip()
        self.words.clear()
        if text:
            self.blocks.append(HtmlBlock(self.kind, self.mark + text, self.page))
            self.mark = ""


def html_blocks(root: Any) -> list[HtmlBlock]:
    """Return the blocks of a parsed page in reading order, without navigation, header and footer.

    :param root: Element of lxml; its ``main`` element alone is read where it has exactly one.
    """
    mains = root.xpath(".//main | .//*[@role='main']")
    collector = _Collector()
    _walk(mains[0] if len(mains) == 1 else root, collector)
    collector.flush()
    return collector.blocks


def _walk(element: Any, out: _Collector) -> None:
    """Read an element and all below it; the parser bounds the depth."""
    tag = element.tag
    if tag in _HEADINGS:
        out.flush()
        _read_as(BlockKind.HEADING, element, out)
    elif tag == "li":
        out.flush()
        out.mark = _mark(element)
        _read_as(BlockKind.ITEM, element, out)
        out.mark = ""
    elif tag == "table" and not _is_layout(element):
        out.flush()
        _read_table(element, out)
    elif tag in _PARAGRAPHS or tag in ("table", "tr", *_CELLS):
        out.flush()
        _read_inside(element, out)
        out.flush()
    elif tag == "hr":
        out.flush()
        out.page += element.get("class") == PAGE_BREAK
    elif tag == "br":
        out.words.append(" ")
    else:
        _read_inside(element, out)


def _read_inside(element: Any, out: _Collector) -> None:
    out.words.append(element.text or "")
    for child in element:
        if _is_read(child):
            _walk(child, out)
        out.words.append(child.tail or "")


def _read_as(kind: BlockKind, element: Any, out: _Collector) -> None:
    around, out.kind = out.kind, kind
    _read_inside(element, out)
    out.flush()
    out.kind = around


def _is_read(element: Any) -> bool:
    if not isinstance(element.tag, str) or element.tag in _SKIPPED or element.get("role") in _SKIPPED_ROLES:
        return False
    if element.tag == "header":  # of a page, not of an article
        return any(ancestor.tag in ("article", "main") for ancestor in element.iterancestors())
    return element.get("hidden") is None and element.get("aria-hidden") != "true"


def _mark(entry: Any) -> str:
    """Return what a list entry begins with: a bullet, or its number in an ordered list."""
    parent = entry.getparent()
    if parent is None or parent.tag != "ol":
        return _BULLET
    start = parent.get("start", "1")
    first = int(start) if start.isascii() and start.isdigit() and len(start) <= _MAX_START_DIGITS else 1
    return f"{first + sum(other.tag == 'li' for other in entry.itersiblings(preceding=True))}. "


def _is_layout(table: Any) -> bool:
    """Tell whether a table only arranges other blocks on the page."""
    return bool(table.xpath(".//table | .//td//h1 | .//td//h2 | .//td//h3")) or table.get("role") == "presentation"


def _read_table(table: Any, out: _Collector) -> None:
    """Add one block per row, each value with the header of its column."""
    for caption in table.iterchildren("caption"):
        _walk(caption, out)
    rows = [[cell for cell in row if cell.tag in _CELLS] for row in table.iter("tr")]
    texts = [[_cell_text(cell) for cell in row] for row in rows]
    for parts in read_rows(texts, _marks_header(rows) or None):
        text = "".join(part.followed(texts[part.row][part.column]) for part in parts)
        out.blocks.append(HtmlBlock(BlockKind.ITEM, text, out.page))


def _cell_text(cell: Any) -> str:
    collector = _Collector()
    _read_inside(cell, collector)
    collector.flush()
    return " ".join(block.text for block in collector.blocks)


def _marks_header(rows: Sequence[Sequence[Any]]) -> bool:
    """Tell whether the first row is marked as naming the columns."""
    if len(rows) < 2 or not rows[0]:
        return False
    return all(cell.tag == "th" for cell in rows[0]) or rows[0][0].getparent().getparent().tag == "thead"
