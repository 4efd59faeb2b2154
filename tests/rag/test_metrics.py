"""The measures of evaluation, worked out by hand."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.metrics import (
    SelectionScores,
    calibration,
    exact_match,
    expected_calibration_error,
    ranking_scores,
    selection_scores,
    token_f1,
)


def test_sentences_are_scored_per_question_and_silence_over_all() -> None:
    cases = [
        ({1, 2}, {2, 3, 4}),  # one of two right, one of three found: P 1/2, R 1/3, F1 2/5
        (set(), {5}),  # an answer withheld: P 1, R 0, F1 0
        (set(), set()),  # rightly silent
        ({7}, set()),  # nothing to find there
    ]
    scores = selection_scores(cases)
    assert scores.precision == pytest.approx(3 / 4)
    assert scores.recall == pytest.approx(1 / 6)
    assert scores.f1 == pytest.approx(2 * (3 / 4) * (1 / 6) / (3 / 4 + 1 / 6))
    assert scores.mean_f1 == pytest.approx(1 / 5)
    assert scores.no_answer_f1 == pytest.approx(1 / 2)  # one right of two silences and of two unanswerable questions


def test_nothing_asked_scores_nothing() -> None:
    assert selection_scores([]) == SelectionScores(0.0, 0.0, 0.0, 0.0, 0.0)
    assert ranking_scores([]).ndcg_at_10 == 0.0


@given(st.lists(st.frozensets(st.integers(0, 5), min_size=1), min_size=1))
def test_returning_just_what_is_right_scores_one(right: list[frozenset[int]]) -> None:
    scores = selection_scores([(one, one) for one in right])
    assert (scores.precision, scores.recall, scores.f1, scores.mean_f1) == pytest.approx((1.0, 1.0, 1.0, 1.0))


def test_ranks_count_down_to_the_tenth() -> None:
    scores = ranking_scores([1, 3, 10, 11, None])
    assert scores.ndcg_at_10 == pytest.approx((1 + 1 / 2 + 1 / log2(11)) / 5)
    assert scores.recall_at_1 == pytest.approx(1 / 5)
    assert scores.recall_at_5 == pytest.approx(2 / 5)
    assert scores.mrr_at_10 == pytest.approx((1 + 1 / 3 + 1 / 10) / 5)


def test_short_answers_match_but_for_case_punctuation_and_articles() -> None:
    assert exact_match("Der „Bürgermeister“.", ["Landrat", "bürgermeister"]) == 1.0
    assert exact_match("28 Fachleute", ["28"]) == 0.0
    assert token_f1("rund 28 Fachleute", ["die 28 Fachleute", "alle"]) == pytest.approx(4 / 5)  # 2 common of 3 and 2
    assert token_f1("niemand", []) == 0.0


def test_confidence_is_compared_with_what_is_right_in_bins_of_equal_size() -> None:
    low, high = calibration([0.9, 0.1, 0.7, 0.3], [True, False, True, True], bins=2)
    assert (low.questions, low.confidence, low.right) == (2, pytest.approx(0.2), 0.5)
    assert (high.questions, high.confidence, high.right) == (2, pytest.approx(0.8), 1.0)
    # Wilson for 2 of 2: the upper end is 1, the lower one 1 / (1 + 1.96 ** 2 / 2)
    assert (high.low, high.high) == (pytest.approx(1 / (1 + 1.96**2 / 2)), 1.0)
    assert expected_calibration_error([low, high]) == pytest.approx((0.3 + 0.2) / 2)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40), st.integers(1, 12))
def test_every_question_is_in_one_bin(cases: list[tuple[float, bool]], count: int) -> None:
    bins = calibration([value for value, _ in cases], [truth for _, truth in cases], count)
    assert sum(part.questions for part in bins) == len(cases)
    assert all(part.low <= part.right <= part.high for part in bins)
