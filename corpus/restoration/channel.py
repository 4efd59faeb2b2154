"""How an English-language OCR misreads German letters: the error model of the noisy channel.

The probabilities were counted on 31 documents of 15,000 characters (the development half of ``benchmarks/restoration``)
printed in eight fonts at 110 to 300 dpi and read with Tesseract's English model; an earlier count over other fonts
weighs in as 200 letters. They are rounded, and readings rarer than 0.1 % left out. They describe letters; no word
stands here.
"""

import heapq
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from corpus.restoration.lexicon import is_spelling

# German letter -> what is read instead -> probability of that reading.
MISREADINGS: Final[dict[str, dict[str, float]]] = {
    "ä": {
        "a": 0.85, "i": 0.04, "d": 0.02, "é": 0.015, "ii": 0.012, "": 0.008, "ai": 0.007, "da": 0.006, "aé": 0.005,
        "éi": 0.005, "éa": 0.003, "éd": 0.003, "4": 0.003, "A": 0.002, "ad": 0.002, "ia": 0.001, "di": 0.001,
        "Aa": 0.001, "e": 0.001,
    },
    "ö": {
        "é": 0.45, "o": 0.3, "d": 0.09, "6": 0.09, "oé": 0.014, "G": 0.008, "6é": 0.006, "do": 0.005, "O": 0.005,
        "": 0.004, "dé": 0.004, "a": 0.003, "o6": 0.002, "od": 0.002, "d6": 0.002, "i": 0.002, "s": 0.0015,
        "ii": 0.001, "ad": 0.003, "éo": 0.001, "Od": 0.001, "0": 0.001, "e": 0.001,
    },
    "ü": {
        "ii": 0.52, "u": 0.25, "i": 0.1, "ti": 0.04, "U": 0.02, "it": 0.013, "t": 0.006, "il": 0.006, "l": 0.006,
        "a": 0.005, "li": 0.005, "iu": 0.004, "fi": 0.003, "(i": 0.003, "": 0.002, "ui": 0.002, "Uu": 0.001,
        "iti": 0.001, "iit": 0.001, "tt": 0.001, "ai": 0.001, "ut": 0.001, "tU": 0.001, "d": 0.001, "1": 0.001,
    },
    "ß": {
        "B": 0.36, "R": 0.13, "f": 0.12, "&": 0.09, "S": 0.07, "": 0.05, "@": 0.025, "8": 0.02, "fS": 0.02,
        "fs": 0.02, "fi": 0.015, "l": 0.015, "f&": 0.014, "s": 0.01, "g": 0.008, "fg": 0.007, "k": 0.006, "fl": 0.005,
        "ft": 0.004, "G": 0.003, "fR": 0.003, "fgs": 0.002, "ss": 0.002, "B&": 0.002, "3": 0.002,
    },
    "Ä": {"A": 0.97, "(A": 0.004},
    "Ö": {"O": 0.95, "0": 0.01, "6": 0.01, "G": 0.01, "(O": 0.004},
    "Ü": {"U": 0.95, "(": 0.007, "O": 0.006, "Ul": 0.004, "(i": 0.004, "Uu": 0.004, "G": 0.002},
    "rn": {"m": 0.02},
    "m": {"rn": 0.002},
    "l": {"I": 0.002, "i": 0.001, "1": 0.001, "|": 0.001},
    "i": {"l": 0.0005, "1": 0.0005},
    "I": {"l": 0.01, "T": 0.003, "1": 0.003, "|": 0.003, "!": 0.001},
    "O": {"0": 0.002},
    "o": {"0": 0.001},
    "fi": {"ﬁ": 0.01},
    "fl": {"ﬂ": 0.01},
    "ff": {"ﬀ": 0.01},
}  # fmt: skip

SPECIAL_LETTERS: Final = "äöüßÄÖÜ"
# The same at the start of a word, where tall readings are usual.
FIRST_MISREADINGS: Final[dict[str, dict[str, float]]] = {
    "ä": {"A": 0.05},
    "ö": {"6": 0.35, "o": 0.25, "é": 0.2, "O": 0.08},
    "ü": {"U": 0.3, "ti": 0.28, "ii": 0.2, "u": 0.11, "i": 0.02, "": 0.02},
}
_UNCOUNTED: Final = 0.0005  # probability that a letter is read as some one or two characters that the table lacks
_UNCOUNTED_MIN_LENGTH: Final = 6  # of a word: too many short ones resemble each other
MAX_COST: Final = 5.0  # total cost (-log10 probability) beyond which a reading is not considered
_PLAIN_MIN_LENGTH: Final = 5  # "gem." is not "gern": only longer words tell "m" from "rn"
MAX_CHANGES: Final = 5
# Best-first search ends after this many readings; the intended one lies far ahead of it unless the word is very long.
MAX_READINGS: Final = 300


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One misreading: ``true`` was read as ``seen[start:end]``, with probability 10 ** -cost."""

    cost: float
    start: int
    end: int
    true: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a seen word may stand for. ``cost`` is -log10 of the probability of these misreadings."""

    word: str
    cost: float
    steps: tuple[Step, ...]


@cache
def _reversed_table() -> dict[str, tuple[tuple[str, float], ...]]:
    """Seen string -> (true letters, cost), cheapest first; the lost letters stand under the empty string."""
    table: dict[str, list[tuple[str, float]]] = {}
    for true, readings in MISREADINGS.items():
        for seen, probability in readings.items():
            table.setdefault(seen, []).append((true, -math.log10(probability)))
    return {seen: tuple(sorted(options, key=lambda option: option[1])) for seen, options in table.items()}


@cache
def _costs(piece: str, *, first: bool, uncounted: bool) -> tuple[tuple[str, float], ...]:
    """Return what ``piece`` may stand for, with its cost, at the start of a word or inside it."""
    costs = dict.fromkeys("äöüß", -math.log10(_UNCOUNTED)) if uncounted and 1 <= len(piece) <= 2 else {}
    costs |= _reversed_table().get(piece, ())
    if first:
        costs |= {
            true: -math.log10(readings[piece]) for true, readings in FIRST_MISREADINGS.items() if piece in readings
        }
    return tuple(costs.items())


def _steps(seen: str, *, rare: bool) -> list[Step]:
    """All single misreadings that may have happened in ``seen``, cheapest first."""
    uncounted = rare and len(seen) >= _UNCOUNTED_MIN_LENGTH and seen[1:].islower()
    steps = []
    for start in range(len(seen) + 1):
        for length in (0, 1, 2, 3) if rare else (1, 2, 3):
            end = start + length
            if end <= len(seen):
                steps += [
                    Step(cost, start, end, true)
                    for true, cost in _costs(seen[start:end], first=start == 0, uncounted=uncounted)
                    if _fits(seen, start, end, true) and is_spelling(seen, start, end, true)
                ]
    return sorted(steps)


def _fits(seen: str, start: int, end: int, true: str) -> bool:
    """Exclude plain letters in short words, ß at the start, a capital or a "(" inside: no German word has them."""
    if true not in SPECIAL_LETTERS and len(seen) < _PLAIN_MIN_LENGTH:
        return False
    if start == 0:
        return true != "ß"
    return not true[0].isupper() and "(" not in seen[start:end]


def candidates(seen: str, limit: float = MAX_COST, *, rare: bool = False) -> Iterator[Candidate]:
    """Yield what ``seen`` may stand for, cheapest first, without ``seen`` itself.

    Sets of steps are enumerated in the order of their cost: from a set, either its last step is exchanged for the next
    one or the next one is added, so each set is reached once (Lawler's k-best subsets).

    :param seen: One word as read, possibly with digits, "&" or a leading "(" in place of letters.
    :param limit: Total cost beyond which nothing is yielded.
    :param rare: Consider letters that left no trace or an uncounted one, too (a larger search).
    """
    steps = [step for step in _steps(seen, rare=rare) if step.cost <= limit]
    if not steps:
        return
    queue: list[tuple[float, tuple[int, ...]]] = [(steps[0].cost, (0,))]
    for _ in range(MAX_READINGS):
        if not queue:
            return
        cost, chosen = heapq.heappop(queue)
        if cost > limit:
            return
        following = chosen[-1] + 1
        if following < len(steps):
            step_up = steps[following].cost
            heapq.heappush(queue, (cost - steps[chosen[-1]].cost + step_up, (*chosen[:-1], following)))
            if len(chosen) < MAX_CHANGES:
                heapq.heappush(queue, (cost + step_up, (*chosen, following)))
        made = sorted((steps[index] for index in chosen), key=lambda step: (step.start, step.end))
        if all(one.end <= other.start for one, other in itertools.pairwise(made)):
            yield Candidate(_undo(seen, made), cost, tuple(made))


def _undo(seen: str, made: Sequence[Step]) -> str:
    pieces, position = [], 0
    for step in made:
        pieces += [seen[position : step.start], step.true]
        position = step.end
    return "".join([*pieces, seen[position:]])
