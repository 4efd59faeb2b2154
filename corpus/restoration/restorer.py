"""Restoration of one document: a noisy channel over its words.

For each suspicious word w the reading c is chosen that maximises log P(c) + log P(w read | c). Word frequency or
compound structure, the document's own vocabulary and the neighbours make P(c), the table of misreadings makes P(w | c).
The word itself takes part as "nothing was misread" (Kernighan, Church, Gale 1990: A Spelling Correction Program Based
on a Noisy Channel Model). All scores are log10 on the Zipf scale.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from corpus.restoration.channel import MAX_COST, SPECIAL_LETTERS, Candidate, Step, candidates
from corpus.restoration.context import Context, context_of, fitness
from corpus.restoration.diagnosis import damaged_tokens
from corpus.restoration.lexicon import frequent_head, german_zipf, listed_zipf, modifier_zipf, word_zipf
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
_RARE_MAX_COST: Final = 4.0  # one letter that left no trace, or an uncounted one, and one usual misreading
_NAME_ZIPF: Final = 0.0  # a street: a name of its own and a usual noun
_MISREAD: Final = re.compile(r"[^\Wi]ii[^\Wi]|üi|iü|[^\W\d][68é][^\W\d]")  # no German name looks so
_CACHE_WEIGHT: Final = 0.2  # share of a document's words that repeat its own vocabulary
_STEM_WEIGHT: Final = 0.7  # exponent of the uses of a stem
_STEM_REACH: Final = 1.0
_STEM_LENGTH: Final = 5
_MIN_SIZE: Final = 500  # words; one word of a shorter document is no habit yet
_HABIT_WEIGHT: Final = 10.0  # misreadings of a letter that count as much as the table


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
    unchanged = unchanged_score(word)
    limit = min(dearest, _max_zipf(len(word)) + _VOCABULARY_REACH - unchanged - _MARGIN)
    stages: list[tuple[Iterable[Candidate], Callable[[str], float | None]]] = [(candidates(word, limit), listed_zipf)]
    if listed_zipf(word) is None:  # a compound is rarer than any listed word
        stages.append((candidates(word, min(limit, _COMPOUND_MAX_COST)), word_zipf))
    if not known:
        stages.append((candidates(word, min(limit, _RARE_MAX_COST), rare=True), listed_zipf))
        stages.append((candidates(word, min(limit, _COMPOUND_MAX_COST)), modifier_zipf))
    found: list[Option] = []
    for readings, zipf_of in stages:
        found += _known_readings(readings, zipf_of)
        if found and (known or max(option.score for option in found) > unchanged + _MARGIN):
            break
    else:
        if not known and word[0].isupper():
            found += _name_readings(candidates(word, min(limit, _COMPOUND_MAX_COST)), word)
    best: dict[str, Option] = {}
    for option in sorted(found, key=lambda option: -option.score):
        best.setdefault(option.candidate.word, option)
    return tuple(best.values())


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


def _name_readings(readings: Iterable[Candidate], seen: str) -> list[Option]:
    """Find an unknown name: before a frequent noun whose ß was misread, or one that no longer looks misread.

    "BirkerstraBe" is read for the noun, "Griinthal" for its looks. The cheapest will do.
    """
    for candidate in readings:
        first = candidate.steps[0].start
        head = all(step.true == "ß" for step in candidate.steps) and frequent_head(candidate.word, first) is not None
        if head or (_looks_misread(seen) and not _looks_misread(candidate.word)):
            return [Option(candidate, _NAME_ZIPF - candidate.cost)]
    return []


def _looks_misread(word: str) -> bool:
    return _MISREAD.search(word) is not None


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
    """The words with German letters that stand in the document, or are mended, beyond doubt, and how they were misread.

    A word used once is likely to be used again, whatever its frequency in the language: counts are mixed into the
    Zipf value (Kuhn, De Mori 1990: A Cache-Based Natural Language Model for Speech Recognition). In the same way the
    misreadings of this document, which is printed in few fonts, are mixed into the general table.
    """

    counts: Counter[str]  # word in small letters -> occurrences
    stems: Counter[str]  # its first letters -> occurrences
    size: int  # words of the document
    misreadings: Counter[tuple[str, str]]  # (letter, what was read) -> occurrences inside words mended beyond doubt
    letters: Counter[str]  # letter -> occurrences inside those words

    @classmethod
    def of(cls, tokens: Sequence[Token]) -> "Vocabulary":
        """Collect the vocabulary of one document."""
        counts: Counter[str] = Counter()
        misreadings: Counter[tuple[str, str]] = Counter()
        for word in (token.text for token in tokens):
            if _is_clear(word):
                clear = options(word)[0].candidate
                counts[clear.word.lower()] += 1
                misreadings.update((step.true, word[step.start : step.end]) for step in clear.steps if step.start)
            elif any(letter in word for letter in SPECIAL_LETTERS):
                counts[word.lower()] += 1
        stems: Counter[str] = Counter()
        for word, count in counts.items():
            for start in range(max(1, len(word) - _STEM_LENGTH + 1)):
                stems[word[start : start + _STEM_LENGTH]] += count
        letters: Counter[str] = Counter()
        for (letter, _), count in misreadings.items():
            letters[letter] += count
        return cls(counts, stems, len(tokens), misreadings, letters)

    def cost(self, seen: str, candidate: Candidate) -> float:
        """Return the candidate's cost under the habits of this document; first letters keep theirs of the table."""
        return sum(
            self._step_cost(step, seen[step.start : step.end]) if step.start else step.cost for step in candidate.steps
        )

    def _step_cost(self, step: Step, piece: str) -> float:
        times = self.misreadings[step.true, piece] + _HABIT_WEIGHT * 10**-step.cost
        return -math.log10(times / (self.letters[step.true] + _HABIT_WEIGHT))

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
    scored = sorted(
        ((_score(token.text, option, vocabulary, context), option) for option in possible), key=lambda one: -one[0]
    )
    best, option = scored[0]
    unchanged = unchanged_score(token.text) + fitness(token.text, context)
    margin = _MARGIN_KNOWN if listed_zipf(token.text) is not None else _MARGIN
    if best < unchanged + margin:
        return None
    odds = sum(10 ** (rival - best) for rival in (unchanged, *(score for score, _ in scored[1:])))
    return Mend(token.start, token.end, option.candidate.word, _reason(token.text, option.candidate), 1 / (1 + odds))


def _score(seen: str, option: Option, vocabulary: Vocabulary, context: Context) -> float:
    word = option.candidate.word
    zipf = vocabulary.zipf(word, option.score + option.candidate.cost, option.candidate.steps[0].start)
    return zipf - vocabulary.cost(seen, option.candidate) + fitness(word, context)


def _reason(seen: str, candidate: Candidate) -> str:
    parts = []
    for step in candidate.steps:
        piece = seen[step.start : step.end]
        parts.append(f"{step.true} als {piece} gelesen" if piece else f"{step.true} verloren")
    return ", ".join(dict.fromkeys(parts))
