"""Restoration of one document: a noisy channel over its words.

For each suspicious word w the reading c is chosen that maximises log P(c) + log P(w read | c): word frequency or compound
structure, the document's own vocabulary and the neighbours make P(c), the table of misreadings makes P(w | c). The word
itself takes part as "nothing was misread" (Kernighan, Church, Gale 1990: A Spelling Correction Program Based on a Noisy
Channel Model). All scores are log10 on the Zipf scale.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from corpus.restoration.channel import SPECIAL_LETTERS, Candidate, candidates
from corpus.restoration.lexicon import german_zipf, is_listed_noun, word_zipf
from corpus.restoration.tokens import Token, tokenize
from corpus.restoration.types import Mend

_MARGIN: Final = 0.6  # log10 odds that a change needs
_MARGIN_KNOWN: Final = 1.0  # the same where the word as it stands is a good word
_CERTAIN_MARGIN: Final = 2.0  # odds from which on a reading counts as vocabulary of the document
_STOP_SEARCH: Final = 2.5  # a reading this much dearer than the best known one cannot win
_CAPITAL_COST: Final = 2.0  # a small word written with a capital in mid-sentence


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
    if word[0].isupper():
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
    """Known readings of ``word``, best first; empty if there is none."""
    found = _known_readings(word, lost=False)
    if not found and word_zipf(word) is None:
        found = _known_readings(word, lost=True)
    return tuple(sorted(found, key=lambda option: -option.score))


def _known_readings(word: str, *, lost: bool) -> list[Option]:
    found: list[Option] = []
    limit = math.inf
    for candidate in candidates(word, lost=lost):
        if candidate.cost > limit:
            break
        if not candidate.word.isalpha():
            continue
        zipf = word_zipf(candidate.word)
        if zipf is not None:
            limit = min(limit, candidate.cost + _STOP_SEARCH + max(0.0, 3.0 - zipf))
            found.append(Option(candidate, zipf - candidate.cost))
    return found


def restore(text: str) -> list[Mend]:
    """Return the words of one document that OCR damaged, with what they should read, sorted and not overlapping.

    :param text: Folded, de-hyphenated reading of ONE whole document, blocks separated by newlines.
    :return: Empty if the document as a whole shows no such damage.
    """
    tokens = tokenize(text)
    if not is_damaged(text, tokens):
        return []
    vocabulary = _certain_vocabulary(tokens)
    mends = []
    for token in tokens:
        mend = _mend(token, vocabulary)
        if mend is not None:
            mends.append(mend)
    return mends


def is_damaged(text: str, tokens: Sequence[Token]) -> bool:
    """Tell whether the document was read by an OCR that does not know German."""
    letters = sum(map(str.isalpha, text))
    special = sum(text.count(letter) for letter in SPECIAL_LETTERS)
    unknown = [word for word in dict.fromkeys(token.text for token in tokens) if word_zipf(word) is None]
    sample = unknown[:: max(1, len(unknown) // 60)]
    if not sample:
        return False
    mendable = sum(_is_clear(word) for word in sample) / len(sample) * len(unknown)
    share = mendable / len({token.text for token in tokens})
    return mendable >= 2 and share > (0.01 if special < 0.006 * letters else 0.03)


def _is_clear(word: str) -> bool:
    best = options(word)[:1]
    return bool(best) and best[0].score > unchanged_score(word) + _CERTAIN_MARGIN


def _certain_vocabulary(tokens: Sequence[Token]) -> Counter[str]:
    """Count, in small letters, the special-letter words that stand or are mended beyond doubt."""
    vocabulary: Counter[str] = Counter()
    for token in tokens:
        word = token.text
        if word_zipf(word) is None and _is_clear(word):
            vocabulary[options(word)[0].candidate.word.lower()] += 1
        elif any(letter in word for letter in SPECIAL_LETTERS):
            vocabulary[word.lower()] += 1
    return vocabulary


def _mend(token: Token, vocabulary: Counter[str]) -> Mend | None:
    scored = [(_score(option, token, vocabulary), option) for option in options(token.text)]
    if not scored:
        return None
    scored.sort(key=lambda pair: -pair[0])
    best, option = scored[0]
    unchanged = unchanged_score(token.text)
    margin = _MARGIN if word_zipf(token.text) is None else _MARGIN_KNOWN
    if best < unchanged + margin:
        return None
    rivals = [unchanged, *(score for score, _ in scored[1:])]
    odds = sum(10 ** (rival - best) for rival in rivals)
    return Mend(token.start, token.end, option.candidate.word, _reason(token.text, option.candidate), 1 / (1 + odds))


def _score(option: Option, token: Token, vocabulary: Counter[str]) -> float:
    word = option.candidate.word
    score = option.score + math.log10(1 + vocabulary[word.lower()])
    if word[0].isupper() and not token.opens and not is_listed_noun(word):
        score -= _CAPITAL_COST
    return score


def _reason(seen: str, candidate: Candidate) -> str:
    parts = []
    for step in candidate.steps:
        piece = seen[step.start : step.end]
        parts.append(f"{step.true} als {piece} gelesen" if piece else f"{step.true} verloren")
    return ", ".join(dict.fromkeys(parts))
