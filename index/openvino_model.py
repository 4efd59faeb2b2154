"""A sentence-transformers model as an OpenVINO graph: the same vectors sooner, and without importing torch."""

import importlib
import json
import shutil
import sys
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from index.errors import EncoderError
from index.torch_model import TorchModel

_FOLDER: Final = "openvino"
_GRAPH: Final = f"{_FOLDER}/sentence_embedding.xml"  # the weights lie beside it, in float16, in a file ending in .bin


def has_graph(folder: Path) -> bool:
    """Return whether ``write_graph`` has written into this model folder."""
    return (folder / _GRAPH).is_file()


def write_graph(model: TorchModel, folder: Path) -> None:
    """Write the whole way from tokens to sentence vectors, pooling included, as one graph into the model's folder."""
    torch: Any = importlib.import_module("torch")

    class Pipeline(torch.nn.Module):  # type: ignore[misc]  # torch is loaded only here
        def __init__(self) -> None:
            super().__init__()
            self.modules_in_order = model.modules  # known to torch by this, so that weights are not traced as constants

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.modules_in_order({"input_ids": input_ids, "attention_mask": attention_mask})[
                "sentence_embedding"
            ]

    tokens = torch.tensor([[0, 5, 6, 7, 2], [0, 5, 6, 2, 1]])  # any two texts of different lengths, one padded
    graph = convert(Pipeline(), (tokens, (tokens != 1).long()))
    (folder / _FOLDER).mkdir()
    save_graph(graph, folder / _GRAPH, _FOLDER)


def convert(module: Any, example: Any) -> Any:
    """Return a PyTorch module as an OpenVINO graph, traced with an example of its input."""
    with warnings.catch_warnings():
        # Tracing makes constants of comparisons of shapes that never come out otherwise, and warns of each.
        warnings.simplefilter("ignore")
        return import_openvino().convert_model(module, example_input=example)


def save_graph(graph: Any, path: Path, name: str) -> None:
    """Write a graph to a file ending in .xml and its weights, in float16, beside it; one model gives one file.

    :param name: Of the graph. Operations are named by their place, for OpenVINO counts names through a process.
    """
    graph.set_friendly_name(name)
    for place, operation in enumerate(graph.get_ordered_ops()):
        operation.set_friendly_name(str(place))
    import_openvino().save_model(graph, path, compress_to_fp16=True)


def remove_graph(folder: Path) -> None:
    """Undo ``write_graph``."""
    shutil.rmtree(folder / _FOLDER)


class OpenVinoModel:
    """A graph with the tokenizer and the prompts of its model folder; safe to share by threads."""

    # One text after the other, each on all cores: a single question comes back soonest.
    batches_at_once: Final = 1

    def __init__(self, folder: Path) -> None:
        """Load what ``write_graph`` wrote.

        :raises EncoderError: If a file is missing or damaged.
        """
        try:
            core = import_openvino().Core()
            self._compiled = core.compile_model(folder / _GRAPH, "CPU", {"PERFORMANCE_HINT": "LATENCY"})
            self._tokenizer = load_tokenizer(folder)
            settings = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
            self.prompts: Mapping[str, str | None] = settings["prompts"]
        except Exception as error:  # OpenVINO and tokenizers raise errors of many kinds
            raise EncoderError(
                f"Das Sprachmodell in {folder} lässt sich nicht laden ({type(error).__name__}: {error}). "
                "Löschen Sie den Ordner; er wird dann neu angelegt."
            ) from error

    def encode(self, texts: list[str], prompt: str, task: str) -> npt.NDArray[np.float32]:
        """Return one vector per text, shape (len(texts), dimension)."""
        encoded = self._tokenizer.encode_batch([prompt + text for text in texts])
        tokens = np.array([one.ids for one in encoded], dtype=np.int64)
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        result = self._compiled.create_infer_request().infer({"input_ids": tokens, "attention_mask": mask})
        vectors: npt.NDArray[np.float32] = result[0].copy()  # the request's memory goes with it
        return vectors


@cache
def load_tokenizer(folder: Path) -> Tokenizer:
    """Load the tokenizer of a model folder, which pads and cuts to the model's length; once in a process."""
    settings = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    padding = settings["pad_token"]
    tokenizer.enable_truncation(settings["model_max_length"])
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id(padding), pad_token=padding)
    return tokenizer


def import_openvino() -> Any:
    """Import OpenVINO without its telemetry, which would otherwise report every import to its makers."""
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # Python's way to say: cannot be imported
    return importlib.import_module("openvino")
