import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.fusion import DENSE_WEIGHT, DOCUMENT_SHARE, SENTENCE_SHARE, fuse, normalise

SCORES = arrays(np.float64, st.integers(1, 40), elements=st.floats(0, 50, width=32))
Scores = npt.NDArray[np.float64]


def test_the_best_becomes_one_the_last_of_the_depth_zero() -> None:
    assert normalise(np.array([4.0, 2.0, 3.0, 0.0]), depth=3).tolist() == [1.0, 0.0, 0.5, 0.0]


def test_fewer_scores_than_the_depth_span_the_whole_scale() -> None:
    assert normalise(np.array([1.0, 5.0, 3.0]), depth=200).tolist() == [0.0, 1.0, 0.5]


@pytest.mark.parametrize(("scores", "expected"), [([], []), ([0.0, 0.0], [0.0, 0.0]), ([0.8], [1.0])])
def test_equal_scores_are_one_if_positive_else_zero(scores: list[float], expected: list[float]) -> None:
    assert normalise(np.array(scores)).tolist() == expected


def test_the_parts_are_weighed_as_the_constants_say() -> None:
    # passage cosines 0.8 and 0.4, sentence cosines 0.4 and 0.8, words only in the second
    words = np.array([0.0, 7.0])
    fused = fuse(np.array([0.8, 0.4]), np.array([0.4, 0.8]), words, words)
    assert SENTENCE_SHARE > 0.5  # so the second is nearer in meaning as well
    assert fused.tolist() == [0.0, 1.0]
    words_only = fuse(np.array([0.8, 0.4]), np.array([0.8, 0.4]), words, words)
    assert words_only == pytest.approx([DENSE_WEIGHT, 1 - DENSE_WEIGHT])
    elsewhere_in_the_first = fuse(np.array([0.8, 0.4]), np.array([0.8, 0.4]), words, np.array([3.0, 1.0]))
    rest = (1 - DENSE_WEIGHT) * DOCUMENT_SHARE
    assert elsewhere_in_the_first == pytest.approx([DENSE_WEIGHT + rest, 1 - DENSE_WEIGHT - rest])


@given(SCORES, st.integers(1, 50))
def test_normalised_scores_keep_the_order_and_lie_in_the_unit_interval(scores: Scores, depth: int) -> None:
    normalised = normalise(scores, depth)
    assert ((normalised >= 0) & (normalised <= 1)).all()
    order = np.argsort(scores)
    assert (np.diff(normalised[order]) >= 0).all()


@given(SCORES, st.floats(0.5, 4, width=16), st.floats(1, 100, width=16))
def test_normalising_ignores_scale_and_shift(scores: Scores, scale: float, shift: float) -> None:
    if np.ptp(scores) > 0.1:
        assert normalise(scores * scale + shift) == pytest.approx(normalise(scores), abs=1e-3)


@given(SCORES)
def test_a_candidate_best_in_every_search_has_score_one(scores: Scores) -> None:
    if scores.max() > 0:
        assert fuse(scores, scores, scores, scores)[scores.argmax()] == pytest.approx(1.0)
