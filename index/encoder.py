"""The encoder in use: texts to unit vectors by a sentence-transformers model, run by PyTorch or OpenVINO."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from corpus.cache import cache_folder
from index import embedded_encoder
from index.errors import EncoderError
from index.model_folder import ModelFolder, folder_digest
from index.openvino_model import OpenVinoModel, has_graph
from index.torch_model import TorchModel
from index.types import EmbeddingMatrix, Encoder, EncoderModel, Progress

_BATCH_SIZE: Final = 16  # measured on 2 cores; larger batches only pad more
# Names under which models keep their prompts, in the order sentence-transformers looks for them.
_QUERY_PROMPTS: Final = ("query",)
_PASSAGE_PROMPTS: Final = ("document", "passage", "corpus")
_UNUSED_HUB_FILES: Final = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.ot", "*.msgpack"]


def find_encoder(name_or_path: str | None = None, progress: Progress | None = None) -> ModelFolder:
    """Return folder and digest of an encoder without loading it, so without importing torch.

    :param name_or_path: A local folder, a hub name ("organisation/model"), or None for the embedded encoder.
    :param progress: Told how far the embedded encoder's first preparation is.
    :raises EncoderError: If there is no such folder, or the hub does not give the model.
    """
    if name_or_path is None:
        return embedded_encoder.prepare(cache_folder(), progress)
    folder = Path(name_or_path).expanduser()
    if not folder.is_dir():
        folder = _download(name_or_path)
    return ModelFolder(folder, folder_digest(folder))


def load_encoder(name_or_path: str | None = None, progress: Progress | None = None) -> Encoder:
    """Load an encoder; parameters and errors as in `find_encoder`."""
    found = find_encoder(name_or_path, progress)
    name = embedded_encoder.MODEL_NAME if name_or_path is None else name_or_path
    model = OpenVinoModel(found.path) if has_graph(found.path) else TorchModel(found.path)
    return SentenceEncoder(name, found.digest, model)


class LazyEncoder:
    """An encoder that is loaded when it first encodes: a build that embeds nothing does without.

    :raises EncoderError: As `load_encoder`, for what can be known without loading.
    """

    def __init__(self, name_or_path: str | None = None, progress: Progress | None = None) -> None:
        self._name_or_path = name_or_path
        self._digest = find_encoder(name_or_path, progress).digest

    @property
    def name(self) -> str:
        """Name as configured: a folder's name or a hub name."""
        return self._name_or_path or embedded_encoder.MODEL_NAME

    @property
    def digest(self) -> str:
        """SHA-256 in hex over weights and configuration."""
        return self._digest

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._loaded.dimension

    def encode_queries(self, texts: Sequence[str]) -> EmbeddingMatrix:
        """Return one unit vector per question, shape (len(texts), dimension)."""
        return self._loaded.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> EmbeddingMatrix:
        """Return one unit vector per passage or sentence, shape (len(texts), dimension)."""
        return self._loaded.encode_passages(texts, progress)

    @cached_property
    def _loaded(self) -> Encoder:
        return load_encoder(self._name_or_path)


class SentenceEncoder:
    """A loaded model with the prompts of its own configuration; safe to share by threads."""

    def __init__(self, name: str, digest: str, model: EncoderModel) -> None:
        self._name = name
        self._digest = digest
        self._model = model
        self._query_prompt = _prompt(model.prompts, _QUERY_PROMPTS)
        self._passage_prompt = _prompt(model.prompts, _PASSAGE_PROMPTS)
        self._dimension: int = self.encode_queries(["?"]).shape[1]

    @property
    def name(self) -> str:
        """Name as configured: a folder's name or a hub name."""
        return self._name

    @property
    def digest(self) -> str:
        """SHA-256 in hex over weights and configuration."""
        return self._digest

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def encode_queries(self, texts: Sequence[str]) -> EmbeddingMatrix:
        """Return one unit vector per question, shape (len(texts), dimension)."""
        return self._encode(texts, self._query_prompt, "query", None)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> EmbeddingMatrix:
        """Return one unit vector per passage or sentence, shape (len(texts), dimension)."""
        return self._encode(texts, self._passage_prompt, "document", progress)

    def _encode(self, texts: Sequence[str], prompt: str, task: str, progress: Progress | None) -> EmbeddingMatrix:
        if not texts:
            return np.empty((0, self._dimension), np.float32)
        by_length = sorted(range(len(texts)), key=lambda row: len(texts[row]), reverse=True)  # little padding
        batches = [by_length[first : first + _BATCH_SIZE] for first in range(0, len(texts), _BATCH_SIZE)]
        rows: list[Any] = [None] * len(texts)
        done = 0
        with ThreadPoolExecutor(min(len(batches), self._model.batches_at_once)) as pool:
            encoded = pool.map(lambda batch: self._model.encode([texts[row] for row in batch], prompt, task), batches)
            for batch, vectors in zip(batches, encoded, strict=True):
                for row, vector in zip(batch, vectors, strict=True):
                    rows[row] = vector
                done += len(batch)
                if progress is not None:
                    progress(done, len(texts))
        matrix = np.asarray(rows, dtype=np.float32)
        lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
        unit: EmbeddingMatrix = matrix / np.maximum(lengths, np.finfo(np.float32).tiny)
        return unit


def _prompt(prompts: Mapping[str, str | None], names: Sequence[str]) -> str:
    """Return the first prompt that says something; the library fills missing names with empty ones."""
    return next((prompt for prompt in map(prompts.get, names) if prompt), "")


def _download(name: str) -> Path:
    from huggingface_hub import snapshot_download  # noqa: PLC0415  (only for a hub name)

    try:
        return Path(snapshot_download(name, ignore_patterns=_UNUSED_HUB_FILES))
    except Exception as error:  # the hub's, the network's and the name's faults have no common base
        raise EncoderError(
            f"Das Sprachmodell „{name}“ ist kein Ordner und lässt sich auch nicht von einem Hub laden "
            f"({type(error).__name__}: {error}). Prüfen Sie FUNDSTELLE_ENCODER."
        ) from error
