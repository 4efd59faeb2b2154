"""Passages that hold the words of the question: BM25 over German terms.

Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond", in the variant of Lucene;
scores are computed when the index is built (Lù 2024, "BM25S", arXiv:2407.03618).
"""

import math
import string
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import bm25s
import numpy as np
import numpy.typing as npt

from index.in_memory import fits_in_memory

METHOD: Final = "lucene"
K1: Final = 1.5  # term frequency saturation
B: Final = 0.75  # length normalisation, 0 none to 1 full
HEADING_WEIGHT: Final = 2  # a term of the heading counts as if it stood so often in the passage
_MIN_CORRECTED_LENGTH: Final = 5

TermCounts = Any  # scipy.sparse.csc_array, shape (n_passages, n_terms): how often each passage holds each term
LexicalScores = npt.NDArray[np.float32]  # shape (n_passages,), 0 where no term of the question occurs


class LexicalIndex:
    """BM25 scores of every term in every passage (or in every document as a whole, wherever this says passage)."""

    def __init__(self, bm25: bm25s.BM25) -> None:
        self._bm25 = bm25
        self._vocabulary: dict[str, int] = bm25.vocab_dict
        self._passages = int(bm25.scores["num_docs"])

    @classmethod
    def build(cls, counts: TermCounts, terms: Sequence[str]) -> "LexicalIndex":
        """Index passages by how often each holds each term; at least one must hold one.

        What `bm25s.BM25.index` computes from lists of words, for all passages at once: there it takes a loop over every
        word of the corpus.

        :param counts: Shape (n_passages, n_terms).
        """
        held = counts.sorted_indices()
        n_passages = held.shape[0]
        lengths = np.asarray(held.sum(axis=1), np.float64).ravel()
        frequencies = np.diff(held.indptr)
        rarity = np.log1p((n_passages - frequencies + 0.5) / (frequencies + 0.5))
        norm = K1 * (1 - B + B * lengths / lengths.mean())
        scores = held.data / (held.data + norm[held.indices]) * np.repeat(rarity, frequencies)
        bm25 = bm25s.BM25(method=METHOD, k1=K1, b=B)
        bm25.vocab_dict = {term: number for number, term in enumerate(terms)}
        bm25.nonoccurrence_array = None
        bm25.scores = {
            "data": scores.astype(np.float32),
            "indices": held.indices.astype(np.int32),
            "indptr": held.indptr.astype(np.int64),
            "num_docs": n_passages,
        }
        return cls(bm25)

    @classmethod
    def open(cls, folder: Path) -> "LexicalIndex":
        """Open a saved index; a large one stays on the disk until its arrays are read."""
        return cls(bm25s.BM25.load(folder, mmap=not fits_in_memory(folder), show_progress=False))

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        self._bm25.save(folder, show_progress=False)

    def __len__(self) -> int:
        return self._passages

    def scores(self, terms: Sequence[str]) -> LexicalScores:
        """Return the BM25 score of every passage; unknown terms add nothing, a repeated term counts again."""
        ids = [self._vocabulary[term] for term in terms if term in self._vocabulary]
        if not ids:
            return np.zeros(self._passages, np.float32)
        scores: LexicalScores = self._bm25.get_scores_from_ids(ids)
        return scores

    def document_frequency(self, term: str) -> int:
        """Return the number of passages that hold the term."""
        row = self._vocabulary.get(term)
        borders = self._bm25.scores["indptr"]
        return 0 if row is None else int(borders[row + 1] - borders[row])

    def inverse_document_frequency(self, term: str) -> float | None:
        """Return how rare a term is (natural logarithm, above 0), None for a term no passage holds."""
        held = self.document_frequency(term)
        return math.log(1 + (self._passages - held + 0.5) / (held + 0.5)) if held else None

    def corrected(self, term: str) -> str:
        """Return the term, or for one no passage holds the most frequent one that is a single typing error away."""
        if term in self._vocabulary or len(term) < _MIN_CORRECTED_LENGTH or not term.isalpha():
            return term
        near = {candidate for candidate in _single_edits(term) if candidate in self._vocabulary}
        return max(near, key=lambda candidate: (self.document_frequency(candidate), candidate), default=term)


def _single_edits(word: str) -> Iterator[str]:
    """Yield every string one deletion, swap, replacement or insertion away (Damerau 1964)."""
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in string.ascii_lowercase:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
