"""Restoration of one document: a noisy channel over its words.

For each suspicious word w the reading c is chosen that maximises log P(c) + log P(w read | c). Word frequency or
compound structure, the document's own vocabulary and the neighbours make P(c), the table of misreadings makes P(w | c).
The word itself takes part as "nothing was misread" (Kernighan, Church, Gale 1990: A Spelling Correction Program Based
on a Noisy Channel Model). All scores are log10 on the Zipf scale.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from corpus.restoration.channel import MAX_COST, SPECIAL_LETTERS, Candidate, candidates
from corpus.restoration.context import Context, context_of, fitness
from corpus.restoration.diagnosis import damaged_tokens
from corpus.restoration.lexicon import frequent_head, german_zipf, listed_zipf, word_zipf
from corpus.restoration.quotes import mend_quotes
from corpus.restoration.tokens import Token, tokenize
from corpus.restoration.types import Mend

_MARGIN: Final = 0.6  # log10 odds that a change needs
_MARGIN_KNOWN: Final = 0.5  # the same where the word as it stands is a good word
_CERTAIN_MARGIN: Final = 2.0  # odds from which on a reading counts as vocabulary of the document
_STOP_SEARCH: Final = 1.5  # a reading this much dearer than a frequent known one cannot win
_VOCABULARY_REACH: Final = 1.0  # what the document's vocabulary and the neighbours may add to a rare reading
_REAL_WORD_MAX_COST: Final = 2.5  # from one good word to another: one or two usual misreadings
_COMPOUND_MAX_COST: Final = 3.0  # compounds are so many that dear readings of them are chance
_LOST_MAX_COST: Final = 4.0  # one letter that left no trace and one usual misreading
_NAME_ZIPF: Final = 0.0  # a street: a name of its own and a usual noun
_CACHE_WEIGHT: Final = 0.2  # share of a document's words that repeat its own vocabulary
_STEM_WEIGHT: Final = 0.7  # exponent of the uses of a stem
_STEM_REACH: Final = 1.0
_STEM_LENGTH: Final = 5
_MIN_SIZE: Final = 500  # words; one word of a shorter document is no habit yet


@dataclass(frozen=True, slots=True)
class Option:
    """One known reading of a seen word: ``score`` is its log10 probability together with the misreadings'."""

    candidate: Candidate
    score: float


def unchanged_score(word: str) -> float:
    """Score of the word as it stands: its Zipf value if known, else that of a chance name of its length."""
    known = word_zipf(word)
    if known is not None:
        return known
    if _is_impossible(word):
        return -6.0
    chance = min(0.0, max(7.0 - 1.2 * len(word), -5.0))
    if word[0].isupper() and german_zipf(word) > 0:
        return max(chance, german_zipf(word) - 1.5)  # a name that others write, too
    return chance


def _is_impossible(word: str) -> bool:
    """Tell whether no German word or name looks so: digits, "&" or "(" inside, a capital between small letters, é."""
    inner_capital = any(
        word[at].isupper() and word[at - 1].islower() and word[at + 1 : at + 2].islower() for at in range(2, len(word))
    )
    return inner_capital or not word.isalpha() or "é" in word or "iii" in word


@lru_cache(maxsize=1 << 16)
def options(word: str) -> tuple[Option, ...]:
    """Known readings of ``word`` that may beat it as it stands, best first; empty if there is none."""
    known = word_zipf(word) is not None
    # What a reading may cost at most: its Zipf value is bounded by its length, the vocabulary may add a little.
    dearest = _REAL_WORD_MAX_COST if known else MAX_COST
    limit = min(dearest, _max_zipf(len(word)) + _VOCABULARY_REACH - unchanged_score(word) - _MARGIN)
    found = _known_readings(candidates(word, limit), listed_zipf)
    if not found:
        found = _known_readings(candidates(word, min(limit, _COMPOUND_MAX_COST)), word_zipf)
    if not found and not known:
        found = _known_readings(candidates(word, min(limit, _LOST_MAX_COST), lost=True), listed_zipf)
    if not found and not known and word[0].isupper():
        found = _name_readings(candidates(word, min(limit, _COMPOUND_MAX_COST)))
    return tuple(sorted(found, key=lambda option: -option.score))


def _max_zipf(length: int) -> float:
    """Upper bound of the Zipf value of German words by length: 7 up to 5 letters, 5 at 13, 3 at 21."""
    return min(7.0, 8.25 - 0.25 * length)


def _known_readings(readings: Iterable[Candidate], zipf_of: Callable[[str], float | None]) -> list[Option]:
    found: list[Option] = []
    limit = math.inf
    for candidate in readings:
        if candidate.cost > limit:
            break
        zipf = zipf_of(candidate.word) if candidate.word.isalpha() else None
        if zipf is not None:
            limit = min(limit, candidate.cost + _STOP_SEARCH + max(0.0, 3.0 - zipf) / 2)
            found.append(Option(candidate, zipf - candidate.cost))
    return found


def _name_readings(readings: Iterable[Candidate]) -> list[Option]:
    """Find an unknown name before a frequent noun whose ß was misread ("BirkerstraBe"); the cheapest will do."""
    for candidate in readings:
        first = candidate.steps[0].start
        if all(step.true == "ß" for step in candidate.steps) and frequent_head(candidate.word, first) is not None:
            return [Option(candidate, _NAME_ZIPF - candidate.cost)]
    return []


def restore(text: str) -> list[Mend]:
    """Return the words of one document that OCR damaged, with what they should read, sorted and not overlapping.

    :param text: Folded, de-hyphenated reading of ONE whole document, blocks separated by newlines.
    :return: Empty if the document as a whole shows no such damage.
    """
    every = tokenize(text)
    tokens = damaged_tokens(text, every, _is_clear)
    if not tokens:
        return []
    vocabulary = Vocabulary.of(every)
    mends = [mend for token in tokens if (mend := _mend(text, token, vocabulary)) is not None]
    return sorted([*mends, *mend_quotes(text)])


def _is_clear(word: str) -> bool:
    """Tell whether the word is none and has one reading that is far more probable than chance."""
    if word_zipf(word) is not None:
        return False
    best = options(word)[:1]
    return bool(best) and best[0].score > unchanged_score(word) + _CERTAIN_MARGIN


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words with German letters that stand in the document, or are mended, beyond doubt.

    A word used once is likely to be used again, whatever its frequency in the language: counts are mixed into the
    Zipf value (Kuhn, De Mori 1990: A Cache-Based Natural Language Model for Speech Recognition).
    """

    counts: Counter[str]  # word in small letters -> occurrences
    stems: Counter[str]  # its first letters -> occurrences
    size: int  # words of the document

    @classmethod
    def of(cls, tokens: Sequence[Token]) -> "Vocabulary":
        """Collect the vocabulary of one document."""
        counts: Counter[str] = Counter()
        for word in (token.text for token in tokens):
            if _is_clear(word):
                counts[options(word)[0].candidate.word.lower()] += 1
            elif any(letter in word for letter in SPECIAL_LETTERS):
                counts[word.lower()] += 1
        stems: Counter[str] = Counter()
        for word, count in counts.items():
            for start in range(max(1, len(word) - _STEM_LENGTH + 1)):
                stems[word[start : start + _STEM_LENGTH]] += count
        return cls(counts, stems, len(tokens))

    def zipf(self, word: str, general: float, position: int) -> float:
        """Mix the word's general Zipf value with its use here; ``position`` is that of its German letter."""
        small = word.lower()
        start = max(0, min(position - 1, len(small) - _STEM_LENGTH))
        stem = small[start : start + _STEM_LENGTH] if len(small) >= _STEM_LENGTH else ""
        mixed = (1 - _CACHE_WEIGHT) * 10**general + _CACHE_WEIGHT * 1e9 * self.counts[small] / max(self.size, _MIN_SIZE)
        return math.log10(mixed) + min(_STEM_REACH, _STEM_WEIGHT * math.log10(1 + self.stems[stem]))


def _mend(text: str, token: Token, vocabulary: Vocabulary) -> Mend | None:
    possible = options(token.text)
    if not possible:
        return None
    context = context_of(text, token.start, token.end, opens=token.opens)
    scored = sorted(((_score(option, vocabulary, context), option) for option in possible), key=lambda one: -one[0])
    best, option = scored[0]
    unchanged = unchanged_score(token.text) + fitness(token.text, context)
    margin = _MARGIN_KNOWN if listed_zipf(token.text) is not None else _MARGIN
    if best < unchanged + margin:
        return None
    odds = sum(10 ** (rival - best) for rival in (unchanged, *(score for score, _ in scored[1:])))
    return Mend(token.start, token.end, option.candidate.word, _reason(token.text, option.candidate), 1 / (1 + odds))


def _score(option: Option, vocabulary: Vocabulary, context: Context) -> float:
    word, cost = option.candidate.word, option.candidate.cost
    zipf = vocabulary.zipf(word, option.score + cost, option.candidate.steps[0].start)
    return zipf - cost + fitness(word, context)


def _reason(seen: str, candidate: Candidate) -> str:
    parts = []
    for step in candidate.steps:
        piece = seen[step.start : step.end]
        parts.append(f"{step.true} als {piece} gelesen" if piece else f"{step.true} verloren")
    return ", ".join(dict.fromkeys(parts))
