"""Whether a generation is whole: every checksum, every place, a sample of the vectors."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from corpus.alignment import AlignedText
from corpus.types import Document
from index.document_store import DocumentStore, StoredDocument
from index.errors import REBUILD, SnapshotError
from index.generations import live_generation
from index.manifest import Manifest
from index.snapshot import SnapshotContent, document_store, open_snapshot
from index.types import Vector
from index.vector_file import first_rows

_SAMPLE: Final = 100  # passages
_NEAREST: Final = 50
_TOLERANCE: Final = 0.01  # of a vector's length, which half precision leaves


def verify(data_folder: Path) -> Manifest:
    """Read the live generation and all its documents, and return the generation's description.

    :raises SnapshotError: Naming the first file or document that is missing, damaged or inconsistent.
    """
    folder, store = live_generation(data_folder), document_store(data_folder)
    manifest, content = open_snapshot(folder, store)
    for stored in content.documents:
        store.check(stored, manifest.encoder_digest)
        if not _places_fit(store.document(stored), stored):
            raise SnapshotError(f"Die Stellen in {stored.path} (Dokument {stored.id}) passen nicht. {REBUILD}")
    for row, vector in _sample(content, store, manifest.encoder_digest):
        unit = abs(float(np.linalg.norm(vector)) - 1.0) < _TOLERANCE
        if not unit or row not in content.dense.nearest(vector, _NEAREST):
            raise SnapshotError(f"{folder}: Der Vektor von Abschnitt {row} passt nicht zum Verzeichnis. {REBUILD}")
    return manifest


def _places_fit(document: Document, stored: StoredDocument) -> bool:
    """Say whether every sentence, passage and page lies where the texts have it."""
    aligned = AlignedText(document.source_text, document.edits)
    sentences = document.sentences
    spans = [sentence.span for sentence in sentences]
    inside = all(0 <= span.start < span.end <= len(document.reading) for span in spans)
    pages = all(0 <= page.span.start <= page.span.end <= len(document.source_text) for page in document.pages)
    borders = [0, *(passage.last for passage in document.passages)]
    joined = [first == passage.first for first, passage in zip(borders, document.passages, strict=False)]
    counts = tuple(passage.last - passage.first for passage in document.passages)
    return (
        aligned.reading == document.reading
        and inside
        and pages
        and all(joined)
        and borders[-1] == len(sentences)
        and counts == stored.sentence_counts
        and all(
            passage.text == " ".join(document.reading[s.start : s.end] for s in spans[passage.first : passage.last])
            for passage in document.passages
        )
    )


def _sample(content: SnapshotContent, store: DocumentStore, encoder_digest: str) -> Iterator[tuple[int, Vector]]:
    """Yield row and stored vector of some passages, others each time."""
    starts = np.cumsum([0, *(len(stored.sentence_counts) for stored in content.documents)])
    for row in sorted(random.sample(range(int(starts[-1])), min(_SAMPLE, int(starts[-1])))):
        number = int(np.searchsorted(starts, row, side="right")) - 1
        stored = content.documents[number]
        rows = store.vectors(stored, encoder_digest)
        yield row, rows[first_rows(stored.sentence_counts)[row - int(starts[number])]]
