"""What can be seen of a sentence, beside a question, that speaks for or against it being the answer.

Every feature is one column with a name; the reader weighs them. All are computed from the snapshot's vectors and terms:
no model runs here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.terms import TermAnalyzer
from rag.answer_kind import AnswerKind, asked_kind, holds
from rag.question_form import names
from rag.retriever import Retrieval

FeatureMatrix = npt.NDArray[np.float64]  # shape (n_sentences, len(SENTENCE_FEATURES))

_OWN_FEATURES = (
    "similarity",  # cosine of question and sentence
    "similarity_z",  # the same in standard deviations over all sentences read
    "similarity_gap",  # distance to the most similar sentence read, <= 0
    "neighbour_similarity",  # mean cosine of the sentences before and after in the passage
    "passage_similarity",  # cosine of question and passage
    "passage_score",  # fused retrieval score of the passage in [0, 1]
    "coverage",  # weighted share of the question's terms in the sentence
    "coverage_in_context",  # the same for sentence and heading
    "coverage_in_passage",  # the same for the whole passage and heading
    "coverage_gap",  # distance to the best coverage of any sentence read, <= 0
    "neighbour_coverage",  # best coverage of the sentence before or after
    "name_coverage",  # share of the names and numbers in the question that sentence or heading hold, 1 without any
    "name_coverage_in_passage",
    "kind_held",  # 1: the kind of answer asked for stands in the sentence; -1: it does not; 0: open question
    "is_question",  # 1 if the sentence is itself a question
    "words_log",  # logarithm of the number of words
    "is_fragment",  # 1 below four words
    "opens_passage",  # 1 for the first sentence of its passage
)
# What speaks for a sentence depends on the form of its passage: in a list of short lines the neighbours of an answer
# answer, too, in running prose they seldom do. So each feature comes a second time, times the length of the sentences.
BY_WORDS = "_by_words"
_FORM = "passage_words_log"
_TYPICAL_WORDS_LOG = 2.3  # about nine words a sentence


def _with_form(names: tuple[str, ...]) -> tuple[str, ...]:
    return (*names, _FORM, *(name + BY_WORDS for name in names))


SENTENCE_FEATURES = _with_form(_OWN_FEATURES)

_OWN_ANSWER_FEATURES = (
    "best_relevance",  # log odds of the best sentence
    "second_relevance",  # log odds of the second
    "best_similarity",  # highest cosine of a sentence
    "best_passage_similarity",
    "passage_margin",  # cosine of the best passage above the mean of those retrieved
    "best_coverage",  # highest coverage of a sentence in context
    "chosen_coverage",  # coverage of the best sentence in context
    "passage_coverage",  # coverage of the best sentence's passage
    "name_coverage",  # of the best sentence, as are the next two
    "name_coverage_in_passage",
    "kind_held",
    "searches_agree",  # 1 if the most similar sentence also covers most terms
    "question_terms_log",
)
ANSWER_FEATURES = _with_form(_OWN_ANSWER_FEATURES)  # the form is that of the best sentence's passage


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """The distinct terms of a question with their weights (inverse document frequency)."""

    weights: dict[str, float]

    def coverage(self, terms: frozenset[str]) -> float:
        """Return the weighted share in [0, 1] of the question's terms that are among ``terms``."""
        total = sum(self.weights.values())
        return sum(weight for term, weight in self.weights.items() if term in terms) / total if total else 0.0


def weigh(question_terms: Sequence[str], weight: Callable[[str], float | None]) -> QuestionTerms:
    """Weigh the terms of a question; ``weight`` returns None for a term the corpus does not hold."""
    terms = dict.fromkeys(question_terms)
    known = {term: value for term in terms if (value := weight(term)) is not None}
    heaviest = max(known.values(), default=1.0)
    return QuestionTerms({term: known.get(term, heaviest) for term in terms})


def sentence_features(retrieval: Retrieval, terms: QuestionTerms, analyzer: TermAnalyzer) -> FeatureMatrix:
    """Return one row per sentence, in the order of the passages and of the sentences inside them."""
    kind = asked_kind(retrieval.question)
    named = [frozenset(analyzer.terms(name)) for name in names(retrieval.question)]
    columns: dict[str, list[float]] = {name: [] for name in _OWN_FEATURES}
    passage_words_log: list[float] = []
    for found in retrieval.passages:
        similarities = [float(value) for value in found.vectors @ retrieval.vector]
        of_section = {
            name: frozenset(analyzer.terms(f"{found.document.title} {name or ''}")) for name in set(found.sections)
        }
        headings = [of_section[name] for name in found.sections]
        sentence_terms = [frozenset(analyzer.terms(sentence)) for sentence in found.sentences]
        coverages = [terms.coverage(own) for own in sentence_terms]
        every_term = frozenset().union(*headings, *sentence_terms)
        in_passage = terms.coverage(every_term)
        named_in_passage = _share_held(named, every_term)
        words = [len(sentence.split()) for sentence in found.sentences]
        words_log = [float(np.log1p(count)) for count in words]
        passage_words_log += [_mean(words_log, 0.0)] * len(words_log)
        for place, sentence in enumerate(found.sentences):
            row = {
                "similarity": similarities[place],
                "neighbour_similarity": _mean(_neighbours(similarities, place), similarities[place]),
                "passage_similarity": found.similarity,
                "passage_score": found.score,
                "coverage": coverages[place],
                "coverage_in_context": terms.coverage(sentence_terms[place] | headings[place]),
                "coverage_in_passage": in_passage,
                "neighbour_coverage": max(_neighbours(coverages, place), default=0.0),
                "name_coverage": _share_held(named, sentence_terms[place] | headings[place]),
                "name_coverage_in_passage": named_in_passage,
                "kind_held": _kind_held(sentence, kind),
                "is_question": float(sentence.rstrip("“” \"»«'").endswith("?")),
                "words_log": words_log[place],
                "is_fragment": float(words[place] < 4),
                "opens_passage": float(place == 0),
            }
            for name, value in row.items():
                columns[name].append(value)
    _add_relative(columns)
    own = np.array([columns[name] for name in _OWN_FEATURES], dtype=np.float64).T.reshape(-1, len(_OWN_FEATURES))
    return _in_their_form(own, np.array(passage_words_log, dtype=np.float64))


def answer_features(
    retrieval: Retrieval, terms: QuestionTerms, features: FeatureMatrix, log_odds: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return shape (len(ANSWER_FEATURES),): what speaks for the passages holding an answer at all.

    :param log_odds: relevance of each sentence, shape (n_sentences,), at least one.
    """
    column = {name: features[:, place] for place, name in enumerate(SENTENCE_FEATURES)}
    best = int(np.argmax(log_odds))
    ordered = np.sort(log_odds)[::-1]
    similarities = np.array([found.similarity for found in retrieval.passages])
    row = {
        "best_relevance": float(ordered[0]),
        "second_relevance": float(ordered[min(1, len(ordered) - 1)]),
        "best_similarity": float(column["similarity"].max()),
        "best_passage_similarity": float(similarities.max()),
        "passage_margin": float(similarities.max() - similarities.mean()),
        "best_coverage": float(column["coverage_in_context"].max()),
        "chosen_coverage": float(column["coverage_in_context"][best]),
        "passage_coverage": float(column["coverage_in_passage"][best]),
        "name_coverage": float(column["name_coverage"][best]),
        "name_coverage_in_passage": float(column["name_coverage_in_passage"][best]),
        "kind_held": float(column["kind_held"][best]),
        "searches_agree": float(np.argmax(column["similarity"]) == np.argmax(column["coverage_in_context"])),
        "question_terms_log": float(np.log1p(len(terms.weights))),
    }
    own = np.array([[row[name] for name in _OWN_ANSWER_FEATURES]], dtype=np.float64)
    return _in_their_form(own, column[_FORM][[best]]).ravel()


def _in_their_form(own: FeatureMatrix, words_log: npt.NDArray[np.float64]) -> FeatureMatrix:
    """Return the rows with their form and all again times that, in the order of ``_with_form``."""
    form = words_log[:, np.newaxis]
    return np.hstack([own, form, own * (form - _TYPICAL_WORDS_LOG)])


def _add_relative(columns: dict[str, list[float]]) -> None:
    """Add the features that compare a sentence with all others read."""
    similarities = np.array(columns["similarity"])
    coverages = np.array(columns["coverage"])
    if similarities.size:
        spread = float(similarities.std()) or 1.0
        columns["similarity_z"] = list((similarities - similarities.mean()) / spread)
        columns["similarity_gap"] = list(similarities - similarities.max())
        columns["coverage_gap"] = list(coverages - coverages.max())


def _neighbours(values: Sequence[float], place: int) -> list[float]:
    return [values[near] for near in (place - 1, place + 1) if 0 <= near < len(values)]


def _mean(values: Sequence[float], fallback: float) -> float:
    return sum(values) / len(values) if values else fallback


def _share_held(wanted: Sequence[frozenset[str]], terms: frozenset[str]) -> float:
    return sum(one <= terms for one in wanted) / len(wanted) if wanted else 1.0


def _kind_held(sentence: str, kind: AnswerKind) -> float:
    if kind is AnswerKind.OPEN:
        return 0.0
    return 1.0 if holds(sentence, kind) else -1.0
