"""The trace says how an answer came about, and changes nothing in it."""

from dataclasses import replace
from math import exp

import pytest

from rag.answerer import Answerer
from rag.types import Answer, Decision, FeatureTrace, Filters

QUESTION = "Wann fand der Bundesländerworkshop statt?"


@pytest.fixture(scope="module")
def answer(answerer: Answerer) -> Answer:
    return answerer.ask(QUESTION, explain=True)


def _probability(features: tuple[FeatureTrace, ...], bias: float) -> float:
    return 1 / (1 + exp(-bias - sum(feature.contribution for feature in features)))


def test_a_trace_never_changes_the_answer(answerer: Answerer, answer: Answer) -> None:
    plain = answerer.ask(QUESTION)
    assert plain.trace is None
    assert replace(answer, trace=None, answer_id="", took_ms=0) == replace(plain, answer_id="", took_ms=0)


def test_the_features_add_up_to_what_was_judged(answer: Answer) -> None:
    trace = answer.trace
    assert trace is not None
    assert _probability(trace.features, trace.bias) == pytest.approx(answer.confidence, abs=1e-3)
    chosen = [sentence for sentence in trace.sentences if sentence.decision is Decision.CHOSEN]
    for sentence in chosen:
        assert _probability(sentence.features, trace.sentence_bias) == pytest.approx(sentence.relevance, abs=1e-3)
    assert {sentence.text for sentence in chosen} == {sentence.text for sentence in answer.sentences}
    assert len(chosen) == trace.sentences_wanted


def test_what_was_searched_and_read_is_named(answerer: Answerer, answer: Answer) -> None:
    trace = answer.trace
    assert trace is not None
    assert trace.question == QUESTION
    assert all(term.known for term in trace.terms)
    assert [passage.score for passage in trace.passages] == sorted(
        (passage.score for passage in trace.passages), reverse=True
    )
    for sentence in trace.sentences:
        passage = trace.passages[sentence.passage]
        read = answerer.searcher.documents[passage.document_id]
        assert sentence.text in read.reading
        assert 0 <= passage.start < passage.end <= len(read.source_text)


def test_a_question_that_is_not_answered_says_which_words_are_unknown(answerer: Answerer) -> None:
    answer = answerer.ask("Wie hoch ist die Zweitwohnungssteuer in Xanten?", explain=True)
    trace = answer.trace
    assert trace is not None
    assert not answer.answered
    assert trace.confidence < trace.threshold
    assert {sentence.decision for sentence in trace.sentences} == {Decision.NOT_ANSWERED}
    assert any(not term.known for term in trace.terms)


def test_nothing_found_leaves_an_empty_trace(answerer: Answerer) -> None:
    trace = answerer.ask(QUESTION, filters=Filters(document_ids=frozenset({"fehlt"})), explain=True).trace
    assert trace is not None
    assert (trace.passages, trace.sentences, trace.features, trace.confidence) == ((), (), (), 0.0)
