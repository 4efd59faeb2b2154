"""The limits of the HTTP contract: exactly these bodies are taken."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from corpus.types import Span
from rag.api.schemas import AskRequest, SearchRequest, SentenceOut
from rag.types import AnswerSentence, Filters, Turn

_BASE: dict[str, Any] = {"question": "Wer fördert Gründungen?"}


def _accepted(**fields: Any) -> bool:
    try:
        AskRequest.model_validate({**_BASE, **fields})
    except ValidationError:
        return False
    return True


@given(st.integers(0, 1_100), st.sampled_from(["ä", "x", "ß", "🙂"]), st.integers(0, 5))
def test_a_question_has_1_to_1000_characters_after_trimming(length: int, letter: str, spaces: int) -> None:
    question = " " * spaces + letter * length + "\n" * spaces
    assert _accepted(question=question) == (1 <= length <= 1_000)
    if 1 <= length <= 1_000:
        assert AskRequest.model_validate({"question": question}).question == letter * length


@given(st.integers(0, 25))
def test_a_history_has_at_most_20_turns(turns: int) -> None:
    assert _accepted(history=[{"question": "Wo?", "answer": "In Wismar."}] * turns) == (turns <= 20)


@given(st.integers(9_990, 10_010), st.integers(990, 1_010))
def test_the_turns_of_a_history_are_bounded_too(answer: int, question: int) -> None:
    turn = {"question": "q" * question, "answer": "a" * answer}
    assert _accepted(history=[turn]) == (question <= 1_000 and answer <= 10_000)


@given(st.integers(-5, 60), st.integers(-5, 20))
def test_counts_lie_in_their_ranges(top_k: int, max_sentences: int) -> None:
    assert _accepted(top_k=top_k, max_sentences=max_sentences) == (1 <= top_k <= 50 and 1 <= max_sentences <= 10)


@given(st.dates(), st.dates())
def test_a_period_does_not_end_before_it_begins(first: date, last: date) -> None:
    period = {"published_from": first.isoformat(), "published_to": last.isoformat()}
    assert _accepted(filters=period) == (first <= last)


@pytest.mark.parametrize(
    "fields",
    [
        {"explain": 1},
        {"stream": False},
        {"question": None},
        {"question": 7},
        {"question": ["Wer?"]},
        {"history": {"question": "Wer?"}},
        {"history": [{"question": "Wer?", "role": "user"}]},
        {"history": ["Wer?"]},
        {"top_k": "8"},
        {"top_k": 8.5},
        {"top_k": True},
        {"max_sentences": None},
        {"filters": {"documents": []}},
        {"filters": {"document_ids": "bericht"}},
        {"filters": {"document_ids": [""]}},
        {"filters": {"published_from": "25.04.2023"}},
        {"filters": {"published_from": 1_700_000_000}},
        {"filters": {"include_undated": "ja"}},
    ],
)
def test_anything_else_is_refused(fields: dict[str, Any]) -> None:
    assert not _accepted(**fields)


def test_a_search_knows_neither_history_nor_sentences() -> None:
    SearchRequest.model_validate({"query": "Gründung", "top_k": 50})
    for extra in ("history", "max_sentences", "question"):
        with pytest.raises(ValidationError):
            SearchRequest.model_validate({"query": "Gründung", extra: []})


def test_a_request_becomes_the_words_of_the_answering_room() -> None:
    asked = AskRequest.model_validate(
        {
            "question": " Und in Bayern? ",
            "history": [{"question": "Wer fördert?"}, {"question": "Wo?", "answer": "In Wismar. [1]"}],
            "filters": {"document_ids": ["b", "a"], "published_from": "2023-04-25", "include_undated": True},
        }
    )
    assert asked.question == "Und in Bayern?"
    assert asked.turns() == (Turn("Wer fördert?"), Turn("Wo?", "In Wismar. [1]"))
    assert asked.filters.to_filters() == Filters(frozenset({"a", "b"}), date(2023, 4, 25), None, include_undated=True)


def test_a_highlight_is_written_as_a_pair() -> None:
    sentence = SentenceOut.model_validate(AnswerSentence("Es sind sechs Zentren.", 1, Span(8, 13)))
    assert sentence.model_dump(mode="json")["highlight"] == [8, 13]
