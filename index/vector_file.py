"""The vectors of one document on the disk, in half precision: read a few passages at a time, each checked.

Layout: for every passage its own vector and then those of its sentences, as rows of IEEE 754 binary16 numbers, little
endian; after the last row one CRC-32 per passage over its rows. They are read, not mapped: a file cut short is an error
here, where a mapped one would end the process.
"""

import os
import zlib
from collections.abc import Collection, Sequence
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
    borders = _borders(sentence_counts)
    checksums = [zlib.crc32(rows[first:last].tobytes()) for first, last in pairwise(borders)]
    return rows.tobytes() + np.array(checksums, _CHECKSUM).tobytes()


def vector_bytes(sentence_counts: Sequence[int], dimension: int) -> int:
    """Return the size of the file."""
    rows = sum(sentence_counts) + len(sentence_counts)
    return rows * dimension * _VALUE.itemsize + len(sentence_counts) * _CHECKSUM.itemsize


def read_vectors(path: Path, sentence_counts: Sequence[int], passages: Collection[int]) -> list[EmbeddingMatrix]:
    """Return the rows of some passages, each of shape (1 + n_sentences, dimension), in their order.

    :raises SnapshotError: If the file is missing or damaged.
    """
    borders = _borders(sentence_counts)
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            checksums_at, dimension = _shape(os.fstat(descriptor).st_size, borders[-1], len(sentence_counts))
            tail = os.pread(descriptor, _CHECKSUM.itemsize * len(sentence_counts), checksums_at)
            checksums = np.frombuffer(tail, _CHECKSUM)
            width = dimension * _VALUE.itemsize
            return [
                _rows(descriptor, borders[n] * width, (borders[n + 1] - borders[n]) * width, checksums[n], dimension)
                for n in passages
            ]
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SnapshotError(f"{path} ist nicht lesbar ({error.strerror}). {REBUILD}") from error
    except ValueError as error:
        raise SnapshotError(f"{path} ist beschädigt ({error}). {REBUILD}") from error


def _borders(sentence_counts: Sequence[int]) -> list[int]:
    """Return the first row of every passage, and the number of rows."""
    return list(accumulate((count + 1 for count in sentence_counts), initial=0))


def _shape(size: int, rows: int, passages: int) -> tuple[int, int]:
    """Return where the checksums stand and the length of a vector, from the size of the file."""
    checksums_at = size - _CHECKSUM.itemsize * passages
    dimension, rest = divmod(checksums_at, _VALUE.itemsize * max(rows, 1))
    if rest or checksums_at < 0:
        raise ValueError(f"{size} Byte")
    return checksums_at, dimension


def _rows(descriptor: int, start: int, length: int, checksum: np.uint32, dimension: int) -> EmbeddingMatrix:
    data = os.pread(descriptor, length, start)
    if len(data) != length or zlib.crc32(data) != checksum:
        raise ValueError(f"Prüfsumme bei Byte {start}")
    rows: npt.NDArray[np.float16] = np.frombuffer(data, _VALUE).reshape(-1, dimension)
    return rows.astype(np.float32)
