import pytest

from rag.question_form import anaphor, noun_phrases


@pytest.mark.parametrize(
    ("question", "phrases"),
    [
        ("Wann hat das Rathaus in Weinstadt geöffnet?", ["Rathaus", "Weinstadt"]),
        ("Was kostet die Kinderbetreuung im Landkreis Augsburg?", ["Kinderbetreuung", "Landkreis Augsburg"]),
        ("Gibt es ein Alten- und Service-Zentrum?", ["Alten- und Service-Zentrum"]),
        ("Welche neuen Radwege plant Köln?", ["neuen Radwege", "Köln"]),
        ("Wie werde ich eingebürgert?", []),
        ("wie fördert hamburg radwege?", ["hamburg"]),
        ("Welche Förderung gab es 2022?", ["Förderung", "2022"]),
    ],
)
def test_noun_phrases_are_found_with_their_attributes(question: str, phrases: list[str]) -> None:
    assert [phrase.text for phrase in noun_phrases(question)] == phrases


def test_a_noun_phrase_knows_its_preposition_even_when_it_is_fused_with_the_article() -> None:
    assert [(phrase.text, phrase.preposition) for phrase in noun_phrases("Was gibt es im Zoo bei Regen?")] == [
        ("Zoo", "in"),
        ("Regen", "bei"),
    ]


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Wer leitet es?", "es"),
        ("Wo kann ich ihn beantragen?", "ihn"),
        ("Was kostet das?", "das"),
        ("Wer hat das gesagt?", "das"),
        ("Darf dort jeder einkaufen?", "dort"),
        ("Wie viel darf man damit verdienen?", "damit"),
        ("Wie viele Personen nahmen daran teil?", "daran"),
        ("Welche Aufgaben hat sie?", "sie"),
        ("Wie lange gilt dieser?", "dieser"),
    ],
)
def test_a_word_that_points_back_is_found(question: str, word: str) -> None:
    found = anaphor(question)
    assert found is not None
    assert found[0] == word


@pytest.mark.parametrize(
    "question",
    [
        "Gibt es in Augsburg ein Frauenhaus?",
        "Worum geht es in der Satzung?",
        "Ist es möglich, ein Konto zu eröffnen?",
        "Was kostet das Ticket?",
        "Können Sie mir das Rathaus zeigen?",
        "Wie unterstützen die Länder ihre Kommunen?",
        "Wann zahlt die Stadt Miete, wenn sie umzieht?",
        "Was muss die Stadt tun, damit der Bus fährt?",
    ],
)
def test_expletives_articles_and_inner_references_point_to_nothing_before(question: str) -> None:
    assert anaphor(question) is None
