"""What the chat page shows after a question: answer, refusal, failure."""

import asyncio
from collections.abc import Sequence

import pytest

from rag.answerer import Answerer
from rag.api.problems import busy
from rag.types import Answer, Turn
from ui.chat import Ask, Chat, Conversation
from ui.examples import example_questions

QUESTION = "Wie viele Fachleute aus Bund und Ländern nahmen an der Veranstaltung teil?"


def _say(ask: Ask, typed: str, past: Conversation = ()) -> tuple[Conversation, str]:
    """Return the conversation and its HTML after ``typed`` was sent."""
    conversation, html, *_ = asyncio.run(Chat(ask).respond(typed, past))
    return conversation, html


@pytest.fixture(scope="module")
def ask(answerer: Answerer) -> Ask:
    async def asked(question: str, history: Sequence[Turn]) -> Answer:
        return answerer.ask(question, history)

    return asked


def test_a_question_is_shown_with_its_answer(ask: Ask) -> None:
    past, html = _say(ask, f"  {QUESTION}\n")
    assert f"</span>{QUESTION}</p>" in html
    assert "28 Fachleute" in html
    assert html.count("<article") == len(past) == 1
    turn = past[0].turn
    assert turn is not None
    assert turn.question == QUESTION
    assert "28 Fachleute" in (turn.answer or "")


def test_the_answers_so_far_are_the_history_of_a_follow_up() -> None:
    histories: list[list[Turn]] = []

    async def refuse(question: str, history: Sequence[Turn]) -> Answer:
        histories.append(list(history))
        raise busy(2)

    past, _ = _say(refuse, "Wer leitet das Bauamt?")
    earlier = Turn("Was baut die Stadt?", "Eine Brücke. [1]")
    past = (type(past[0])("<article></article>", earlier), *past)
    _say(refuse, "Und seit wann?", past)
    assert histories == [[], [earlier]]  # a question that was not answered is no part of the conversation


def test_a_full_queue_is_told_in_german() -> None:
    async def refuse(question: str, history: Sequence[Turn]) -> Answer:
        raise busy(16)

    past, html = _say(refuse, "Wo?")
    assert "Es warten bereits 16 Anfragen." in html
    assert past[0].turn is None


def test_a_failure_is_told_without_its_insides(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(question: str, history: Sequence[Turn]) -> Answer:
        raise ZeroDivisionError("geheim")

    _, html = _say(fail, "Wo steht das Rathaus?")
    assert "Bei der Suche ist ein Fehler aufgetreten." in html
    assert "geheim" not in html
    assert "Rathaus" not in caplog.text


def test_a_question_over_the_limit_is_refused_before_it_is_asked() -> None:
    async def never(question: str, history: Sequence[Turn]) -> Answer:
        raise AssertionError("must not be asked")

    past, html = _say(never, "ä" * 1_001)
    assert "Die Frage hat 1001 Zeichen; möglich sind 1000." in html
    assert past[0].turn is None


def test_a_long_conversation_keeps_its_last_twenty_turns(ask: Ask) -> None:
    past: Conversation = ()
    for number in range(22):
        past, _ = _say(ask, f"Was geschah im Jahr {1900 + number}?", past)
    assert len(past) == 20
    assert past[0].turn is not None
    assert past[0].turn.question == "Was geschah im Jahr 1902?"


def test_example_questions_are_answered_and_name_headings_of_the_documents(answerer: Answerer) -> None:
    examples = example_questions(answerer, 3)
    sections = {answerer.searcher.passage(row).section for row in range(len(answerer.searcher))}
    assert 1 <= len(examples) <= 3
    for example in examples:
        assert answerer.ask(example).answered
        assert example.partition("„")[2].removesuffix("“?") in sections
