"""Lines put together to paragraphs and items.

Works on the layout (empty lines, length of lines, bullets) and on the marks of a sentence that goes on: German nouns
are capitalised, so a line that begins with a small letter, or that follows a line ending in one, goes on.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby, pairwise
from typing import Final

from corpus.lines import BULLETS, HYPHENS, Line
from corpus.sentences import MONTHS
from corpus.types import BlockKind

BULLET = re.compile(rf"[{re.escape(BULLETS)}]\s*(?=\S)|[-–—]\s+(?=\S)|o\s+(?=[A-ZÄÖÜ])")
NUMBER = re.compile(r"\(?(\d{1,2})[.)]\s+(?=(\S+))|[a-z]\)\s+(?=\S)")
_SECTION = re.compile(
    r"\d{1,2}(?:\.\d{1,2})+\.?\s+[A-ZÄÖÜ]"
    r"|(?:TOP|Kapitel|Abschnitt|Teil|Anlage|Artikel|Punkt|§)\s*\d{1,3}[a-z]?(?:[.:]|\s+[-–—(A-ZÄÖÜ]|$)"
    r"|[A-ZÄÖÜ][a-zäöüß]{2,30}\s[A-Z]?\d{1,3}[a-z]?(?:\.\d{1,2})?\s?[:–—]\s"
)
_TERMINAL = re.compile(r"[.!?…][\"“”»«’‘')\]®]*$")
_QUOTE_OPENS = re.compile(r"[\"„“”»«‚‘',]{1,2}\w")
_LAST_WORD = re.compile(r"([^\W\d_]+)$")
# Articles and the like: no German sentence, heading or item ends with one. (Not "ab" or "vor": verbs end in them.)
_GOES_ON: Final = frozenset(
    """als beim bis das dem den der des die eine einem einen einer eines für gegen ihre ihrem ihren ihrer im ins oder
    ohne per seine seinem seinen seiner sowie und vom von wie zum zur zwischen""".split()
)
_MIN_WIDTH: Final = 45  # characters; narrower columns are rare, and short lines must not count as full ones
_MAX_WIDTH: Final = 200  # lines beyond this hold whole paragraphs: every line end is meant
_ROOM: Final = 0.92  # a line ended early if the next word would have filled it to no more than this
_FULL: Final = 0.8  # share of the width from which a line counts as full
_MIN_LONG_LINES: Final = 3  # fewer long lines do not show whether lines are wrapped
_RUNNING: Final = 0.6  # share of the width from which a line counts as running text
_NARROWEST: Final = 0.45  # share of the width that a column of text has at least
_MAX_LABEL_WORDS: Final = 3  # "Beschluss:" is read with the text below it
_MAX_GROUP_LINES: Final = 4
_MAX_GROUP_CHARACTERS: Final = 220
_MIN_TEXT_WORDS: Final = 4
_MAX_ITEM_WORDS: Final = 25  # what is longer is running text, even without a full stop
_MAX_LIST_WORDS: Final = 60  # a lead-in and its list up to this length are read as one sentence


class Label(Enum):
    """What the first line of a block begins with."""

    NONE = "none"
    BULLET = "bullet"
    NUMBER = "number"  # "1." or "a)": a list entry or a heading
    SECTION = "section"  # "2.1 Ziele", "TOP 3": a heading


@dataclass(slots=True)
class Block:
    """Lines that are read in one go."""

    lines: list[Line]
    label: Label
    kind: BlockKind = BlockKind.ITEM
    marked: bool = False  # its kind is told by the format

    @property
    def text(self) -> str:
        """The lines joined by spaces: near enough to the reading to judge the block."""
        return " ".join(line.text for line in self.lines)

    @property
    def ends(self) -> bool:
        """Whether it ends like a sentence."""
        return ends_sentence(self.lines[-1].text)


def ends_sentence(text: str) -> bool:
    """Tell whether the text ends with a full stop, question or exclamation mark, quotes and brackets aside."""
    return bool(_TERMINAL.search(text))


def build_blocks(lines: Sequence[Line]) -> list[Block]:
    """Return the blocks of a document in order, headings not yet told from items unless the format marks them."""
    layout = _Layout([line for line in lines if line.kind is None])
    blocks: list[Block] = []
    for line in lines:
        above = blocks[-1] if blocks else None
        if line.kind is not None:
            if above and above.marked and not line.blanks:
                above.lines.append(line)
            else:
                blocks.append(Block([line], _marked_label(line), line.kind, marked=True))
            continue
        label = layout.label(line, above)
        if above and label is Label.NONE and _continues(layout, above, line):
            above.lines.append(line)
        else:
            blocks.append(Block([line], label))
    for block in blocks:
        words = len(block.text.split())
        running = block.label is Label.NONE and words >= _MIN_TEXT_WORDS and (block.ends or words > _MAX_ITEM_WORDS)
        if running and not block.marked:
            block.kind = BlockKind.TEXT
    if layout.wrapped:
        blocks = list(_with_groups_merged(blocks))
    return list(_with_short_lists_merged(blocks))


def _continues(layout: "_Layout", block: Block, line: Line) -> bool:
    above = block.lines[-1]
    if line.large or above.large:
        return line.large and above.large and not line.blanks
    return not block.marked and layout.goes_on(block, line)


def _marked_label(line: Line) -> Label:
    if line.text[0] in BULLETS:
        return Label.BULLET
    return Label.NUMBER if NUMBER.match(line.text) else Label.NONE


class _Layout:
    """What the lines of one document show about its layout, those aside whose kind the format tells."""

    def __init__(self, lines: Sequence[Line]) -> None:
        lengths = sorted(len(line.text) for line in lines) or [0]
        self._width = max(_MIN_WIDTH, lengths[len(lengths) * 9 // 10])
        # Where lines are wrapped, a long one seldom ends with a sentence; where each is a paragraph, nearly all do.
        long = [line.text for line in lines if len(line.text) >= _FULL * self._width]
        ended = sum(ends_sentence(text) or text[-1] == ":" for text in long)
        self.wrapped = self._width <= _MAX_WIDTH and (len(long) < _MIN_LONG_LINES or ended < len(long) / 2)
        numbers = {int(match[1]) for line in lines if (match := NUMBER.match(line.text)) and match[1]}
        self._sequence = {n for n in numbers if n - 1 in numbers or (n == 1 and 2 in numbers)}
        self._widths: dict[int, int] = {}  # start of a line -> width of the column it stands in
        for group in _groups(lines):
            widest = max(len(line.text) for line in group)
            full = sum(len(line.text) >= _FULL * widest for line in group)
            narrow = len(group) >= _MAX_GROUP_LINES and widest >= _NARROWEST * self._width and full > len(group) / 2
            self._widths.update((line.span.start, widest if narrow else self._width) for line in group)

    def label(self, line: Line, block: Block | None) -> Label:
        """Say what the line begins with, given the block before it."""
        if line.bullet or line.text[0] in BULLETS:
            return Label.BULLET
        # Mid-sentence, a dash is a dash and "25." is a day.
        free = block is None or line.blanks > 0 or block.label is not Label.NONE or block.ends
        if not free and block is not None:
            above = block.lines[-1].text
            free = above[-1] == ":" or (len(block.lines) == 1 and len(above) < _RUNNING * self._width)
        if free and BULLET.match(line.text):
            return Label.BULLET
        if _SECTION.match(line.text) and (free or not self.wrapped):
            return Label.SECTION
        number = NUMBER.match(line.text)
        if number and (free or not self.wrapped) and self._is_list_number(number):
            return Label.NUMBER
        return Label.NONE

    def _is_list_number(self, number: re.Match[str]) -> bool:
        return number[1] is None or (int(number[1]) in self._sequence and number[2].strip(".,").lower() not in MONTHS)

    def goes_on(self, block: Block, line: Line) -> bool:
        """Tell whether the unlabelled ``line`` continues ``block``."""
        above = block.lines[-1]
        last = _LAST_WORD.search(above.text)
        unfinished = bool(last and last[1].lower() in _GOES_ON)
        hyphenated = above.text[-1] in HYPHENS and above.text[-2:-1].isalnum() and line.text[0].isalpha()
        if unfinished or hyphenated or not self.wrapped:
            return unfinished or hyphenated
        gap = line.blanks > 0
        if above.text[-1] == ":":
            label = len(block.lines) == 1 and len(above.text.split()) <= _MAX_LABEL_WORDS and self._is_rest(line)
            return bool(_QUOTE_OPENS.match(line.text)) or (not gap and (label or not self._has_room(above, line)))
        if block.ends:
            return not gap and (line.text[0].islower() or not self._has_room(above, line))
        if line.text[0].islower():
            return True
        small_end = bool(last and last[1].islower())
        if gap:
            return self._is_running(block, above, small_end) and self._is_rest(line)
        return small_end or above.text[-1] == "," or not self._has_room(above, line)

    def _is_running(self, block: Block, above: Line, small_end: bool) -> bool:
        """Tell whether a block of several lines stops in the middle of a sentence at the end of a column or page."""
        several = len(block.lines) > 1 and block.label is not Label.BULLET  # entries often have no full stop
        return several and (small_end or len(above.text) >= _FULL * self._widths[above.span.start])

    def _is_rest(self, line: Line) -> bool:
        """Tell whether a line after a gap looks like running text rather than a heading."""
        return ends_sentence(line.text) or len(line.text) >= _RUNNING * self._widths[line.span.start]

    def _has_room(self, above: Line, line: Line) -> bool:
        """Tell whether the first word of ``line`` would have fitted into the line above: its end was meant."""
        return len(above.text) + 1 + len(line.text.split()[0]) <= _ROOM * self._widths[above.span.start]


def _groups(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the lines between two gaps."""
    group: list[Line] = []
    for line in lines:
        if group and line.blanks:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _with_groups_merged(blocks: Sequence[Block]) -> Iterator[Block]:
    """Merge two to four short lines set off by empty lines: an address, an event and its place, a name and office."""
    starts = [_is_set_off(above, block) for above, block in pairwise(blocks)]
    number = 0
    numbered: list[tuple[int, Block]] = []
    for set_off, block in zip([True, *starts], blocks, strict=True):
        number += set_off
        numbered.append((number, block))
    for _, members in groupby(numbered, key=lambda pair: pair[0]):
        group = [block for _, block in members]
        lines = [line for block in group for line in block.lines]
        plain = all(
            block.label is Label.NONE and block.kind is BlockKind.ITEM and not block.marked and not block.lines[0].large
            for block in group
        )
        short = sum(len(line.text) for line in lines) <= _MAX_GROUP_CHARACTERS
        labelled = lines[0].text[-1] == ":" and sum(len(line.text.split()) for line in lines) <= _MAX_LIST_WORDS
        if plain and (labelled or (short and len(lines) <= _MAX_GROUP_LINES)):
            yield Block(lines, Label.NONE)
        else:
            yield from group


def _is_set_off(above: Block, block: Block) -> bool:
    return block.lines[0].blanks > 0 or block.lines[0].indent > above.lines[-1].indent


def _with_short_lists_merged(blocks: Sequence[Block]) -> Iterator[Block]:
    """Merge a lead-in and the short list after it, for the entries say nothing without it."""
    index = 0
    while index < len(blocks):
        block, end = blocks[index], index + 1
        while block.lines[-1].text[-1] == ":" and end < len(blocks) and blocks[end].label is Label.BULLET:
            end += 1
        entries = blocks[index + 1 : end]
        words = sum(len(entry.text.split()) for entry in entries)
        if entries and words <= _MAX_LIST_WORDS and not any(entry.ends for entry in entries[:-1]):
            yield Block([line for part in (block, *entries) for line in part.lines], block.label, BlockKind.TEXT)
            index = end
        else:
            yield block
            index += 1
