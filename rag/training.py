"""Fits the reader: sentence relevance and answerability, each a logistic regression over visible features.

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

from corpus.locate import sentence_spans
from corpus.types import Document, Span
from index.types import Encoder
from rag.evaluation.datasets import Dataset, LabelledQuestion
from rag.evaluation.metrics import calibration, expected_calibration_error
from rag.evaluation.overlap import covers
from rag.evaluation.scratch_index import ids_by_name, scratch_index
from rag.features import (
    ANSWER_FEATURES,
    SENTENCE_FEATURES,
    QuestionTerms,
    answer_features,
    sentence_features,
    weigh,
)
from rag.reader import LogisticModel, ReaderWeights, sigmoid
from rag.retriever import Retrieval, Retriever
from rag.selection import best_count
from rag.types import Filters

_FOLDS = 5
_TOP_K = 8
_MAX_SENTENCES = 4
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled question as the reader sees it; ``gold`` marks the answering sentences, shape (n_sentences,)."""

    labelled: LabelledQuestion
    retrieval: Retrieval
    terms: QuestionTerms
    features: FloatArray
    gold: npt.NDArray[np.bool_]


def train_reader(datasets: Sequence[Dataset], encoder: Encoder, notice: Callable[[str], None]) -> ReaderWeights:
    """Read the labelled questions through the real index and fit both models and the threshold."""
    return fit_reader([example for dataset in datasets for example in make_examples(dataset, encoder, notice)], notice)


def fit_reader(examples: Sequence[Example], notice: Callable[[str], None]) -> ReaderWeights:
    """Fit sentence relevance, answerability and the threshold below which no answer is given.

    Answerability is fitted on log odds that a model without the question's page predicted (cross-fitting), since
    those of the final model would look better than they are.
    """
    sentence_model, all_odds = _fit_sentences(examples, notice)
    judged = [(example, own) for example, own in zip(examples, all_odds, strict=True) if example.labelled.answer_weight]
    answerable = np.array([example.labelled.answerable for example, _ in judged])
    answer_model, probabilities = _fit_answer(judged, answerable)
    as_asked = np.array([example.labelled.as_asked for example, _ in judged])
    found = np.array([_is_found(example.gold, own) for example, own in judged])
    for line in _calibration_table(probabilities[as_asked], answerable[as_asked]):
        notice(line)
    return ReaderWeights(
        _stored(sentence_model, SENTENCE_FEATURES),
        _stored(answer_model, ANSWER_FEATURES),
        answer_threshold=_best_answer_threshold(probabilities, answerable, found, _answer_weights(judged)),
    )


def _fit_sentences(
    examples: Sequence[Example], notice: Callable[[str], None]
) -> tuple["make_pipeline", list[FloatArray]]:
    """Return the model of relevance, and by question the log odds of its sentences (cross-fitted)."""
    features = np.concatenate([example.features for example in examples])
    gold = np.concatenate([example.gold for example in examples])
    weights = np.concatenate(
        [np.full(len(example.gold), example.labelled.relevance_weight / len(example.gold)) for example in examples]
    )
    groups = np.concatenate([[example.labelled.group] * len(example.gold) for example in examples])
    notice(f"{len(examples)} Fragen, {len(gold)} Sätze, {int(gold.sum())} davon Antworten")
    model, odds = _cross_fit(features, gold, groups, weights, "decision_function")
    return model, np.split(odds, np.cumsum([len(example.gold) for example in examples])[:-1])


def _fit_answer(
    judged: Sequence[tuple[Example, FloatArray]], answerable: npt.NDArray[np.bool_]
) -> tuple["make_pipeline", FloatArray]:
    """Return the model of answerability, and its probability for each question (cross-fitted).

    :param judged: Questions with the cross-fitted log odds of their sentences.
    """
    rows = np.array(
        [answer_features(example.retrieval, example.terms, example.features, odds) for example, odds in judged]
    )
    groups = np.array([example.labelled.group for example, _ in judged])
    model, pairs = _cross_fit(rows, answerable, groups, _answer_weights(judged), "predict_proba")
    return model, pairs[:, 1]


def _answer_weights(judged: Sequence[tuple[Example, FloatArray]]) -> FloatArray:
    """Return how much each question counts, one on average."""
    weights = np.array([example.labelled.answer_weight for example, _ in judged])
    scaled: FloatArray = weights / weights.mean()
    return scaled


def make_examples(dataset: Dataset, encoder: Encoder, notice: Callable[[str], None]) -> list[Example]:
    """Build an index of the data set's texts and read every question through it."""
    notice(f"{len(dataset.texts)} Texte werden gelesen und eingebettet …")
    with scratch_index(dataset.texts, encoder) as searcher:
        retriever, ids = Retriever(searcher, encoder), ids_by_name(searcher)
        examples = (_example(labelled, retriever, ids) for labelled in dataset.questions)
        return [example for example in examples if len(example.gold)]


def _example(labelled: LabelledQuestion, retriever: Retriever, ids: dict[str, str]) -> Example:
    allowed = frozenset(ids[name] for name in labelled.files if name in ids)
    retrieval = retriever.retrieve(labelled.question, _TOP_K, Filters(document_ids=allowed))
    searcher = retriever.searcher
    terms = weigh(searcher.question_terms(labelled.question), searcher.inverse_document_frequency)
    gold = [
        found.document.path == labelled.gold_file and overlaps
        for found in retrieval.passages
        for overlaps in _answering(found.document, found.passage.first, found.passage.last, labelled.gold)
    ]
    features = sentence_features(retrieval, terms, searcher.analyzer)
    return Example(labelled, retrieval, terms, features, np.array(gold, dtype=bool))


def _answering(document: Document, first: int, last: int, gold: Sequence[Span]) -> list[bool]:
    """Return for each sentence whether a marked span lies in it, or most of it in a marked span."""
    return [covers(span, gold) for span in sentence_spans(document)[first:last]]


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
    rows: FloatArray, target: npt.NDArray[np.bool_], groups: npt.NDArray[np.str_], weights: FloatArray, method: str
) -> tuple["make_pipeline", FloatArray]:
    """Return the model fitted on all rows, and for each row what a model without the row's group predicts."""
    model = _pipeline()
    fit = {"logisticregression__sample_weight": weights}
    predicted: FloatArray = cross_val_predict(
        model, rows, target, groups=groups, cv=GroupKFold(_FOLDS), method=method, params=fit
    )
    return model.fit(rows, target, **fit), predicted


def _pipeline() -> "make_pipeline":
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))


def _stored(pipeline: "make_pipeline", names: tuple[str, ...]) -> LogisticModel:
    scaler, model = pipeline[0], pipeline[-1]
    rounded = [tuple(round(float(value), 6) for value in row) for row in (scaler.mean_, scaler.scale_, model.coef_[0])]
    return LogisticModel(names, rounded[0], rounded[1], rounded[2], round(float(model.intercept_[0]), 6))
