"""The words of a document, counted passage by passage, so that a build need not read unchanged texts again."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.types import Document
from index.terms import FOLDED_STOP_WORDS, words


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """Folded words without stop words, and how often each stands where.

    ``counts`` has shape (n, 3): a place, the index of a word, how often it stands there. Place 0 is the title; then
    come the headings of the ``passages`` (the title with the section), then their texts.
    """

    words: list[str]
    counts: npt.NDArray[np.int32]
    passages: int


def heading(title: str, section: str | None) -> str:
    """Return what a sentence stands under: the title of its document and its section."""
    return f"{title} – {section}" if section and section != title else title


def count_words(document: Document) -> DocumentWords:
    """Count the words of a document."""
    headings = [heading(document.title, passage.section) for passage in document.passages]
    texts = [passage.text for passage in document.passages]
    numbers: dict[str, int] = {}
    counts = [
        (place, numbers.setdefault(word, len(numbers)), count)
        for place, text in enumerate([document.title, *headings, *texts])
        for word, count in Counter(words(text)).items()
        if word not in FOLDED_STOP_WORDS
    ]
    return DocumentWords(list(numbers), np.array(counts, np.int32).reshape(-1, 3), len(texts))
