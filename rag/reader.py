"""Sentence relevance and answerability: two small logistic models over visible features.

A reader judges what retrieval found; it never changes a sentence. ``fundstelle train reader`` fits the weights
(rag/training.py) and docs/reader_card.md says on what.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter

from index.searcher import Searcher
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
FloatArray = npt.NDArray[np.float64]


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
    """All that training fits; ``answer_threshold`` is a probability in [0, 1]."""

    sentence: LogisticModel
    answer: LogisticModel
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
        if (weights.sentence.names, weights.answer.names) != (SENTENCE_FEATURES, ANSWER_FEATURES):
            raise ModelFileError(f"{path}: fitted to other features; run `fundstelle train reader`")
        return weights


class FeatureReader:
    """The reader in use: features of each sentence, weighed by a fitted model."""

    def __init__(self, searcher: Searcher, weights: ReaderWeights) -> None:
        self._searcher = searcher
        self._weights = weights
        self.answer_threshold = weights.answer_threshold

    def read(self, retrieval: Retrieval) -> Judgement:
        """Judge every sentence and the whole; nothing retrieved is never answerable."""
        analyzer = self._searcher.analyzer
        terms = weigh(self._searcher.question_terms(retrieval.question), self._searcher.inverse_document_frequency)
        features = sentence_features(retrieval, terms, analyzer)
        of_sentences = self._weights.sentence.weigh(features)
        log_odds = of_sentences.log_odds()
        whole = np.empty((0, len(ANSWER_FEATURES)))  # no row where nothing was retrieved
        if len(features):
            whole = answer_features(retrieval, terms, features, log_odds)[np.newaxis]
        of_answer = self._weights.answer.weigh(whole)
        answerability = float(sigmoid(of_answer.log_odds()).max(initial=0.0))
        return Judgement(terms, sigmoid(log_odds), answerability, of_sentences, of_answer)


def sigmoid(log_odds: FloatArray) -> FloatArray:
    """Return the probabilities in [0, 1] of log odds."""
    result: FloatArray = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -50, 50)))
    return result
