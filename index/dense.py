"""Nearest passages by meaning: exact inner product with FAISS."""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from index.types import EmbeddingMatrix, Vector

Rows = npt.NDArray[np.int64]  # row numbers of passages
Similarities = npt.NDArray[np.float32]  # cosines, in [-1, 1] up to rounding


class DenseIndex:
    """Vectors of all passages, one row each."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: EmbeddingMatrix) -> "DenseIndex":
        """Index the rows of a matrix of unit vectors."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> "DenseIndex":
        """Open a saved index; its vectors stay on the disk until they are read."""
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        faiss.write_index(self._index, str(path))

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
        if allowed is not None:
            parameters.sel = faiss.IDSelectorBatch(allowed)
        _, rows = self._index.search(vector[np.newaxis], count, params=parameters)
        found: Rows = rows[0]
        return found

    def similarities(self, vector: Vector, rows: Sequence[int] | Rows) -> Similarities:
        """Return the cosine of each of these passages to the vector, shape (len(rows),)."""
        vectors: EmbeddingMatrix = self._index.reconstruct_batch(np.asarray(rows, np.int64))
        return vectors @ vector
