"""Fits the reader: sentence relevance and answerability, each a logistic regression, for both of its looks.

Training runs through the same ingestion, index and retrieval as answering, so the features mean the same in both.
Seeded by construction: nothing here is random.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from index.types import Encoder
from rag.cross_encoder import CrossEncoder
from rag.evaluation.metrics import calibration, expected_calibration_error
from rag.features import ANSWER_FEATURES, SENTENCE_FEATURES, answer_features
from rag.reader import (
    LOOK_FEATURES,
    WHOLE_LOOK_FEATURES,
    LogisticModel,
    Looks,
    ReaderWeights,
    after_look,
    look_again,
    sigmoid,
)
from rag.selection import best_count
from rag.training.examples import Example, held_back, make_examples
from rag.training.material import ReaderMaterial

_FOLDS = 5
_MAX_SENTENCES = 4
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Read:
    """An example after the first reading, by models without its group: log odds of its sentences and of an answer."""

    example: Example
    odds: FloatArray
    answer_odds: float

    @property
    def group(self) -> str:
        return self.example.labelled.group


def train_reader(
    material: ReaderMaterial, encoder: Encoder, cross_encoder: CrossEncoder, notice: Callable[[str], None]
) -> ReaderWeights:
    """Read the labelled questions through the real index and fit all models and the threshold."""
    public = make_examples(material.public, encoder, notice)
    written = make_examples(material.written, encoder, notice)
    return fit_reader(public, written, material.unseen, cross_encoder, notice)


def fit_reader(
    public: Sequence[Example],
    written: Sequence[Example],
    unseen: frozenset[str],
    cross_encoder: CrossEncoder,
    notice: Callable[[str], None],
) -> ReaderWeights:
    """Fit the first reading to the public sets, and the second look to what the cross-encoder has not seen of all.

    Every later step is fitted to log odds that a model without the question's page predicted (cross-fitting), since
    those of the final model would look better than they are.

    :param unseen: Groups the cross-encoder was not trained on, beside those that are held back from it.
    """
    sentence, answer, read = _fit_first_reading(public, notice)
    read += [_read(example, sentence, answer) for example in written]
    fresh = [one for one in read if one.group in unseen or held_back(one.group)]
    notice(f"{len(fresh)} Fragen werden ein zweites Mal gelesen …")
    looks = [look_again(one.example.retrieval, one.odds, cross_encoder) for one in fresh]
    sentence_look, odds = _fit_sentence_look(fresh, looks)
    places = [place for place, one in enumerate(fresh) if one.example.labelled.answer_weight]
    judged = [fresh[place].example for place in places]
    answer_look, answer_odds = _fit_answer(
        judged, np.array([[fresh[place].answer_odds, *looks[place].best()] for place in places])
    )
    answerable = np.array([example.labelled.answerable for example in judged])
    as_asked = np.array([example.labelled.as_asked for example in judged])
    found = np.array([_is_found(fresh[place].example.gold, odds[place]) for place in places])
    probabilities = sigmoid(answer_odds)
    for line in _calibration_table(probabilities[as_asked], answerable[as_asked]):
        notice(line)
    return ReaderWeights(
        _stored(sentence, SENTENCE_FEATURES),
        _stored(answer, ANSWER_FEATURES),
        _stored(sentence_look, LOOK_FEATURES),
        _stored(answer_look, WHOLE_LOOK_FEATURES),
        _best_answer_threshold(probabilities, answerable, found, _answer_weights(judged)),
    )


def _fit_first_reading(
    examples: Sequence[Example], notice: Callable[[str], None]
) -> tuple["make_pipeline", "make_pipeline", list[_Read]]:
    """Return the models of relevance and of answerability, and what they say of the examples (cross-fitted)."""
    features = np.concatenate([example.features for example in examples])
    gold = np.concatenate([example.gold for example in examples])
    sizes = [len(example.gold) for example in examples]
    notice(f"{len(examples)} Fragen, {len(gold)} Sätze, {int(gold.sum())} davon Antworten")
    sentence, all_odds = _cross_fit(features, gold, _groups(examples, sizes), _relevance_weights(examples, sizes))
    odds = np.split(all_odds, np.cumsum(sizes)[:-1])
    judged = [place for place, example in enumerate(examples) if example.labelled.answer_weight]
    rows = np.array([_answer_row(examples[place], odds[place]) for place in judged])
    answer, answer_odds = _fit_answer([examples[place] for place in judged], rows)
    by_place = dict(zip(judged, answer_odds, strict=True))
    read = [_Read(one, odds[place], by_place.get(place, np.nan)) for place, one in enumerate(examples)]
    return sentence, answer, read


def _read(example: Example, sentence: "make_pipeline", answer: "make_pipeline") -> _Read:
    """Return what models say of an example that they were not fitted to."""
    odds = sentence.decision_function(example.features)
    return _Read(example, odds, float(answer.decision_function(_answer_row(example, odds)[np.newaxis])[0]))


def _answer_row(example: Example, odds: FloatArray) -> FloatArray:
    return answer_features(example.retrieval, example.terms, example.features, odds)


def _fit_sentence_look(fresh: Sequence[_Read], looks: Sequence[Looks]) -> tuple["make_pipeline", list[FloatArray]]:
    """Return the model that weighs both looks at a sentence, and by question the log odds after both (cross-fitted)."""
    examples = [one.example for one in fresh]
    sizes = [len(look.rows) for look in looks]
    both = list(zip(fresh, looks, strict=True))
    rows = np.concatenate([np.column_stack([one.odds[look.rows], look.log_odds]) for one, look in both])
    gold = np.concatenate([one.example.gold[look.rows] for one, look in both])
    model, odds = _cross_fit(rows, gold, _groups(examples, sizes), _relevance_weights(examples, sizes))
    again = np.split(odds, np.cumsum(sizes)[:-1])
    return model, [after_look(one.odds, look, new) for (one, look), new in zip(both, again, strict=True)]


def _fit_answer(judged: Sequence[Example], rows: FloatArray) -> tuple["make_pipeline", FloatArray]:
    """Return the model of answerability over these rows, and its log odds for each question (cross-fitted)."""
    answerable = np.array([example.labelled.answerable for example in judged])
    return _cross_fit(rows, answerable, _groups(judged, [1] * len(judged)), _answer_weights(judged))


def _groups(examples: Sequence[Example], sizes: Sequence[int]) -> npt.NDArray[np.str_]:
    return np.repeat([example.labelled.group for example in examples], sizes)


def _relevance_weights(examples: Sequence[Example], sizes: Sequence[int]) -> FloatArray:
    """Return the weight of each sentence: those of a question share its weight."""
    shares = [example.labelled.relevance_weight / size for example, size in zip(examples, sizes, strict=True)]
    return np.repeat(np.array(shares), sizes)


def _answer_weights(judged: Sequence[Example]) -> FloatArray:
    """Return how much each question counts, one on average."""
    weights = np.array([example.labelled.answer_weight for example in judged])
    scaled: FloatArray = weights / weights.mean()
    return scaled


def _is_found(gold: npt.NDArray[np.bool_], log_odds: FloatArray) -> bool:
    """Return whether the sentences that would be shown hold one that answers."""
    shown = best_count(sigmoid(log_odds), _MAX_SENTENCES)
    return bool(gold[np.argsort(-log_odds)[:shown]].any())


def _best_answer_threshold(
    probabilities: FloatArray, answerable: npt.NDArray[np.bool_], found: npt.NDArray[np.bool_], weights: FloatArray
) -> float:
    """Return the threshold that handles most questions correctly: right sentence shown, or rightly not answered.

    The curve is flat at its top, and where exactly its highest point lies is chance: what is returned is the mean of
    all thresholds within one percentage point of it.
    """

    def handled(threshold: float) -> float:
        given = probabilities >= threshold
        return float(np.average(np.where(answerable, given & found, ~given), weights=weights))

    thresholds = np.arange(0.05, 0.96, 0.01)
    shares = np.array([handled(threshold) for threshold in thresholds])
    return round(float(thresholds[shares >= shares.max() - 0.01].mean()), 2)


def _calibration_table(probabilities: FloatArray, answerable: npt.NDArray[np.bool_]) -> list[str]:
    bins = calibration(probabilities.tolist(), answerable.tolist())
    return [
        "Zuversicht  beantwortbar  (95 %)         Fragen",
        *(
            f"{one.confidence:10.2f}  {one.right:12.2f}  {one.low:.2f} bis {one.high:.2f}  {one.questions:7}"
            for one in bins
        ),
        f"Erwarteter Kalibrierungsfehler {expected_calibration_error(bins):.3f}",
    ]


def _cross_fit(
    rows: FloatArray, target: npt.NDArray[np.bool_], groups: npt.NDArray[np.str_], weights: FloatArray
) -> tuple["make_pipeline", FloatArray]:
    """Return the model fitted on all rows, and for each row the log odds by a model without the row's group."""
    model = _pipeline()
    fit = {"logisticregression__sample_weight": weights}
    predicted: FloatArray = cross_val_predict(
        model, rows, target, groups=groups, cv=GroupKFold(_FOLDS), method="decision_function", params=fit
    )
    return model.fit(rows, target, **fit), predicted


def _pipeline() -> "make_pipeline":
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))


def _stored(pipeline: "make_pipeline", names: tuple[str, ...]) -> LogisticModel:
    scaler, model = pipeline[0], pipeline[-1]
    rounded = [tuple(round(float(value), 6) for value in row) for row in (scaler.mean_, scaler.scale_, model.coef_[0])]
    return LogisticModel(names, rounded[0], rounded[1], rounded[2], round(float(model.intercept_[0]), 6))
