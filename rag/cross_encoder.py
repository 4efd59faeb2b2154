"""A second look at the best sentences: question and sentence read together by a small network.

A cross-encoder (Nogueira and Cho 2019, arXiv:1901.04085) sees what vectors made apart cannot: whether the sentence says
what is asked or only speaks of it. It is the lower half of the embedded encoder, fitted by
``fundstelle train cross-encoder`` (rag/training/cross_network.py); docs/reader_card.md says on what.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from corpus.cache import cache_folder
from index import embedded_encoder
from index.document_words import heading
from index.openvino_model import import_openvino, load_tokenizer
from index.word_table import open_word_table
from rag.errors import ModelFileError
from rag.retriever import Retrieval

GRAPH_FILE: Final = Path(__file__).with_name("cross_encoder.xml")  # the weights lie beside it in a file ending in .bin
# Characters that are read, so that a long sentence costs no more than about a hundred tokens.
_QUESTION, _HEADING, _SENTENCE = 300, 100, 400


class Pair(NamedTuple):
    """The two texts that are read together."""

    question: str
    sentence: str


def pair(question: str, title: str, section: str | None, sentence: str) -> Pair:
    """Return a question and a sentence under its heading as the network reads them."""
    under = heading(title, section)[:_HEADING]
    return Pair(f"query: {question[:_QUESTION]}", f"passage: {under}: {sentence[:_SENTENCE]}")


def pairs_of(retrieval: Retrieval) -> list[Pair]:
    """Return the question with each sentence, in the order of the passages and of their sentences."""
    return [
        pair(retrieval.question, found.document.title, section, sentence)
        for found in retrieval.passages
        for section, sentence in zip(found.sections, found.sentences, strict=True)
    ]


class CrossEncoder:
    """The network as an OpenVINO graph over the embedded encoder's words; safe to share by threads."""

    def __init__(self, encoder_folder: Path, graph: Path = GRAPH_FILE) -> None:
        """Load a graph that ``cross_network.export`` wrote.

        :raises ModelFileError: If a file of it is missing or damaged.
        """
        self._tokenizer = load_tokenizer(encoder_folder)
        self._words = open_word_table(encoder_folder)
        try:
            # float32 on every processor: bfloat16 rounds the log odds, and eight-bit weights are as fast without.
            options = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
            self._compiled: Any = import_openvino().Core().compile_model(graph, "CPU", options)
        except Exception as error:  # OpenVINO raises errors of many kinds
            raise ModelFileError(f"{graph}: the cross-encoder cannot be loaded ({error}); install again") from error

    def log_odds(self, pairs: Sequence[Pair]) -> npt.NDArray[np.float64]:
        """Return the log odds that each sentence answers its question, shape (len(pairs),)."""
        if not pairs:
            return np.empty(0)
        encoded = self._tokenizer.encode_batch([tuple(one) for one in pairs])
        tokens = np.array([one.ids for one in encoded])
        mask = np.array([one.attention_mask for one in encoded], dtype=np.int64)
        inputs = {"inputs_embeds": self._words[tokens], "attention_mask": mask}
        found: npt.NDArray[np.float64] = self._compiled.create_infer_request().infer(inputs)[0].astype(np.float64)
        return found


@cache
def load_cross_encoder() -> CrossEncoder:
    """Load the cross-encoder that ships, once in a process.

    :raises EncoderError, ModelFileError: If the embedded encoder or the graph cannot be loaded.
    """
    return CrossEncoder(embedded_encoder.prepared_folder(cache_folder()))
