"""From the counted words of documents to the counted terms of passages and of whole documents.

A passage holds a term as often as it holds the words that have it: so the counts of terms are a product of two sparse
matrices, and only the vocabulary is stemmed and split, not the texts.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from index.document_words import DocumentWords
from index.lexical import HEADING_WEIGHT, TermCounts
from index.terms import TermAnalyzer

WordCounts = Any  # scipy.sparse.csr_array, shape (n_passages or n_documents, n_words)


class CorpusWords:
    """The counted words of all passages, and of all documents."""

    def __init__(self, documents: Iterable[DocumentWords]) -> None:
        self._numbers: dict[str, int] = {}
        texts, headings, whole, titles = _Cells(), _Cells(), _Cells(), _Cells()
        passages = number = 0
        for number, document in enumerate(documents, start=1):
            known = np.array([self._numbers.setdefault(w, len(self._numbers)) for w in document.words], np.int32)
            places, words, counts = document.counts.T
            words = known[words]
            of_title, of_text = places == 0, places > document.passages
            of_heading = ~(of_title | of_text)
            texts.add(places[of_text] - document.passages - 1 + passages, words[of_text], counts[of_text])
            headings.add(places[of_heading] - 1 + passages, words[of_heading], counts[of_heading])
            whole.add(np.full(of_text.sum(), number - 1, np.int32), words[of_text], counts[of_text])
            titles.add(np.full(of_title.sum(), number - 1, np.int32), words[of_title], counts[of_title])
            passages += document.passages
        width = len(self._numbers)
        self._texts, self._headings = texts.matrix(passages, width), headings.matrix(passages, width)
        self._whole, self._titles = whole.matrix(number, width), titles.matrix(number, width)

    def frequencies(self) -> Counter[str]:
        """Return how often each word stands in the corpus, once for every passage under its heading."""
        counts = self._texts.sum(axis=0) + self._headings.sum(axis=0)
        return Counter(dict(zip(self._numbers, counts.tolist(), strict=True)))

    def passage_terms(self, analyzer: TermAnalyzer) -> tuple[TermCounts, list[str]]:
        """Return the counts of the terms of each passage with its heading, and the terms."""
        return self._terms(self._texts + HEADING_WEIGHT * self._headings, analyzer)

    def document_terms(self, analyzer: TermAnalyzer) -> tuple[TermCounts, list[str]]:
        """Return the counts of the terms of each document as a whole, headings left out, and the terms."""
        return self._terms(self._whole + HEADING_WEIGHT * self._titles, analyzer)

    def _terms(self, counts: WordCounts, analyzer: TermAnalyzer) -> tuple[TermCounts, list[str]]:
        numbers: dict[str, int] = {}
        pairs = [
            (row, numbers.setdefault(term, len(numbers)))
            for row, word in enumerate(self._numbers)
            for term in analyzer.terms_of(word)
        ]
        cells = _Cells()
        cells.add(*np.array([(*pair, 1) for pair in pairs], np.int32).reshape(-1, 3).T)
        found = (counts @ cells.matrix(len(self._numbers), len(numbers))).tocsc()
        occurring = np.flatnonzero(np.diff(found.indptr))  # not the terms of words that stand elsewhere
        terms = list(numbers)
        return found[:, occurring], [terms[number] for number in occurring]


class _Cells:
    """Cells of a sparse matrix, collected; one named twice counts together."""

    def __init__(self) -> None:
        self._parts: list[tuple[npt.NDArray[np.int32], ...]] = []

    def add(self, rows: npt.NDArray[np.int32], columns: npt.NDArray[np.int32], counts: npt.NDArray[np.int32]) -> None:
        self._parts.append((rows, columns, counts))

    def matrix(self, height: int, width: int) -> WordCounts:
        empty = np.empty(0, np.int32)
        rows, columns, counts = (np.concatenate([empty, *parts]) for parts in zip(*self._parts, strict=True))
        return sparse.coo_array((counts, (rows, columns)), shape=(height, width)).tocsr()
