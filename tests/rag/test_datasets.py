"""Question sets in their public forms become texts and labelled questions."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.errors import DatasetError
from rag.evaluation import datasets
from rag.evaluation.datasets import Dataset, LabelledQuestion

WRITTEN = Path(datasets.__file__).parent.parent / "training_data"
PAGE = "Hundesteuer\nDie Steuer beträgt 60 Euro.\nSie ist im Mai fällig."


def page(page_id: str, question: str, answers: list[int], text: str = PAGE) -> dict[str, Any]:
    return {"city": "wismar", "pageId": page_id, "context": text, "question": question, "answers": answers}


def silver_page(page_id: str, language: str, answers: list[int]) -> str:
    questions = [{"question": "Wie hoch ist die Steuer?", "answers": answers}]
    return json.dumps(
        {"city": "wismar", "pageId": page_id, "language": language, "context": PAGE, "questions": questions}
    )


def article(*paragraphs: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "paragraphs": [
            {
                "context": text,
                "qas": [
                    {
                        "id": text[:4],
                        "question": question,
                        "answers": [{"answer_start": text.index(answer), "text": answer}],
                    }
                ],
            }
            for text, question, answer in paragraphs
        ]
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "omos-qa").mkdir()
    (tmp_path / "xquad").mkdir()
    train = [page("1", "Wie hoch ist die Steuer?", [1]), page("2", "Wann?", [2]), page("1", "Wer zahlt?", [])]
    (tmp_path / "omos-qa" / "train_de.json").write_text(json.dumps(train), encoding="utf-8")
    (tmp_path / "omos-qa" / "dev_de.json").write_text(json.dumps([page("9", "Wann?", [2])]), encoding="utf-8")
    silver = [silver_page("1", "de", [1, 7]), silver_page("9", "de", [1]), silver_page("3", "en", [1])]
    (tmp_path / "omos-qa" / "silver.jsonl").write_text("\n".join(silver), encoding="utf-8")
    for language, question in (("de", "Wo liegt Wismar?"), ("en", "Where is Wismar?")):
        first = ("Wismar liegt an der Ostsee. Es ist alt.", question, "Ostsee")
        second = ("Köln liegt am Rhein.", question.replace("Wismar", "Köln"), "Rhein")
        articles = {"data": [article(first), article(second)]}
        (tmp_path / "xquad" / f"train_{language}.json").write_text(json.dumps(articles), encoding="utf-8")
    return tmp_path


def quoted(dataset: Dataset, asked: LabelledQuestion) -> list[str]:
    assert asked.gold_file is not None
    return [dataset.texts[asked.gold_file][span.start : span.end] for span in asked.gold]


def test_the_marked_lines_are_the_answer(folder: Path) -> None:
    omos = datasets.load_omos(folder, "train")
    assert list(omos.texts) == ["omos-wismar-1.txt", "omos-wismar-2.txt"]
    assert quoted(omos, omos.questions[0]) == ["Die Steuer beträgt 60 Euro."]
    assert [asked.answerable for asked in omos.questions] == [True, True, False]
    assert all(asked.as_asked for asked in omos.questions)


def test_silver_questions_are_german_and_on_no_page_of_the_other_set(folder: Path) -> None:
    silver = datasets.load_silver(folder, without=datasets.load_omos(folder, "dev"))
    [asked] = silver.questions
    assert asked.group == "omos-wismar-1.txt"
    assert quoted(silver, asked) == ["Die Steuer beträgt 60 Euro."]  # line 7, which the machine named, is not there
    assert not asked.as_asked


def test_a_question_of_an_article_is_asked_of_all_its_paragraphs(folder: Path) -> None:
    xquad = datasets.load_xquad(folder)
    assert quoted(xquad, xquad.questions[0]) == ["Ostsee"]
    assert xquad.questions[0].files == {"squad-0-0.txt"}


def test_a_question_of_a_file_given_is_asked_of_its_own_paragraph(folder: Path, tmp_path: Path) -> None:
    two = {"data": [article(("Wo ist es?", "Wo?", "Wo"), ("Am Markt.", "Wann?", "Markt"))]}
    two["data"][0]["paragraphs"][1]["qas"][0]["answers"] = []
    (tmp_path / "squad.json").write_text(json.dumps(two), encoding="utf-8")
    first, second = datasets.read_squad(tmp_path / "squad.json").questions
    assert (first.files, first.answerable) == ({"squad-0-0.txt"}, True)
    assert (second.files, second.answerable, second.id) == ({"squad-0-1.txt"}, False, "Am M")


def test_pages_are_texts_by_the_name_that_questions_give_them(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "pages.jsonl").write_text('{"city": "wismar", "pageId": "1", "text": "Hunde"}\n', encoding="utf-8")
    assert datasets.read_pages(tmp_path / "pages.jsonl") == {"omos-wismar-1.txt": "Hunde"}


def test_questions_among_the_pages_of_a_city_are_the_answerable_ones(folder: Path) -> None:
    wide = datasets.among_pages_of_city(datasets.load_omos(folder, "train"))
    assert [asked.question for asked in wide.questions] == ["Wie hoch ist die Steuer?", "Wann?"]
    assert all(asked.files == {"omos-wismar-1.txt", "omos-wismar-2.txt"} for asked in wide.questions)


def test_a_question_beside_its_answer_is_asked_of_the_other_paragraphs_of_the_article(folder: Path) -> None:
    two = {"data": [article(("An der Ostsee.", "Wo?", "Ostsee"), ("Es ist alt.", "Wie alt?", "alt"))]}
    (folder / "xquad" / "train_de.json").write_text(json.dumps(two), encoding="utf-8")
    beside = datasets.asked_beside_the_answer(datasets.load_xquad(folder))
    assert [(sorted(asked.files), asked.answerable) for asked in beside.questions] == [
        (["squad-0-1.txt"], False),
        (["squad-0-0.txt"], False),
    ]


def test_a_question_of_another_article_has_no_answer(folder: Path) -> None:
    foreign = datasets.asked_of_another_article(datasets.load_xquad(folder))
    assert [(asked.question, sorted(asked.files), asked.answerable) for asked in foreign.questions] == [
        ("Wo liegt Wismar?", ["squad-1-0.txt"], False),
        ("Wo liegt Köln?", ["squad-0-0.txt"], False),
    ]


def test_a_question_moved_to_another_article_can_speak_of_it_by_name(folder: Path) -> None:
    xquad = datasets.load_xquad(folder)
    named = datasets.with_names_of(xquad, datasets.asked_of_another_article(xquad))
    assert [(asked.question, sorted(asked.files), asked.answerable) for asked in named.questions] == [
        ("Wo liegt Köln?", ["squad-1-0.txt"], False),
        ("Wo liegt Wismar?", ["squad-0-0.txt"], False),
    ]
    nameless = Dataset(xquad.texts, tuple(replace(asked, question="Wer zahlt?") for asked in xquad.questions))
    spoken = datasets.with_names_of(xquad, datasets.asked_of_another_article(nameless))
    assert [asked.question for asked in spoken.questions] == ["Wer zahlt in Köln?", "Wer zahlt in Wismar?"]


def test_the_training_data_keep_dev_pages_out(folder: Path) -> None:
    groups = {asked.group for dataset in datasets.load_training_data(folder) for asked in dataset.questions}
    assert groups == {"omos-wismar-1.txt", "omos-wismar-2.txt", "squad-0", "squad-1"}
    omos = datasets.load_training_data(folder, with_dev=True)[0]
    assert [asked.group for asked in omos.questions][-1] == "omos-wismar-9.txt"
    assert set(omos.texts) == {"omos-wismar-1.txt", "omos-wismar-2.txt", "omos-wismar-9.txt"}


def test_the_questions_written_over_reports_mark_their_evidence_word_for_word() -> None:
    lines = (WRITTEN / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    items, reports = [json.loads(line) for line in lines], datasets.load_written_reports()
    assert (len(items), len(reports.texts)) == (1248, 48)
    for item, asked in zip(items, reports.questions, strict=True):
        text = reports.texts[item["report"]]
        assert [text[span.start : span.end] for span in asked.gold] == item["evidence"]
        assert asked.id == item["type"]
        assert asked.answerable == (item["type"] != "near_miss")


def test_missing_or_damaged_data_are_named(folder: Path) -> None:
    (folder / "omos-qa" / "dev_de.json").write_text("{", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"dev_de\.json: not of the expected form"):
        datasets.load_omos(folder, "dev")
    (folder / "omos-qa" / "dev_de.json").write_text('[{"question": "Wo?"}]', encoding="utf-8")
    with pytest.raises(DatasetError, match=r"not of the expected form \(KeyError: 'city'\)"):
        datasets.load_omos(folder, "dev")
    (folder / "leer.json").write_text('{"data": []}', encoding="utf-8")
    with pytest.raises(DatasetError, match="no question in it"):
        datasets.read_squad(folder / "leer.json")
    with pytest.raises(DatasetError, match=r"train_fr\.json: cannot be read"):
        datasets.load_xquad(folder, "fr")
