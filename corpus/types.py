"""What the documents say, as plain data: the words every other room uses.

Imports nothing of this project. Offsets are half-open ranges of Unicode code points.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

SECTION_SEPARATOR: Final = " – "  # between the names of a section and of the one below it


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range ``[start, end)`` of code points."""

    start: int
    end: int


class EditKind(StrEnum):
    """Why the reading differs from the source at one place."""

    FOLD = "fold"  # line breaks and runs of spaces become one space or one paragraph break
    JOIN = "join"  # a word hyphenated over a line end is joined
    MEND = "mend"  # OCR damage is mended
    DROP = "drop"  # noise, running headers, page numbers: kept in the source, left out of the reading


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference between source and reading: ``source[start:end]`` reads ``replacement``.

    ``reason`` says in German, for the keeper, why (mend and drop); ``confidence`` lies in [0, 1].
    """

    start: int
    end: int
    replacement: str
    kind: EditKind
    reason: str = ""
    confidence: float = 1.0


class BlockKind(StrEnum):
    """What a block is; an item is a list entry, a row of a table or a short line such as an address."""

    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the source text; ``number`` counts from 1, ``span`` is a source range."""

    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Scan:
    """A page that is a picture: ``confidence`` of its reading in [0, 1], None where it could not be read."""

    page: int
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the reading: ``span`` is a reading range, ``section`` the headings it stands under, joined."""

    span: Span
    section: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive sentences of one section, the unit that is searched.

    ``first`` and ``last`` are indices into ``Document.sentences``, half-open. ``text`` is the reading of
    these sentences joined by single spaces, without the heading.
    """

    document_id: str
    first: int
    last: int
    section: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One report, read once and frozen.

    ``id`` is derived from ``path`` (relative to the corpus folder, POSIX form), ``version`` is the SHA-256 of
    the file's bytes in hex. ``source_text`` is what the file says and is never changed; ``edits`` (sorted,
    not overlapping) turn it into ``reading``. ``pages`` is empty where the format has none. ``word_boxes`` says where
    the words stand on the pages, packed (corpus/word_boxes.py), empty where the format does not say.
    """

    id: str
    path: str
    version: str
    title: str
    published: date | None
    extractor: str
    source_text: str
    edits: tuple[Edit, ...]
    reading: str
    pages: tuple[Page, ...]
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]
    unknown_word_share: float = 0.0
    publisher: str | None = None
    scans: tuple[Scan, ...] = ()
    word_boxes: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not read, with the reason in German."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ingestion:
    """What one pass over the corpus folder gave: documents ordered by path, and what was refused."""

    documents: tuple[Document, ...]
    refusals: tuple[Refusal, ...] = field(default=())
