"""What the reader and the cross-encoder are trained on is made of the public sets and of what was written."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.types import Span
from rag.evaluation.datasets import Dataset, load_omos, load_xquad
from rag.training import material
from tests.rag.question_sets import article, write_public_sets

WRITTEN = Path(material.__file__).parent.parent / "training_data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_public_sets(tmp_path)
    return tmp_path


def test_questions_among_the_pages_of_a_city_are_the_answerable_ones(folder: Path) -> None:
    wide = material.among_pages_of_city(load_omos(folder, "train"))
    assert [asked.question for asked in wide.questions] == ["Wie hoch ist die Steuer?", "Wann?"]
    assert all(asked.files == {"omos-wismar-1.txt", "omos-wismar-2.txt"} for asked in wide.questions)


def test_a_question_beside_its_answer_is_asked_of_the_other_paragraphs_of_the_article(folder: Path) -> None:
    two = {"data": [article(("An der Ostsee.", "Wo?", "Ostsee"), ("Es ist alt.", "Wie alt?", "alt"))]}
    (folder / "xquad" / "train_de.json").write_text(json.dumps(two), encoding="utf-8")
    beside = material.asked_beside_the_answer(load_xquad(folder))
    assert [(sorted(asked.files), asked.answerable) for asked in beside.questions] == [
        (["squad-0-1.txt"], False),
        (["squad-0-0.txt"], False),
    ]


def test_a_question_of_another_article_has_no_answer(folder: Path) -> None:
    foreign = material.asked_of_another_article(load_xquad(folder))
    assert [(asked.question, sorted(asked.files), asked.answerable) for asked in foreign.questions] == [
        ("Wo liegt Wismar?", ["squad-1-0.txt"], False),
        ("Wo liegt Köln?", ["squad-0-0.txt"], False),
    ]


def test_a_question_moved_to_another_article_can_speak_of_it_by_name(folder: Path) -> None:
    xquad = load_xquad(folder)
    named = material.with_names_of(xquad, material.asked_of_another_article(xquad))
    assert [(asked.question, sorted(asked.files), asked.answerable) for asked in named.questions] == [
        ("Wo liegt Köln?", ["squad-1-0.txt"], False),
        ("Wo liegt Wismar?", ["squad-0-0.txt"], False),
    ]
    nameless = Dataset(xquad.texts, tuple(replace(asked, question="Wer zahlt?") for asked in xquad.questions))
    spoken = material.with_names_of(xquad, material.asked_of_another_article(nameless))
    assert [asked.question for asked in spoken.questions] == ["Wer zahlt in Köln?", "Wer zahlt in Wismar?"]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write one question over a page, one over a report, and one matter."""
    folder = tmp_path / "written"
    (folder / "reports").mkdir(parents=True)
    (folder / "reports" / "haushalt.txt").write_text("Haushalt\n\nEr ist beschlossen.\n", encoding="utf-8")
    on_page = {
        "city": "wismar",
        "pageId": "2",
        "type": "near_miss",
        "question": "Wer?",
        "answers": [],
        "contrast": "Alle.",
    }
    on_report = {
        "report": "haushalt.txt",
        "type": "fact",
        "question": "Ist er beschlossen?",
        "evidence": ["Er ist beschlossen."],
        "contrast": "Er ist lang.",
    }
    matter = {"title": "Bad", "section": "", "questions": ["Wann?"], "answers": ["Um 8."], "touching": ["Oft."]}
    for name, item in (("pages", on_page | {"contrast": "Alle."}), ("reports", on_report), ("contrasts", matter)):
        (folder / f"{name}.jsonl").write_text(json.dumps(item) + "\n", encoding="utf-8")
    monkeypatch.setattr(material, "_WRITTEN", folder)
    return folder


def test_the_readers_material_keeps_dev_pages_out(folder: Path, written: Path) -> None:
    found = material.load_reader_material(folder)
    groups = {asked.group for dataset in found.public for asked in dataset.questions}
    assert groups == {"omos-wismar-1.txt", "omos-wismar-2.txt", "squad-0", "squad-1"}
    omos = material.load_reader_material(folder, with_dev=True).public[0]
    assert [asked.group for asked in omos.questions][-1] == "omos-wismar-9.txt"
    assert set(omos.texts) == {"omos-wismar-1.txt", "omos-wismar-2.txt", "omos-wismar-9.txt"}
    assert found.unseen == {"omos-wismar-9.txt"}


def test_what_was_written_belongs_to_the_material(folder: Path, written: Path) -> None:
    [on_page], [on_report] = (dataset.questions for dataset in material.load_reader_material(folder).written)
    assert (on_page.group, on_page.answerable, on_page.contrast) == ("omos-wismar-2.txt", False, "Alle.")
    assert (on_report.group, on_report.answerable, on_report.contrast) == ("haushalt.txt", True, "Er ist lang.")
    assert on_report.gold == (Span(10, 29),)


def test_the_cross_encoders_material_holds_matters_and_sentence_sets(folder: Path, written: Path) -> None:
    row = {"question": "Where?", "title": "Zoo", "sentences": ["Here.", "There.", "Old."], "answers": [1]}
    for name in ("selqa", "qed"):
        (folder / name).mkdir()
        (folder / name / "sentences_en.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    found = material.load_cross_material(folder)
    [bath], [zoo, same] = found.matters, found.sentence_sets
    assert bath == material.ContrastItem("Bad", None, ("Wann?",), ("Um 8.",), ("Oft.",))
    assert zoo == same == material.ContrastItem("Zoo", None, ("Where?",), ("There.",), ("Here.", "Old."))


def test_the_questions_written_over_reports_mark_their_evidence_word_for_word() -> None:
    lines = (WRITTEN / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    items, reports = [json.loads(line) for line in lines], material.load_written_reports()
    assert (len(items), len(reports.texts)) == (1248, 48)
    for item, asked in zip(items, reports.questions, strict=True):
        text = reports.texts[item["report"]]
        assert [text[span.start : span.end] for span in asked.gold] == item["evidence"]
        assert asked.id == item["type"]
        assert asked.answerable == (item["type"] != "near_miss")


def test_every_written_question_has_an_invented_sentence() -> None:
    for name in ("pages", "reports"):
        items = [json.loads(line) for line in (WRITTEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        assert all(item["contrast"].strip() for item in items)


def test_every_written_matter_has_questions_answers_and_what_only_touches_it() -> None:
    items = material.load_contrasts()
    assert len(items) > 1000
    for item in items:
        assert item.questions
        assert item.answers
        assert item.touching
        assert not set(item.answers) & set(item.touching)
