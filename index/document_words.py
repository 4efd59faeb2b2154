"""The words of a document, counted passage by passage, so that a build need not read unchanged texts again."""

from collections import Counter
from dataclasses import dataclass

from corpus.types import Document
from index.terms import FOLDED_STOP_WORDS, words

WordCounts = list[tuple[int, int]]  # (number of the word, how often)


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """Folded words without stop words; ``headings`` and ``texts`` have one entry per passage.

    Numbers are indices into ``words``. A passage's heading is the title of the document with its section.
    """

    words: list[str]
    title: WordCounts
    headings: list[WordCounts]
    texts: list[WordCounts]


def heading(title: str, section: str | None) -> str:
    """Return what a sentence stands under: the title of its document and its section."""
    return f"{title} – {section}" if section and section != title else title


def count_words(document: Document) -> DocumentWords:
    """Count the words of a document."""
    numbers: dict[str, int] = {}

    def counted(text: str) -> WordCounts:
        counts = Counter(word for word in words(text) if word not in FOLDED_STOP_WORDS)
        return [(numbers.setdefault(word, len(numbers)), count) for word, count in counts.items()]

    title = counted(document.title)
    headings = [counted(heading(document.title, passage.section)) for passage in document.passages]
    texts = [counted(passage.text) for passage in document.passages]
    return DocumentWords(list(numbers), title, headings, texts)
