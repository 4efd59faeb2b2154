"""The word vectors of a prepared encoder, read from its file as they are needed."""

import json
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from index.errors import EncoderError

_FILE: Final = "model.safetensors"
_TABLE: Final = "embeddings.word_embeddings.weight"


def open_word_table(folder: Path) -> npt.NDArray[np.float32]:
    """Map the table of word vectors into memory, shape (vocabulary, dimension); only rows that are used are read.

    File format: a little-endian length, a JSON header of that length, the numbers (safetensors).

    :raises EncoderError: If the file is missing or holds no such table.
    """
    path = folder / _FILE
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            entry = json.loads(file.read(length))[_TABLE]
        shape = tuple(entry["shape"])
        return np.memmap(path, np.dtype("<f4"), "r", 8 + length + entry["data_offsets"][0], shape)
    except (OSError, ValueError, KeyError, OverflowError) as error:
        raise EncoderError(
            f"In {path} lassen sich die Wortvektoren nicht lesen ({type(error).__name__}: {error}). "
            "Löschen Sie den Ordner; er wird dann neu angelegt."
        ) from error
