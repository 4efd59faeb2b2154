from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelFileError
from rag.features import ANSWER_FEATURES, SENTENCE_FEATURES
from rag.reader import LogisticModel, ReaderWeights


def _model(names: tuple[str, ...]) -> LogisticModel:
    size = len(names)
    return LogisticModel(names, (0.0,) * size, (1.0,) * size, (0.5,) * size, -1.0)


def _weights() -> ReaderWeights:
    return ReaderWeights(_model(SENTENCE_FEATURES), _model(ANSWER_FEATURES), 0.6)


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
    other = ReaderWeights(_model(("similarity",)), _model(ANSWER_FEATURES), 0.6)
    other.save(tmp_path / "weights.json")
    with pytest.raises(ModelFileError, match="other features"):
        ReaderWeights.load(tmp_path / "weights.json")


def test_the_weights_that_ship_fit_the_features_and_prefer_similar_sentences() -> None:
    weights = ReaderWeights.load()
    similar = dict(zip(SENTENCE_FEATURES, weights.sentence.weights, strict=True))
    assert similar["similarity"] > 0
    assert 0 < weights.answer_threshold < 1
