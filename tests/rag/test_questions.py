from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import DatasetError
from rag.evaluation.questions import QuestionCase, handled_correctly, load_questions
from rag.types import Answer, Citation

DATA = Path(__file__).parent.parent / "data"


def _citation(quote: str) -> Citation:
    return Citation(1, "d", "v", "t", None, 1, None, quote, quote, 0, len(quote), (), 0.9, "/")


def _answer(*quotes: str) -> Answer:
    citations = tuple(_citation(quote) for quote in quotes)
    return Answer("a", bool(quotes), "", 0.9, (), citations, (), "?", "g", 1)


FACT = QuestionCase(
    id="f",
    type="fact",
    question="Wie viel?",
    evidence=(("kostet die Brücke", "Preis der Brücke"),),
    facts=(("3 Mio.",),),
)


def test_a_cited_sentence_with_evidence_and_fact_is_handled_correctly() -> None:
    assert handled_correctly(FACT, _answer("Es regnet.", "So viel kostet  die Brücke: 3 Mio. Euro."))


@pytest.mark.parametrize(
    "quotes",
    [(), ("Es regnet.",), ("So viel kostet die Brücke.",), ("3 Mio. Euro kostet der Tunnel.",)],
    ids=["no answer", "other sentence", "evidence without fact", "fact without evidence"],
)
def test_missing_evidence_or_fact_is_not_correct(quotes: tuple[str, ...]) -> None:
    assert not handled_correctly(FACT, _answer(*quotes))


def test_a_list_is_handled_when_half_of_its_groups_are_cited() -> None:
    case = QuestionCase(id="l", type="list", question="Welche?", evidence=(("Köln",), ("Bonn",), ("Ulm",), ("Hof",)))
    assert handled_correctly(case, _answer("In Köln.", "In Hof."))
    assert not handled_correctly(case, _answer("In Köln."))
    assert not handled_correctly(replace_type(case, "fact"), _answer("In Köln.", "In Hof."))


def replace_type(case: QuestionCase, name: str) -> QuestionCase:
    return case.model_copy(update={"type": name})


def test_without_evidence_only_abstaining_is_correct() -> None:
    case = QuestionCase(id="u", type="unanswerable", question="Wie hoch?")
    assert handled_correctly(case, _answer())
    assert not handled_correctly(case, replace(_answer("Sehr hoch."), answered=True))


def test_a_broken_line_is_named_by_file_and_number(tmp_path: Path) -> None:
    path = tmp_path / "fragen.jsonl"
    path.write_text('{"id": "1", "type": "fact", "question": "Wer?"}\n{"id": 2}\n', encoding="utf-8")
    with pytest.raises(DatasetError, match=r"fragen\.jsonl, line 2"):
        load_questions(path)
    with pytest.raises(DatasetError, match=r"fehlt\.jsonl"):
        load_questions(tmp_path / "fehlt.jsonl")


def test_the_question_set_has_the_shape_its_readme_states() -> None:
    cases = load_questions(DATA / "report_questions.jsonl")
    assert len(cases) >= 120
    assert len({case.id for case in cases}) == len(cases)
    unanswerable = [case for case in cases if not case.answerable]
    assert len(unanswerable) >= len(cases) / 5
    assert all(case.type == "unanswerable" for case in unanswerable)
