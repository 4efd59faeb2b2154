"""A sentence-transformers model run by PyTorch.

The only module of the house that imports torch and sentence-transformers, and only when a model is loaded.
Loading never touches a network: hub access and telemetry are switched off.
"""

import importlib
import logging
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from index.errors import EncoderError


class TorchModel:
    """A model on the CPU with the prompts of its own configuration; safe to share by threads."""

    def __init__(self, folder: Path, dtype: str = "auto") -> None:
        """Load the model of a local folder.

        :param dtype: Name of a torch number type; "auto" takes the one the folder's configuration names.
        :raises EncoderError: If the folder holds no model that sentence-transformers understands.
        """
        self.modules = _load(folder, dtype)
        self.prompts: Mapping[str, str | None] = self.modules.prompts
        # One core per forward pass: for a model this small, threads inside it wait for each other longer than they
        # compute (measured on 2 virtual cores: 377 ms a question with two, 33 ms with one). Batches run side by side.
        self.batches_at_once: Final = os.cpu_count() or 1
        self._torch: Any = importlib.import_module("torch")
        self._torch.set_num_threads(1)
        self._lock = threading.Lock()  # tokenizers and the model's prompt cache are not made for two threads

    def encode(self, texts: list[str], prompt: str, task: str) -> npt.NDArray[np.float32]:
        """Return one vector per text, shape (len(texts), dimension)."""
        with self._lock:
            features = self.modules.preprocess(texts, prompt=prompt, task=task)
        with self._torch.inference_mode():
            vectors: npt.NDArray[np.float32] = self.modules(features, task=task)["sentence_embedding"].float().numpy()
        return vectors[:, : self.modules.truncate_dim]


def _load(folder: Path, dtype: str) -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"  # read by huggingface_hub when it is first imported, below
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
        raise EncoderError(
            f"Der Ordner {folder} enthält kein Sprachmodell (weder modules.json noch config.json). "
            "Geben Sie den Ordner eines sentence-transformers-Modells an."
        )
    sentence_transformers: Any = importlib.import_module("sentence_transformers")
    _silence()
    try:
        model = sentence_transformers.SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": dtype}
        )
    except Exception as error:  # what a broken folder raises is as varied as the formats it may hold
        raise EncoderError(
            f"Das Sprachmodell in {folder} lässt sich nicht laden ({type(error).__name__}: {error}). "
            "Prüfen Sie den Ordner oder laden Sie das Modell neu herunter."
        ) from error
    return model.eval()


def _silence() -> None:
    """Keep progress bars and advice of the libraries out of our output."""
    transformers_logging: Any = importlib.import_module("transformers.utils.logging")
    transformers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
