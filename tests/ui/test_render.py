"""Answers as HTML: what the documents hold is shown, never interpreted."""

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Edit, EditKind, Span
from rag.types import Answer, AnswerSentence, Citation, SourceRange
from ui.render import fragments, render_answer, render_notice

QUOTE = "Die Stadt fördert sechs Gründerzentren."
CITATION = Citation(
    id=1,
    document_id="d",
    version="dc7478ab68cc",
    title="Wirtschaftsbericht",
    published=date(2023, 4, 25),
    page=4,
    section="Gründung",
    quote=QUOTE,
    source_quote="Die Stadt fordert sechs Griinderzentren.",
    start=10,
    end=50,
    ranges=(SourceRange(4, 10, 50),),
    score=0.9,
    url="/fundstelle/d?version=dc7478ab68cc&ranges=10-50#treffer",
    edits=(Edit(20, 27, "fördert", EditKind.MEND),),
)
ANSWER = Answer(
    answer_id="a",
    answered=True,
    answer=f"{QUOTE} [1]",
    confidence=0.9,
    sentences=(AnswerSentence(QUOTE, 1, Span(18, 23)),),
    citations=(CITATION,),
    related=(),
    question_used="Was fördert die Stadt?",
    generation="g",
    took_ms=5,
)
UNANSWERED = replace(
    ANSWER, answered=False, answer="Keine Antwort.", sentences=(), citations=(), related=(replace(CITATION, page=None),)
)


class _Reader(HTMLParser):
    """Collects the elements, their attributes and the visible text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_an_answer_shows_sentence_number_place_and_link() -> None:
    page = _Reader(render_answer("was fördert die stadt?", ANSWER))
    seen = " ".join(page.text.split())
    assert f"„{QUOTE}“" in seen
    assert "Wirtschaftsbericht, 25. April 2023, Seite 4, Abschnitt „Gründung“" in seen
    assert CITATION.source_quote in seen
    links = [attributes for tag, attributes in page.elements if tag == "a"]
    assert [link["href"] for link in links] == [CITATION.url, CITATION.url]
    assert {(link["target"], link["rel"]) for link in links} == {("_blank", "noopener")}
    assert "<strong>sechs</strong>" in render_answer("", ANSWER)
    assert "Verstanden als" not in seen


def test_a_question_that_was_completed_is_shown_as_it_was_understood() -> None:
    seen = _Reader(render_answer("Und die Stadt?", ANSWER)).text
    assert "Verstanden als: „Was fördert die Stadt?“" in seen


def test_no_answer_is_said_plainly_with_the_nearest_passages() -> None:
    seen = " ".join(_Reader(render_answer("Wo?", UNANSWERED)).text.split())
    assert "Keine Antwort in den Dokumenten gefunden" in seen
    assert "Am nächsten kommen diese Stellen" in seen
    assert QUOTE in seen
    assert "Seite" not in seen.replace("Seite ansehen", "")
    without = _Reader(render_answer("Wo?", replace(UNANSWERED, related=()))).text
    assert "Am nächsten" not in without


def test_missing_facts_leave_no_gap() -> None:
    bare = replace(CITATION, published=None, page=None, section=None, edits=())
    seen = " ".join(_Reader(render_answer("Wo?", replace(ANSWER, citations=(bare,)))).text.split())
    assert "Wirtschaftsbericht Fundstelle ansehen" in seen
    assert "None" not in seen
    assert "Wortlaut der Datei" not in seen


_HOSTILE = st.text(st.sampled_from("<>\"'&/=`${}[]()*_#ab ü\n"), min_size=1, max_size=40) | st.sampled_from(
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "${alert(1)}", "{{7*7}}", "[x](javascript:y)"]
)


@given(_HOSTILE, _HOSTILE, _HOSTILE)
def test_no_text_becomes_markup(question: str, quote: str, title: str) -> None:
    citation = replace(CITATION, quote=quote, source_quote=quote, title=title, section=title)
    answer = replace(ANSWER, sentences=(AnswerSentence(quote, 1),), citations=(citation,), question_used=quote + "?")
    plain = _Reader(render_answer("Frage", replace(ANSWER, question_used="Anders?", sentences=answer.sentences)))
    hostile = _Reader(render_answer(question, answer))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in plain.elements]
    assert quote in hostile.text
    assert title in hostile.text
    assert question in hostile.text


@given(_HOSTILE)
def test_a_notice_shows_a_question_as_it_was_typed(question: str) -> None:
    page = _Reader(render_notice(question, "Bitte warten …"))
    assert question in page.text
    assert {tag for tag, _ in page.elements} == {"article", "p", "span", "div"}


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (None, [("Es sind sechs.", False)]),
        (Span(8, 13), [("Es sind ", False), ("sechs", True), (".", False)]),
        (Span(0, 2), [("Es", True), (" sind sechs.", False)]),
        (Span(0, 14), [("Es sind sechs.", True)]),
    ],
)
def test_the_short_answer_is_cut_out_of_its_sentence(span: Span | None, expected: list[tuple[str, bool]]) -> None:
    found = fragments(AnswerSentence("Es sind sechs.", 1, span))
    assert [(part.text, part.strong) for part in found] == expected
