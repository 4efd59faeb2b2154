"""Sentence relevance and answerability: a first reading of all by visible features, a second look at the best.

The first reading is two small logistic models over features of every sentence. The few sentences it likes best are then
read together with the question by the cross-encoder, and two more logistic models weigh both. A reader judges what
retrieval found; it never changes a sentence. ``fundstelle train reader`` fits the weights (rag/training/reader.py) and
docs/reader_card.md says on what.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter

from index.searcher import Searcher
from rag.cross_encoder import CrossEncoder, pairs_of
from rag.errors import ModelFileError
from rag.features import (
    ANSWER_FEATURES,
    SENTENCE_FEATURES,
    QuestionTerms,
    answer_features,
    sentence_features,
    weigh,
)
from rag.retriever import Retrieval

WEIGHTS_FILE = Path(__file__).with_name("reader_weights.json")
READ_AGAIN = 3  # sentences, the best of the first reading; what each costs: docs/evaluate.md, "Speed"
READ_AGAIN_SIMILAR = 1  # and the most similar other, which may answer in quite other words
LOOK_FEATURES = ("first_reading", "cross_encoder")  # both log odds, of one sentence
WHOLE_LOOK_FEATURES = ("first_reading", "cross_encoder_best", "cross_encoder_second")  # log odds, of the whole
FloatArray = npt.NDArray[np.float64]
_NO_ROW = np.empty((0, len(ANSWER_FEATURES)))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a model saw, and what it made of it: ``contributions`` and ``bias`` add up to the log odds.

    ``values`` and ``contributions`` have the shape (n, len(names)).
    """

    names: tuple[str, ...]
    values: FloatArray
    contributions: FloatArray
    bias: float

    def log_odds(self) -> FloatArray:
        """Return shape (n,)."""
        result: FloatArray = self.contributions.sum(axis=1) + self.bias
        return result


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reader says of one retrieval.

    ``relevance``: shape (n_sentences,), the probability in [0, 1] of each sentence to belong to the answer, in the
    order of the passages and of their sentences. ``answerability``: the probability in [0, 1] that the passages
    answer the question, 0 without any sentence. ``of_sentences`` and ``of_answer`` say why; the latter has one row.
    """

    terms: QuestionTerms
    relevance: FloatArray
    answerability: float
    of_sentences: Evidence
    of_answer: Evidence


class Reader(Protocol):
    """Judges the sentences of retrieved passages."""

    answer_threshold: float

    def read(self, retrieval: Retrieval) -> Judgement:
        """Judge every sentence and the whole."""


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """Logistic regression over standardised features; ``names`` guards the order of the columns."""

    names: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def weigh(self, features: FloatArray) -> Evidence:
        """Return what each feature speaks for, for features of shape (n, len(names))."""
        standardised = (features - np.array(self.mean)) / np.array(self.scale)
        return Evidence(self.names, features, standardised * np.array(self.weights), self.bias)


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """All that training fits but the cross-encoder; ``answer_threshold`` is a probability in [0, 1]."""

    sentence: LogisticModel
    answer: LogisticModel
    sentence_look: LogisticModel
    answer_look: LogisticModel
    answer_threshold: float

    def save(self, path: Path) -> None:
        """Write as JSON, readable and comparable by eye."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path = WEIGHTS_FILE) -> "ReaderWeights":
        """Read what ``save`` wrote.

        :raises ModelFileError: If the file is missing, damaged or was fitted to other features.
        """
        try:
            weights = TypeAdapter(cls).validate_json(path.read_bytes())
        except (OSError, ValueError) as error:
            raise ModelFileError(f"{path}: the reader's weights cannot be read ({error}); install again") from error
        models = (weights.sentence, weights.answer, weights.sentence_look, weights.answer_look)
        features = (SENTENCE_FEATURES, ANSWER_FEATURES, LOOK_FEATURES, WHOLE_LOOK_FEATURES)
        if tuple(model.names for model in models) != features:
            raise ModelFileError(f"{path}: fitted to other features; run `fundstelle train reader`")
        return weights


class TwoStepReader:
    """The reader in use: features of each sentence, then a second look at the best of them."""

    def __init__(self, searcher: Searcher, weights: ReaderWeights, cross_encoder: CrossEncoder) -> None:
        self._searcher = searcher
        self._weights = weights
        self._cross_encoder = cross_encoder
        self.answer_threshold = weights.answer_threshold

    def read(self, retrieval: Retrieval) -> Judgement:
        """Judge every sentence and the whole; nothing retrieved is never answerable."""
        analyzer = self._searcher.analyzer
        terms = weigh(self._searcher.question_terms(retrieval.question), self._searcher.inverse_document_frequency)
        features = sentence_features(retrieval, terms, analyzer)
        of_sentences = self._weights.sentence.weigh(features)
        if not len(features):
            return Judgement(terms, np.empty(0), 0.0, of_sentences, self._weights.answer.weigh(_NO_ROW))
        log_odds = of_sentences.log_odds()
        of_answer = self._weights.answer.weigh(answer_features(retrieval, terms, features, log_odds)[np.newaxis])
        looks = look_again(retrieval, log_odds, self._cross_encoder)
        of_answer = second_of_answer(of_answer, looks, self._weights.answer_look)
        of_sentences = second_of_sentences(of_sentences, looks, self._weights.sentence_look)
        answerability = float(sigmoid(of_answer.log_odds())[0])
        return Judgement(terms, sigmoid(of_sentences.log_odds()), answerability, of_sentences, of_answer)


@dataclass(frozen=True, slots=True)
class Looks:
    """What the cross-encoder says: its log odds of the sentences read again, and their rows.

    The best of the first reading come first, ``READ_AGAIN`` of them where there are so many.
    """

    rows: npt.NDArray[np.intp]
    log_odds: FloatArray

    def best(self) -> tuple[float, float]:
        """Return the highest log odds and the second highest (the highest again, where there is one alone)."""
        ordered = np.sort(self.log_odds)[::-1]
        return float(ordered[0]), float(ordered[min(1, len(ordered) - 1)])


def look_again(retrieval: Retrieval, log_odds: FloatArray, cross_encoder: CrossEncoder) -> Looks:
    """Let the cross-encoder read the sentences worth it, of which there is at least one."""
    best = np.argsort(-log_odds, kind="stable")[:READ_AGAIN]
    similar = [row for row in np.argsort(-retrieval.similarities(), kind="stable") if row not in best][
        :READ_AGAIN_SIMILAR
    ]
    rows = np.array([*best, *similar], dtype=np.intp)
    pairs = pairs_of(retrieval)
    return Looks(rows, cross_encoder.log_odds([pairs[row] for row in rows]))


def second_of_sentences(first: Evidence, looks: Looks, model: LogisticModel) -> Evidence:
    """Return what speaks for each sentence after the second look: one more column, the change that this made."""
    before = first.log_odds()
    again = model.weigh(np.column_stack([before[looks.rows], looks.log_odds])).log_odds()
    after = after_look(before, looks, again)
    value = np.zeros(len(before))
    value[looks.rows] = looks.log_odds
    return Evidence(
        (*first.names, LOOK_FEATURES[1]),
        np.column_stack([first.values, value]),
        np.column_stack([first.contributions, after - before]),
        first.bias,
    )


def after_look(before: FloatArray, looks: Looks, again: FloatArray) -> FloatArray:
    """Return the log odds of all sentences, given those of the ones that were read again.

    A sentence that was not read again is not more relevant than the least of those that came before it and were.
    """
    after: FloatArray = np.minimum(before, again[:READ_AGAIN].min())
    after[looks.rows] = again
    return after


def second_of_answer(first: Evidence, looks: Looks, model: LogisticModel) -> Evidence:
    """Return what speaks for an answer after the second look: what did before, rescaled, and two more columns."""
    second = model.weigh(np.array([[first.log_odds()[0], *looks.best()]]))
    scale = model.weights[0] / model.scale[0]
    return Evidence(
        (*first.names, *WHOLE_LOOK_FEATURES[1:]),
        np.column_stack([first.values, second.values[:, 1:]]),
        np.column_stack([first.contributions * scale, second.contributions[:, 1:]]),
        (first.bias - model.mean[0]) * scale + second.bias,
    )


def sigmoid(log_odds: FloatArray) -> FloatArray:
    """Return the probabilities in [0, 1] of log odds."""
    result: FloatArray = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -50, 50)))
    return result
