"""German compounds, split by the evidence of the corpus's own words and a noun lexicon.

Method: Koehn and Knight 2003, "Empirical Methods for Compound Splitting" (EACL). Of all ways to cut a word into known
parts, take the one with the highest geometric mean of frequencies; the uncut word is one of them. Frequencies are Zipf
values (log10 of occurrences per billion words), so the geometric mean of frequencies is the mean of the values.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple

import wordfreq
from german_nouns.config import PACKAGE_PATH

from index.terms import FOLDED_STOP_WORDS, fold

_LINKS: Final = ("", "s", "es", "n", "en", "er", "e")  # linking elements; the tokeniser handles the hyphen
_MIN_PART_LENGTH: Final = 3
_MIN_WORD_LENGTH: Final = 7
_MAX_WORD_LENGTH: Final = 50
# Short strings are words by accident: the Zipf value a part must reach, by its length.
_MIN_ZIPF: Final = {3: 4.3, 4: 3.5, 5: 3.0}
_MIN_ZIPF_OF_LONGER: Final = 2.5
# A word of the corpus becomes a part when it occurs twice; each occurrence counts as so many per billion words.
_CORPUS_MIN_COUNT: Final = 2
_CORPUS_MIN_LENGTH: Final = 4
_CORPUS_WEIGHT: Final = 300.0
_CACHE_SIZE: Final = 1 << 16

PartFrequencies = Mapping[str, float]  # folded word -> Zipf value


class _Cut(NamedTuple):
    zipf_sum: float
    parts: tuple[str, ...]

    @property
    def mean(self) -> float:
        return self.zipf_sum / len(self.parts)


class CompoundSplitter:
    """Splits folded words into folded parts; the same frequencies give the same parts."""

    def __init__(self, frequencies: PartFrequencies) -> None:
        self.frequencies = frequencies
        self.split = lru_cache(maxsize=_CACHE_SIZE)(self._split)
        self._modifier = lru_cache(maxsize=_CACHE_SIZE)(self._find_modifier)

    def _split(self, word: str) -> tuple[str, ...]:
        """Return the parts of a compound without linking elements, nothing for any other word."""
        if not _MIN_WORD_LENGTH <= len(word) <= _MAX_WORD_LENGTH or not word.isalpha():
            return ()
        best = self._best_cut(word)
        return best.parts if best is not None and len(best.parts) > 1 else ()

    def _best_cut(self, word: str) -> _Cut | None:
        """Return the best cut of the whole word, found from its shorter tails."""
        best: dict[int, _Cut] = {}  # start of a tail -> its best cut
        for start in range(len(word) - _MIN_PART_LENGTH, -1, -1):
            options = []
            if word[start:] in self.frequencies:
                options.append(_Cut(self.frequencies[word[start:]], (word[start:],)))
            for end in range(start + _MIN_PART_LENGTH, len(word) - _MIN_PART_LENGTH + 1):
                if end in best and (modifier := self._modifier(word[start:end])) is not None:
                    zipf, part = modifier
                    options.append(_Cut(zipf + best[end].zipf_sum, (part, *best[end].parts)))
            if options:
                best[start] = max(options, key=lambda cut: (cut.mean, -len(cut.parts), cut.parts))
        return best.get(0)

    def _find_modifier(self, text: str) -> tuple[float, str] | None:
        """Return Zipf value and form of the part that stands before another one as ``text``."""
        bases = [text.removesuffix(link) for link in _LINKS if text.endswith(link)]
        if len(text) > _MIN_PART_LENGTH:
            bases.append(text + "e")  # "Schule" + "Amt" is "Schulamt"
        return max(((self.frequencies[base], base) for base in bases if base in self.frequencies), default=None)


def part_frequencies(corpus_counts: Mapping[str, int]) -> dict[str, float]:
    """Return what compounds may be made of: German nouns in all their forms, and the words of the corpus.

    :param corpus_counts: How often each folded word stands in the corpus.
    """
    german = wordfreq.get_frequency_dict("de")
    per_billion = defaultdict(float, _nouns())
    for word, count in corpus_counts.items():
        if count >= _CORPUS_MIN_COUNT and len(word) >= _CORPUS_MIN_LENGTH:
            per_billion[word] = max(per_billion[word], german.get(word, 0.0) * 1e9) + _CORPUS_WEIGHT * count
    zipf = {word: round(math.log10(value), 2) for word, value in per_billion.items() if value > 0.0}
    return {word: value for word, value in sorted(zipf.items()) if _may_be_part(word, value)}


@cache
def _nouns() -> Mapping[str, float]:
    """Return every form of every noun of the lexicon, folded, with its occurrences per billion words."""
    german = wordfreq.get_frequency_dict("de")
    per_billion: defaultdict[str, float] = defaultdict(float)
    for line in (PACKAGE_PATH / "index.txt").read_text(encoding="utf-8").splitlines():
        noun = line.partition("\t")[0]
        if frequency := german.get(noun.replace("ß", "ss")):  # most have none; folding all would take seconds
            per_billion[fold(noun)] += frequency * 1e9
    return per_billion


def _may_be_part(word: str, zipf: float) -> bool:
    frequent = zipf >= _MIN_ZIPF.get(len(word), _MIN_ZIPF_OF_LONGER)
    return frequent and len(word) >= _MIN_PART_LENGTH and word.isalpha() and word not in FOLDED_STOP_WORDS
