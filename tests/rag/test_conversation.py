import json
from pathlib import Path

import pytest

from index.types import Encoder
from rag.answerer import Answerer
from rag.conversation import Conversation
from rag.types import Turn

FOLLOW_UPS = Path(__file__).parent.parent / "data" / "followups.jsonl"


@pytest.fixture(scope="module")
def conversation(encoder: Encoder, answerer: Answerer) -> Conversation:
    return Conversation(encoder, answerer.searcher)


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        ("Was hat Köln beschlossen?", "Und in Bonn?", "Was hat Bonn beschlossen?"),
        ("Welche Busse fahren in Köln?", "Und was gilt in Bonn?", "Welche Busse fahren in Bonn?"),
        ("Welche Kurse gibt es für Anfänger?", "Und für Erwachsene?", "Welche Kurse gibt es für Erwachsene?"),
        ("Wie viel wurde 2022 gebaut?", "Und 2023?", "Wie viel wurde 2023 gebaut?"),
        ("Wie beantrage ich Wohngeld?", "Und für Studierende?", "Wie beantrage ich Wohngeld – für Studierende?"),
        ("Wer leitet das Bauamt?", "Seit wann?", "Wer leitet das Bauamt – seit wann?"),
        ("Wann endet das Projekt?", "Warum?", "Wann endet das Projekt – warum?"),
        ("Was macht das Bauamt?", "Wer leitet es?", "Wer leitet es? (Bauamt)"),
        ("Welche Brücke baut Köln?", "Wann wurde sie begonnen?", "Wann wurde sie begonnen? (Brücke, Köln)"),
        ("was macht das bauamt?", "und wer leitet es?", "wer leitet es? (bauamt)"),
    ],
)
def test_a_follow_up_takes_over_what_it_needs(
    conversation: Conversation, earlier: str, question: str, expected: str
) -> None:
    assert conversation.standalone(question, [Turn(earlier)]) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Gibt es in Bonn ein Freibad?",
        "Und welche Regeln gelten für Radfahrer?",
        "Was ist ein Bebauungsplan?",
        "Wie hoch ist das Bußgeld für Falschparken?",
        "Ist es erlaubt, im Park zu grillen?",
    ],
)
def test_a_complete_question_inherits_nothing(conversation: Conversation, question: str) -> None:
    assert conversation.standalone(question, [Turn("Wer leitet das Standesamt in Köln?")]) == question


def test_without_a_history_the_question_stays_as_it_is(conversation: Conversation) -> None:
    assert conversation.standalone("Und in Bonn?") == "Und in Bonn?"


def test_a_chain_of_follow_ups_keeps_its_first_topic(conversation: Conversation) -> None:
    history = [Turn("Wann öffnet das Hallenbad in Köln?"), Turn("Und in Bonn?")]
    assert conversation.standalone("Was kostet es?", history) == "Was kostet es? (Hallenbad, Bonn)"


def test_a_pronoun_may_mean_the_person_the_answer_named(conversation: Conversation) -> None:
    history = [Turn("Wer leitet das Bauamt?", "Das Bauamt wird von Anna Schmidt geleitet.")]
    assert "Anna Schmidt" in conversation.standalone("Seit wann ist sie dort?", history)


def test_most_written_follow_ups_are_understood(conversation: Conversation) -> None:
    """The held-back half of tests/data/followups.jsonl; what a good stand-alone question must and must not hold."""
    cases = [json.loads(line) for line in FOLLOW_UPS.read_text(encoding="utf-8").splitlines()]
    held_back = [case for case in cases if case["split"] == "test"]
    right = 0
    for case in held_back:
        history = [Turn(turn["question"], turn["answer"]) for turn in case["history"]]
        asked = conversation.standalone(case["question"], history).casefold()
        has_all = all(any(term.casefold() in asked for term in group) for group in case["must_contain"])
        right += has_all and not any(term.casefold() in asked for term in case["must_not_contain"])
    assert right >= 0.75 * len(held_back)
