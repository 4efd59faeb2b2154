"""What the reader and the cross-encoder are trained on: public sets, questions made of them, and written material.

The written material lies in rag/training_data, whose README says how it was made.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from corpus.types import Span
from rag.evaluation.datasets import (
    Dataset,
    LabelledQuestion,
    json_lines,
    load_omos,
    load_silver,
    load_xquad,
    omos_question,
    page_name,
    read_file,
)
from rag.question_form import names

_WRITTEN: Final = Path(__file__).parent.parent / "training_data"


@dataclass(frozen=True, slots=True)
class ContrastItem:
    """One matter: questions that each of ``answers`` answers alone, and ``touching`` sentences that answer none."""

    title: str
    section: str | None
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    touching: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReaderMaterial:
    """What the reader is fitted to: public sets, what was written for it, and groups the cross-encoder never saw."""

    public: tuple[Dataset, ...]
    written: tuple[Dataset, ...]
    unseen: frozenset[str]


def load_reader_material(folder: Path, with_dev: bool = False) -> ReaderMaterial:
    """Load what the reader is fitted to: pages as marked, large corpora, single facts, foreign topics, near misses.

    What people really asked of municipal pages counts most; the rest keeps the reader from knowing nothing else.
    Translated questions teach that there can be an answer without shared words, not which sentence it is. One fifth of
    XQuAD's weight has no answer, as of what people asked.

    :param with_dev: Take the questions of OMoS-QA dev, too, once everything has been chosen on them.
    :raises DatasetError: If a file is missing or not of its form.
    """
    omos, dev = load_omos(folder, "train"), load_omos(folder, "dev")
    if with_dev:
        omos = Dataset(omos.texts | dev.texts, omos.questions + dev.questions)
    public = (
        _weighted(omos, relevance=1.0, answer=1.0),
        _weighted(load_silver(folder, without=dev), relevance=0.5),
        _weighted(among_pages_of_city(omos), relevance=0.3, answer=0.1),
        load_facts(folder),
    )
    pages, reports = load_written(folder)
    written = (_weighted(pages, relevance=0.1, answer=0.02), _weighted(reports, relevance=0.3, answer=0.05))
    return ReaderMaterial(public, written, frozenset(asked.group for asked in dev.questions))


@dataclass(frozen=True, slots=True)
class CrossMaterial:
    """What the cross-encoder is trained on: questions over texts, written matters, and sets of sentences."""

    datasets: tuple[Dataset, ...]
    matters: tuple[ContrastItem, ...]
    sentence_sets: tuple[ContrastItem, ...]


def load_cross_material(folder: Path) -> CrossMaterial:
    """Load OMoS-QA train, XQuAD, SelQA, QED and all that was written; silver answers are too often a line off.

    :raises DatasetError: If a file is missing or not of its form.
    """
    datasets = (load_omos(folder, "train"), load_facts(folder), *load_written(folder))
    return CrossMaterial(datasets, load_contrasts(), load_sentence_sets(folder))


def load_facts(folder: Path) -> Dataset:
    """Load XQuAD, and the questions without an answer and in other words that can be made of it.

    :raises DatasetError: If a file is missing or not of its form.
    """
    xquad = load_xquad(folder)
    translated, foreign = asked_in_other_words(xquad, load_xquad(folder, "en")), asked_of_another_article(xquad)
    return _joined(
        _weighted(xquad, relevance=0.3, answer=0.1),
        _weighted(asked_beside_the_answer(xquad), relevance=0.1, answer=0.0125),
        _weighted(foreign, relevance=0.1, answer=0.0125),
        _weighted(with_names_of(xquad, foreign), relevance=0.1, answer=0.0125),
        _weighted(translated, answer=0.1),
        _weighted(asked_beside_the_answer(translated), answer=0.00625),
        _weighted(asked_of_another_article(translated), answer=0.00625),
    )


def load_written(folder: Path) -> tuple[Dataset, Dataset]:
    """Load the questions written over pages of OMoS-QA and over invented reports, each asked of its own text.

    :param folder: Folder of the public sets, which hold the pages.
    :raises DatasetError: If a file is missing or not of its form.
    """
    train = load_omos(folder, "train").texts
    texts = load_silver(folder, without=load_omos(folder, "dev")).texts | train
    items = read_file(_WRITTEN / "pages.jsonl", json_lines, list)
    questions = tuple(_written_on_page(item, texts) for item in items)
    used = {name: texts[name] for asked in questions for name in asked.files}
    return Dataset(used, questions), load_written_reports()


def _written_on_page(item: dict[str, Any], texts: dict[str, str]) -> LabelledQuestion:
    name = page_name(item)
    return replace(omos_question(item, texts[name], name), contrast=item["contrast"], id=item["type"])


def load_written_reports() -> Dataset:
    """Load the invented reports with the questions written over them; the id of a question is its type."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted((_WRITTEN / "reports").iterdir())}
    items = read_file(_WRITTEN / "reports.jsonl", json_lines, list)
    return Dataset(texts, tuple(_written_on_report(item, texts[item["report"]]) for item in items))


def _written_on_report(item: dict[str, Any], text: str) -> LabelledQuestion:
    starts = {sentence: text.index(sentence) for sentence in item["evidence"]}
    gold = tuple(Span(start, start + len(sentence)) for sentence, start in starts.items())
    name = item["report"]
    return LabelledQuestion(
        item["question"],
        frozenset({name}),
        name if gold else None,
        gold,
        name,
        id=item["type"],
        contrast=item["contrast"],
    )


def load_contrasts() -> tuple[ContrastItem, ...]:
    """Load the matters written with questions, answers and sentences that only touch them."""
    return tuple(
        ContrastItem(
            item["title"],
            item["section"] or None,
            tuple(item["questions"]),
            tuple(item["answers"]),
            tuple(item["touching"]),
        )
        for item in read_file(_WRITTEN / "contrasts.jsonl", json_lines, list)
    )


def load_sentence_sets(folder: Path) -> tuple[ContrastItem, ...]:
    """Load SelQA and QED: English questions with the sentences of a section or paragraph, of which some answer.

    :raises DatasetError: If a file is missing or not of its form.
    """
    paths = [folder / name / "sentences_en.jsonl" for name in ("selqa", "qed")]
    return tuple(item for path in paths for item in read_file(path, json_lines, _sentence_items))


def _sentence_items(rows: Sequence[Any]) -> list[ContrastItem]:
    return [
        ContrastItem(
            row["title"],
            None,
            (row["question"],),
            tuple(row["sentences"][place] for place in row["answers"]),
            tuple(text for place, text in enumerate(row["sentences"]) if place not in row["answers"]),
        )
        for row in rows
    ]


def _weighted(dataset: Dataset, relevance: float = 0.0, answer: float = 0.0) -> Dataset:
    weighted = (replace(asked, relevance_weight=relevance, answer_weight=answer) for asked in dataset.questions)
    return Dataset(dataset.texts, tuple(weighted))


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
