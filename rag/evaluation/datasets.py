"""Public question sets with marked answers, as documents and labelled questions (docs/evaluate.md says where from).

- OMoS-QA (Kleinle, Prange, Friedrich, KONVENS 2024): municipal pages, answers marked by line, some unanswerable.
- XQuAD (Artetxe, Ruder, Yogatama, ACL 2020), German: Wikipedia paragraphs, answers marked by characters.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeVar

from corpus.types import Span
from rag.errors import DatasetError

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question, the files that may answer it, and the source spans of its answer in ``gold_file``.

    ``group`` names what must not be torn between training and test: a page or an article. ``as_asked`` tells questions
    that people asked of just these files, answerable or not, from those that were made of them. The weights say how
    much a question counts in learning which sentences answer, and whether there is an answer. ``id`` is that of its
    data set. ``contrast`` is an invented sentence for training: one that would answer a question without an answer, or
    one that only touches a question with one.
    """

    question: str
    files: frozenset[str]
    gold_file: str | None
    gold: tuple[Span, ...]
    group: str
    as_asked: bool = False
    relevance_weight: float = 1.0
    answer_weight: float = 0.0
    id: str = ""
    contrast: str = ""

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
    return read_omos(folder / "omos-qa" / f"{split}_de.json")


def read_omos(path: Path) -> Dataset:
    """Read a file of OMoS-QA, a list of questions each with its page.

    :raises DatasetError: If the file is missing or not of its form.
    """
    return read_file(path, json.loads, lambda items: _not_empty(_omos(items)))


def _not_empty(dataset: Dataset) -> Dataset:
    if not dataset.questions:
        raise ValueError("no question in it")
    return dataset


def _omos(items: Any) -> Dataset:
    texts = {page_name(item): item["context"] for item in items}
    asked = (omos_question(item, item["context"], page_name(item)) for item in items)
    return Dataset(texts, tuple(replace(question, as_asked=True) for question in asked))


def read_pages(path: Path) -> dict[str, str]:
    """Read a corpus of pages, one JSON object with city, pageId and text a line, as text by name.

    :raises DatasetError: If the file is missing or not of its form.
    """
    return read_file(path, json_lines, lambda pages: {page_name(page): page["text"] for page in pages})


def load_silver(folder: Path, without: Dataset) -> Dataset:
    """Load the German questions of OMoS-QA whose answers a machine marked, but none on pages of another data set.

    :raises DatasetError: If the file is missing or not of its form.
    """
    return read_file(folder / "omos-qa" / "silver.jsonl", json_lines, lambda pages: _silver(pages, without))


def _silver(pages: Any, without: Dataset) -> Dataset:
    texts: dict[str, str] = {}
    questions = []
    for page in pages:
        name = page_name(page)
        if page["language"] == "de" and name not in without.texts:
            texts[name] = page["context"]
            questions += [omos_question(item, page["context"], name) for item in page["questions"]]
    return Dataset(texts, tuple(questions))


def load_xquad(folder: Path, language: str = "de") -> Dataset:
    """Load the XQuAD training articles of a language, each question asked of all paragraphs of its article.

    :raises DatasetError: If the file is missing or not of its form.
    """
    return read_file(folder / "xquad" / f"train_{language}.json", json.loads, _articles)


def read_squad(path: Path) -> Dataset:
    """Read a file in SQuAD's form, each question asked of its own paragraph.

    :raises DatasetError: If the file is missing or not of its form.
    """
    return read_file(path, json.loads, lambda file: _not_empty(_articles(file, paragraph_given=True)))


def _articles(file: Any, paragraph_given: bool = False) -> Dataset:
    texts: dict[str, str] = {}
    questions = []
    for number, article in enumerate(file["data"]):
        paragraphs = article["paragraphs"]
        names = [f"squad-{number}-{place}.txt" for place in range(len(paragraphs))]
        texts.update(zip(names, (paragraph["context"] for paragraph in paragraphs), strict=True))
        for name, paragraph in zip(names, paragraphs, strict=True):
            files = frozenset({name} if paragraph_given else names)
            questions += [_squad_question(item, name, files, f"squad-{number}") for item in paragraph["qas"]]
    return Dataset(texts, tuple(questions))


def line_spans(text: str) -> list[Span]:
    """Return the lines of a text without their ends."""
    ends = [*accumulate(len(line) + 1 for line in text.split("\n"))]
    return [Span(start, end - 1) for start, end in zip([0, *ends], ends, strict=False)]


def page_name(page: dict[str, Any]) -> str:
    """Return the file name of a page with city and pageId."""
    return f"omos-{page['city']}-{page['pageId']}.txt"


def omos_question(item: dict[str, Any], context: str, name: str) -> LabelledQuestion:
    """Return a question whose answers are marked by line; a machine may have named lines that are not there."""
    lines = line_spans(context)
    gold = tuple(lines[number] for number in item["answers"] if number < len(lines))
    identity = str(item.get("id", ""))  # silver questions have none
    return LabelledQuestion(item["question"], frozenset({name}), name if gold else None, gold, name, id=identity)


def _squad_question(item: dict[str, Any], name: str, files: frozenset[str], group: str) -> LabelledQuestion:
    gold = tuple(
        dict.fromkeys(
            Span(answer["answer_start"], answer["answer_start"] + len(answer["text"])) for answer in item["answers"]
        )
    )
    return LabelledQuestion(item["question"], files, name if gold else None, gold, group, id=str(item["id"]))


def json_lines(text: str) -> list[Any]:
    """Return the objects of a text with one a line."""
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def read_file(path: Path, parse: Callable[[str], Any], understand: Callable[[Any], _T]) -> _T:
    """Read a file of a data set.

    :raises DatasetError: If it is missing, or parsing or understanding it fails.
    """
    try:
        return understand(parse(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error}); docs/evaluate.md says where to get the data") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DatasetError(
            f"{path}: not of the expected form ({type(error).__name__}: {error}); docs/evaluate.md describes it"
        ) from error
