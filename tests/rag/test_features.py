import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Document, Passage
from index.terms import TermAnalyzer
from rag.features import (
    ANSWER_FEATURES,
    BY_WORDS,
    SENTENCE_FEATURES,
    FeatureMatrix,
    QuestionTerms,
    answer_features,
    sentence_features,
    weigh,
)
from rag.retriever import Retrieval, RetrievedPassage

DOCUMENT = Document("d", "d.txt", "0", "Haushalt", None, "text", "", (), "", (), (), ())


def _retrieval(question: str, sentences: tuple[str, ...], similarities: tuple[float, ...]) -> Retrieval:
    """Return one passage under "Radverkehr" whose sentence vectors have these cosines to the question's."""
    vectors = np.array([[value, (1 - value**2) ** 0.5] for value in similarities], np.float32)
    passage = Passage("d", 0, len(sentences), "Radverkehr", " ".join(sentences))
    sections = ("Radverkehr",) * len(sentences)
    found = RetrievedPassage(DOCUMENT, passage, 0.9, 0.7, 3.0, sentences, sections, vectors)
    return Retrieval(question, np.array([1, 0], np.float32), [found])


def _terms(question: str) -> QuestionTerms:
    return weigh(TermAnalyzer().terms(question), lambda term: 1.0)


def _features(question: str, sentences: tuple[str, ...], similarities: tuple[float, ...]) -> FeatureMatrix:
    return sentence_features(_retrieval(question, sentences, similarities), _terms(question), TermAnalyzer())


def _column(features: FeatureMatrix, name: str) -> list[float]:
    return [round(float(value), 4) for value in features[:, SENTENCE_FEATURES.index(name)]]


def test_each_sentence_is_described_by_its_own_and_its_neighbours_evidence() -> None:
    features = _features(
        "Wann baut Köln Radwege?",
        ("Köln baut 2025 zwei Radwege.", "Das kostet Geld.", "Warum?"),
        (0.8, 0.6, 0.1),
    )
    assert _column(features, "similarity") == [0.8, 0.6, 0.1]
    assert _column(features, "similarity_gap") == [0.0, -0.2, -0.7]
    assert _column(features, "neighbour_similarity") == [0.6, 0.45, 0.6]
    assert _column(features, "coverage") == [1.0, 0.0, 0.0]
    assert _column(features, "kind_held") == [1.0, -1.0, -1.0]
    assert _column(features, "name_coverage") == [1.0, 0.0, 0.0]
    assert _column(features, "is_question") == [0.0, 0.0, 1.0]
    assert _column(features, "is_fragment") == [0.0, 1.0, 1.0]
    assert _column(features, "opens_passage") == [1.0, 0.0, 0.0]


def test_heading_and_title_count_as_context_of_every_sentence() -> None:
    features = _features("Was kostet der Radverkehr im Haushalt?", ("Es sind drei Millionen.",), (0.5,))
    assert _column(features, "coverage") == [0.0]
    assert _column(features, "coverage_in_context")[0] > 0.6


def test_the_whole_is_described_by_its_best_sentence_and_the_form_of_that_ones_passage() -> None:
    question = "Wann baut Köln Radwege?"
    retrieval = _retrieval(question, ("Das kostet Geld.", "Köln baut 2025 zwei Radwege."), (0.6, 0.8))
    sentences = sentence_features(retrieval, _terms(question), TermAnalyzer())
    row = answer_features(retrieval, _terms(question), sentences, np.array([-1.0, 2.0]))
    value = dict(zip(ANSWER_FEATURES, row, strict=True))
    assert (value["best_relevance"], value["second_relevance"]) == (2.0, -1.0)
    assert value["best_similarity"] == pytest.approx(0.8)
    assert (value["best_coverage"], value["kind_held"], value["searches_agree"]) == (1.0, 1.0, 1.0)
    words_log = (np.log(4) + np.log(6)) / 2  # three and five words
    assert value["passage_words_log"] == pytest.approx(words_log)
    assert value["best_relevance" + BY_WORDS] == pytest.approx(2.0 * (words_log - 2.3))


def test_without_passages_there_are_no_rows() -> None:
    analyzer = TermAnalyzer()
    retrieval = Retrieval("Was?", np.array([1, 0], np.float32), [])
    assert sentence_features(retrieval, weigh([], lambda term: None), analyzer).shape == (0, len(SENTENCE_FEATURES))


def test_an_unknown_term_weighs_as_much_as_the_rarest_known_one() -> None:
    terms = weigh(["rad", "weg", "xyz"], {"rad": 1.0, "weg": 3.0}.get)
    assert terms == QuestionTerms({"rad": 1.0, "weg": 3.0, "xyz": 3.0})
    assert terms.coverage(frozenset({"weg"})) == pytest.approx(3 / 7)


@given(
    st.dictionaries(st.text(min_size=1, max_size=3), st.floats(0.1, 9), max_size=8),
    st.frozensets(st.text(min_size=1, max_size=3), max_size=8),
    st.frozensets(st.text(min_size=1, max_size=3), max_size=8),
)
def test_coverage_is_a_share_and_never_shrinks_with_more_text(
    weights: dict[str, float], held: frozenset[str], more: frozenset[str]
) -> None:
    terms = QuestionTerms(weights)
    assert 0 <= terms.coverage(held) <= terms.coverage(held | more) <= 1 + 1e-9
