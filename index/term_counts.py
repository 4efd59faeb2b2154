"""From the counted words of documents to the counted terms of passages and of whole documents.

A passage holds a term as often as it holds the words that have it: so the counts of terms are a product of two sparse
matrices, and only the vocabulary is stemmed and split, not the texts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from index.document_words import DocumentWords, WordCounts
from index.lexical import HEADING_WEIGHT, TermCounts
from index.terms import TermAnalyzer


class CorpusWords:
    """The counted words of all passages, and of all documents."""

    def __init__(self, documents: Iterable[DocumentWords]) -> None:
        self._numbers: dict[str, int] = {}
        texts, headings, titles, whole = _Rows(), _Rows(), _Rows(), _Rows()
        for document in documents:
            numbers = [self._numbers.setdefault(word, len(self._numbers)) for word in document.words]
            for text, heading in zip(document.texts, document.headings, strict=True):
                texts.add(_with(numbers, text))
                headings.add(_with(numbers, heading))
            titles.add(_with(numbers, document.title))
            total: Counter[int] = Counter()
            for text in document.texts:
                total.update(dict(text))
            whole.add(_with(numbers, total.items()))
        width = len(self._numbers)
        self._texts, self._headings = texts.matrix(width), headings.matrix(width)
        self._titles, self._whole = titles.matrix(width), whole.matrix(width)

    def frequencies(self) -> Counter[str]:
        """Return how often each word stands in the corpus, once for every passage under its heading."""
        counts = self._texts.sum(axis=0) + self._headings.sum(axis=0)
        return Counter(dict(zip(self._numbers, map(int, counts), strict=True)))

    def passage_terms(self, analyzer: TermAnalyzer) -> tuple[TermCounts, list[str]]:
        """Return the counts of the terms of each passage with its heading, and the terms."""
        return self._terms(self._texts + HEADING_WEIGHT * self._headings, analyzer)

    def document_terms(self, analyzer: TermAnalyzer) -> tuple[TermCounts, list[str]]:
        """Return the counts of the terms of each document as a whole, headings left out, and the terms."""
        return self._terms(self._whole + HEADING_WEIGHT * self._titles, analyzer)

    def _terms(self, counts: sparse.csr_array, analyzer: TermAnalyzer) -> tuple[TermCounts, list[str]]:
        numbers: dict[str, int] = {}
        terms_of_words = _Rows()
        for word in self._numbers:
            terms_of_words.add([(numbers.setdefault(term, len(numbers)), 1) for term in analyzer.terms_of(word)])
        found = (counts @ terms_of_words.matrix(len(numbers))).tocsc()
        occurring = np.flatnonzero(np.diff(found.indptr))  # not the terms of words that stand elsewhere
        terms = list(numbers)
        return found[:, occurring], [terms[number] for number in occurring]


def _with(numbers: Sequence[int], counts: Iterable[tuple[int, int]]) -> WordCounts:
    """Return counts of a document's words with the numbers of the corpus."""
    return [(numbers[number], count) for number, count in counts]


class _Rows:
    """A sparse matrix that grows row by row."""

    def __init__(self) -> None:
        self._columns: list[npt.NDArray[np.int32]] = []
        self._counts: list[npt.NDArray[np.int32]] = []
        self._lengths = [0]

    def add(self, row: WordCounts) -> None:
        """Add a row of columns and counts."""
        self._columns.append(np.array([column for column, _ in row], np.int32))
        self._counts.append(np.array([count for _, count in row], np.int32))
        self._lengths.append(len(row))

    def matrix(self, width: int) -> sparse.csr_array:
        """Return all rows, of so many columns; a column named twice in a row counts together."""
        empty = np.empty(0, np.int32)
        borders = np.cumsum(self._lengths, dtype=np.int64)
        data, columns = np.concatenate([empty, *self._counts]), np.concatenate([empty, *self._columns])
        matrix = sparse.csr_array((data, columns, borders), shape=(len(self._lengths) - 1, width))
        matrix.sum_duplicates()
        return matrix
