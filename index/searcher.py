"""Hybrid search over one open generation."""

from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path

import numpy as np

from corpus.types import Document, Passage
from index import fusion
from index.dense import Rows
from index.document_cache import DocumentCache
from index.document_store import StoredDocument
from index.errors import REBUILD, SnapshotError
from index.generations import Hold, generations, index_folder, read_pointer
from index.lexical import LexicalScores
from index.manifest import Manifest
from index.snapshot import SnapshotContent, document_store, open_snapshot, read_documents
from index.terms import TermAnalyzer
from index.types import EmbeddingMatrix, Encoder, SearchHit, Vector
from index.vector_file import as_matrix, read_vectors


class Searcher:
    """One generation, open for its whole life; safe to share by threads.

    A row is the number of a passage, counted over all documents in order. Documents are read from the disk when they
    are needed: where one turns out to be damaged, `SnapshotError` is raised.
    """

    def __init__(self, data_folder: Path, manifest: Manifest, content: SnapshotContent, hold: Hold) -> None:
        store = document_store(data_folder)
        self.generation = manifest.generation
        self.stored: Mapping[str, StoredDocument] = {document.id: document for document in content.documents}
        self.documents: Mapping[str, Document] = DocumentCache(self.stored, store.document)
        self.analyzer = TermAnalyzer(content.splitter.split)
        self._document_analyzer = TermAnalyzer()
        self._data_folder = data_folder
        self._store = store
        self._hold = hold  # only kept: the generation stays on the disk as long as this object is there
        self._encoder_digest = manifest.encoder_digest
        self._dense = content.dense
        self._lexical = content.lexical
        self._document_lexical = content.document_lexical
        self._list: Sequence[StoredDocument] = content.documents
        # First row of every document, and the number of rows.
        self._starts = np.array(list(accumulate((len(d.sentence_counts) for d in self._list), initial=0)))
        # First vector of every row, counted over all documents, and the number of vectors.
        counts = [count + 1 for document in self._list for count in document.sentence_counts]
        self._vector_rows = np.cumsum([0, *counts])
        self._dimension = manifest.dimension

    @classmethod
    def open(cls, data_folder: Path, encoder: Encoder, generation: str | None = None) -> "Searcher":
        """Open a generation, which then stays on the disk as long as the searcher lives.

        :param generation: Its name; None takes the live one.
        :raises SnapshotError: If there is none, it is damaged, or another encoder made it.
        """
        folder = index_folder(data_folder) / (generation or read_pointer(data_folder).generation)
        hold = Hold(folder)
        manifest, content = open_snapshot(folder, document_store(data_folder))
        made_with, wanted = manifest.encoder_digest, encoder.digest
        if (made_with, manifest.dimension) != (wanted, encoder.dimension):
            raise SnapshotError(
                f"{folder} wurde mit dem Sprachmodell {manifest.encoder_name} ({made_with[:12]}…, "
                f"{manifest.dimension} Werte) gebaut, eingestellt ist {encoder.name} ({wanted[:12]}…, "
                f"{encoder.dimension} Werte). {REBUILD}"
            )
        return cls(data_folder, manifest, content, hold)

    def __len__(self) -> int:
        return int(self._starts[-1])

    def passage(self, row: int) -> Passage:
        """Return the passage of a row."""
        number = self._number(row)
        return self.documents[self._list[number].id].passages[row - int(self._starts[number])]

    def search(
        self, question: str, vector: Vector, top_k: int, allowed: Collection[str] | None = None
    ) -> list[SearchHit]:
        """Return the best passages for a question, best first, at most ``top_k``.

        :param vector: The question's vector from the encoder of this generation.
        :param allowed: Ids of the documents to search, None for all; unknown ids are no error.
        """
        rows = self._allowed_rows(allowed)
        lexical = self._lexical.scores(self.question_terms(question))
        candidates = np.union1d(self._dense.nearest(vector, fusion.DEPTH, rows), _matching(lexical, rows))
        nearness = self._nearness(candidates, vector)
        similarities, sentences = nearness[:, 0], nearness[:, 1]
        document_numbers = np.searchsorted(self._starts, candidates, side="right") - 1
        documents = self._document_scores(question)[document_numbers]
        scores = fusion.fuse(similarities, sentences, lexical[candidates], documents)
        order = np.lexsort((candidates, -similarities, -scores))[: max(top_k, 0)]
        return [
            SearchHit(int(candidates[n]), float(scores[n]), float(similarities[n]), float(lexical[candidates[n]]))
            for n in order
        ]

    def sentence_vectors(self, row: int) -> EmbeddingMatrix:
        """Return the vectors of the sentences of a passage, shape (sentences, dimension)."""
        return self.vectors(np.array([row]))[0][1:]

    def vectors(self, rows: Rows) -> tuple[EmbeddingMatrix, list[int]]:
        """Return for each row, in ascending order, the vector of the passage and then those of its sentences.

        :returns: All vectors, and how many belong to each row.
        """
        found: list[bytes] = []
        numbers = np.searchsorted(self._starts, rows, side="right") - 1
        starts = self._starts[numbers]
        firsts = self._vector_rows[rows]
        counts: list[int] = (self._vector_rows[rows + 1] - firsts).tolist()
        inside, vectors_inside = (rows - starts).tolist(), (firsts - self._vector_rows[starts]).tolist()
        places = zip(numbers.tolist(), zip(inside, vectors_inside, counts, strict=True), strict=True)
        for number, group in groupby(places, itemgetter(0)):
            path = self._store.vectors_path(self._list[number], self._encoder_digest)
            found += read_vectors(path, self._dimension, map(itemgetter(1), group))
        return as_matrix(found, self._dimension), counts

    def find(self, document_id: str, version: str = "") -> StoredDocument | None:
        """Return a document of this generation, or another version of it that a kept generation still holds.

        :param version: The SHA-256 of the file or the beginning of it; empty for the version of this generation.
        """
        own = self.stored.get(document_id)
        if not version or (own is not None and own.version.startswith(version)):
            return own
        kept = (stored for name in reversed(generations(self._data_folder)) for stored in self._documents_of(name))
        return next(
            (stored for stored in kept if stored.id == document_id and stored.version.startswith(version)), None
        )

    def document(self, stored: StoredDocument) -> Document:
        """Return what `find` found, whole."""
        return self.documents[stored.id] if self.stored.get(stored.id) == stored else self._store.document(stored)

    def original(self, stored: StoredDocument) -> bytes:
        """Return the file of a document as it was when it was read."""
        return self._store.original(stored)

    def word_boxes(self, stored: StoredDocument) -> bytes:
        """Return where the words of a document stand on its pages, packed (corpus/word_boxes.py); empty if unknown."""
        return self._store.word_boxes(stored)

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

    def _nearness(self, rows: Rows, vector: Vector) -> EmbeddingMatrix:
        """Return for each row the cosine of the passage and that of its nearest sentence, shape (len(rows), 2)."""
        if not len(rows):
            return np.empty((0, 2), np.float32)
        vectors, counts = self.vectors(rows)
        cosines = vectors @ vector
        starts = np.cumsum([0, *counts[:-1]])
        sentences = np.ones(len(cosines), bool)
        sentences[starts] = False
        of_sentences = np.where(sentences, cosines, np.float32(-1.0))
        return np.stack([cosines[starts], np.maximum.reduceat(of_sentences, starts)], axis=1)

    def _documents_of(self, generation: str) -> Sequence[StoredDocument]:
        """Return the documents of a kept generation; none if it is damaged, of an earlier format or just removed."""
        try:
            return read_documents(index_folder(self._data_folder) / generation)
        except SnapshotError:
            return ()

    def _number(self, row: int) -> int:
        """Return the number of the document that holds a row."""
        return int(np.searchsorted(self._starts, row, side="right")) - 1

    def _allowed_rows(self, allowed: Collection[str] | None) -> Rows | None:
        if allowed is None:
            return None
        found = [np.arange(*self._starts[n : n + 2]) for n, document in enumerate(self._list) if document.id in allowed]
        return np.concatenate([np.empty(0, np.int64), *found])


def _matching(scores: LexicalScores, rows: Rows | None) -> Rows:
    """Return the rows with the best scores above 0, best first, of all or of these rows."""
    of = scores if rows is None else scores[rows]
    above = np.flatnonzero(of > 0)  # of truth values it takes a tenth of the time
    if len(above) > fusion.DEPTH:  # sorting all would take the most time of a large index
        least = np.partition(of[above], -fusion.DEPTH)[-fusion.DEPTH]
        above = above[of[above] >= least]
    best = above[np.argsort(-of[above], kind="stable")[: fusion.DEPTH]]
    return best if rows is None else rows[best]
