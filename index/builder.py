"""From a folder of reports to a live generation: what has not changed is taken over, the rest is read and embedded."""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from corpus import sidecar
from corpus.folder import SourceFile, printable_name, report_files, scan
from corpus.ingestion import ReadFile, ingest_or_refuse
from corpus.types import Document, Refusal
from corpus.version import reading_version
from index.compounds import CompoundSplitter, part_frequencies
from index.dense import DenseIndex
from index.document_store import DocumentStore, StoredDocument, document_key
from index.embedding import embed_missing
from index.errors import BuildError, SnapshotError
from index.generations import (
    builder_lock,
    generations,
    index_folder,
    new_name,
    not_writable,
    publish,
    remove_left_overs,
    remove_old,
)
from index.lexical import LexicalIndex
from index.manifest import Manifest, fingerprint, read_manifest, write_manifest
from index.snapshot import SnapshotContent, document_store, open_snapshot, read_documents, write_content
from index.status import live_snapshot, reasons_to_rebuild, search_parameters
from index.term_counts import CorpusWords
from index.terms import TermAnalyzer
from index.types import EmbeddingMatrix, Encoder, Progress
from index.vector_file import first_rows

KEPT_GENERATIONS: Final = 3
_SAMPLE: Final = 256  # sentences that stand for questions where the recall of the search is measured

ProgressOf = Callable[[str], Progress]  # what is counted, in German -> who is told


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did, in numbers of documents; ``embedded`` counts texts.

    ``reasons`` say in German which rules had changed since the build before.
    """

    generation: str
    documents: int
    passages: int
    read: int
    taken_over: int
    removed: int
    embedded: int
    reasons: tuple[str, ...]
    refusals: tuple[Refusal, ...]


def build_index(
    corpus_folder: Path,
    data_folder: Path,
    encoder: Encoder,
    progress: ProgressOf = lambda _: lambda done, total: None,
    kept: int = KEPT_GENERATIONS,
    read: ReadFile | None = None,
) -> BuildResult:
    """Build a generation of the reports in a folder and make it live.

    An interrupted build leaves the live generation as it was; the next one goes on with what was read and embedded.

    :param kept: Generations that stay, the new one included.
    :param read: Reads one report; None takes `corpus.ingestion.ingest_file`.
    :raises BuildError: If there is nothing to index or nothing can be written; the live generation is untouched.
    """
    with builder_lock(data_folder):
        try:
            remove_left_overs(data_folder)  # first of all: they may be what fills the disk
            return _Build(corpus_folder, data_folder, encoder, progress).run(kept, read)
        except OSError as error:
            raise not_writable(index_folder(data_folder), error) from error


class _Build:
    """One build, under the lock."""

    def __init__(self, corpus_folder: Path, data_folder: Path, encoder: Encoder, progress: ProgressOf) -> None:
        self._corpus_folder = corpus_folder
        self._data_folder = data_folder
        self._store = document_store(data_folder)
        self._encoder = encoder
        self._progress = progress
        self._before = live_snapshot(data_folder)

    def run(self, kept: int, read: ReadFile | None) -> BuildResult:
        before, documents_before = self._before or (None, ())
        sources = scan(self._corpus_folder, before.sources if before else {})
        documents, refusals, new = self._read(sources, read)
        if not any(document.sentence_counts for document in documents):
            raise BuildError(
                f"In {self._corpus_folder} liegt kein lesbarer Bericht ({len(refusals)} Dateien abgelehnt). "
                "Legen Sie Berichte hinein; `fundstelle corpus report` nennt die Gründe der Ablehnung."
            )
        embedded = embed_missing(
            documents,
            self._store,
            self._encoder,
            _predecessors(documents_before),
            self._progress("Texte werden eingebettet"),
        )
        content = self._content(documents)
        now = datetime.now(UTC)
        manifest = Manifest(
            generation=new_name(self._data_folder, now),
            created=now.isoformat(timespec="seconds"),
            corpus_version=reading_version(),
            encoder_name=self._encoder.name,
            encoder_digest=self._encoder.digest,
            dimension=content.dense.dimension,
            documents=len(documents),
            passages=len(content.dense),
            sentences=sum(sum(document.sentence_counts) for document in documents),
            parameters=search_parameters(),
            search=content.dense.search,
            sources=sources,
            refusals=tuple(refusals),
            files={},
        )
        publish(self._data_folder, manifest.generation, lambda folder: _write(content, manifest, self._store, folder))
        remove_unneeded(self._data_folder, kept)
        present = {document.path for document in documents}
        return BuildResult(
            generation=manifest.generation,
            documents=len(documents),
            passages=manifest.passages,
            read=new,
            taken_over=len(documents) - new,
            removed=sum(document.path not in present for document in documents_before),
            embedded=embedded,
            reasons=tuple(reasons_to_rebuild(before, self._encoder.digest)) if before else (),
            refusals=tuple(refusals),
        )

    def _read(
        self, sources: dict[str, SourceFile], read: ReadFile | None
    ) -> tuple[list[StoredDocument], list[Refusal], int]:
        """Return the stored documents, what was refused, and how many were read anew; corrects ``sources``."""
        root = self._corpus_folder.resolve()
        documents: list[StoredDocument] = []
        refusals: list[Refusal] = []
        new = 0
        paths = [path for path in report_files(self._corpus_folder) if printable_name(path, root) in sources]
        show = self._progress("Berichte werden gelesen")
        for done, path in enumerate(paths, start=1):
            name = printable_name(path, root)
            stated = sources.get(printable_name(path.with_suffix(sidecar.SUFFIX), root))
            result = self._stored_or_read(path, root, sources[name].digest, stated.digest if stated else "", read)
            if isinstance(result, Document):
                new += 1
                stored = self._store.add(
                    document_key(name, result.version, stated.digest if stated else ""), result, path
                )
                changed = stored is None or result.version != sources[name].digest
                if changed:  # while it was read: to be looked at again next time
                    sources[name] = replace(sources[name], digest=result.version if stored else "", seen_ns=0)
                result = stored or Refusal(name, "Die Datei wurde während des Lesens geändert. Bauen Sie noch einmal.")
            if isinstance(result, Refusal):
                refusals.append(result)
            elif result is not None:
                documents.append(result)
            show(done, len(paths))
        return documents, refusals, new

    def _stored_or_read(
        self, path: Path, root: Path, digest: str, stated: str, read: ReadFile | None
    ) -> StoredDocument | Document | Refusal | None:
        stored = self._store.find(document_key(printable_name(path, root), digest, stated)) if digest else None
        return stored or ingest_or_refuse(path, root, read)

    def _content(self, documents: Sequence[StoredDocument]) -> SnapshotContent:
        passages, questions = self._vectors(documents)
        words = CorpusWords(map(self._store.words, documents))
        splitter = CompoundSplitter(part_frequencies(words.frequencies()))
        counts, terms = words.passage_terms(TermAnalyzer(splitter.split))
        if not terms:
            raise BuildError(
                "Kein Bericht enthält ein suchbares Wort. Prüfen Sie die Dateien mit `fundstelle corpus report`."
            )
        return SnapshotContent(
            documents=tuple(documents),
            dense=DenseIndex.build(passages, questions),
            lexical=LexicalIndex.build(counts, terms),
            # Compounds unsplit: what a document is about shows in its own words.
            document_lexical=LexicalIndex.build(*words.document_terms(TermAnalyzer())),
            splitter=splitter,
        )

    def _vectors(self, documents: Sequence[StoredDocument]) -> tuple[EmbeddingMatrix, EmbeddingMatrix]:
        """Return the vectors of all passages, and those of some sentences, which are asked for like questions."""
        passages: list[EmbeddingMatrix] = []
        questions: list[EmbeddingMatrix] = []
        step = max(1, sum(sum(document.sentence_counts) for document in documents) // _SAMPLE)
        for document in documents:
            if document.sentence_counts:
                rows = self._store.vectors(document, self._encoder.digest)
                firsts = first_rows(document.sentence_counts)
                passages.append(rows[firsts[:-1]])
                questions.append(np.delete(rows, firsts[:-1], axis=0)[::step])
        return np.concatenate(passages), np.concatenate(questions)


def remove_unneeded(data_folder: Path, kept: int) -> None:
    """Remove old generations but ``kept``, and whatever no generation needs; call it under the builder's lock."""
    remove_left_overs(data_folder)
    remove_old(data_folder, kept)
    keys: set[str] = set()
    encoders: set[str] = set()
    for name in generations(data_folder):
        folder = index_folder(data_folder) / name
        with contextlib.suppress(SnapshotError):  # of an earlier format, or damaged: nothing is read through it
            encoders.add(read_manifest(folder).encoder_digest)
            keys.update(document.key for document in read_documents(folder))
    document_store(data_folder).sweep(keys, encoders)


def _write(content: SnapshotContent, manifest: Manifest, store: DocumentStore, folder: Path) -> None:
    write_content(content, folder)
    write_manifest(replace(manifest, files=fingerprint(folder)), folder)
    try:
        open_snapshot(folder, store)
    except SnapshotError as error:  # say the disk got full where a library does not tell
        raise BuildError(f"Die neue Generation ist nicht heil, die alte bleibt in Betrieb. {error}") from error


def _predecessors(documents: Iterable[StoredDocument]) -> Callable[[StoredDocument], list[StoredDocument]]:
    """Return a function that finds the earlier state of a document: of the same path, or the same file elsewhere."""
    by_name: defaultdict[str, list[StoredDocument]] = defaultdict(list)
    for document in documents:
        by_name[document.path].append(document)
        by_name[document.version].append(document)
    return lambda document: [*by_name.get(document.path, []), *by_name.get(document.version, [])]
