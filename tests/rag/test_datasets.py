"""Question sets in their public forms become texts and labelled questions."""

import json
from pathlib import Path

import pytest

from rag.errors import DatasetError
from rag.evaluation import datasets
from tests.rag.question_sets import article, quoted, write_public_sets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_public_sets(tmp_path)
    return tmp_path


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
