"""From a stand-alone question to the passages most likely to answer it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.types import Document, Passage
from index.document_store import StoredDocument
from index.searcher import Searcher
from index.types import EmbeddingMatrix, Encoder, SearchHit, Vector
from rag.types import Filters


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """One passage with what the reader needs of it.

    ``score`` is the fused score in [0, 1], ``similarity`` the cosine of question and passage, ``lexical`` its BM25
    score. ``sentences``, their ``sections`` and the rows of ``vectors`` (shape (n_sentences, dimension)) run over the
    sentences ``passage.first`` to ``passage.last``.
    """

    document: Document
    passage: Passage
    score: float
    similarity: float
    lexical: float
    sentences: tuple[str, ...]
    sections: tuple[str | None, ...]
    vectors: EmbeddingMatrix


@dataclass(frozen=True, slots=True)
class Retrieval:
    """A question, its vector and the passages found, best first."""

    question: str
    vector: Vector
    passages: Sequence[RetrievedPassage]

    def similarities(self) -> npt.NDArray[np.float32]:
        """Return the cosine of question and each sentence, of one passage after the other, shape (n_sentences,)."""
        return np.concatenate([found.vectors @ self.vector for found in self.passages])


class Retriever:
    """Searches one open generation with one encoder."""

    def __init__(self, searcher: Searcher, encoder: Encoder) -> None:
        self.searcher = searcher
        self._encoder = encoder

    def retrieve(self, question: str, top_k: int, filters: Filters | None = None) -> Retrieval:
        """Return up to ``top_k`` passages of the documents that pass the filters."""
        vector = self._encoder.encode_queries([question])[0]
        allowed = _allowed_documents(self.searcher, filters or Filters())
        hits = self.searcher.search(question, vector, top_k, allowed)
        return Retrieval(question, vector, [self._passage(hit) for hit in hits])

    def _passage(self, hit: SearchHit) -> RetrievedPassage:
        passage = self.searcher.passage(hit.passage)
        document = self.searcher.documents[passage.document_id]
        members = document.sentences[passage.first : passage.last]
        sentences = tuple(document.reading[sentence.span.start : sentence.span.end] for sentence in members)
        sections = tuple(sentence.section for sentence in members)
        vectors = self.searcher.sentence_vectors(hit.passage)
        return RetrievedPassage(document, passage, hit.score, hit.similarity, hit.lexical, sentences, sections, vectors)


def _allowed_documents(searcher: Searcher, filters: Filters) -> frozenset[str] | None:
    """Return the ids of the documents that pass, or None where nothing is filtered."""
    if filters == Filters(include_undated=filters.include_undated):
        return None
    return frozenset(document.id for document in searcher.stored.values() if _passes(document, filters))


def _passes(document: StoredDocument, filters: Filters) -> bool:
    if filters.document_ids is not None and document.id not in filters.document_ids:
        return False
    if filters.published_from is None and filters.published_to is None:
        return True
    if document.published is None:
        return filters.include_undated
    after = filters.published_from is None or document.published >= filters.published_from
    return after and (filters.published_to is None or document.published <= filters.published_to)
