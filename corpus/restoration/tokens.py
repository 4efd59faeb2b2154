"""Words of a reading that restoration may look at: everything else (addresses, numbers, identifiers) is passed over."""

import re
from dataclasses import dataclass
from typing import Final

# Letters, and what is read in their place inside a word.
_WORD: Final = re.compile(r"(?<![^\W\d_][’'])[^\W_&@|](?:[^\W_]|[&@|](?=[^\W_])|(?<=[^\W\d_]{2})&(?!\w))*")
_CHUNK: Final = re.compile(r"\S+")
_ADDRESS: Final = re.compile(
    r"://|\bwww\.|^\W*[\w.+-]+@[\w-]+\.|^\W*(?:[a-z0-9-]+\.)+[a-z]{2,6}(?:/\S*)?\W*$|[\w-]\.(?:de|com|org|net|eu|info)\b"
)
_SENTENCE_END: Final = frozenset(".!?:\n•")
_PARENTHESIS_REACH: Final = 300  # characters within which an opening parenthesis finds its closing one
_MIN_LENGTH: Final = 3
_MAX_LENGTH: Final = 80  # letters; the longest German compounds in use stay below
_MAX_CHUNK: Final = 400  # characters without a blank; beyond it stand data, not words


@dataclass(frozen=True, slots=True)
class Token:
    """One word, half-open range; ``opens`` says that a sentence or block begins here."""

    start: int
    end: int
    text: str
    opens: bool


def tokenize(text: str) -> list[Token]:
    """Return the words of ``text`` in order; a hyphenated word gives one token for each part.

    Left out: web and mail addresses, words of fewer than 3 or more than 80 characters, capitals only, anything with an
    underscore or with digits that no letter can be behind.
    """
    tokens = []
    opens = True
    for chunk in _CHUNK.finditer(text):
        if "\n" in text[max(chunk.start() - 1, 0) : chunk.start()]:
            opens = True
        piece = chunk.group()
        if len(piece) <= _MAX_CHUNK and "_" not in piece and not _ADDRESS.search(piece):
            for word in _WORD.finditer(piece):
                start, end = chunk.start() + word.start(), chunk.start() + word.end()
                if word.start() == 1 and piece[0] == "(" and _is_misread_parenthesis(text, chunk.start()):
                    start -= 1
                if _is_word(text[start:end]):
                    tokens.append(Token(start, end, text[start:end], opens))
                opens = False
        opens = piece[-1] in _SENTENCE_END or (opens and not any(map(str.isalnum, piece)))
    return tokens


def _is_word(word: str) -> bool:
    if len(word) > _MAX_LENGTH:
        return False
    letters = sum(map(str.isalpha, word))
    if letters < _MIN_LENGTH - 1 or len(word) < _MIN_LENGTH or letters < 2 * (len(word) - letters):
        return False
    return not word.isupper() and not re.match(r"\d\d|\d.*\d$|[^\d]*\d\d", word)


def _is_misread_parenthesis(text: str, position: int) -> bool:
    """Tell whether the "(" at ``position`` closes nowhere and stands before a small letter."""
    following = text[position + 1 : position + _PARENTHESIS_REACH].split("\n", maxsplit=1)[0]
    closing, opening = following.find(")"), following.find("(")
    return following[:1].islower() and (closing < 0 or 0 <= opening < closing)
