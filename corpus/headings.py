"""Tells headings from other short lines.

A heading is short, has no full stop, and text follows it. Short lines in a row (an agenda, an address, the title
page) are items, which can be found and cited; only what stands directly above text is a heading.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from corpus.blocks import Block, Label
from corpus.types import BlockKind

# A line that states a fact by itself is no heading: times, days, postal codes, addresses of the net, money.
_FACT = re.compile(
    r"\d[.:]\d\d\s*Uhr|\d\s*Uhr\b|\b\d{5}\s+[A-ZÄÖÜ]|@\w+\.|www\.|https?:|\bTel|\d\s*(?:€|Euro|EUR|Prozent|%)"
    r"|\b\d{1,2}\.\s?(?:\d{1,2}\.|Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)|^[^:]{2,40}:\s+\S"
)
_LETTERS = re.compile(r"[^\W\d_]{2}")
_BEGINS = re.compile(r"[\"„“»‚‘',(]*[A-ZÄÖÜ\d]")
_LEVEL = re.compile(r"\D*[\d.]*")
_ENDS_OPEN: Final = ".,;:!"
_MAX_LINES: Final = 4
_MAX_WORDS: Final = 14
_MAX_CHARACTERS: Final = 120
_MAX_SECTION_CHARACTERS: Final = 200
_MIN_TEXT_CHARACTERS: Final = 50  # less text than this below a line does not make it a heading
_BIG_GAP: Final = 3  # empty lines that set a new part off
_MAX_CAPTION_WORDS: Final = 4
_MAX_LEVELS: Final = 2  # headings directly below each other; more short lines in a row are a list


def mark_headings(blocks: Sequence[Block]) -> None:
    """Set the kind of every block that is a heading, where the format does not tell it."""
    for block in blocks:
        if _is_large_heading(block):
            block.kind = BlockKind.HEADING
    gaps = any(block.lines[0].blanks for block in blocks[1:])
    index = 0
    while index < len(blocks):
        end = index
        while end < len(blocks) and _is_candidate(blocks, end):
            end += 1
        chosen = _sections(blocks[index:end])
        if _text_follows(blocks, end):
            chosen += _lowest(blocks[index:end], gaps)
        elif end == index + 1 and _list_follows(blocks, end) and _is_set_off(blocks, index):
            chosen += blocks[index:end]
        elif index < end < len(blocks) and blocks[end - 1].text[-1] == "?":
            chosen.append(blocks[end - 1])
        if end + 1 < len(blocks) and _is_caption(blocks[end]):
            chosen.append(blocks[end])
        for block in chosen:
            block.kind = BlockKind.HEADING
        index = end + 1


def _is_large_heading(block: Block) -> bool:
    """Tell whether a block is short and set in larger type than the text."""
    text = block.text
    large = block.lines[0].large and not block.marked and block.label is not Label.BULLET
    return large and len(text) <= _MAX_SECTION_CHARACTERS and bool(_LETTERS.search(text)) and not _FACT.search(text)


def _is_candidate(blocks: Sequence[Block], index: int) -> bool:
    block = blocks[index]
    text = block.text
    if block.marked or block.kind is BlockKind.HEADING:
        return False
    if block.label is Label.SECTION:
        return not block.ends and text[-1] != ":" and len(text) <= _MAX_SECTION_CHARACTERS
    if block.label is Label.BULLET or (block.kind is BlockKind.TEXT and text[-1] != "?"):
        return False
    if block.label is Label.NUMBER and _in_list(blocks, index):
        return False
    small = len(block.lines) <= _MAX_LINES and len(text.split()) <= _MAX_WORDS and len(text) <= _MAX_CHARACTERS
    return small and text[-1] not in _ENDS_OPEN and bool(_BEGINS.match(text)) and not _FACT.search(text)


def _in_list(blocks: Sequence[Block], index: int) -> bool:
    """Tell whether the neighbours are numbered too: entries of a list, not headings."""
    neighbours = (*blocks[max(0, index - 1) : index], *blocks[index + 1 : index + 2])
    return any(block.label is Label.NUMBER for block in neighbours)


def _is_caption(block: Block) -> bool:
    """Tell whether the block is a word or two with a colon, above what it announces: "Benötigte Unterlagen:"."""
    if block.marked:
        return False
    return block.label is Label.NONE and block.text[-1] == ":" and len(block.text.split()) <= _MAX_CAPTION_WORDS


def _text_follows(blocks: Sequence[Block], index: int) -> bool:
    """Tell whether running text of some length begins at ``index``."""
    length = 0
    while index < len(blocks) and blocks[index].kind is BlockKind.TEXT and length < _MIN_TEXT_CHARACTERS:
        length += len(blocks[index].text)
        index += 1
    return length >= _MIN_TEXT_CHARACTERS


def _list_follows(blocks: Sequence[Block], index: int) -> bool:
    """Tell whether a list or labelled facts begin at ``index``."""
    if index == len(blocks):
        return False
    return blocks[index].label is not Label.NONE or blocks[index].text[-1] == ":" or ": " in blocks[index].text


def _is_set_off(blocks: Sequence[Block], index: int) -> bool:
    return index == 0 or blocks[index].lines[0].blanks > 0 or blocks[index - 1].ends


def _sections(run: Sequence[Block]) -> list[Block]:
    """Choose the numbered headings above other headings; a row of one level is an agenda or a table of contents."""
    return [
        block
        for block, below in pairwise(run)
        if block.label is Label.SECTION and (below.label is not Label.SECTION or _level(block) != _level(below))
    ]


def _level(block: Block) -> str:
    """Return the shape of the number: "#.#", "TOP #"."""
    return re.sub(r"\d+", "#", _LEVEL.findall(block.text)[0])


def _lowest(run: Sequence[Block], gaps: bool) -> list[Block]:
    """Choose the headings directly above text; ``gaps`` says whether the document has empty lines at all."""
    tail: list[Block] = []
    for block in reversed(run):
        tail.insert(0, block)
        if block.lines[0].blanks >= _BIG_GAP:
            break
    if len(tail) <= _MAX_LEVELS:
        return tail
    # The last short line of a list is set off from the text below it, a heading from the list above it as well.
    return [] if gaps and not tail[-1].lines[0].blanks and tail[-1].label is Label.NONE else tail[-1:]
