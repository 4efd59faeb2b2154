"""Title, publisher and date of a document: from the file, its title page, its imprint, or its name."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import Final

from corpus.blocks import ends_sentence
from corpus.readers.raw import RawText
from corpus.reading import Reading
from corpus.types import BlockKind

_MONTHS: Final = (
    "januar februar märz april mai juni juli august september oktober november dezember".split()
)  # month 1 first
_ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?!\d)")
_GERMAN_DATE = re.compile(
    r"(?<!\d)(\d{1,2})\.\s?(?:(\d{1,2})\.|(" + "|".join(_MONTHS) + r"))\s?((?:19|20)\d\d)(?!\d)", re.I
)
# The first line of an official paper is often the body that issues it, not the title.
_LETTERHEAD = re.compile(
    r"(?:(?:Große |Freie |Kreisfreie )*(?:Landeshaupt|Hanse|Kreis|Universitäts)?stadt|(?:Samt|Verbands|Orts)?gemeinde"
    r"|(?:Land)?kreis|Markt|Amt|Bezirk(?:samt)?|Ministerium|Freistaat|Der (?:Ober)?Bürgermeister|Der Landrat)\b",
    re.IGNORECASE,
)
_PROGRAM_TITLE = re.compile(
    r"microsoft word|powerpoint|\.(?:docx?|pdf|pptx?|xlsx?|indd|txt)\b|untitled|unbenannt|^dokument\d*$", re.I
)
_IMPRINT = re.compile(r"(?:Herausgeber(?:in)?|Herausgegeben von(?: der| dem)?)\b(?:\s*:)?\s*(.*)", re.IGNORECASE)
_END_OF_NAME = re.compile(r"[,;|•]|\s–\s|\.\s")
_MARGINS: Final = " ,;:-–—*•\"„“”»«‚‘’'"
_MAX_LETTERHEAD_WORDS: Final = 5
_MAX_TITLE_LINE_WORDS: Final = 25
_MAX_TITLE_CHARACTERS: Final = 160
_MAX_PUBLISHER_CHARACTERS: Final = 120


def find_title(raw: RawText, reading: Reading, path: str) -> str:
    """Return the title in the file's metadata, else the first line of the title block, else the readable file name.

    Where the title block has lines in larger type, the first of them counts.
    """
    if raw.title and len(raw.title.split()) > 1 and not _PROGRAM_TITLE.search(raw.title):
        return " ".join(raw.title.split())[:_MAX_TITLE_CHARACTERS]
    lines = _title_block(reading)
    own = [line for line in lines if not _is_letterhead(line)]
    large = [" ".join(raw.source_text[span.start : span.end].split()) for span in raw.large]
    for line in [line for line in own if any(map(line.startswith, large))] or own or lines:
        title = line.strip(_MARGINS)
        if any(map(str.isalpha, title)) and not _GERMAN_DATE.match(title):
            return title[:_MAX_TITLE_CHARACTERS]
    stem = _ISO_DATE.sub(" ", PurePosixPath(path).stem)
    name = " ".join(re.split(r"[-_\s]+", stem)).strip() or path
    return name[0].upper() + name[1:]


def find_publisher(reading: Reading) -> str | None:
    """Return the office that the imprint names as publisher ("Herausgeber: …"), else that of the letterhead."""
    lines = [reading.text.reading[span.start : span.end] for span, _ in reading.blocks]
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        named = _IMPRINT.match(line)
        if named:
            words = (named[1] or below).strip(_MARGINS)
            return _END_OF_NAME.split(words)[0][:_MAX_PUBLISHER_CHARACTERS] or None
    return next((line.strip(_MARGINS) for line in _title_block(reading) if _is_letterhead(line)), None)


def _is_letterhead(line: str) -> bool:
    return bool(_LETTERHEAD.match(line)) and len(line.split()) <= _MAX_LETTERHEAD_WORDS


def find_date(raw: RawText, reading: Reading, path: str) -> date | None:
    """Return the date in the file name, else the first full date of the title block, else that in the file's metadata.

    The metadata say when the file was made, which for a scan may be years later.
    """
    stem = PurePosixPath(path).stem
    for year, _, month, day in _ISO_DATE.findall(stem):
        if found := _date(year, month, day):
            return found
    for text in (stem, *_title_block(reading)):
        for day, month, name, year in _GERMAN_DATE.findall(text):
            if found := _date(year, month or str(_MONTHS.index(name.lower()) + 1), day):
                return found
    return raw.published


def _title_block(reading: Reading) -> Sequence[str]:
    """Return what stands before the first running text: a sentence, or a paragraph of some length."""
    lines: list[str] = []
    for span, kind in reading.blocks:
        line = reading.text.reading[span.start : span.end]
        if kind is BlockKind.TEXT and (ends_sentence(line) or len(line.split()) > _MAX_TITLE_LINE_WORDS):
            break
        lines.append(line)
    return lines


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
