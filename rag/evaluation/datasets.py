"""Public question sets with marked answers, as documents and labelled questions (docs/evaluate.md says where from).

- OMoS-QA (Kleinle, Prange, Friedrich, KONVENS 2024): municipal pages, answers marked by line, some unanswerable.
- XQuAD (Artetxe, Ruder, Yogatama, ACL 2020), German: Wikipedia paragraphs, answers marked by characters.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, TypeVar

from corpus.types import Span
from rag.errors import DatasetError
from rag.question_form import names

_WRITTEN: Final = Path(__file__).parent.parent / "training_data"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question, the files that may answer it, and the source spans of its answer in ``gold_file``.

    ``group`` names what must not be torn between training and test: a page or an article. ``as_asked`` tells questions
    that people asked of just these files, answerable or not, from those that were made of them. The weights say how
    much a question counts in learning which sentences answer, and whether there is an answer. ``id`` is that of its
    data set.
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

    @property
    def answerable(self) -> bool:
        """Whether the files hold an answer."""
        return bool(self.gold)


@dataclass(frozen=True, slots=True)
class Dataset:
    """File name -> text, and the questions over these files."""

    texts: dict[str, str]
    questions: tuple[LabelledQuestion, ...]


def load_training_data(folder: Path, with_dev: bool = False) -> tuple[Dataset, ...]:
    """Load what the reader is trained on: pages as marked, large corpora, single facts, foreign topics.

    What people really asked of municipal pages counts most; the rest keeps the reader from knowing nothing else.
    Translated questions teach that there can be an answer without shared words, not which sentence it is. One fifth of
    XQuAD's weight has no answer, as of what people asked.

    :param with_dev: Take the questions of OMoS-QA dev, too, once everything has been chosen on them.
    :raises DatasetError: If a file is missing or not of its form.
    """
    omos, dev, xquad = load_omos(folder, "train"), load_omos(folder, "dev"), load_xquad(folder)
    if with_dev:
        omos = Dataset(omos.texts | dev.texts, omos.questions + dev.questions)
    translated, foreign = asked_in_other_words(xquad, load_xquad(folder, "en")), asked_of_another_article(xquad)
    beside, translated_beside = asked_beside_the_answer(xquad), asked_beside_the_answer(translated)
    return (
        _weighted(omos, relevance=1.0, answer=1.0),
        _weighted(load_silver(folder, without=dev), relevance=0.5),
        _weighted(among_pages_of_city(omos), relevance=0.3, answer=0.1),
        _joined(
            _weighted(xquad, relevance=0.3, answer=0.1),
            _weighted(beside, relevance=0.1, answer=0.0125),
            _weighted(foreign, relevance=0.1, answer=0.0125),
            _weighted(with_names_of(xquad, foreign), relevance=0.1, answer=0.0125),
            _weighted(translated, answer=0.1),
            _weighted(translated_beside, answer=0.00625),
            _weighted(asked_of_another_article(translated), answer=0.00625),
        ),
    )


def _weighted(dataset: Dataset, relevance: float = 0.0, answer: float = 0.0) -> Dataset:
    weighted = (replace(asked, relevance_weight=relevance, answer_weight=answer) for asked in dataset.questions)
    return Dataset(dataset.texts, tuple(weighted))


def load_omos(folder: Path, split: str) -> Dataset:
    """Load the German questions of a split ("train" or "dev") with their pages.

    :raises DatasetError: If the file is missing or not of its form.
    """
    return read_omos(folder / "omos-qa" / f"{split}_de.json")


def read_omos(path: Path) -> Dataset:
    """Read a file of OMoS-QA, a list of questions each with its page.

    :raises DatasetError: If the file is missing or not of its form.
    """
    return _read(path, json.loads, lambda items: _not_empty(_omos(items)))


def _not_empty(dataset: Dataset) -> Dataset:
    if not dataset.questions:
        raise ValueError("no question in it")
    return dataset


def _omos(items: Any) -> Dataset:
    texts = {_page_name(item): item["context"] for item in items}
    asked = (_omos_question(item, item["context"], _page_name(item)) for item in items)
    return Dataset(texts, tuple(replace(question, as_asked=True) for question in asked))


def read_pages(path: Path) -> dict[str, str]:
    """Read a corpus of pages, one JSON object with city, pageId and text a line, as text by name.

    :raises DatasetError: If the file is missing or not of its form.
    """
    return _read(path, _lines, lambda pages: {_page_name(page): page["text"] for page in pages})


def load_silver(folder: Path, without: Dataset) -> Dataset:
    """Load the German questions of OMoS-QA whose answers a machine marked, but none on pages of another data set.

    :raises DatasetError: If the file is missing or not of its form.
    """
    return _read(folder / "omos-qa" / "silver.jsonl", _lines, lambda pages: _silver(pages, without))


def _silver(pages: Any, without: Dataset) -> Dataset:
    texts: dict[str, str] = {}
    questions = []
    for page in pages:
        name = _page_name(page)
        if page["language"] == "de" and name not in without.texts:
            texts[name] = page["context"]
            questions += [_omos_question(item, page["context"], name) for item in page["questions"]]
    return Dataset(texts, tuple(questions))


def load_written_reports() -> Dataset:
    """Load the invented reports with the questions written over them; the id of a question is its type."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((_WRITTEN / "reports").iterdir())}
    items = _read(_WRITTEN / "reports.jsonl", _lines, list)
    return Dataset(texts, tuple(_written_question(item, texts[item["report"]]) for item in items))


def _written_question(item: dict[str, Any], text: str) -> LabelledQuestion:
    starts = {sentence: text.index(sentence) for sentence in item["evidence"]}
    gold = tuple(Span(start, start + len(sentence)) for sentence, start in starts.items())
    name = item["report"]
    return LabelledQuestion(item["question"], frozenset({name}), name if gold else None, gold, name, id=item["type"])


def load_xquad(folder: Path, language: str = "de") -> Dataset:
    """Load the XQuAD training articles of a language, each question asked of all paragraphs of its article.

    :raises DatasetError: If the file is missing or not of its form.
    """
    return _read(folder / "xquad" / f"train_{language}.json", json.loads, _articles)


def read_squad(path: Path) -> Dataset:
    """Read a file in SQuAD's form, each question asked of its own paragraph.

    :raises DatasetError: If the file is missing or not of its form.
    """
    return _read(path, json.loads, lambda file: _not_empty(_articles(file, paragraph_given=True)))


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


def among_pages_of_city(dataset: Dataset) -> Dataset:
    """Ask the answerable questions of OMoS-QA of all pages of their city instead of their own page alone."""
    wide = []
    for asked in dataset.questions:
        if asked.gold_file is not None:
            city = asked.gold_file.rpartition("-")[0]
            files = frozenset(name for name in dataset.texts if name.rpartition("-")[0] == city)
            wide.append(replace(asked, files=files, as_asked=False))
    return Dataset(dataset.texts, tuple(wide))


def asked_in_other_words(german: Dataset, english: Dataset) -> Dataset:
    """Ask the English questions of the German texts of XQuAD, whose questions come in the same order.

    Question and answer then share hardly a word but names, as in a free paraphrase; the encoder knows both languages.
    """
    pairs = zip(german.questions, english.questions, strict=True)
    return Dataset(german.texts, tuple(replace(asked, question=other.question) for asked, other in pairs))


def asked_beside_the_answer(dataset: Dataset) -> Dataset:
    """Ask each question of XQuAD of its article without the paragraph that answers: near it, but not there."""
    beside = (
        replace(asked, files=asked.files - {asked.gold_file}, gold_file=None, gold=()) for asked in dataset.questions
    )
    return Dataset(dataset.texts, tuple(beside))


def asked_of_another_article(dataset: Dataset) -> Dataset:
    """Ask each question of XQuAD of the next article, which speaks of something else: none can be answered."""
    articles = list(dict.fromkeys(asked.group for asked in dataset.questions))
    following = dict(zip(articles, articles[1:] + articles[:1], strict=True))
    foreign = []
    for asked in dataset.questions:
        files = frozenset(name for name in dataset.texts if name.startswith(f"{following[asked.group]}-"))
        foreign.append(replace(asked, files=files, gold_file=None, gold=()))
    return Dataset(dataset.texts, tuple(foreign))


def with_names_of(dataset: Dataset, questions: Dataset) -> Dataset:
    """Let questions that were moved to another article speak of it by name: still none can be answered.

    A name that is in the documents is no sign that they answer: "Wie viele Einwohner hat Wismar?"

    :param dataset: XQuAD as it is; the names of an article are those its own questions use.
    :param questions: The same questions, each asked of another article.
    """
    used: dict[str, Counter[str]] = {}
    for asked in dataset.questions:
        for file in asked.files:
            used.setdefault(file, Counter()).update(names(asked.question))
    renamed = []
    for asked in questions.questions:
        known = used[min(asked.files)]
        if known:
            name = max(known, key=lambda one: (known[one], one))
            renamed.append(replace(asked, question=_speaking_of(asked.question, name)))
    return Dataset(questions.texts, tuple(renamed))


def _speaking_of(question: str, name: str) -> str:
    own = names(question)
    return question.replace(own[0], name, 1) if own else f"{question.rstrip('? ')} in {name}?"


def _joined(*datasets: Dataset) -> Dataset:
    """Put the questions of data sets over the same texts together, so that these are embedded once."""
    return Dataset(datasets[0].texts, tuple(asked for dataset in datasets for asked in dataset.questions))


def line_spans(text: str) -> list[Span]:
    """Return the lines of a text without their ends."""
    ends = [*accumulate(len(line) + 1 for line in text.split("\n"))]
    return [Span(start, end - 1) for start, end in zip([0, *ends], ends, strict=False)]


def _page_name(page: dict[str, Any]) -> str:
    return f"omos-{page['city']}-{page['pageId']}.txt"


def _omos_question(item: dict[str, Any], context: str, name: str) -> LabelledQuestion:
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


def _lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _read(path: Path, parse: Callable[[str], Any], understand: Callable[[Any], _T]) -> _T:
    try:
        return understand(parse(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read ({error}); docs/evaluate.md says where to get the data") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DatasetError(
            f"{path}: not of the expected form ({type(error).__name__}: {error}); docs/evaluate.md describes it"
        ) from error
