"""What of a document is embedded, and how it is done: each different text once, known ones not again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final

import numpy as np

from corpus.types import Document, Passage
from index.document_store import DocumentStore, StoredDocument
from index.document_words import heading
from index.types import Encoder, Progress, Vector

_AT_ONCE: Final = 1024  # texts embedded together; a build that is stopped loses no more than these

Predecessors = Callable[[StoredDocument], Iterable[StoredDocument]]


def embedded_texts(document: Document) -> list[str]:
    """Return for each passage its own text and then those of its sentences, as the encoder sees them."""
    return [text for passage in document.passages for text in _texts_of(document, passage)]


def embed_missing(
    documents: Sequence[StoredDocument],
    store: DocumentStore,
    encoder: Encoder,
    predecessors: Predecessors,
    progress: Progress,
) -> int:
    """Make the vectors of all documents that have none of this encoder; return how many texts were embedded.

    :param predecessors: Documents that may hold the same texts, embedded already.
    """
    missing = [
        document
        for document in documents
        if document.sentence_counts and not store.has_vectors(document, encoder.digest)
    ]
    total = sum(map(_texts_in, missing))
    done = embedded = 0
    for group in _groups(missing):
        texts = {document.key: embedded_texts(store.document(document)) for document in group}
        vectors = _known_vectors(group, store, encoder.digest, predecessors)
        new = list(dict.fromkeys(text for own in texts.values() for text in own if text not in vectors))
        reused = sum(len(own) for own in texts.values()) - len(new)
        if new:  # else the model need not even be loaded
            encoded = encoder.encode_passages(new, _shifted(progress, done + reused, total))
            vectors.update(zip(new, encoded, strict=True))
        for document in group:
            matrix = np.array([vectors[text] for text in texts[document.key]], np.float32)
            store.add_vectors(document, encoder.digest, matrix)
        embedded += len(new)
        done += len(new) + reused
        if not new:
            progress(done, total)
    return embedded


def _known_vectors(
    group: Sequence[StoredDocument], store: DocumentStore, encoder_digest: str, predecessors: Predecessors
) -> dict[str, Vector]:
    known: dict[str, Vector] = {}
    for document in group:
        for before in predecessors(document):
            if store.has_vectors(before, encoder_digest):
                rows = store.vectors(before, encoder_digest)
                known.update(zip(embedded_texts(store.document(before)), rows, strict=True))
    return known


def _groups(documents: Iterable[StoredDocument]) -> Iterator[list[StoredDocument]]:
    group: list[StoredDocument] = []
    for document in documents:
        group.append(document)
        if sum(map(_texts_in, group)) >= _AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _texts_in(document: StoredDocument) -> int:
    return sum(document.sentence_counts) + len(document.sentence_counts)


def _shifted(progress: Progress, before: int, total: int) -> Progress:
    return lambda done, _: progress(before + done, total)


def _texts_of(document: Document, passage: Passage) -> list[str]:
    """Return a passage with the title and each section's name, and each of its sentences under its heading."""
    sentences = [
        (sentence.section, document.reading[sentence.span.start : sentence.span.end])
        for sentence in document.sentences[passage.first : passage.last]
    ]
    parts = [
        (section, " ".join(sentence for _, sentence in group))
        for section, group in groupby(sentences, key=itemgetter(0))
    ]
    (first, text), *rest = parts
    whole = " ".join(
        [f"{heading(document.title, first)}: {text}", *(f"{name}: {part}" if name else part for name, part in rest)]
    )
    return [whole, *(f"{heading(document.title, section)}: {sentence}" for section, sentence in sentences)]
