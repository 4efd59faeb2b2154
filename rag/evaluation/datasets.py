"""Public question sets with marked answers, as documents and labelled questions (docs/evaluate.md says where from).

- OMoS-QA (Kleinle, Prange, Friedrich, KONVENS 2024): municipal pages, answers marked by line, some unanswerable.
- XQuAD (Artetxe, Ruder, Yogatama, ACL 2020), German: Wikipedia paragraphs, answers marked by characters. Questions
  without an answer are made by taking the answering paragraph away and leaving its article.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from corpus.types import Span
from rag.errors import DatasetError


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question, the files that may answer it, and the source spans of its answer in ``gold_file``.

    ``group`` names what must not be torn between training and test: a page or an article.
    """

    question: str
    files: frozenset[str]
    gold_file: str | None
    gold: tuple[Span, ...]
    group: str

    @property
    def answerable(self) -> bool:
        """Whether the files hold an answer."""
        return bool(self.gold)


@dataclass(frozen=True, slots=True)
class Dataset:
    """File name -> text, and the questions over these files."""

    texts: dict[str, str]
    questions: tuple[LabelledQuestion, ...]


def load_omos(folder: Path, split: str) -> Dataset:
    """Load the German questions of a split ("train" or "dev") with their pages.

    :raises DatasetError: If the file is missing or not of its form.
    """
    texts: dict[str, str] = {}
    questions = []
    for item in _load(folder / "omos-qa" / f"{split}_de.json"):
        name = f"omos-{item['city']}-{item['pageId']}.txt"
        lines = item["context"].split("\n")
        starts = _line_starts(lines)
        gold = tuple(Span(starts[line], starts[line] + len(lines[line])) for line in item["answers"])
        texts[name] = item["context"]
        questions.append(LabelledQuestion(item["question"], frozenset({name}), name if gold else None, gold, name))
    return Dataset(texts, tuple(questions))


def load_omos_by_city(folder: Path, split: str) -> Dataset:
    """Load the answerable questions of a split to be read on all pages of their city, with and without their own page.

    :raises DatasetError: If the file is missing or not of its form.
    """
    pages = load_omos(folder, split)
    questions = []
    for asked in pages.questions:
        if asked.gold_file is None:
            continue
        city = asked.gold_file.rpartition("-")[0]
        files = frozenset(name for name in pages.texts if name.rpartition("-")[0] == city)
        questions.append(replace(asked, files=files))
        questions.append(replace(asked, files=files - {asked.gold_file}, gold_file=None, gold=()))
    return Dataset(pages.texts, tuple(questions))


def load_xquad(folder: Path) -> Dataset:
    """Load the German XQuAD training articles; each question comes once with and once without its paragraph.

    :raises DatasetError: If the file is missing or not of its form.
    """
    texts: dict[str, str] = {}
    questions = []
    for number, article in enumerate(_load(folder / "xquad" / "train_de.json")["data"]):
        paragraphs = article["paragraphs"]
        names = [f"xquad-{number}-{place}.txt" for place in range(len(paragraphs))]
        texts.update(zip(names, (paragraph["context"] for paragraph in paragraphs), strict=True))
        for name, paragraph in zip(names, paragraphs, strict=True):
            for question, span in _squad_questions(paragraph):
                group = f"xquad-{number}"
                every = frozenset(names)
                questions.append(LabelledQuestion(question, every, name, (span,), group))
                questions.append(LabelledQuestion(question, every - {name}, None, (), group))
    return Dataset(texts, tuple(questions))


def _squad_questions(paragraph: dict[str, Any]) -> Iterator[tuple[str, Span]]:
    for item in paragraph["qas"]:
        answer = item["answers"][0]
        start = answer["answer_start"]
        yield item["question"], Span(start, start + len(answer["text"]))


def _line_starts(lines: list[str]) -> list[int]:
    starts, place = [], 0
    for line in lines:
        starts.append(place)
        place += len(line) + 1
    return starts


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path}: cannot be read ({error}); docs/evaluate.md says where to get the data") from error
