"""The text of one page as a person reads it, every piece tied to its place in the source.

Knows no HTML. Goes through a document's edits once, so what it shows is the reading by construction.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby, pairwise

from corpus.types import SECTION_SEPARATOR, Document, Edit, EditKind, Page, Span

PART_LENGTH = 6_000  # code points after which the next part may begin, where a format has no pages


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive characters of the reading; ``original`` is what the file says where a word was mended."""

    text: str
    cited: bool
    original: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring pieces that are all cited, or all not; ``first`` is the first cited run of a page."""

    cited: bool
    pieces: tuple[Piece, ...]
    first: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph or heading of the reading."""

    heading: bool
    runs: tuple[Run, ...]


def parts(document: Document) -> Sequence[Page]:
    """Return the document's pages; where it has none, parts of ``PART_LENGTH`` and more, cut between paragraphs."""
    if document.pages:
        return document.pages
    found: list[Page] = []
    start, end = 0, len(document.source_text)
    for edit in document.edits:
        if "\n" in edit.replacement and edit.end - start >= PART_LENGTH and edit.end < end:
            found.append(Page(len(found) + 1, Span(start, edit.end)))
            start = edit.end
    return [*found, Page(len(found) + 1, Span(start, end))]


def pieces(document: Document, span: Span, cited: Sequence[Span]) -> Iterator[Piece]:
    """Yield the reading of the source range ``span``; an edit belongs to the range in which it starts."""
    done = span.start
    for edit in document.edits:
        if edit.end <= span.start:
            continue
        if edit.start >= span.end:
            break
        yield from _verbatim(document, Span(done, max(done, edit.start)), cited)
        if edit.start >= span.start:
            yield _edited(document, edit, cited)
        done = edit.end
    yield from _verbatim(document, Span(done, max(done, span.end)), cited)


def paragraphs(document: Document, span: Span, cited: Sequence[Span]) -> list[Paragraph]:
    """Return the reading of a source range in paragraphs, headings recognised by the sections they open."""
    headings = _headings(document)
    found: list[Paragraph] = []
    lines: list[list[Piece]] = [[]]
    for piece in pieces(document, span, cited):
        first, *rest = piece.text.split("\n")
        lines[-1].append(replace(piece, text=first))
        lines.extend([replace(piece, text=line)] for line in rest)
    for line in lines:
        text = "".join(piece.text for piece in line).strip()
        if text:
            runs = _runs(piece for piece in line if piece.text)
            found.append(Paragraph(text.rstrip(" :") in headings, tuple(runs)))
    return _with_first_mark(found)


def _headings(document: Document) -> frozenset[str]:
    """Return the headings that sections are named by; a section below another is named by both, "Ziele – Kosten"."""
    headings: set[str] = set()
    for section in {sentence.section for sentence in document.sentences} - {None}:
        parts = str(section).split(SECTION_SEPARATOR)
        headings |= {SECTION_SEPARATOR.join(parts[a:b]) for a, b in combinations(range(len(parts) + 1), 2)}
    return frozenset(headings)


def source_runs(document: Document, span: Span, cited: Sequence[Span]) -> list[Run]:
    """Return the characters of the file in a source range, the cited ones apart."""
    return _runs(_verbatim(document, span, cited))


def _runs(shown: Iterable[Piece]) -> list[Run]:
    return [Run(cited, tuple(run)) for cited, run in groupby(shown, lambda piece: piece.cited)]


def _with_first_mark(found: list[Paragraph]) -> list[Paragraph]:
    """Flag the first cited run, where the browser scrolls to."""
    for number, paragraph in enumerate(found):
        for place, run in enumerate(paragraph.runs):
            if run.cited:
                runs = (*paragraph.runs[:place], replace(run, first=True), *paragraph.runs[place + 1 :])
                return [*found[:number], replace(paragraph, runs=runs), *found[number + 1 :]]
    return found


def _verbatim(document: Document, span: Span, cited: Sequence[Span]) -> Iterator[Piece]:
    """Yield the source characters of a range, cut where a cited range begins or ends."""
    borders = {border for part in cited for border in (part.start, part.end) if span.start < border < span.end}
    cuts = sorted({span.start, span.end} | borders)
    for start, end in pairwise(cuts):
        inside = any(part.start <= start and end <= part.end for part in cited)
        yield Piece(document.source_text[start:end], inside)


def _edited(document: Document, edit: Edit, cited: Sequence[Span]) -> Piece:
    inside = any(edit.start < part.end and part.start < edit.end for part in cited)
    original = document.source_text[edit.start : edit.end] if edit.kind is EditKind.MEND else None
    return Piece(edit.replacement, inside, original and " ".join(original.split()))
