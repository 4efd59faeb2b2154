import pytest

from rag.answer_kind import AnswerKind, asked_kind, holds


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Wer begrüßte die Gäste?", AnswerKind.PERSON),
        ("Von wem kommt das Geld?", AnswerKind.PERSON),
        ("Wo tagte der Ausschuss?", AnswerKind.PLACE),
        ("In welcher Stadt tagte der Ausschuss?", AnswerKind.PLACE),
        ("Wann tagt der Ausschuss?", AnswerKind.DATE),
        ("In welchem Jahr wurde die Brücke gebaut?", AnswerKind.DATE),
        ("Wie lange dauert der Bau?", AnswerKind.DURATION),
        ("Wie viele Monate dauert der Bau?", AnswerKind.DURATION),
        ("Wie viele Bäume wurden gepflanzt?", AnswerKind.AMOUNT),
        ("Wie hoch ist die Gebühr?", AnswerKind.MONEY),
        ("Wie viel Prozent stimmten zu?", AnswerKind.SHARE),
        ("Wie hoch ist der Turm?", AnswerKind.AMOUNT),
        ("Warum wurde die Straße gesperrt?", AnswerKind.REASON),
        ("Was ist ein Bebauungsplan?", AnswerKind.OPEN),
        ("wieviel kostet das", AnswerKind.MONEY),
    ],
)
def test_the_kind_of_answer_is_told_by_the_question_word(question: str, kind: AnswerKind) -> None:
    assert asked_kind(question) is kind


def test_the_follow_up_behind_a_question_decides_the_kind() -> None:
    assert asked_kind("Wer leitet das Bauamt – seit wann?") is AnswerKind.DATE


@pytest.mark.parametrize(
    ("sentence", "kind", "expected"),
    [
        ("Die Brücke wurde 1974 gebaut.", AnswerKind.DATE, True),
        ("Die Brücke wurde am 3. Mai eröffnet.", AnswerKind.DATE, True),
        ("Die Brücke ist schön.", AnswerKind.DATE, False),
        ("Der Bau dauert zwei Jahre.", AnswerKind.DURATION, True),
        ("Der Bau ist teuer.", AnswerKind.DURATION, False),
        ("Es wurden fünfzehn Bäume gepflanzt.", AnswerKind.AMOUNT, True),
        ("Es wurden Bäume gepflanzt.", AnswerKind.AMOUNT, False),
        ("Es kostet 5 Euro.", AnswerKind.MONEY, True),
        ("Es kamen 5 Leute.", AnswerKind.MONEY, False),
        ("Drei Viertel stimmten zu.", AnswerKind.SHARE, True),
        ("Es stimmten 30 zu.", AnswerKind.SHARE, False),
        ("Die Straße wurde gesperrt, weil ein Rohr brach.", AnswerKind.REASON, True),
        ("Anna Schmidt leitet das Amt.", AnswerKind.PERSON, True),
        ("der bau ist teuer.", AnswerKind.PERSON, False),
        ("Die Sitzung fand im Rathaus statt.", AnswerKind.PLACE, True),
        ("alles ist gut.", AnswerKind.PLACE, False),
        ("Irgendetwas.", AnswerKind.OPEN, True),
    ],
)
def test_a_sentence_shows_whether_it_holds_an_answer_of_the_kind(
    sentence: str, kind: AnswerKind, expected: bool
) -> None:
    assert holds(sentence, kind) is expected
