"""Quotation marks that an English-language OCR does not know: „ is read as a comma or two, or as », “ as ® or *."""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from corpus.restoration.types import Mend

# A comma stands after a word, never right before one; » opens no quotation that “ or ” closes.
_OPENING: Final = re.compile(r"(?<![^\s(])(?:,{1,2}|‚{1,2}|»)(?=[^\W\d_])")
_CLOSING: Final = re.compile(r"(?<=[\w.!?])[®*]|[“”\"«]")
_REACH: Final = 600  # characters within which a quotation ends
_CONFIDENCE: Final = 0.9


def mend_quotes(text: str) -> Iterator[Mend]:
    """Yield the misread quotation marks of a damaged document, in order; each mark stands for itself."""
    openings = list(_OPENING.finditer(text))
    for opening, following in zip_longest(openings, openings[1:]):
        line_end = text.find("\n", opening.end())
        ends = (len(text) if line_end < 0 else line_end, following.start() if following else len(text))
        closing = _CLOSING.search(text, opening.end(), min(*ends, opening.end() + _REACH))
        if opening.group() != "»" or (closing is not None and closing.group() != "«"):
            yield _mend(opening, "„")
        if closing is not None and closing.group() in "®*":
            yield _mend(closing, "“")


def _mend(mark: re.Match[str], replacement: str) -> Mend:
    return Mend(mark.start(), mark.end(), replacement, f"{replacement} als {mark.group()} gelesen", _CONFIDENCE)
