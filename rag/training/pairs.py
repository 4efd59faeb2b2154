"""Pairs of question and sentence that the cross-encoder learns from.

Within a question the sentences that answer weigh as much as those that do not, wherever there are both: else the
network learns from the way of asking whether there is an answer, since questions without one are written differently.
And each question meets the answer to quite another one of its kind: else any sum of money answers "Was kostet …?".
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from rag.answer_kind import AnswerKind, asked_kind
from rag.cross_encoder import Pair, pair, pairs_of
from rag.training.examples import Example, held_back
from rag.training.material import ContrastItem

_ANSWERS: Final = 3  # at most, of one question
_OTHERS: Final = 4
_OTHERS_PER_ANSWER: Final = 2  # of a matter
_OTHERS_ALONE: Final = 1  # of a question asked where its answer is not
_WEIGHT_ALONE: Final = 0.5
_SEED: Final = 1


class TrainingPair(NamedTuple):
    """A pair, whether its sentence answers, and how much it counts (about 1)."""

    pair: Pair
    answers: bool
    weight: float


def training_pairs(
    examples: Iterable[Example], matters: Iterable[ContrastItem], sentence_sets: Iterable[ContrastItem]
) -> list[TrainingPair]:
    """Return the pairs of all questions that are not held back.

    :param matters: Written in German; their answers are strangers to all other German questions.
    :param sentence_sets: Of another language, so without strangers.
    """
    shuffle = random.Random(_SEED)  # noqa: S311  (repeatable, not secret)
    seen = [item for item in matters if not held_back(item.title)]
    strangers = _Strangers(seen, shuffle)
    pairs = []
    for example in examples:
        if not held_back(example.labelled.group):
            pairs += _of_example(example, strangers)
    for item in seen:
        pairs += _of_item(item, strangers, shuffle)
    none = _Strangers([], shuffle)
    for item in sentence_sets:
        if not held_back(item.title):
            pairs += _of_item(item, none, shuffle)
    return pairs


class _Strangers:
    """Sentences that answer quite another question of the same kind ("Wie hoch ist …?"), so never this one."""

    def __init__(self, items: Sequence[ContrastItem], shuffle: random.Random) -> None:
        self._shuffle = shuffle
        self._items: defaultdict[AnswerKind, list[ContrastItem]] = defaultdict(list)
        for item in items:
            self._items[asked_kind(item.questions[0])].append(item)

    def pairs(self, question: str, title: str) -> list[Pair]:
        """Return the question with one such sentence, or none where no other matter is of its kind."""
        others = [item for item in self._items[asked_kind(question)] if item.title != title]
        if not others:
            return []
        other = self._shuffle.choice(others)
        return [pair(question, other.title, other.section, self._shuffle.choice(other.answers))]


def _of_example(example: Example, strangers: _Strangers) -> list[TrainingPair]:
    """Return the answers and the most similar other sentences; an invented sentence counts with its kind."""
    labelled = example.labelled
    pairs = pairs_of(example.retrieval)
    order = np.argsort(-example.retrieval.similarities())
    answers = [pairs[place] for place in order if example.gold[place]][:_ANSWERS]
    others = [pairs[place] for place in order if not example.gold[place]][:_OTHERS]
    nearest = example.retrieval.passages[0]
    if labelled.contrast:
        invented = pair(labelled.question, nearest.document.title, nearest.sections[0], labelled.contrast)
        (others if labelled.answerable else answers).append(invented)
    if answers:
        others += strangers.pairs(labelled.question, nearest.document.title)
    return _balanced(answers, others)


def _of_item(item: ContrastItem, strangers: _Strangers, shuffle: random.Random) -> list[TrainingPair]:
    pairs = []
    for question in item.questions:
        answers = [pair(question, item.title, item.section, text) for text in item.answers]
        others = [pair(question, item.title, item.section, text) for text in item.touching]
        shuffle.shuffle(others)
        others = [*others[: _OTHERS_PER_ANSWER * len(answers)], *strangers.pairs(question, item.title)]
        pairs += _balanced(answers[:_ANSWERS], others)
    return pairs


def _balanced(answers: Sequence[Pair], others: Sequence[Pair]) -> list[TrainingPair]:
    if not answers or not others:
        return [TrainingPair(one, bool(answers), _WEIGHT_ALONE) for one in [*answers, *others][:_OTHERS_ALONE]]
    half = (len(answers) + len(others)) / 2
    return [
        *(TrainingPair(one, True, half / len(answers)) for one in answers),
        *(TrainingPair(one, False, half / len(others)) for one in others),
    ]
