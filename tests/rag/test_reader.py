from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelFileError
from rag.features import ANSWER_FEATURES, SENTENCE_FEATURES
from rag.reader import (
    LOOK_FEATURES,
    WHOLE_LOOK_FEATURES,
    Evidence,
    LogisticModel,
    Looks,
    ReaderWeights,
    after_look,
    second_of_answer,
    second_of_sentences,
)


def _model(names: tuple[str, ...]) -> LogisticModel:
    size = len(names)
    return LogisticModel(names, (0.0,) * size, (1.0,) * size, (0.5,) * size, -1.0)


def _weights() -> ReaderWeights:
    return ReaderWeights(
        _model(SENTENCE_FEATURES), _model(ANSWER_FEATURES), _model(LOOK_FEATURES), _model(WHOLE_LOOK_FEATURES), 0.6
    )


def test_log_odds_are_the_weighted_sum_of_standardised_features() -> None:
    model = LogisticModel(("a", "b"), mean=(1.0, 10.0), scale=(2.0, 5.0), weights=(3.0, -1.0), bias=0.5)
    # (3 - 1) / 2 * 3 - (20 - 10) / 5 * 1 + 0.5 = 3 - 2 + 0.5
    evidence = model.weigh(np.array([[3.0, 20.0]]))
    assert evidence.contributions == pytest.approx(np.array([[3.0, -2.0]]))
    assert evidence.log_odds() == pytest.approx([1.5])


def test_stored_weights_come_back_as_they_were(tmp_path: Path) -> None:
    _weights().save(tmp_path / "weights.json")
    assert ReaderWeights.load(tmp_path / "weights.json") == _weights()


@pytest.mark.parametrize("content", ["", "{", "{}", '{"sentence": 1}', '"text"'])
def test_damaged_weights_are_refused_with_the_file_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "weights.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelFileError, match=r"weights\.json"):
        ReaderWeights.load(path)


def test_weights_fitted_to_other_features_are_refused(tmp_path: Path) -> None:
    other = replace(_weights(), sentence=_model(("similarity",)))
    other.save(tmp_path / "weights.json")
    with pytest.raises(ModelFileError, match="other features"):
        ReaderWeights.load(tmp_path / "weights.json")


def test_the_weights_that_ship_fit_the_features_and_prefer_similar_sentences() -> None:
    weights = ReaderWeights.load()
    similar = dict(zip(SENTENCE_FEATURES, weights.sentence.weights, strict=True))
    assert similar["similarity"] > 0
    assert 0 < weights.answer_threshold < 1
    assert all(weight > 0 for weight in weights.sentence_look.weights)
    assert all(weight > 0 for weight in weights.answer_look.weights[:2])


def test_a_sentence_not_read_again_stays_below_those_that_were() -> None:
    looks = Looks(np.array([2, 0]), np.array([5.0, -4.0]))
    after = after_look(np.array([1.0, 0.5, 2.0, -3.0]), looks, np.array([3.0, -1.0]))
    assert after.tolist() == [-1.0, -1.0, 3.0, -3.0]


def test_the_second_look_at_sentences_is_one_more_part_of_the_sum() -> None:
    # one feature "a" with weight 1 and bias 0.5: log odds 1.5, 0.5 and -1.5 before
    first = Evidence(("a",), np.array([[1.0], [0.0], [-2.0]]), np.array([[1.0], [0.0], [-2.0]]), 0.5)
    model = LogisticModel(LOOK_FEATURES, (0.5, 1.0), (2.0, 1.0), (1.0, 0.5), 0.25)
    after = second_of_sentences(first, Looks(np.array([0, 1]), np.array([-1.0, 3.0])), model)
    # (1.5 - 0.5) / 2 + (-1 - 1) * 0.5 + 0.25 = -0.25; (0.5 - 0.5) / 2 + (3 - 1) * 0.5 + 0.25 = 1.25
    assert after.log_odds() == pytest.approx([-0.25, 1.25, -1.5])
    assert after.names == ("a", "cross_encoder")
    assert after.contributions[:, 1] == pytest.approx([-1.75, 0.75, 0.0])
    assert after.values[:, 1].tolist() == [-1.0, 3.0, 0.0]


def test_the_second_look_at_the_whole_weighs_the_first_and_the_two_best_sentences() -> None:
    first = Evidence(("a", "b"), np.array([[1.0, 2.0]]), np.array([[1.0, 2.0]]), -0.5)  # log odds 2.5
    model = LogisticModel(WHOLE_LOOK_FEATURES, (0.5, 1.0, 0.0), (2.0, 1.0, 1.0), (1.0, 0.5, 0.1), 0.25)
    after = second_of_answer(first, Looks(np.array([1, 0, 2]), np.array([-1.0, 3.0, 2.0])), model)
    # (2.5 - 0.5) / 2 + (3 - 1) * 0.5 + 2 * 0.1 + 0.25
    assert after.log_odds() == pytest.approx([2.45])
    assert after.names == ("a", "b", "cross_encoder_best", "cross_encoder_second")
    assert after.contributions[0] == pytest.approx([0.5, 1.0, 1.0, 0.2])


def test_one_sentence_read_again_is_the_best_and_the_second() -> None:
    assert Looks(np.array([0]), np.array([0.7])).best() == (0.7, 0.7)
