"""The vectors of one document on the disk, in half precision: read a few passages at a time, each checked.

Layout: for every passage its own vector and then those of its sentences, as rows of IEEE 754 binary16 numbers, little
endian; after the last row one CRC-32 per passage over its rows. They are read, not mapped: a file cut short is an error
here, where a mapped one would end the process.
"""

import os
import zlib
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from index.errors import REBUILD, SnapshotError
from index.types import EmbeddingMatrix

_VALUE: Final = np.dtype("<f2")
_CHECKSUM: Final = np.dtype("<u4")


def pack_vectors(vectors: EmbeddingMatrix, sentence_counts: Sequence[int]) -> bytes:
    """Return the contents of the file; ``vectors`` has a row for each passage and each of its sentences."""
    rows = vectors.astype(_VALUE)
    borders = first_rows(sentence_counts)
    checksums = [zlib.crc32(rows[first:last].tobytes()) for first, last in pairwise(borders)]
    return rows.tobytes() + np.array(checksums, _CHECKSUM).tobytes()


def vector_bytes(sentence_counts: Sequence[int], dimension: int) -> int:
    """Return the size of the file."""
    rows = sum(sentence_counts) + len(sentence_counts)
    return rows * dimension * _VALUE.itemsize + len(sentence_counts) * _CHECKSUM.itemsize


def read_vectors(
    path: str, first_rows: Sequence[int] | npt.NDArray[np.int64], dimension: int, passages: Iterable[int]
) -> tuple[bytes, list[int]]:
    """Return the rows of some passages, one after the other, to be read with `as_matrix`, and how many each has.

    :param first_rows: The row of each passage's own vector, and then the row after the last; counted from anywhere.
    :raises SnapshotError: If the file is missing or damaged.
    """
    width, base, end = dimension * _VALUE.itemsize, int(first_rows[0]), int(first_rows[-1])
    blocks, counts = [], []
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            tail = os.pread(descriptor, _CHECKSUM.itemsize * (len(first_rows) - 1) + 1, (end - base) * width)
            checksums = np.frombuffer(tail, _CHECKSUM).tolist()
            for passage in passages:
                first, last = int(first_rows[passage]) - base, int(first_rows[passage + 1]) - base
                block = os.pread(descriptor, (last - first) * width, first * width)
                if zlib.crc32(block) != checksums[passage] or len(block) != (last - first) * width:
                    raise ValueError(f"Prüfsumme bei Byte {first * width}")
                blocks.append(block)
                counts.append(last - first)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SnapshotError(f"{path} ist nicht lesbar ({error.strerror}). {REBUILD}") from error
    except (ValueError, IndexError) as error:
        raise SnapshotError(f"{path} ist beschädigt ({error}). {REBUILD}") from error
    return b"".join(blocks), counts


def read_all(path: str, sentence_counts: Sequence[int]) -> EmbeddingMatrix:
    """Return all rows of a file, of one passage at least, shape (n_passages + n_sentences, dimension).

    :raises SnapshotError: If the file is missing or damaged.
    """
    borders = first_rows(sentence_counts)
    try:
        values = Path(path).stat().st_size - len(sentence_counts) * _CHECKSUM.itemsize
    except OSError as error:
        raise SnapshotError(f"{path} ist nicht lesbar ({error.strerror}). {REBUILD}") from error
    dimension = max(values, 0) // (borders[-1] * _VALUE.itemsize)
    return as_matrix(read_vectors(path, borders, dimension, range(len(sentence_counts)))[0], dimension)


def as_matrix(rows: bytes, dimension: int) -> EmbeddingMatrix:
    """Return rows of half precision as vectors, shape (n_rows, dimension)."""
    return np.frombuffer(rows, _VALUE).reshape(-1, dimension).astype(np.float32)


def first_rows(sentence_counts: Sequence[int]) -> list[int]:
    """Return the row of each passage's own vector, and then the number of rows."""
    return list(accumulate((count + 1 for count in sentence_counts), initial=0))
