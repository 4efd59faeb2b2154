"""The vectors of one document on the disk, in half precision: read a few passages at a time, each checked.

Layout: for every passage its own vector and then those of its sentences, as rows of IEEE 754 binary16 numbers, little
endian, and behind them their CRC-32. They are read, not mapped: a file cut short is an error here, where a mapped one
would end the process.
"""

import os
import zlib
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final

import numpy as np

from index.errors import REBUILD, SnapshotError
from index.types import EmbeddingMatrix

_VALUE: Final = np.dtype("<f2")
_CHECKSUM_BYTES: Final = 4
_CRC_OF_CHECKED: Final = 0x2144DF1C  # of any bytes with their own CRC-32 behind them


def pack_vectors(vectors: EmbeddingMatrix, sentence_counts: Sequence[int]) -> bytes:
    """Return the contents of the file; ``vectors`` has a row for each passage and each of its sentences."""
    rows = vectors.astype(_VALUE)
    blocks = [rows[first:last].tobytes() for first, last in pairwise(first_rows(sentence_counts))]
    return b"".join(block + zlib.crc32(block).to_bytes(_CHECKSUM_BYTES, "little") for block in blocks)


def vector_bytes(sentence_counts: Sequence[int], dimension: int) -> int:
    """Return the size of the file."""
    rows = sum(sentence_counts) + len(sentence_counts)
    return rows * dimension * _VALUE.itemsize + len(sentence_counts) * _CHECKSUM_BYTES


def read_vectors(path: str, dimension: int, passages: Iterable[tuple[int, int, int]]) -> list[bytes]:
    """Return the rows of some passages, to be joined and read with `as_matrix`.

    :param passages: For each its number in the document, its first row there, and how many rows it has.
    :raises SnapshotError: If the file is missing or damaged.
    """
    width = dimension * _VALUE.itemsize
    blocks = []
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            for number, first, rows in passages:
                place, size = first * width + number * _CHECKSUM_BYTES, rows * width + _CHECKSUM_BYTES
                block = os.pread(descriptor, size, place)
                if zlib.crc32(block) != _CRC_OF_CHECKED or len(block) != size:
                    raise SnapshotError(f"{path} ist beschädigt (Prüfsumme bei Byte {place}). {REBUILD}")
                blocks.append(block[:-_CHECKSUM_BYTES])
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SnapshotError(f"{path} ist nicht lesbar ({error.strerror}). {REBUILD}") from error
    return blocks


def read_all(path: str, sentence_counts: Sequence[int]) -> EmbeddingMatrix:
    """Return all rows of a file, of one passage at least, shape (n_passages + n_sentences, dimension).

    :raises SnapshotError: If the file is missing or damaged.
    """
    borders = first_rows(sentence_counts)
    try:
        values = Path(path).stat().st_size - len(sentence_counts) * _CHECKSUM_BYTES
    except OSError as error:
        raise SnapshotError(f"{path} ist nicht lesbar ({error.strerror}). {REBUILD}") from error
    dimension = max(values, 0) // (borders[-1] * _VALUE.itemsize)
    passages = ((number, first, last - first) for number, (first, last) in enumerate(pairwise(borders)))
    return as_matrix(read_vectors(path, dimension, passages), dimension)


def as_matrix(rows: Iterable[bytes], dimension: int) -> EmbeddingMatrix:
    """Return blocks of rows in half precision as vectors, shape (n_rows, dimension)."""
    return np.frombuffer(b"".join(rows), _VALUE).reshape(-1, dimension).astype(np.float32)


def first_rows(sentence_counts: Sequence[int]) -> list[int]:
    """Return the row of each passage's own vector, and then the number of rows."""
    return list(accumulate((count + 1 for count in sentence_counts), initial=0))
