"""Labelled questions as the reader sees them: through the same ingestion, index and retrieval as when answering."""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.locate import sentence_spans
from corpus.types import Document, Span
from index.types import Encoder
from rag.evaluation.datasets import Dataset, LabelledQuestion
from rag.evaluation.overlap import covers
from rag.evaluation.scratch_index import ids_by_name, scratch_index
from rag.features import QuestionTerms, sentence_features, weigh
from rag.retriever import Retrieval, Retriever
from rag.types import Filters

_TOP_K = 8
_HELD_BACK = 4  # one group in four
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled question as the reader sees it; ``gold`` marks the answering sentences, shape (n_sentences,)."""

    labelled: LabelledQuestion
    retrieval: Retrieval
    terms: QuestionTerms
    features: FloatArray
    gold: npt.NDArray[np.bool_]


def held_back(group: str) -> bool:
    """Return whether a group is kept from the cross-encoder, so that what it says of it can be weighed honestly."""
    return zlib.crc32(group.encode()) % _HELD_BACK == 0


def make_examples(datasets: Iterable[Dataset], encoder: Encoder, notice: Callable[[str], None]) -> list[Example]:
    """Build an index of each data set's texts and read every question through it."""
    return [example for dataset in datasets for example in _read_through(dataset, encoder, notice)]


def _read_through(dataset: Dataset, encoder: Encoder, notice: Callable[[str], None]) -> list[Example]:
    notice(f"{len(dataset.texts)} Texte werden gelesen und eingebettet …")
    with scratch_index(dataset.texts, encoder) as searcher:
        retriever, ids = Retriever(searcher, encoder), ids_by_name(searcher)
        examples = (_example(labelled, retriever, ids) for labelled in dataset.questions)
        return [example for example in examples if len(example.gold)]


def _example(labelled: LabelledQuestion, retriever: Retriever, ids: dict[str, str]) -> Example:
    allowed = frozenset(ids[name] for name in labelled.files if name in ids)
    retrieval = retriever.retrieve(labelled.question, _TOP_K, Filters(document_ids=allowed))
    searcher = retriever.searcher
    terms = weigh(searcher.question_terms(labelled.question), searcher.inverse_document_frequency)
    gold = [
        found.document.path == labelled.gold_file and overlaps
        for found in retrieval.passages
        for overlaps in _answering(found.document, found.passage.first, found.passage.last, labelled.gold)
    ]
    features = sentence_features(retrieval, terms, searcher.analyzer)
    return Example(labelled, retrieval, terms, features, np.array(gold, dtype=bool))


def _answering(document: Document, first: int, last: int, gold: Sequence[Span]) -> list[bool]:
    """Return for each sentence whether a marked span lies in it, or most of it in a marked span."""
    return [covers(span, gold) for span in sentence_spans(document)[first:last]]
