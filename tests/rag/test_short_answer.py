"""The short answer inside a sentence: marked where its form shows it, left alone where it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.short_answer import short_answer


def _marked(question: str, sentence: str) -> str | None:
    span = short_answer(question, sentence)
    return span and sentence[span.start : span.end]


@pytest.mark.parametrize(
    ("question", "sentence", "words"),
    [
        ("Wie viele Gäste kamen?", "Es kamen 81.000 Gäste in 12 Bäder.", "81.000"),
        ("Wie viele Bäder gibt es?", "Es kamen 81.000 Gäste in 12 Bäder.", "12"),
        ("Wie viele Schulen werden saniert?", "Saniert werden sechs bis acht Schulen.", "sechs bis acht"),
        ("Wann fand der Workshop statt?", "Der Workshop fand am 25. April 2023 in Berlin statt.", "25. April 2023"),
        ("Seit wann gibt es den Preis?", "Den Preis gibt es seit 2018.", "2018"),
        ("Wann öffnet das Amt?", "Das Amt öffnet um 8.30 Uhr.", "8.30 Uhr"),
        ("Wie hoch ist die Gebühr?", "Die Gebühr beträgt 12,50 Euro je Monat.", "12,50 Euro"),
        ("Wie hoch ist der Anteil der Radwege?", "Der Anteil liegt bei 14,5 Prozent.", "14,5 Prozent"),
        ("Wie lange dauert die Prüfung?", "Die Prüfung dauert zwei bis drei Wochen.", "zwei bis drei Wochen"),
        ("Wo tagte der Rat?", "Der Rat tagte in Wismar.", "Wismar"),
        ("Wo ist das Amt?", "Sie finden es in der Rathausstraße 5, 23966 Wismar.", "Rathausstraße 5, 23966 Wismar"),
        ("Wer leitet das Labor?", "Das Labor leitet Dr. Anna Berg.", "Dr. Anna Berg"),
    ],
)
def test_the_words_of_the_asked_kind_are_marked(question: str, sentence: str, words: str) -> None:
    assert _marked(question, sentence) == words


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Was ist ein Innovationsraum?", "Der Innovationsraum entstand 2018."),  # asks for nothing of a form
        ("Wie viele kamen?", "Es waren 20 aus Wismar und 30 aus Köln."),  # no word tells which
        ("Was geschah 2018?", "Im Jahr 2018 begann der Bau."),
        ("Wann begann nach 2018 der Bau?", "Nach 2018 begann der Bau."),  # the question says that itself
        ("Wer leitet das Labor?", "Das Labor leiten Anna Berg und Peter Tal."),
        ("Wer bekommt ihn?", "Der Thüringer Digitalpreis geht an drei Betriebe."),
        ("Wo tagte der Rat?", "Der Rat tagte in der Aula."),
        ("Wie viele Einwohner hat Wismar?", "InnovationPort, Stockholmer Straße 16, 23966 Wismar"),
    ],
)
def test_nothing_is_marked_where_it_would_be_a_guess(question: str, sentence: str) -> None:
    assert _marked(question, sentence) is None


@given(st.sampled_from(["Wie viele?", "Wann?", "Wer?", "Wo?", "Wie lange?", "Wie teuer?"]), st.text(max_size=80))
def test_what_is_marked_lies_in_the_sentence(question: str, sentence: str) -> None:
    span = short_answer(question, sentence)
    assert span is None or 0 <= span.start < span.end <= len(sentence)
