"""Which stretches of a document were read by an OCR that knows no German: the others are passed over, quickly."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from corpus.restoration.channel import SPECIAL_LETTERS
from corpus.restoration.tokens import Token

# 1.7 % of the letters of German prose are ä, ö, ü or ß; an OCR without them in its alphabet leaves none at all.
_HEALTHY_SHARE: Final = 0.005
_STRETCH_TOKENS: Final = 300
# Of the words of misread prose about one in ten is misread, most of them into no word at all.
_MISREAD_SHARE: Final = 0.02
# No German word looks so; asked of every word, as the word lists are too slow for that.
_TELLTALE: Final = re.compile(r"[^\Wi]ii[^\Wi]|[^\W\d_][6BR][a-zäöü]")


def damaged_tokens(text: str, tokens: Sequence[Token], is_misread: Callable[[str], bool]) -> list[Token]:
    """Return the words of those stretches of about 300 words that lack German letters and hold misread words.

    Where an OCR found some of the German letters, only the words that are misread beyond doubt are returned.

    :param is_misread: Tells for one word whether it is no word and has a clear reading; asked in such stretches only.
    """
    suspects: list[Token] = []
    beyond_doubt: list[Token] = []
    for first in range(0, len(tokens), _STRETCH_TOKENS):
        stretch = tokens[first : first + _STRETCH_TOKENS]
        part = text[stretch[0].start : stretch[-1].end]
        letters = sum(len(token.text) for token in stretch)
        if sum(map(part.count, SPECIAL_LETTERS)) < _HEALTHY_SHARE * letters:
            suspects += stretch
        elif sum(_TELLTALE.search(token.text) is not None for token in stretch) > _MISREAD_SHARE * len(stretch):
            beyond_doubt += [token for token in stretch if is_misread(token.text)]
    misread = sum(is_misread(token.text) for token in suspects)
    return [*beyond_doubt, *(suspects if misread > _MISREAD_SHARE * len(suspects) else [])]
