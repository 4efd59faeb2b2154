"""The measures of evaluation, as pure functions of what was returned and what is right."""

import math
import re
import string
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

_DEPTH = 10  # ranks that count
_Z = 1.96  # standard deviations of a 95 % interval
_ARTICLES = re.compile(r"\b(?:ein|eine[mnrs]?|der|die|das|de[mns])\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation + "„“”‚‘’»«–—…")


@dataclass(frozen=True, slots=True)
class SelectionScores:
    """How well sentences were chosen and answers withheld; every value in [0, 1].

    Kleinle, Prange and Friedrich, "OMoS-QA" (KONVENS 2024). ``precision`` and ``recall`` are means over the answerable
    questions, a question for which nothing was returned having precision 1; ``f1`` is the harmonic mean of the two,
    ``mean_f1`` the mean of the questions' own. ``no_answer_f1`` is over all questions.
    """

    precision: float
    recall: float
    f1: float
    mean_f1: float
    no_answer_f1: float


def selection_scores(cases: Sequence[tuple[AbstractSet[int], AbstractSet[int]]]) -> SelectionScores:
    """Score (returned, right) pairs; an empty right set means that the question has no answer."""
    answerable = [(len(returned), len(right), len(returned & right)) for returned, right in cases if right]
    precision = _mean([hits / returned if returned else 1.0 for returned, _, hits in answerable])
    recall = _mean([hits / right for _, right, hits in answerable])
    mean_f1 = _mean([2 * hits / (returned + right) for returned, right, hits in answerable])
    silent = sum(not returned for returned, _ in cases)
    unanswerable = sum(not right for _, right in cases)
    rightly_silent = sum(not returned and not right for returned, right in cases)
    return SelectionScores(
        precision, recall, _harmonic(precision, recall), mean_f1, _share(2 * rightly_silent, silent + unanswerable)
    )


@dataclass(frozen=True, slots=True)
class RankingScores:
    """How high the one right item stands; every value in [0, 1].

    nDCG with one relevant item (Järvelin and Kekäläinen, TOIS 2002), recall, mean reciprocal rank.
    """

    ndcg_at_10: float
    recall_at_1: float
    recall_at_5: float
    mrr_at_10: float


def ranking_scores(ranks: Sequence[int | None]) -> RankingScores:
    """Score the ranks of the right items, from 1; None where it was not found."""
    return RankingScores(
        _mean([1 / math.log2(1 + rank) if rank and rank <= _DEPTH else 0.0 for rank in ranks]),
        _mean([float(rank == 1) for rank in ranks]),
        _mean([float(rank is not None and rank <= 5) for rank in ranks]),
        _mean([1 / rank if rank and rank <= _DEPTH else 0.0 for rank in ranks]),
    )


def exact_match(predicted: str, right: Sequence[str]) -> float:
    """Return 1 if the prediction is one of the right answers but for case, punctuation and articles, else 0.

    Rajpurkar et al., "SQuAD" (EMNLP 2016), with the German articles of Lewis et al., "MLQA" (ACL 2020).
    """
    return float(any(_plain(predicted) == _plain(answer) for answer in right))


def token_f1(predicted: str, right: Sequence[str]) -> float:
    """Return the F1 in [0, 1] of the words of prediction and right answer, the best over all right answers."""
    return max((_overlap(_plain(predicted), _plain(answer)) for answer in right), default=0.0)


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Questions of like confidence: how many, their mean confidence, the share that is right and its 95 % interval."""

    questions: int
    confidence: float
    right: float
    low: float
    high: float


def calibration(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[CalibrationBin]:
    """Put questions into bins of equal size by their confidence, lowest first.

    The interval is Wilson's (Journal of the American Statistical Association 22, 1927).
    """
    ordered = sorted(zip(confidences, right, strict=True))
    edges = [round(number * len(ordered) / bins) for number in range(bins + 1)]
    parts = [ordered[start:end] for start, end in pairwise(edges) if end > start]
    return [_bin([value for value, _ in part], sum(truth for _, truth in part)) for part in parts]


def expected_calibration_error(bins: Sequence[CalibrationBin]) -> float:
    """Return the mean distance of confidence and share right, weighted by size (Naeini et al., AAAI 2015)."""
    total = sum(part.questions for part in bins)
    return _share(sum(part.questions * abs(part.confidence - part.right) for part in bins), total)


def _bin(confidences: Sequence[float], right: int) -> CalibrationBin:
    count, share = len(confidences), right / len(confidences)
    spread = _Z**2 / count
    centre = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * math.sqrt(share * (1 - share) / count + spread / (4 * count))
    return CalibrationBin(count, _mean(confidences), share, max(0.0, centre - half), min(1.0, centre + half))


def _overlap(predicted: Sequence[str], right: Sequence[str]) -> float:
    common = (Counter(predicted) & Counter(right)).total()
    return _share(2 * common, len(predicted) + len(right))


def _plain(text: str) -> list[str]:
    return _ARTICLES.sub(" ", text.casefold().translate(_PUNCTUATION)).split()


def _harmonic(one: float, other: float) -> float:
    return _share(2 * one * other, one + other)


def _mean(values: Sequence[float]) -> float:
    return _share(sum(values), len(values))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
