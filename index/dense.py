"""Nearest passages by meaning, with FAISS: exact while that is fast, through an inverted file beyond.

Inverted file: passages are kept by the nearest of some thousand centres, one byte a value, and only the lists around
the question are read (Jégou, Douze and Schmid 2011, "Product Quantization for Nearest Neighbor Search", IEEE TPAMI 33).
How many lists is measured when the index is built; where no number is good enough, the search stays exact.
"""

import math
from pathlib import Path
from typing import Final

import faiss
import numpy as np
import numpy.typing as npt

from index.in_memory import fits_in_memory
from index.manifest import DenseSearch
from index.types import EmbeddingMatrix, Vector

Rows = npt.NDArray[np.int64]  # row numbers of passages

EXACT_LIMIT: Final = 200_000  # passages; measured on 2 cores, an exact search of so many takes about 25 ms
MIN_RECALL: Final = 0.97  # at 10, against exact search
_DEPTH: Final = 200  # candidates that are scored exactly after the search
_LISTS_PER_ROOT: Final = 4  # lists = so many times the square root of the passages (FAISS's guidelines)
_TRAINING_PER_LIST: Final = 40  # vectors; FAISS asks for 39
_TOLERANCE: Final = 1e-3  # of cosine, within which near-duplicates count as one
_SEED: Final = 5


class DenseIndex:
    """Vectors of all passages, one row each."""

    def __init__(self, index: faiss.Index, search: DenseSearch) -> None:
        self._index = index
        self.search = search

    @classmethod
    def build(
        cls, vectors: EmbeddingMatrix, questions: EmbeddingMatrix, exact_limit: int = EXACT_LIMIT
    ) -> "DenseIndex":
        """Index the rows of a matrix of unit vectors.

        :param questions: Unit vectors on which the recall of an inexact search is measured.
        """
        if len(vectors) > exact_limit and len(questions):
            inexact = _inverted_file(vectors, questions)
            if inexact is not None:
                return inexact
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index, DenseSearch())

    @classmethod
    def open(cls, path: Path, search: DenseSearch) -> "DenseIndex":
        """Open a saved index; a large one stays on the disk until its vectors are read."""
        return cls(faiss.read_index(str(path), 0 if fits_in_memory(path) else faiss.IO_FLAG_MMAP_IFC), search)

    def save(self, path: Path) -> None:
        """Write the index to a file.

        :raises OSError: If that fails; where FAISS writes by itself, it only prints that the last bytes are lost.
        """
        with path.open("wb") as file:
            writer = faiss.PyCallbackIOWriter(file.write)  # type: ignore[attr-defined]  # missing in FAISS's stubs
            faiss.write_index(self._index, writer)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def nearest(self, vector: Vector, top_k: int, allowed: Rows | None = None) -> Rows:
        """Return the rows of the nearest passages, best first, at most ``top_k``; ``allowed`` restricts them."""
        count = min(top_k, len(self) if allowed is None else len(allowed))
        if count <= 0:
            return np.empty(0, np.int64)
        parameters = faiss.SearchParameters()
        if self.search.probes:
            parameters = faiss.SearchParametersIVF()
            parameters.nprobe = self.search.probes
        selector = None if allowed is None else faiss.IDSelectorBatch(allowed)  # FAISS only borrows it: it must live on
        parameters.sel = selector
        _, rows = self._index.search(vector[np.newaxis], count, params=parameters)
        found: Rows = rows[0]
        return found[found >= 0]


def _inverted_file(vectors: EmbeddingMatrix, questions: EmbeddingMatrix) -> DenseIndex | None:
    """Return an index that reads as few lists as give the recall, None if that takes a quarter of them."""
    lists = _LISTS_PER_ROOT * math.isqrt(len(vectors))
    factory = f"IVF{lists},SQ8"
    index = faiss.index_factory(vectors.shape[1], factory, faiss.METRIC_INNER_PRODUCT)
    generator = np.random.default_rng(_SEED)
    index.train(vectors[generator.choice(len(vectors), min(lists * _TRAINING_PER_LIST, len(vectors)), replace=False)])
    index.add(vectors)
    best = np.sort(faiss.knn(questions, vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)[0], axis=1)[:, 0]
    probes = 1
    while probes <= lists // 4:
        found = DenseIndex(index, DenseSearch(factory, probes))
        recall = _recall(found, vectors, questions, best)
        if recall >= MIN_RECALL:
            return DenseIndex(index, DenseSearch(factory, probes, round(recall, 4)))
        probes *= 2
    return None


def _recall(index: DenseIndex, vectors: EmbeddingMatrix, questions: EmbeddingMatrix, tenth_best: Vector) -> float:
    """Return the share of the ten best among the candidates; one as near as the tenth counts as one of them."""
    shares = []
    for question, least in zip(questions, tenth_best, strict=True):
        similarities = vectors[index.nearest(question, _DEPTH)] @ question
        shares.append(min(int((similarities >= least - _TOLERANCE).sum()), 10) / 10)
    return float(np.mean(shares))
