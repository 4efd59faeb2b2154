"""A sentence-transformers model in a local folder: its digest and how it is loaded.

The only module of the house that imports torch and sentence-transformers, and only when a model is loaded.
Loading never touches a network: hub access and telemetry are switched off.
"""

import hashlib
import importlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_DIGESTED_SUFFIXES: Final = frozenset(
    {".json", ".txt", ".model", ".safetensors", ".bin"}
)  # weights, vocabulary, settings


class ModelFolder(NamedTuple):
    """A folder that holds a model, and the digest of its files."""

    path: Path
    digest: str


def folder_digest(folder: Path) -> str:
    """Return the SHA-256 in hex over names and contents of the folder's weight and configuration files."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if path.suffix in _DIGESTED_SUFFIXES and path.is_file() and not hidden:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            total.update(f"{relative.as_posix()}\0{digest}\n".encode())
    return total.hexdigest()


def load_model(folder: Path, dtype: str = "auto") -> "SentenceTransformer":
    """Load the model of a local folder onto the CPU.

    :param dtype: Name of a torch number type; "auto" takes the one the folder's configuration names.
    :raises EncoderError: If the folder holds no model that sentence-transformers understands.
    """
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
        model: SentenceTransformer = sentence_transformers.SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": dtype}
        )
    except Exception as error:  # what a broken folder raises is as varied as the formats it may hold
        raise EncoderError(
            f"Das Sprachmodell in {folder} lässt sich nicht laden ({type(error).__name__}: {error}). "
            "Prüfen Sie den Ordner oder laden Sie das Modell neu herunter."
        ) from error
    # One core per forward pass: for a model this small, threads inside it wait for each other longer than they compute
    # (measured on 2 virtual cores: 377 ms a question with two, 33 ms with one). Batches run side by side instead.
    importlib.import_module("torch").set_num_threads(1)
    return model.eval()


def _silence() -> None:
    """Keep progress bars and advice of the libraries out of our output."""
    transformers_logging: Any = importlib.import_module("transformers.utils.logging")
    transformers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
