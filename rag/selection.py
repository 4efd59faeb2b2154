"""How many sentences make the answer: as many as are expected to serve the reader best.

No threshold: the count maximises the expected F1 of the chosen sentences, given each one's probability (Lewis,
"Evaluating and Optimizing Autonomous Text Classification Systems", SIGIR 1995), with the expectation of the ratio taken
as the ratio of the expectations. So a clear best sentence stands alone, and several half-sure ones are shown together.
"""

import numpy as np
import numpy.typing as npt


def best_count(relevance: npt.NDArray[np.float64], most: int) -> int:
    """Return how many of the most relevant sentences to show, 1 to ``most``.

    :param relevance: probabilities in [0, 1], shape (n_sentences,), in any order; at least one.
    """
    ordered = np.sort(relevance)[::-1]
    expected = max(float(ordered.sum()), np.finfo(np.float64).tiny)
    ordered = ordered / min(expected, 1.0)  # that an answer is given at all supposes one answering sentence
    shown = ordered[: max(most, 1)]
    counts = np.arange(1, len(shown) + 1)
    return int(np.argmax(np.cumsum(shown) / (counts + max(expected, 1.0)))) + 1
