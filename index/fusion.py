"""One score out of several: a weighted sum of normalised scores.

Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval" (ACM TOIS 42): a convex combination
beats reciprocal rank fusion. `benchmarks/retrieval.py` compares both here.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

DEPTH: Final = 200  # candidates per search; the score of the last one is the zero of the normalised scale
# Chosen on questions of OMoS-QA's train and silver parts.
SENTENCE_SHARE: Final = 0.6  # of a passage's nearness, what its nearest sentence says; the rest is the whole passage
DENSE_WEIGHT: Final = 0.6
DOCUMENT_SHARE: Final = 0.3  # of what the words say, how well the whole document fits; the rest is the passage

Scores = npt.NDArray[np.floating]


def normalise(scores: Scores, depth: int = DEPTH) -> npt.NDArray[np.float64]:
    """Map scores to [0, 1] in their order: the best to 1, the one at ``depth`` (or the worst) and all below to 0.

    Scores that are all equal become 1 if positive, else 0.
    """
    values = np.asarray(scores, np.float64)
    if values.size == 0:
        return values
    best = values.max()
    floor = np.sort(values)[-min(depth, values.size)]
    if best <= floor:
        return np.full(values.shape, 1.0 if best > 0 else 0.0)
    normalised: npt.NDArray[np.float64] = np.clip((values - floor) / (best - floor), 0.0, 1.0)
    return normalised


def fuse(passages: Scores, sentences: Scores, lexical: Scores, documents: Scores) -> npt.NDArray[np.float64]:
    """Return one score in [0, 1] per candidate; higher is better.

    :param passages: Cosine of each candidate to the question.
    :param sentences: Cosine of its nearest sentence.
    :param lexical: Its BM25 score.
    :param documents: The BM25 score of its document.
    """
    dense = (1.0 - SENTENCE_SHARE) * passages + SENTENCE_SHARE * sentences
    words = (1.0 - DOCUMENT_SHARE) * normalise(lexical) + DOCUMENT_SHARE * normalise(documents)
    return DENSE_WEIGHT * normalise(dense) + (1.0 - DENSE_WEIGHT) * words
