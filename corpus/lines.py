"""The lines of a source text, with what is noise on them.

Decides nothing about words: a line is judged by its characters, its place on the page and its repetition.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from corpus.restoration.lexicon import is_known_word
from corpus.types import BlockKind, Page, Span

HYPHENS: Final = "-‐‑¬\u00ad\ufffe"  # the last two: soft hyphen, and PDFium's sign for a hyphenated line end
BULLETS: Final = "•▪●○■□◦‣⁃∙·►➢➔→✓✔✗❖*" + "".join(map(chr, range(0xF000, 0xF100)))  # symbol fonts live in F0xx

_LINE_ENDS: Final = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_LINE = re.compile(rf"[^{_LINE_ENDS}\ufffe]*(?:\ufffe?(?:\r\n|[{_LINE_ENDS}])|\ufffe|\Z)")
# Characters without a shape of their own: controls, soft hyphens, zero-width signs.
UNSEEN: Final = r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u2060\ufeff\ufffe\uffff"
_SEEN = re.compile(rf"[^\s{UNSEEN}](?:.*[^\s{UNSEEN}])?(?:(?<=\w)[\u00ad\ufffe])?", re.DOTALL)
_DIGITS = re.compile(r"\d{1,9}")
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_STRAY: Final = r"‘’'`´|\[\]{}~^_\\¦"  # what scanners make of rules, frames and stains beside the text
_GAP: Final = rf"[{UNSEEN}]*\s[\s{UNSEEN}]*"
_STRAY_BEFORE = re.compile(rf"(?P<mark>[{_STRAY}]{{1,2}}|[‘|\[\]~^_\\¦][^\W\d_]){_GAP}(?=[^\s{UNSEEN}])")
_STRAY_AFTER = re.compile(rf"(?<=[^\s{UNSEEN}]){_GAP}(?P<mark>[{_STRAY}]{{1,2}})$")
_STRAY_LETTER = re.compile(rf"(?P<mark>[A-Z]){_GAP}(?=[a-zäöüß]{{2}})")
_CONTENTS_ENTRY = re.compile(r".*(?:\.\s?){4,}\s*\d{1,4}")
_PAGE_NUMBER = re.compile(r"[\W_]*(?:Seite|S\.|Page)\s*\d{1,4}(?:\s*(?:von|of|/)\s*\d{1,4})?[\W_]*", re.IGNORECASE)
_NUMBERED_WORD = re.compile(r"[^\W\d_]+\W*#\W*")
_MARGIN_LINES: Final = 2  # running headers and footers stand on the first or last two lines of a page
_RUNNING_SHARE: Final = 0.45  # even and odd pages may differ, the first may have none
_TRACKING_SHARE: Final = 0.8  # one page number in five may be misread
_MAX_NOISE_WORD: Final = 3
_MAX_CONTENTS_ENTRY: Final = 300  # characters


@dataclass(slots=True)
class Line:
    """One line that says something; ``span`` is its source range without noise and white space at the ends."""

    span: Span
    text: str
    page: int  # index into the pages, 0 where there are none
    blanks: int  # empty lines before it, noise included; a new page counts as one
    indent: int
    bullet: bool = False  # its bullet stands alone on the line before
    kind: BlockKind | None = None  # where the format tells
    large: bool = False  # in larger type than the text's


@dataclass(frozen=True, slots=True)
class Dropped:
    """A source range left out of the reading; ``reason`` is German."""

    span: Span
    reason: str


@dataclass(slots=True)
class Lines:
    """All lines of a document and what was left out, both in source order."""

    lines: list[Line] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def find_lines(
    source: str,
    pages: Sequence[Page],
    marked: Sequence[tuple[Span, BlockKind]] = (),
    large: Sequence[Span] = (),
) -> Lines:
    """Return the lines of the source; running headers, page numbers, contents entries and noise are dropped.

    :param marked: The lines whose kind the format tells, in source order; none of them is noise.
    :param large: The lines in larger type than the text's, in source order.
    """
    result = Lines()
    raw = list(_raw_lines(source, pages))
    places = zip(raw, _places(raw, [span for span, _ in marked]), _places(raw, large), strict=True)
    for line, mark, in_large in places:
        line.kind = None if mark is None else marked[mark][1]
        line.large = in_large is not None
    # A format that marks every line keeps what runs along its pages apart from them.
    flowing = all(line.kind for line in raw if line.text)
    running = {} if flowing else _running_lines(raw, len(pages))
    blanks, page, bullet = 0, 0, False
    for index, line in enumerate(raw):
        if line.page != page:
            page, blanks = line.page, max(blanks, 1)
        if not line.text:
            blanks += 1
            continue
        reason = running.get(index) or (None if line.kind else _noise(line.text))
        if reason:
            result.dropped.append(Dropped(line.span, reason))
            bullet = line.text in BULLETS
            blanks += not bullet
            continue
        line.blanks, line.bullet = blanks, bullet
        if not line.kind:
            _trim_margins(line, result)
        result.lines.append(line)
        blanks, bullet = 0, False
    return result


def _places(lines: Iterable[Line], spans: Sequence[Span]) -> Iterator[int | None]:
    """Yield for each line the index of the span in which it begins, None if it is in none."""
    starts = [span.start for span in spans]
    for line in lines:
        place = bisect_right(starts, line.span.start) - 1
        yield place if place >= 0 and line.span.start < spans[place].end else None


def _raw_lines(source: str, pages: Sequence[Page]) -> Iterator[Line]:
    """Yield every line of the source, empty ones with empty text."""
    page = 0
    for match in _LINE.finditer(source):
        seen = _SEEN.search(match[0])
        text = seen[0] if seen else ""
        start = match.start() + (seen.start() if seen else 0)
        while page + 1 < len(pages) and match.start() >= pages[page + 1].span.start:
            page += 1
        yield Line(Span(start, start + len(text)), text, page, 0, start - match.start())


def _noise(text: str) -> str | None:
    """Say why the line carries no words, None if it does."""
    if len(text) <= _MAX_CONTENTS_ENTRY and _CONTENTS_ENTRY.fullmatch(text):
        return "Eintrag des Inhaltsverzeichnisses"
    if _PAGE_NUMBER.fullmatch(text):
        return "Seitenzahl"
    if any(map(str.isdigit, text)):
        return None
    if not _TWO_LETTERS.search(text):
        return "kein Wort in der Zeile"
    words = _WORD.findall(text)
    if all(len(word) <= _MAX_NOISE_WORD and not word.isupper() and not is_known_word(word) for word in words):
        return "nur Zeichenreste in der Zeile"
    return None


def _trim_margins(line: Line, result: Lines) -> None:
    """Drop stray marks at the ends of a line, as a frame or a stain beside the text leaves them."""
    text, origin = line.text, line.span.start
    start, end = 0, len(text)
    before = _STRAY_BEFORE.match(text)
    if before is None and result.lines and result.lines[-1].text[-1] in HYPHENS:
        before = _STRAY_LETTER.match(text)
    if before and not _is_paired(text, before[0]):
        start = before.end()
        mark = Span(origin, origin + before.end("mark"))
        result.dropped.append(Dropped(mark, "Fleck am Zeilenanfang"))
    after = _STRAY_AFTER.search(text, start)
    if after and not _is_paired(text, after[0]):
        end = after.start()
        mark = Span(origin + after.start("mark"), origin + after.end())
        result.dropped.append(Dropped(mark, "Fleck am Zeilenende"))
    line.text, line.span = text[start:end], Span(origin + start, origin + end)


def _is_paired(text: str, mark: str) -> bool:
    """Tell whether a bracket has its partner on the line."""
    return any(
        bracket in mark and text.count(bracket) == text.count(other) for bracket, other in ("[]", "][", "{}", "}{")
    )


def _running_lines(raw: Sequence[Line], page_count: int) -> dict[int, str]:
    """Return the lines that repeat at the edges of the pages: index into ``raw`` -> German reason."""
    if page_count < 2:
        return {}
    by_page: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(raw):
        if line.text:
            by_page[line.page].append(index)
    same: dict[str, list[int]] = defaultdict(list)
    for indices in by_page.values():
        for index in sorted({*indices[:_MARGIN_LINES], *indices[-_MARGIN_LINES:]}):
            same[" ".join(_DIGITS.sub("#", raw[index].text.casefold()).split())].append(index)
    needed = max(2, ceil(_RUNNING_SHARE * page_count))
    return {
        index: f"Kopf- oder Fußzeile, auf {len(indices)} Seiten gleich"
        for shape, indices in same.items()
        if len({raw[index].page for index in indices}) >= needed
        and _is_running(shape, [raw[index] for index in indices])
        for index in indices
    }


def _is_running(shape: str, lines: Sequence[Line]) -> bool:
    """Tell whether repeated lines are the same but for the number of the page."""
    if shape.endswith((".", "!", "?")) and len(shape.split()) > _MAX_NOISE_WORD:
        return False  # a sentence
    if len({line.text for line in lines}) == 1:
        return True
    if _NUMBERED_WORD.fullmatch(shape):
        return False  # "Maßnahme 3" heads a page of its own kind
    offsets = Counter(offset for line in lines for offset in {int(n) - line.page for n in _DIGITS.findall(line.text)})
    return bool(offsets) and max(offsets.values()) >= _TRACKING_SHARE * len(lines)
