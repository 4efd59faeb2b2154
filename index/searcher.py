"""Hybrid search over one open generation."""

from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np

from corpus.types import Document, Passage
from index import fusion
from index.dense import Rows
from index.errors import SnapshotError
from index.generations import live_generation
from index.lexical import LexicalScores
from index.manifest import Manifest
from index.snapshot import SnapshotContent, open_snapshot, original_path, word_boxes_path
from index.terms import TermAnalyzer
from index.types import EmbeddingMatrix, Encoder, SearchHit, Vector


class Searcher:
    """One generation, open for its whole life; safe to share by threads.

    ``documents`` maps ids to documents, ``passages`` are those of all documents in order: a row is an index into it.
    """

    def __init__(self, folder: Path, manifest: Manifest, content: SnapshotContent) -> None:
        self.generation = manifest.generation
        self.documents: Mapping[str, Document] = {document.id: document for document in content.documents}
        self.passages: Sequence[Passage] = content.passages
        self.analyzer = TermAnalyzer(content.splitter.split)
        self._document_analyzer = TermAnalyzer()
        self._folder = folder
        self._dense = content.dense
        self._lexical = content.lexical
        self._document_lexical = content.document_lexical
        # Still on the disk, but without the class of NumPy's memory maps, which makes every slice slow.
        self._sentence_vectors: EmbeddingMatrix = np.asarray(content.sentence_vectors)
        lengths = (passage.last - passage.first for passage in self.passages)
        self._first_sentence = list(accumulate(lengths, initial=0))  # passage row -> row of its first sentence
        ends = list(accumulate((len(document.passages) for document in content.documents), initial=0))
        self._rows = {document.id: np.arange(*ends[n : n + 2]) for n, document in enumerate(content.documents)}
        self._document_of = np.repeat(np.arange(len(ends) - 1), np.diff(ends))  # passage row -> number of its document
        self._numbers = {document.id: number for number, document in enumerate(content.documents)}

    @classmethod
    def open(cls, data_folder: Path, encoder: Encoder) -> "Searcher":
        """Open the live generation.

        :raises SnapshotError: If there is none, it is damaged, or another encoder made it.
        """
        folder = live_generation(data_folder)
        manifest, content = open_snapshot(folder)
        made_with, wanted = manifest.encoder_digest, encoder.digest
        if (made_with, manifest.dimension) != (wanted, encoder.dimension):
            raise SnapshotError(
                f"{folder} wurde mit dem Sprachmodell {manifest.encoder_name} ({made_with[:12]}…, "
                f"{manifest.dimension} Werte) gebaut, eingestellt ist {encoder.name} ({wanted[:12]}…, "
                f"{encoder.dimension} Werte). Bauen Sie den Index mit `fundstelle index build` neu."
            )
        return cls(folder, manifest, content)

    def search(
        self, question: str, vector: Vector, top_k: int, allowed: Collection[str] | None = None
    ) -> list[SearchHit]:
        """Return the best passages for a question, best first, at most ``top_k``.

        :param vector: The question's vector from the encoder of this generation.
        :param allowed: Ids of the documents to search, None for all; unknown ids are no error.
        """
        rows = self._allowed_rows(allowed)
        lexical = self._lexical.scores(self.question_terms(question))
        within = np.arange(len(self.passages)) if rows is None else rows
        matching = within[np.argsort(-lexical[within], kind="stable")[: fusion.DEPTH]]
        candidates = np.union1d(self._dense.nearest(vector, fusion.DEPTH, rows), matching)
        similarities = self._dense.similarities(vector, candidates)
        sentences = np.array([(self.sentence_vectors(row) @ vector).max(initial=-1.0) for row in candidates])
        documents = self._document_scores(question)[self._document_of[candidates]]
        scores = fusion.fuse(similarities, sentences, lexical[candidates], documents)
        order = np.lexsort((candidates, -similarities, -scores))[: max(top_k, 0)]
        return [
            SearchHit(int(candidates[n]), float(scores[n]), float(similarities[n]), float(lexical[candidates[n]]))
            for n in order
        ]

    def sentence_vectors(self, row: int) -> EmbeddingMatrix:
        """Return the vectors of the sentences of a passage, shape (sentences, dimension)."""
        return self._sentence_vectors[self._first_sentence[row] : self._first_sentence[row + 1]]

    def original(self, document_id: str) -> bytes:
        """Return the file of a document as it was when the snapshot was built.

        :raises KeyError: If there is no such document.
        """
        return original_path(self._folder, self._numbers[document_id]).read_bytes()

    def word_boxes(self, document_id: str) -> bytes:
        """Return where the words of a document stand on its pages, packed (corpus/word_boxes.py); empty if unknown.

        :raises KeyError: If there is no such document.
        """
        path = word_boxes_path(self._folder, self._numbers[document_id])
        return path.read_bytes() if path.exists() else b""

    def inverse_document_frequency(self, term: str) -> float | None:
        """Return how rare a term is in the corpus, None for a term no passage holds."""
        return self._lexical.inverse_document_frequency(term)

    def question_terms(self, question: str) -> list[str]:
        """Return the terms a question is searched with: single typing errors in words unknown here are corrected."""
        return [self._lexical.corrected(term) for term in self.analyzer.terms(question)]

    def _document_scores(self, question: str) -> LexicalScores:
        """Return the BM25 score of every document, by number."""
        corrected = map(self._document_lexical.corrected, self._document_analyzer.terms(question))
        return self._document_lexical.scores(list(corrected))

    def _allowed_rows(self, allowed: Collection[str] | None) -> Rows | None:
        if allowed is None:
            return None
        found = [rows for document_id, rows in self._rows.items() if document_id in allowed]
        return np.concatenate([np.empty(0, np.int64), *found])
