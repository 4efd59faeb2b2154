"""German text to search terms: the same way for passages and for questions."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import snowballstemmer

from index.stop_words import STOP_WORDS

_WORD: Final = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)*")
_HYPHEN: Final = re.compile(r"[-‐‑]")
_MAX_WORD_LENGTH: Final = 80  # longer runs are no words, and splitting them costs time
# "Laender", "Länder" and "Lander" meet; "ue" after q or a vowel is no umlaut ("Quelle", "neue"), nor before e.
_UMLAUTS: Final = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
_DIGRAPHS: Final = re.compile(r"(?<![aeiouq])([aou])e(?!e)")

Split = Callable[[str], tuple[str, ...]]
_REMEMBERED: Final = 1 << 16  # words; a language has few that come often


def fold(word: str) -> str:
    """Return the word in lower case with umlauts, their spellings as digraphs and ß folded away."""
    plain = unicodedata.normalize("NFKC", word).lower().replace("\u00ad", "").translate(_UMLAUTS)
    return _DIGRAPHS.sub(r"\1", plain)


_fold_remembered: Final = lru_cache(maxsize=_REMEMBERED)(fold)
FOLDED_STOP_WORDS: Final = frozenset(map(fold, STOP_WORDS))


def words(text: str) -> list[str]:
    """Return the folded words of a text; a hyphenated word gives its parts and the whole without hyphens."""
    found = []
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text)):
        parts = [
            # A run too long to be a word is not worth keeping in memory.
            _fold_remembered(part) if len(part) <= _MAX_WORD_LENGTH else fold(part)
            for part in _HYPHEN.split(match.group())
        ]
        found += parts if len(parts) == 1 else [*parts, "".join(parts)]
    return [word for word in found if len(word) <= _MAX_WORD_LENGTH]


class TermAnalyzer:
    """Turns text into terms: folded, without stop words, stemmed, compounds as themselves and their parts.

    Stemming: the German Snowball stemmer (Porter 2001, snowballstem.org).

    :param split: Gives the parts of a folded compound, nothing for any other word.
    """

    def __init__(self, split: Split = lambda word: ()) -> None:
        self._split = split
        stem = snowballstemmer.stemmer("german").stemWord
        self._stem: Callable[[str], str] = lru_cache(maxsize=_REMEMBERED)(stem)

    def terms(self, text: str) -> list[str]:
        """Return the terms of a text in reading order; a term occurs as often as its word does."""
        return [term for word in words(text) if word not in FOLDED_STOP_WORDS for term in self.terms_of(word)]

    def terms_of(self, word: str) -> list[str]:
        """Return the terms of a folded word that is no stop word."""
        return [self._stem(word), *map(self._stem, self._split(word))]
