"""Small question sets in the public forms, for tests of what reads them."""

import json
from pathlib import Path
from typing import Any

from rag.evaluation.datasets import Dataset, LabelledQuestion

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


def write_public_sets(folder: Path) -> None:
    """Write OMoS-QA and XQuAD in small."""
    (folder / "omos-qa").mkdir()
    (folder / "xquad").mkdir()
    train = [page("1", "Wie hoch ist die Steuer?", [1]), page("2", "Wann?", [2]), page("1", "Wer zahlt?", [])]
    (folder / "omos-qa" / "train_de.json").write_text(json.dumps(train), encoding="utf-8")
    (folder / "omos-qa" / "dev_de.json").write_text(json.dumps([page("9", "Wann?", [2])]), encoding="utf-8")
    silver = [silver_page("1", "de", [1, 7]), silver_page("9", "de", [1]), silver_page("3", "en", [1])]
    (folder / "omos-qa" / "silver.jsonl").write_text("\n".join(silver), encoding="utf-8")
    for language, question in (("de", "Wo liegt Wismar?"), ("en", "Where is Wismar?")):
        first = ("Wismar liegt an der Ostsee. Es ist alt.", question, "Ostsee")
        second = ("Köln liegt am Rhein.", question.replace("Wismar", "Köln"), "Rhein")
        articles = {"data": [article(first), article(second)]}
        (folder / "xquad" / f"train_{language}.json").write_text(json.dumps(articles), encoding="utf-8")


def quoted(dataset: Dataset, asked: LabelledQuestion) -> list[str]:
    assert asked.gold_file is not None
    return [dataset.texts[asked.gold_file][span.start : span.end] for span in asked.gold]
