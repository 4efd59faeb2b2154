"""Where to look, as plain data and narrow protocols."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

EmbeddingMatrix = npt.NDArray[np.float32]  # shape (n, dimension), rows of unit length
Vector = npt.NDArray[np.float32]  # shape (dimension,), unit length
Progress = Callable[[int, int], None]  # (done, total)


class EncoderModel(Protocol):
    """What computes an encoder's vectors; safe to share by threads."""

    prompts: Mapping[str, str | None]

    @property
    def batches_at_once(self) -> int:
        """How many batches are best computed side by side."""

    def encode(self, texts: list[str], prompt: str, task: str) -> npt.NDArray[np.float32]:
        """Return one vector per text, not yet of unit length, shape (len(texts), dimension)."""


class Encoder(Protocol):
    """Turns texts into unit vectors whose inner product says how near they are in meaning."""

    @property
    def name(self) -> str:
        """Name as configured: a folder's name or a hub name."""

    @property
    def digest(self) -> str:
        """SHA-256 in hex over weights and configuration: two encoders with one digest give one result."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode_queries(self, texts: Sequence[str]) -> EmbeddingMatrix:
        """Return one vector per question, shape (len(texts), dimension)."""

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> EmbeddingMatrix:
        """Return one vector per passage or sentence, shape (len(texts), dimension)."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One passage found. ``passage`` is its row in the snapshot; higher scores are better.

    ``score`` is the fused score in [0, 1], ``similarity`` the cosine to the question, ``lexical`` the BM25 score.
    """

    passage: int
    score: float
    similarity: float
    lexical: float
