"""From documents to a live snapshot, and what there is to know about the live one."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np

from corpus.types import Document, Ingestion, Passage
from corpus.version import reading_version
from index import fusion, lexical
from index.compounds import CompoundSplitter, part_frequencies
from index.dense import DenseIndex
from index.errors import BuildError, SnapshotError
from index.generations import builder_lock, generations, live_generation, publish
from index.lexical import LexicalIndex
from index.manifest import Manifest, check_files, fingerprint, read_manifest, write_manifest
from index.snapshot import SnapshotContent, open_snapshot, write_content
from index.terms import TermAnalyzer, words
from index.types import EmbeddingMatrix, Encoder, Progress


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The live generation, and all that are kept, oldest first."""

    manifest: Manifest
    generations: tuple[str, ...]


def build_index(
    ingestion: Ingestion, encoder: Encoder, data_folder: Path, corpus_folder: Path, progress: Progress | None = None
) -> str:
    """Build a snapshot of the documents, make it live and return the name of its generation.

    :param corpus_folder: The folder the documents were read from.
    :param progress: Told how many texts are embedded, of how many.
    :raises BuildError: If there is nothing to index or a file changed meanwhile; the live snapshot is untouched.
    """
    if not any(document.passages for document in ingestion.documents):
        raise BuildError(
            f"In {corpus_folder} liegt kein lesbarer Bericht ({len(ingestion.refusals)} Dateien abgelehnt). "
            "Legen Sie Berichte hinein; `fundstelle corpus report` nennt die Gründe der Ablehnung."
        )
    with builder_lock(data_folder):
        content = _index(ingestion.documents, encoder, progress)
        now = datetime.now(UTC)
        generation = now.strftime("%Y%m%dT%H%M%S-%f")
        sources = _sources(ingestion, corpus_folder)

        def write(folder: Path) -> None:
            write_content(content, corpus_folder, folder)
            manifest = Manifest(
                generation=generation,
                created=now.isoformat(timespec="seconds"),
                corpus_version=reading_version(),
                encoder_name=encoder.name,
                encoder_digest=encoder.digest,
                dimension=encoder.dimension,
                documents=len(content.documents),
                passages=len(content.dense),
                sentences=len(content.sentence_vectors),
                parameters=_parameters(),
                sources=sources,
                files=fingerprint(folder),
            )
            write_manifest(manifest, folder)
            open_snapshot(folder)

        publish(data_folder, generation, write)
    return generation


def is_current(data_folder: Path, corpus_folder: Path, encoder_digest: str) -> bool:
    """Say whether the live snapshot is whole and belongs to the present files, reading rules and encoder."""
    try:
        folder = live_generation(data_folder)
        manifest = read_manifest(folder)
        check_files(manifest, folder)
    except SnapshotError:
        return False
    made_with = (manifest.encoder_digest, manifest.corpus_version, manifest.parameters)
    wanted = (encoder_digest, reading_version(), _parameters())
    return made_with == wanted and corpus_folder.is_dir() and manifest.sources == fingerprint(corpus_folder)


def status(data_folder: Path) -> IndexStatus:
    """Describe the live snapshot without checking its files.

    :raises SnapshotError: If there is none or its manifest is damaged.
    """
    return IndexStatus(read_manifest(live_generation(data_folder)), tuple(generations(data_folder)))


def verify(data_folder: Path) -> IndexStatus:
    """Open the live snapshot with every check and describe it.

    :raises SnapshotError: If it is missing, damaged or inconsistent.
    """
    open_snapshot(live_generation(data_folder))
    return status(data_folder)


def heading(document: Document, section: str | None) -> str:
    """Return what a sentence stands under: the title of its document and its section."""
    return f"{document.title} – {section}" if section and section != document.title else document.title


def _index(documents: tuple[Document, ...], encoder: Encoder, progress: Progress | None) -> SnapshotContent:
    passages = [(document, passage) for document in documents for passage in document.passages]
    texts = [_embedded_text(document, passage) for document, passage in passages]
    sentences = [
        f"{heading(document, section)}: {sentence}"
        for document, passage in passages
        for section, sentence in _sentences(document, passage)
    ]
    vectors = _encode_once([*texts, *sentences], encoder, progress)
    splitter = CompoundSplitter(part_frequencies(Counter(word for text in texts for word in words(text))))
    analyzer = TermAnalyzer(splitter.split)
    terms = [
        analyzer.terms(heading(document, passage.section)) * lexical.HEADING_WEIGHT + analyzer.terms(passage.text)
        for document, passage in passages
    ]
    if not any(terms):
        raise BuildError(
            "Kein Bericht enthält ein suchbares Wort. Prüfen Sie die Dateien mit `fundstelle corpus report`."
        )
    return SnapshotContent(
        documents=documents,
        dense=DenseIndex.build(vectors[: len(texts)]),
        lexical=LexicalIndex.build(terms),
        document_lexical=LexicalIndex.build(_document_terms(documents)),
        sentence_vectors=vectors[len(texts) :],
        splitter=splitter,
    )


def _document_terms(documents: tuple[Document, ...]) -> list[list[str]]:
    """Return the terms of each document as a whole, compounds unsplit: what it is about shows in its own words."""
    analyzer = TermAnalyzer()
    return [
        analyzer.terms(document.title) * lexical.HEADING_WEIGHT
        + analyzer.terms(" ".join(passage.text for passage in document.passages))
        for document in documents
    ]


def _sentences(document: Document, passage: Passage) -> list[tuple[str | None, str]]:
    """Return section and text of each sentence of a passage."""
    return [
        (sentence.section, document.reading[sentence.span.start : sentence.span.end])
        for sentence in document.sentences[passage.first : passage.last]
    ]


def _embedded_text(document: Document, passage: Passage) -> str:
    """Return a passage as the encoder sees it: the title, then each section with its name before its sentences."""
    parts = [
        (section, " ".join(sentence for _, sentence in group))
        for section, group in groupby(_sentences(document, passage), key=itemgetter(0))
    ]
    (first, text), *rest = parts
    return " ".join(
        [f"{heading(document, first)}: {text}", *(f"{name}: {part}" if name else part for name, part in rest)]
    )


def _encode_once(texts: list[str], encoder: Encoder, progress: Progress | None) -> EmbeddingMatrix:
    """Encode each different text once and return one row per text."""
    rows = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    vectors = encoder.encode_passages(list(rows), progress)
    matrix: EmbeddingMatrix = vectors[np.fromiter((rows[text] for text in texts), np.int64)]
    return matrix


def _sources(ingestion: Ingestion, corpus_folder: Path) -> dict[str, str]:
    """Return the files that were read or refused, with their digests; one that came later is left to the next build."""
    present = fingerprint(corpus_folder)
    for document in ingestion.documents:
        if present.get(document.path) != document.version:
            raise BuildError(
                f"{corpus_folder / document.path} wurde geändert, während der Index gebaut wurde. "
                "Bauen Sie den Index noch einmal."
            )
    seen = {document.path for document in ingestion.documents} | {refusal.path for refusal in ingestion.refusals}
    seen.update(ingestion.sidecars)
    return {path: digest for path, digest in present.items() if path in seen}


def _parameters() -> dict[str, str | float]:
    return {
        "bm25_method": lexical.METHOD,
        "bm25_k1": lexical.K1,
        "bm25_b": lexical.B,
        "heading_weight": float(lexical.HEADING_WEIGHT),
        "fusion_depth": float(fusion.DEPTH),
        "fusion_dense_weight": fusion.DENSE_WEIGHT,
        "fusion_document_share": fusion.DOCUMENT_SHARE,
        "fusion_sentence_share": fusion.SENTENCE_SHARE,
    }
