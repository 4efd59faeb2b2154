"""What every reader returns."""

from dataclasses import dataclass
from datetime import date

from corpus.types import BlockKind, Page, Span


@dataclass(frozen=True, slots=True)
class RawText:
    """The text of one file as its extractor gives it.

    ``pages`` is empty where the format has none; otherwise the pages follow each other in ``source_text``, with
    one form feed between two of them. ``title`` and ``published`` come from the file's metadata. ``marked`` names the
    blocks where the format marks them; they hold no line breaks. Elsewhere the layout has to show them.
    """

    source_text: str
    pages: tuple[Page, ...]
    extractor: str
    title: str | None = None
    published: date | None = None
    marked: tuple[tuple[Span, BlockKind], ...] = ()
