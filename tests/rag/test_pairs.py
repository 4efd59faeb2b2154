"""The cross-encoder learns from pairs in which the right and the wrong sentences of a question weigh alike."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from corpus.types import Span
from index.types import Encoder
from rag.evaluation.datasets import Dataset, LabelledQuestion
from rag.training.examples import Example, held_back, make_examples
from rag.training.material import ContrastItem
from rag.training.pairs import TrainingPair, training_pairs

TEXT = "Hundesteuer\n\nDie Steuer beträgt 60 Euro. Sie ist im Mai fällig. Blindenhunde sind von ihr befreit.\n"
ANSWER = "Die Steuer beträgt 60 Euro."
OTHERS = ["Blindenhunde sind von ihr befreit.", "Sie ist im Mai fällig."]
SEEN, KEPT = "b", "seen"  # CRC-32 modulo 4: 1 and 0


@pytest.fixture(scope="module")
def example(encoder: Encoder) -> Example:
    start = TEXT.index(ANSWER)
    gold = (Span(start, start + len(ANSWER)),)
    asked = LabelledQuestion("Wie hoch ist sie?", frozenset({"steuer.txt"}), "steuer.txt", gold, SEEN)
    [example] = make_examples([Dataset({"steuer.txt": TEXT}, (asked,))], encoder, lambda text: None)
    return example


def _changed(example: Example, **changes: object) -> Example:
    return replace(example, labelled=replace(example.labelled, **changes))  # type: ignore[arg-type]


def _texts(pairs: Sequence[TrainingPair], answers: bool) -> list[str]:
    return sorted(one.pair.sentence.rpartition(": ")[2] for one in pairs if one.answers is answers)


def test_a_pair_has_the_question_and_the_sentence_under_its_heading(example: Example) -> None:
    pairs = training_pairs([example], [], [])
    assert {one.pair.question for one in pairs} == {"query: Wie hoch ist sie?"}
    assert pairs[0].pair.sentence == f"passage: Hundesteuer: {ANSWER}"
    assert (_texts(pairs, True), _texts(pairs, False)) == ([ANSWER], OTHERS)


def test_answers_and_other_sentences_of_a_question_weigh_alike(example: Example) -> None:
    # three pairs: the one answer weighs 3 / 2, each of the two others 3 / 4
    assert [one.weight for one in training_pairs([example], [], [])] == [1.5, 0.75, 0.75]


def test_an_invented_sentence_touches_an_answered_question_and_answers_one_without(example: Example) -> None:
    invented = "Der Hund kostet 900 Euro."
    touched = training_pairs([_changed(example, contrast=invented)], [], [])
    assert invented in _texts(touched, False)
    without = replace(_changed(example, contrast=invented, gold=(), gold_file=None), gold=example.gold & False)
    assert _texts(training_pairs([without], [], []), True) == [invented]


def test_a_question_asked_where_its_answer_is_not_gives_one_light_pair(example: Example) -> None:
    alone = replace(_changed(example, gold=(), gold_file=None), gold=example.gold & False)
    [one] = training_pairs([alone], [], [])
    assert (one.answers, one.weight) == (False, 0.5)


def test_one_group_in_four_is_held_back(example: Example) -> None:
    assert held_back(KEPT)
    assert not held_back(SEEN)
    assert training_pairs([_changed(example, group=KEPT)], [], []) == []
    assert 0.2 < sum(held_back(f"page-{number}") for number in range(1000)) / 1000 < 0.3


def test_a_matter_gives_every_question_with_every_sentence() -> None:
    item = ContrastItem(SEEN, "Bad", ("Wann?", "Ab wann?"), ("Um 8.", "Ab acht."), ("Oft.", "Um 9 war es.", "Nie."))
    pairs = training_pairs([], [item], [])
    assert len(pairs) == 10
    assert _texts(pairs, True) == ["Ab acht.", "Ab acht.", "Um 8.", "Um 8."]
    assert {round(one.weight, 4) for one in pairs} == {1.25, 0.8333}
    assert pairs[0].pair == ("query: Wann?", "passage: b – Bad: Um 8.")
    assert training_pairs([], [replace(item, title=KEPT)], []) == []


def test_a_question_meets_the_answer_to_another_one_of_its_kind(example: Example) -> None:
    money = ContrastItem("c", None, ("Was kostet das Bad?",), ("Es kostet 4 Euro.",), ("Es ist teuer.",))
    person = ContrastItem("a.txt", None, ("Wer leitet das Bad?",), ("Frau Ahlers.",), ("Herr Maas nicht.",))
    asked = _changed(example, question="Was kostet der Hund?")
    pairs = training_pairs([asked], [money, person], [])
    of_dog = [one for one in pairs if "Hund" in one.pair.question]
    assert of_dog[-1].pair == ("query: Was kostet der Hund?", "passage: c: Es kostet 4 Euro.")
    assert not of_dog[-1].answers
    assert len([one for one in pairs if "Wer leitet" in one.pair.question]) == 2  # no other matter of its kind
