"""The reader is fitted end to end: real index, real encoder, real cross-encoder, a handful of questions."""

from pathlib import Path

import pytest

from corpus.types import Span
from index.types import Encoder
from rag.cross_encoder import load_cross_encoder
from rag.evaluation.datasets import Dataset, LabelledQuestion
from rag.reader import ReaderWeights
from rag.training.material import ReaderMaterial
from rag.training.reader import train_reader

SUBJECTS = ("Hunde", "Katzen", "Pferde", "Vögel", "Fische", "Bienen")
# the heading, which stands over too little to be one, counts as a sentence
TEXTS = {f"{name}.txt": f"{name}steuer\n\nDie {name}steuer beträgt 60 Euro. Sie ist alt.\n" for name in SUBJECTS}


def _asked(name: str, answerable: bool) -> LabelledQuestion:
    file = f"{name}.txt"
    start = TEXTS[file].index("Die")
    gold = (Span(start, TEXTS[file].index(" Sie")),) if answerable else ()
    question = f"Wie hoch ist die {name}steuer?" if answerable else "Wer war Beethoven?"
    return LabelledQuestion(
        question, frozenset({file}), file if gold else None, gold, file, as_asked=True, answer_weight=1.0
    )


def test_the_reader_learns_which_sentence_answers_and_whether_one_does(encoder: Encoder, tmp_path: Path) -> None:
    questions = tuple(_asked(name, answerable) for name in SUBJECTS for answerable in (True, False))
    material = ReaderMaterial((Dataset(TEXTS, questions),), (), frozenset(TEXTS))
    told: list[str] = []
    weights = train_reader(material, encoder, load_cross_encoder(), told.append)
    assert told[-1].startswith("Erwarteter Kalibrierungsfehler")
    assert "12 Fragen, 36 Sätze, 6 davon Antworten" in told
    assert 0.05 <= weights.answer_threshold <= 0.95
    weights.save(tmp_path / "weights.json")
    assert ReaderWeights.load(tmp_path / "weights.json").sentence.bias == pytest.approx(weights.sentence.bias)
