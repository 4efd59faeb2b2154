from pathlib import Path

import pytest

from corpus.alignment import AlignedText
from rag.answerer import NO_ANSWER, Answerer
from rag.evaluation.questions import evaluate, load_questions
from rag.types import Answer, Citation, Filters, Turn

QUESTIONS = Path(__file__).parent.parent / "data" / "report_questions.jsonl"


def _proves_true(answerer: Answerer, citation: Citation) -> bool:
    document = answerer.searcher.documents[citation.document_id]
    verbatim = document.source_text[citation.start : citation.end] == citation.source_quote
    hull = (citation.ranges[0].start, citation.ranges[-1].end)
    return verbatim and hull == (citation.start, citation.end) and document.version.startswith(citation.version)


@pytest.fixture(scope="module")
def answer(answerer: Answerer) -> Answer:
    return answerer.ask("Wann fand der Bundesländerworkshop statt?")


def test_a_question_is_answered_with_the_sentence_that_says_it(answer: Answer) -> None:
    assert answer.answered
    assert any("25. April 2023" in sentence.text for sentence in answer.sentences)


def test_each_sentence_has_its_citation_and_each_citation_proves_true(answerer: Answerer, answer: Answer) -> None:
    assert [sentence.citation for sentence in answer.sentences] == [citation.id for citation in answer.citations]
    for sentence, citation in zip(answer.sentences, answer.citations, strict=True):
        assert sentence.text == citation.quote
        assert _proves_true(answerer, citation)
        assert 0 <= citation.score <= 1
        assert citation.page is None  # the report has no form feeds, and a page is never guessed
    assert answer.answer.endswith(f"[{len(answer.citations)}]")


def test_a_mended_quote_differs_from_its_source_only_at_the_listed_edits(answerer: Answerer) -> None:
    """Applying all edits inside the quoted source gives the quote, and the mended places are those listed."""
    found = answerer.search("Breitbandausbau in Mecklenburg-Vorpommern", top_k=16)
    assert any(citation.edits for citation in found)
    for citation in found:
        document = answerer.searcher.documents[citation.document_id]
        inside = [edit for edit in document.edits if citation.start <= edit.start and edit.end <= citation.end]
        mended = AlignedText(document.source_text, inside).reading
        after = len(document.source_text) - citation.end
        assert mended[citation.start : len(mended) - after] == citation.quote
        assert set(citation.edits) == {edit for edit in inside if edit.kind == "mend"}


@pytest.mark.parametrize(
    "question", ["Wie hoch ist die Hundesteuer?", "Welche Farbe hat der Feuerlöscher?", "asdf qwertz"]
)
def test_what_the_documents_do_not_say_is_not_answered(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(question)
    assert not answer.answered
    assert answer.answer == NO_ANSWER
    assert answer.citations == ()
    assert answer.sentences == ()
    assert len(answer.related) == 3
    assert all(_proves_true(answerer, citation) for citation in answer.related)


def test_no_more_sentences_are_given_than_asked_for(answerer: Answerer) -> None:
    assert len(answerer.ask("Welche Strategien haben die Länder?", max_sentences=1).sentences) <= 1


def test_a_filter_that_no_document_passes_gives_no_answer_and_nothing_related(answerer: Answerer) -> None:
    answer = answerer.ask("Wann fand der Workshop statt?", filters=Filters(document_ids=frozenset({"anderes"})))
    assert (answer.answered, answer.related) == (False, ())


def test_the_stand_alone_question_is_shown(answerer: Answerer) -> None:
    answer = answerer.ask("Und in Bayern?", [Turn("Welche Strategie hat Berlin verabschiedet?")])
    assert answer.question_used == "Welche Strategie hat Bayern verabschiedet?"


@pytest.mark.parametrize(
    "asked",
    ["Was fördert Bremen?", "was foerdert bremen", "was fordert bremen?", "Bremen Förderung", "Was fördret Bremen?"],
)
def test_a_question_without_umlauts_with_typos_or_as_keywords_finds_the_same_place(
    answerer: Answerer, asked: str
) -> None:
    assert any("Millionen Euro" in citation.quote for citation in answerer.search(asked, top_k=1))


def test_at_least_60_percent_of_the_filed_questions_are_handled_correctly(answerer: Answerer) -> None:
    """Guard what docs/evaluate.md reports; the goal is 65 percent."""
    outcomes = evaluate(answerer, load_questions(QUESTIONS), lambda done, total: None)
    assert all(outcome.verbatim for outcome in outcomes)
    assert sum(outcome.correct for outcome in outcomes) / len(outcomes) >= 0.60
