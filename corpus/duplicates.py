"""Reports that say the same: the same file twice, or versions of one report, by the sentences they share.

Containment of sentences after Broder 1997, "On the Resemblance and Containment of Documents".
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from corpus.types import Document

_MIN_SHARE: Final = 0.6  # of the shorter report's sentences, from which on both are versions of one report
_MIN_SENTENCES: Final = 5  # two short notes may share a form letter
_MIN_WORDS: Final = 4  # shorter sentences ("Vielen Dank!") stand everywhere
_MAX_SHARERS: Final = 20  # a sentence of more documents is a formula


@dataclass(frozen=True, slots=True)
class Versions:
    """Two documents that share most sentences; ``older`` is dated earlier, or comes first by path."""

    older: Document
    newer: Document
    share: float  # of the shorter one's sentences, in [0, 1]


def find_versions(documents: Sequence[Document]) -> list[Versions]:
    """Return the pairs of documents that look like versions of one report, by path."""
    sentences = [_sentences(document) for document in documents]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(sentences):
        for sentence in own:
            holders[sentence].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        if len(numbers) <= _MAX_SHARERS:
            shared.update(combinations(numbers, 2))
    found = []
    for (one, other), count in sorted(shared.items()):
        shorter = min(len(sentences[one]), len(sentences[other]))
        if shorter >= _MIN_SENTENCES and count >= _MIN_SHARE * shorter:
            older, newer = sorted((documents[one], documents[other]), key=_age)
            found.append(Versions(older, newer, count / shorter))
    return found


def _sentences(document: Document) -> frozenset[str]:
    texts = (document.reading[sentence.span.start : sentence.span.end] for sentence in document.sentences)
    return frozenset(text.casefold() for text in texts if len(text.split()) >= _MIN_WORDS)


def _age(document: Document) -> tuple[str, str]:
    return document.published.isoformat() if document.published else "", document.path
