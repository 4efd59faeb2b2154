import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.selection import best_count


def test_a_clear_best_sentence_stands_alone() -> None:
    # one: 0.9 / (1 + 1) = 0.45; two: 0.95 / (2 + 1) = 0.317
    assert best_count(np.array([0.05, 0.9, 0.05]), most=4) == 1


def test_two_equally_likely_sentences_are_shown_together() -> None:
    # one: 0.5 / (1 + 1) = 0.25; two: 1.0 / (2 + 1) = 0.333
    assert best_count(np.array([0.5, 0.5]), most=4) == 2


def test_unsure_sentences_count_by_their_share_since_an_answer_is_given() -> None:
    # 0.02 and 0.02 of 0.04 are half and half
    assert best_count(np.array([0.02, 0.02]), most=4) == 2


def test_many_likely_sentences_fill_the_answer_up_to_its_limit() -> None:
    assert best_count(np.full(9, 0.8), most=4) == 4
    assert best_count(np.full(9, 0.8), most=1) == 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.integers(1, 10))
def test_the_count_stays_within_its_bounds_and_ignores_order(relevance: list[float], most: int) -> None:
    values = np.array(relevance)
    count = best_count(values, most)
    assert 1 <= count <= min(most, len(relevance))
    assert best_count(values[::-1], most) == count
