"""What every reader returns."""

from dataclasses import dataclass
from datetime import date

from corpus.types import Page


@dataclass(frozen=True, slots=True)
class RawText:
    """The text of one file as its extractor gives it.

    ``pages`` is empty where the format has none; otherwise the pages follow each other in ``source_text``, with
    one form feed between two of them. ``title`` and ``published`` come from the file's metadata.
    """

    source_text: str
    pages: tuple[Page, ...]
    extractor: str
    title: str | None = None
    published: date | None = None
