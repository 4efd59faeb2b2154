from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SnapshotError
from index.vector_file import as_matrix, first_rows, pack_vectors, read_all, read_vectors, vector_bytes

COUNTS = [2, 0, 3]  # sentences of three passages: 3 + 1 + 4 rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "vektoren"
    path.write_bytes(pack_vectors(np.arange(16, dtype=np.float32).reshape(8, 2), COUNTS))
    return path


def read(path: Path, passages: list[int]) -> list[list[list[float]]]:
    """Return the rows of each passage."""
    blocks = read_vectors(
        str(path), 2, [(number, first_rows(COUNTS)[number], COUNTS[number] + 1) for number in passages]
    )
    return [as_matrix([block], 2).tolist() for block in blocks]


def test_each_passage_comes_back_with_its_own_row_and_those_of_its_sentences(path: Path) -> None:
    first, second, third = read(path, [0, 1, 2])
    assert first == [[0, 1], [2, 3], [4, 5]]
    assert second == [[6, 7]]
    assert third == [[8, 9], [10, 11], [12, 13], [14, 15]]
    assert read_all(str(path), COUNTS).tolist() == [*first, *second, *third]


def test_passages_come_in_the_order_asked_for(path: Path) -> None:
    last, first = read(path, [2, 0])
    assert (len(last), len(first)) == (4, 3)


def test_the_size_is_known_beforehand(path: Path) -> None:
    # 8 rows of 2 values of 2 bytes, and 3 checksums of 4
    assert vector_bytes(COUNTS, 2) == path.stat().st_size == 8 * 2 * 2 + 3 * 4


@pytest.fixture(scope="module")
def flipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("flipped") / "vektoren"


@given(st.data())
def test_every_flipped_bit_is_noticed_by_who_reads_the_passage(flipped: Path, data: st.DataObject) -> None:
    counts = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=5))
    rows = np.ones((sum(counts) + len(counts), 3), np.float32)
    whole = bytearray(pack_vectors(rows, counts))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    flipped.write_bytes(whole)
    with pytest.raises(SnapshotError, match="beschädigt"):
        read_all(str(flipped), counts)


def test_damage_elsewhere_does_not_matter(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[0] ^= 1
    path.write_bytes(whole)
    assert len(read(path, [1, 2])) == 2
    with pytest.raises(SnapshotError, match="Prüfsumme bei Byte 0"):
        read(path, [0])


@pytest.mark.parametrize("length", [0, 1, 12, 43])
def test_a_file_cut_short_is_an_error(path: Path, length: int) -> None:
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(SnapshotError, match="beschädigt"):
        read_all(str(path), COUNTS)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="nicht lesbar"):
        read_all(str(tmp_path / "fehlt"), COUNTS)
    with pytest.raises(SnapshotError, match="nicht lesbar"):
        read(tmp_path / "fehlt", [0])
