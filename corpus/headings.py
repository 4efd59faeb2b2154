"""Tells headings from other short lines.

A heading is short, has no full stop, and text follows it. Short lines in a row (an agenda, an address, the title
page) are items, which can be found and cited; only what stands directly above text is a heading.
"""

import re
from collections.abc import Sequence
from typing import Final

from corpus.blocks import Block, BlockKind, Label

# A line that states a fact by itself is no heading: times, days, postal codes, addresses of the net, money.
_FACT = re.compile(
    r"\d[.:]\d\d\s*Uhr|\d\s*Uhr\b|\b\d{5}\s+[A-ZÄÖÜ]|@\w+\.|www\.|https?:|\bTel|\d\s*(?:€|Euro|EUR|Prozent|%)"
    r"|\b\d{1,2}\.\s?(?:\d{1,2}\.|Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)|^[^:]{2,40}:\s+\S"
)
_BEGINS = re.compile(r"[\"„“»‚‘',(]*[A-ZÄÖÜ\d]")
_ENDS_OPEN: Final = ".,;:!"
_MAX_LINES: Final = 4
_MAX_WORDS: Final = 14
_MAX_CHARACTERS: Final = 120
_MAX_SECTION_CHARACTERS: Final = 200
_MIN_TEXT_CHARACTERS: Final = 50  # less text than this below a line does not make it a heading
_BIG_GAP: Final = 3  # empty lines that set a new part off
_MAX_LEVELS: Final = 2  # headings directly below each other; more short lines in a row are a list


def mark_headings(blocks: Sequence[Block]) -> None:
    """Set the kind of every block that is a heading."""
    index = 0
    while index < len(blocks):
        end = index
        while end < len(blocks) and _is_candidate(blocks, end):
            end += 1
        for block in _headings_of_run(blocks[index:end], _leads(blocks, end)):
            block.kind = BlockKind.HEADING
        index = end + 1


def _is_candidate(blocks: Sequence[Block], index: int) -> bool:
    block = blocks[index]
    text = block.text
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


def _leads(blocks: Sequence[Block], index: int) -> bool:
    """Tell whether text, a list or labelled facts begin at ``index``, so that a heading may stand before it."""
    if index == len(blocks):
        return False
    if blocks[index].kind is BlockKind.ITEM:
        return blocks[index].label is not Label.NONE or ": " in blocks[index].text or blocks[index].text[-1] == ":"
    length = 0
    for block in blocks[index:]:
        if block.kind is not BlockKind.TEXT:
            break
        length += len(block.text)
    return length >= _MIN_TEXT_CHARACTERS


def _headings_of_run(run: Sequence[Block], leads: bool) -> list[Block]:
    """Choose the headings among short blocks in a row."""
    chosen = [block for block in run[:-1] if block.label is Label.SECTION]
    if not run or not leads:
        return chosen
    tail: list[Block] = []
    for block in reversed(run):
        tail.insert(0, block)
        if block.lines[0].blanks >= _BIG_GAP:
            break
    return [*chosen, *(tail if len(tail) <= _MAX_LEVELS else tail[-1:])]
