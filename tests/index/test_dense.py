import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import in_memory
from index.dense import MIN_RECALL, DenseIndex
from index.types import EmbeddingMatrix

NONE: EmbeddingMatrix = np.empty((0, 8), np.float32)


def unit_rows(count: int, dimension: int, seed: int) -> EmbeddingMatrix:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@given(st.integers(1, 60), st.integers(1, 70), st.integers(0, 2**31), st.data())
def test_nearest_rows_are_those_of_brute_force(count: int, top_k: int, seed: int, data: st.DataObject) -> None:
    matrix = unit_rows(count + 1, 8, seed)
    index, vector = DenseIndex.build(matrix[:-1], NONE), matrix[-1]
    allowed = data.draw(st.none() | st.sets(st.integers(0, count - 1)))
    within = sorted(range(count) if allowed is None else allowed)
    best = sorted(within, key=lambda row: -float(matrix[row] @ vector))[:top_k]
    found = index.nearest(vector, top_k, None if allowed is None else np.array(within, np.int64))
    assert matrix[found] @ vector == pytest.approx(matrix[best] @ vector, abs=1e-6)
    assert set(found.tolist()) <= set(within)


def test_the_vector_itself_comes_first() -> None:
    matrix = unit_rows(5, 16, seed=1)
    index = DenseIndex.build(matrix, NONE)
    assert index.nearest(matrix[3], 1).tolist() == [3]


def test_a_full_disk_is_an_error_while_an_index_is_saved() -> None:
    with pytest.raises(OSError, match="No space left on device"):
        DenseIndex.build(unit_rows(20, 16, seed=2), NONE).save(Path("/dev/full"))


def test_an_open_index_does_without_its_file(tmp_path: Path) -> None:
    matrix = unit_rows(500, 16, seed=3)
    path = tmp_path / "vektoren.faiss"
    DenseIndex.build(matrix, NONE).save(path)
    index = DenseIndex.open(path, DenseIndex.build(matrix, NONE).search)
    os.truncate(path, 0)
    assert index.nearest(matrix[499], 1).tolist() == [499]


def test_a_large_index_is_mapped_and_finds_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = unit_rows(500, 16, seed=4)
    path = tmp_path / "vektoren.faiss"
    DenseIndex.build(matrix, NONE).save(path)
    monkeypatch.setattr(in_memory, "LIMIT_BYTES", path.stat().st_size - 1)
    index = DenseIndex.open(path, DenseIndex.build(matrix, NONE).search)
    assert str(path) in Path("/proc/self/maps").read_text(encoding="utf-8")
    assert index.nearest(matrix[499], 1).tolist() == [499]


def test_a_saved_index_finds_alike(tmp_path: Path) -> None:
    matrix = unit_rows(20, 16, seed=2)
    index = DenseIndex.build(matrix, NONE)
    index.save(tmp_path / "vektoren.faiss")
    opened = DenseIndex.open(tmp_path / "vektoren.faiss", index.search)
    assert (len(opened), opened.dimension) == (20, 16)
    assert opened.nearest(matrix[7], 20).tolist() == index.nearest(matrix[7], 20).tolist()


def clustered_rows(count: int, seed: int) -> EmbeddingMatrix:
    """Return unit vectors around a hundred centres, as texts on a hundred subjects would be."""
    generator = np.random.default_rng(seed)
    centres = np.random.default_rng(0).normal(size=(100, 32))
    rows = centres[generator.integers(0, 100, count)] + generator.normal(scale=0.4, size=(count, 32))
    unit: EmbeddingMatrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_many_passages_are_searched_through_lists_that_find_almost_all_of_the_best(tmp_path: Path) -> None:
    matrix, questions, others = clustered_rows(6000, 1), clustered_rows(50, 2), clustered_rows(50, 3)
    index = DenseIndex.build(matrix, questions, exact_limit=1000)
    # 4 times the root of 6,000, rounded down
    assert index.search.factory == "IVF308,SQ8"
    assert MIN_RECALL <= index.search.recall <= 1
    assert 1 <= index.search.probes <= 77
    index.save(tmp_path / "vektoren.faiss")
    opened = DenseIndex.open(tmp_path / "vektoren.faiss", index.search)
    hits = []
    for question in others:
        best = np.sort(matrix @ question)[-10:]
        found = np.sort(matrix[opened.nearest(question, 200)] @ question)[-10:]
        hits.append(np.isclose(best, found).mean())
    assert np.mean(hits) > 0.9  # questions on which the lists were not chosen
    within = np.arange(0, 6000, 7)
    assert set(opened.nearest(others[0], 20, within).tolist()) <= set(within.tolist())


def test_passages_without_any_order_are_searched_exactly_however_many() -> None:
    matrix, questions = unit_rows(3000, 64, seed=4), unit_rows(40, 64, seed=5)
    assert DenseIndex.build(matrix, questions, exact_limit=1000).search.factory == "Flat"
