"""From the source text of one document to its reading: lines, blocks, mended words, sentences."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from corpus.alignment import AlignedText
from corpus.blocks import BULLET, NUMBER, Block, Label, build_blocks
from corpus.errors import UnreadableFileError
from corpus.headings import mark_headings
from corpus.hyphenation import LineEndRules
from corpus.lines import UNSEEN, Dropped, Lines, find_lines
from corpus.readers.raw import RawText
from corpus.restoration import restore
from corpus.sentences import split_sentences
from corpus.types import SECTION_SEPARATOR, BlockKind, Edit, EditKind, Sentence, Span

_BLANK = r" \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_CLEANED = re.compile(
    rf"(?P<blank>[{UNSEEN}]*[{_BLANK}][{_BLANK}{UNSEEN}]*)|(?P<unseen>[{UNSEEN}]+)"
    r"|(?P<bullet>[\uf000-\uf0ff])|(?P<composed>[\ufb00-\ufb06]|[^\W\d_][\u0300-\u036f]+)"
)
_MAX_LEAD_IN: Final = 200  # characters


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading of one document. ``blocks`` are reading ranges with their kind, one per line of the reading."""

    text: AlignedText
    blocks: tuple[tuple[Span, BlockKind], ...]
    sentences: tuple[Sentence, ...]


def read_source(raw: RawText) -> Reading:
    """Return the reading of a file's text.

    :raises UnreadableFileError: If no line carries a word.
    """
    source = raw.source_text
    found = find_lines(source, raw.pages, raw.marked, raw.large)
    if not found.lines:
        raise UnreadableFileError("Die Datei enthält keine lesbare Zeile.")
    blocks = build_blocks(found.lines)
    mark_headings(blocks)
    folded = AlignedText(source, _layout_edits(source, found, blocks))
    mends = [
        Edit(m.start, m.end, m.replacement, EditKind.MEND, m.reason, m.confidence) for m in restore(folded.reading)
    ]
    text = folded.edit(mends)
    spans = [Span(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text.reading)]
    return Reading(
        text,
        tuple((span, block.kind) for span, block in zip(spans, blocks, strict=True)),
        tuple(_sentences(text.reading, spans, blocks)),
    )


def _layout_edits(source: str, found: Lines, blocks: Sequence[Block]) -> list[Edit]:
    """Return the edits that fold lines to blocks, join words over line ends and leave noise out."""
    rules = LineEndRules(found.lines)
    edits: list[Edit] = []
    dropped = _Drops(found.dropped)
    first, last = found.lines[0], found.lines[-1]
    edits += _gap(source, Span(0, first.span.start), "", EditKind.FOLD, dropped)
    opening = {block.lines[0].span.start for block in blocks}
    for above, below in pairwise(found.lines):
        cut, separator = (0, "\n") if below.span.start in opening else rules.separator(above.text, below.text)
        kind = EditKind.JOIN if cut or not separator else EditKind.FOLD
        cut = max(cut, int(above.text[-1] in "\u00ad\ufffe"))  # these are no characters to be read
        edits += _characters(source, Span(above.span.start, above.span.end - cut))
        edits += _gap(source, Span(above.span.end - cut, below.span.start), separator, kind, dropped)
    edits += _characters(source, last.span)
    edits += _gap(source, Span(last.span.end, len(source)), "", EditKind.FOLD, dropped)
    return edits


class _Drops:
    """Hands out the dropped ranges in order."""

    def __init__(self, dropped: Sequence[Dropped]) -> None:
        self._rest = sorted(dropped, key=lambda drop: drop.span, reverse=True)

    def before(self, end: int) -> Iterator[Dropped]:
        while self._rest and self._rest[-1].span.start < end:
            yield self._rest.pop()


def _gap(source: str, span: Span, replacement: str, kind: EditKind, dropped: _Drops) -> Iterator[Edit]:
    """Yield the edits of the source between two lines: its white space reads ``replacement``, its noise nothing."""
    done = span.start
    for drop in (*dropped.before(span.end), None):
        end = drop.span.start if drop else span.end
        if done < end:
            if source[done:end] != replacement:
                yield Edit(done, end, replacement, kind)
            replacement, kind = "", EditKind.FOLD
        if drop:
            yield Edit(drop.span.start, drop.span.end, "", EditKind.DROP, drop.reason)
            done = drop.span.end


def _characters(source: str, span: Span) -> Iterator[Edit]:
    """Yield the edits inside a line: runs of blanks, unseen characters, ligatures and composed letters."""
    for match in _CLEANED.finditer(source, span.start, span.end):
        if match["blank"]:
            replacement = " "
        elif match["unseen"]:
            replacement = ""
        elif match["bullet"]:
            replacement = "•"
        else:
            replacement = unicodedata.normalize("NFKC", match[0])
        if match[0] != replacement:
            yield Edit(match.start(), match.end(), replacement, EditKind.FOLD)


def _sentences(reading: str, spans: Sequence[Span], blocks: Sequence[Block]) -> Iterator[Sentence]:
    """Yield the sentences of all blocks but headings, each with the headings directly above its section.

    The entries of a list stand under its lead-in as well: "Förderung – Voraussetzungen sind:".
    """
    section: str | None = None
    lead_in: str | None = None
    above = None
    for span, block in zip(spans, blocks, strict=True):
        text = reading[span.start : span.end]
        if block.kind is BlockKind.HEADING:
            text = text.rstrip(" :")
            below = above is BlockKind.HEADING and section is not None and section != text
            section, lead_in = f"{section}{SECTION_SEPARATOR}{text}" if below else text, None
        else:
            sentences = _block_sentences(text, block.label)
            is_entry = block.kind is BlockKind.ITEM and not _lead_in(text)
            lead_in = lead_in if is_entry else None
            under = SECTION_SEPARATOR.join(part for part in (section, lead_in) if part) or None
            for sentence in sentences:
                yield Sentence(Span(span.start + sentence.start, span.start + sentence.end), under)
            if not is_entry and sentences:
                lead_in = _lead_in(text[sentences[-1].start : sentences[-1].end])
        above = block.kind


def _lead_in(sentence: str) -> str | None:
    """Return a sentence that announces a list, with its colon; headings have none."""
    return sentence if sentence.endswith(":") and len(sentence) <= _MAX_LEAD_IN else None


def _block_sentences(text: str, label: Label) -> list[Span]:
    """Return the sentences of one block, without its bullet; a number stays with the first sentence."""
    bullet = BULLET.match(text) if label is Label.BULLET else None
    number = NUMBER.match(text) if label is Label.NUMBER else None
    start = bullet.end() if bullet else number.end() if number else 0
    sentences = [Span(start + s.start, start + s.end) for s in split_sentences(text[start:])]
    if number and sentences:
        sentences[0] = Span(0, sentences[0].end)
    return [s for s in sentences if any(map(str.isalnum, text[s.start : s.end]))]
