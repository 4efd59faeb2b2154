"""How an English-language OCR misreads German letters: the error model of the noisy channel.

The probabilities were counted on German pages printed in several fonts and read with Tesseract's English model, and
rounded (``benchmarks/restoration.py`` repeats the reading). They describe letters; no word stands here.
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
        "a": 0.85, "d": 0.05, "da": 0.02, "é": 0.02, "i": 0.01, "4": 0.01, "éd": 0.01, "ii": 0.01, "ai": 0.006,
        "éi": 0.006, "éa": 0.004, "ia": 0.004, "ad": 0.004, "aé": 0.004, "A": 0.004, "dé": 0.003, "4a": 0.003,
        "": 0.003, "e": 0.001,
    },
    "ö": {
        "é": 0.35, "o": 0.3, "6": 0.12, "d": 0.12, "G": 0.03, "6é": 0.015, "oé": 0.015, "d6": 0.008,
        "dé": 0.008, "od": 0.008, "O": 0.008, "ii": 0.006, "ad": 0.006, "o6": 0.004, "0": 0.004, "ié": 0.003,
        "i": 0.003, "b": 0.003, "a": 0.003, "Oo": 0.003, "G6": 0.003, "": 0.003, "oO": 0.002, "e": 0.002,
    },
    "ü": {
        "ii": 0.34, "u": 0.32, "i": 0.13, "U": 0.05, "ti": 0.03, "l": 0.02, "il": 0.012, "ui": 0.012,
        "t": 0.012, "it": 0.012, "d": 0.004, "li": 0.012, "fi": 0.006, "(i": 0.006, "ul": 0.005, "iu": 0.004, "": 0.004,
        "tu": 0.003, "ai": 0.003, "di": 0.003, "a": 0.003, "Uu": 0.003, "lu": 0.003, "iit": 0.002,
        "iti": 0.002,
        "ft": 0.002, "U1": 0.001, "1": 0.001,
    },
    "ß": {
        "B": 0.42, "R": 0.16, "&": 0.08, "S": 0.07, "f": 0.06, "": 0.05, "l": 0.03, "fi": 0.02, "s": 0.02,
        "8": 0.015, "fl": 0.01, "k": 0.008, "@": 0.008, "ft": 0.008, "fs": 0.008, "fS": 0.008, "fg": 0.004,
        "fgs": 0.004, "f&": 0.004, "B&": 0.004, "3": 0.004, "ss": 0.004, "g": 0.002,
    },
    "Ä": {"A": 0.97, "(A": 0.005},
    "Ö": {"O": 0.95, "0": 0.01, "6": 0.01, "G": 0.005, "(O": 0.005},
    "Ü": {"U": 0.94, "(": 0.01, "(i": 0.005, "Ul": 0.005, "Uu": 0.005, "O": 0.003},
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
MAX_COST: Final = 6.5  # total cost (-log10 probability) beyond which a reading is not considered
_PLAIN_MIN_LENGTH: Final = 5  # "gem." is not "gern": only longer words tell "m" from "rn"
MAX_CHANGES: Final = 5
# Best-first search ends after this many readings; the intended one lies far ahead of it unless the word is very long.
MAX_READINGS: Final = 900


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


def base_cost(true: str, seen: str) -> float:
    """Return -log10 of the general probability that ``true`` is read as ``seen``."""
    return -math.log10(MISREADINGS[true][seen])


def _steps(seen: str, *, lost: bool) -> list[Step]:
    """All single misreadings that may have happened in ``seen``, cheapest first."""
    table = _reversed_table()
    steps = []
    for start in range(len(seen)):
        for length in (0, 1, 2, 3) if lost and start else (1, 2, 3):
            end = start + length
            if end <= len(seen):
                steps += [
                    Step(cost, start, end, true)
                    for true, cost in table.get(seen[start:end], ())
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


def candidates(seen: str, limit: float = MAX_COST, *, lost: bool = False) -> Iterator[Candidate]:
    """Yield what ``seen`` may stand for, cheapest first, without ``seen`` itself.

    Sets of steps are enumerated in the order of their cost: from a set, either its last step is exchanged for the next
    one or the next one is added, so each set is reached once (Lawler's k-best subsets).

    :param seen: One word as read, possibly with digits, "&" or a leading "(" in place of letters.
    :param limit: Total cost beyond which nothing is yielded.
    :param lost: Consider letters that left no trace, too (a larger search).
    """
    steps = [step for step in _steps(seen, lost=lost) if step.cost <= limit]
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
