from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dense import DenseIndex
from index.types import EmbeddingMatrix


def unit_rows(count: int, dimension: int, seed: int) -> EmbeddingMatrix:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 2**31), st.data())
def test_nearest_rows_are_those_of_brute_force(count: int, top_k: int, seed: int, data: st.DataObject) -> None:
    matrix = unit_rows(count + 1, 8, seed)
    index, vector = DenseIndex.build(matrix[:-1]), matrix[-1]
    allowed = data.draw(st.none() | st.sets(st.integers(0, count - 1)))
    within = sorted(range(count) if allowed is None else allowed)
    best = sorted(within, key=lambda row: -float(matrix[row] @ vector))[:top_k]
    found = index.nearest(vector, top_k, None if allowed is None else np.array(within, np.int64))
    assert index.similarities(vector, found) == pytest.approx(matrix[best] @ vector, abs=1e-6)
    assert set(found.tolist()) <= set(within)


def test_the_vector_itself_comes_first_with_similarity_one() -> None:
    matrix = unit_rows(5, 16, seed=1)
    index = DenseIndex.build(matrix)
    assert index.nearest(matrix[3], 1).tolist() == [3]
    assert index.similarities(matrix[3], [3])[0] == pytest.approx(1.0)


def test_a_saved_index_finds_alike(tmp_path: Path) -> None:
    matrix = unit_rows(20, 16, seed=2)
    index = DenseIndex.build(matrix)
    index.save(tmp_path / "vektoren.faiss")
    opened = DenseIndex.open(tmp_path / "vektoren.faiss")
    assert (len(opened), opened.dimension) == (20, 16)
    assert opened.nearest(matrix[7], 20).tolist() == index.nearest(matrix[7], 20).tolist()
