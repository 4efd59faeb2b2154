"""Question sets of public form are put to the product itself, over texts indexed for the measurement."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.ingestion import ingest_folder
from corpus.types import Span
from index.types import Encoder
from rag.evaluation.datasets import Dataset, LabelledQuestion, line_spans
from rag.evaluation.measurement import measure_omos, measure_retrieval, measure_squad, shown_lines
from rag.settings import Settings

DOGS = """Hundesteuer
Die Hundesteuer beträgt 60 Euro im Jahr.
Sie ist am 15. Mai fällig.
Blindenhunde sind von der Steuer befreit."""
BATHS = """Schwimmbäder
Das Freibad öffnet am 1. Mai.
Der Eintritt in das Freibad kostet 4 Euro."""
TEXTS = {"hunde.txt": DOGS, "bäder.txt": BATHS, "leer.txt": ""}


def _progress(label: str) -> Callable[[int, int], None]:
    return lambda done, total: None


def _asked(question: str, name: str, words: str, identity: str) -> LabelledQuestion:
    start = TEXTS[name].index(words) if words else 0
    gold = (Span(start, start + len(words)),) if words else ()
    return LabelledQuestion(question, frozenset({name}), name if gold else None, gold, name, id=identity)


@pytest.fixture(scope="module")
def questions() -> tuple[LabelledQuestion, ...]:
    return (
        _asked("Wie hoch ist die Hundesteuer?", "hunde.txt", "Die Hundesteuer beträgt 60 Euro im Jahr.", "1"),
        _asked("Was kostet das Freibad?", "bäder.txt", "Der Eintritt in das Freibad kostet 4 Euro.", "2"),
        _asked("Wer war Ludwig van Beethoven?", "bäder.txt", "", "3"),
        _asked("Was steht hier?", "leer.txt", "", "5"),  # an empty file is refused, the rest goes on
    )


def test_lines_are_returned_where_cited_sentences_cover_them(
    encoder: Encoder, questions: tuple[LabelledQuestion, ...]
) -> None:
    measured = measure_omos(Dataset(TEXTS, questions), encoder, Settings(), _progress)
    assert 1 in measured.predictions["1"]
    assert 2 in measured.predictions["2"]
    assert measured.predictions["3"] == measured.predictions["5"] == []
    assert measured.metrics["recall"] == 1.0
    assert measured.metrics["no_answer_f1"] == 1.0
    assert json.loads(json.dumps(measured.predictions)) == measured.predictions


def test_the_best_sentence_of_a_paragraph_is_the_one_that_holds_the_answer(
    encoder: Encoder, questions: tuple[LabelledQuestion, ...]
) -> None:
    short = (_asked("Wie hoch ist die Hundesteuer?", "hunde.txt", "60 Euro", "4"), questions[2])
    measured = measure_squad(Dataset(TEXTS, short), encoder, Settings(), _progress)
    assert measured.metrics["sentence_hit@1"] == 1.0  # the second is rightly not answered
    assert "60 Euro" in measured.predictions["4"]
    assert measured.predictions["3"] == ""


def test_the_page_that_answers_stands_first(encoder: Encoder, questions: tuple[LabelledQuestion, ...]) -> None:
    measured = measure_retrieval(Dataset(TEXTS, questions), encoder, Settings(), _progress)
    assert measured.questions == 2  # those with an answer
    assert measured.metrics == {"ndcg@10": 1.0, "recall@1": 1.0, "recall@5": 1.0, "mrr@10": 1.0}
    assert measured.predictions == {"1": ["hunde.txt", "bäder.txt"], "2": ["bäder.txt", "hunde.txt"]}


def test_a_heading_is_shown_where_the_sentences_on_both_sides_are(tmp_path: Path) -> None:
    text = """Familienbüro

Unsere Räume liegen am Markt neben der Bücherei.

Öffnungszeiten

Das Büro ist am Montag von 9 bis 12 Uhr besetzt.
Am Freitag ist es geschlossen.
"""
    (tmp_path / "büro.txt").write_text(text, encoding="utf-8")
    [document] = ingest_folder(tmp_path).documents
    lines = line_spans(text)
    assert shown_lines(text, [lines[2], lines[6]], document) == [2, 4, 6]
    assert shown_lines(text, [lines[6], lines[7]], document) == [6, 7]
    assert shown_lines(text, [], document) == []


def test_lines_are_counted_as_they_stand() -> None:
    text = "eins\n\ndrei"
    assert [text[line.start : line.end] for line in line_spans(text)] == ["eins", "", "drei"]
