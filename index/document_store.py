"""Documents as they were read, kept once for all generations: text, original file, words and vectors.

Every document has a folder of its own, named by a key over everything its reading depends on, so that a build takes
over what has not changed and an interrupted build goes on where it was. A folder is written beside its place, synced
and renamed, and its files are never changed: what is read is compared with its checksum each time.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import TypeAdapter

from corpus.types import Document
from corpus.version import reading_version
from index.document_words import DocumentWords, count_words
from index.durable import WRITING_PREFIX, make_folder, sync_folder, sync_tree, write_durably
from index.errors import REBUILD, SnapshotError
from index.types import EmbeddingMatrix
from index.vector_file import pack_vectors, read_all, vector_bytes

DOCUMENTS_FOLDER: Final = "documents"
STORE_FORMAT: Final = 3  # changes whenever a file of a stored document or the counting of words changes

_ENTRY: Final = "entry"  # SHA-256 of the second line, then the description in JSON
_DOCUMENT: Final = "document.json"
_ORIGINAL: Final = "original"
_WORD_BOXES: Final = "word-boxes"
_WORDS: Final = "words.txt"
_WORD_COUNTS: Final = "word-counts.npy"
_VECTORS: Final = "vectors-"
_DIGEST_SHOWN: Final = 16  # characters of the encoder's digest that name a file of vectors
_KEY_LENGTH: Final = 32


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Size in bytes and SHA-256 in hex of one file of a stored document."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What lists and searches need of a document; the rest stays on the disk.

    ``id`` to ``unknown_word_share`` are as in `corpus.types.Document`, ``pages`` is their number. ``sentence_counts``
    has one entry per passage. ``files`` maps names in the folder ``key`` to their checksums, vectors left out: these
    carry their own.
    """

    key: str
    id: str
    path: str
    version: str
    title: str
    published: date | None
    pages: int
    unknown_word_share: float
    sentence_counts: tuple[int, ...]
    files: dict[str, StoredFile]


_ENTRY_TYPE: Final = TypeAdapter(StoredDocument)
_DOCUMENT_TYPE: Final = TypeAdapter(Document)


def document_key(path: str, version: str, sidecar: str) -> str:
    """Return the name of the folder for a file read by the present rules.

    :param version: SHA-256 of the file.
    :param sidecar: SHA-256 of the keeper's statements beside it, empty without any.
    """
    parts = json.dumps([STORE_FORMAT, reading_version(), path, version, sidecar])
    return hashlib.sha256(parts.encode()).hexdigest()[:_KEY_LENGTH]


class DocumentStore:
    """The stored documents below one folder; safe to share by threads, one process at a time may write."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, key: str) -> StoredDocument | None:
        """Return a stored document after checking its files; None if it is not there or damaged."""
        try:
            stored = _read_entry(self._folder / key / _ENTRY)
            for name in stored.files:
                self._checked(stored, name)
        except (OSError, ValueError, SnapshotError):
            return None
        return stored if stored.key == key else None

    def add(self, key: str, document: Document, original: Path) -> StoredDocument | None:
        """Store a document with its original file; None if that is no longer the file that was read."""
        make_folder(self._folder)
        with tempfile.TemporaryDirectory(prefix=WRITING_PREFIX, dir=self._folder) as temporary:
            writing = Path(temporary) / key
            writing.mkdir()
            try:
                shutil.copyfile(original, writing / _ORIGINAL)
            except FileNotFoundError:
                return None
            (writing / _DOCUMENT).write_bytes(_DOCUMENT_TYPE.dump_json(document, exclude={"word_boxes"}))
            words = count_words(document)
            (writing / _WORDS).write_text("\n".join(words.words), encoding="utf-8")
            np.save(writing / _WORD_COUNTS, words.counts, allow_pickle=False)
            if document.word_boxes:
                (writing / _WORD_BOXES).write_bytes(document.word_boxes)
            stored = _describe(key, document, writing)
            if stored.files[_ORIGINAL].sha256 != document.version:
                return None
            _write_entry(stored, writing / _ENTRY)
            sync_tree(writing)
            if (self._folder / key).is_dir():
                self._repair(stored, writing)
            else:
                writing.rename(self._folder / key)
        sync_folder(self._folder)
        return stored

    def document(self, stored: StoredDocument) -> Document:
        """Return the whole document, without ``word_boxes``.

        :raises SnapshotError: If its file is missing or damaged, as do the others below.
        """
        document: Document = _DOCUMENT_TYPE.validate_json(self._checked(stored, _DOCUMENT))
        return document

    def words(self, stored: StoredDocument) -> DocumentWords:
        """Return the words of a document, counted."""
        words = self._checked(stored, _WORDS).decode().split("\n")
        counts = np.load(BytesIO(self._checked(stored, _WORD_COUNTS)), allow_pickle=False)
        return DocumentWords(words, counts, len(stored.sentence_counts))

    def original(self, stored: StoredDocument) -> bytes:
        """Return the file as it was when it was read."""
        return self._checked(stored, _ORIGINAL)

    def word_boxes(self, stored: StoredDocument) -> bytes:
        """Return where the words stand on the pages, packed (corpus/word_boxes.py); empty if unknown."""
        return self._checked(stored, _WORD_BOXES) if _WORD_BOXES in stored.files else b""

    def has_vectors(self, stored: StoredDocument, encoder_digest: str) -> bool:
        """Say whether the vectors of an encoder are there and whole."""
        try:
            self.vectors(stored, encoder_digest)
        except SnapshotError:
            return False
        return True

    def add_vectors(self, stored: StoredDocument, encoder_digest: str, vectors: EmbeddingMatrix) -> None:
        """Store the vectors of a document: for each passage its own, then those of its sentences."""
        path = Path(self.vectors_path(stored, encoder_digest))
        write_durably(path, pack_vectors(vectors, stored.sentence_counts))

    def vectors(self, stored: StoredDocument, encoder_digest: str) -> EmbeddingMatrix:
        """Return all vectors of a document that has passages, in the order in which they were stored."""
        return read_all(self.vectors_path(stored, encoder_digest), stored.sentence_counts)

    def vectors_path(self, stored: StoredDocument, encoder_digest: str) -> str:
        """Return the file of a document's vectors (index/vector_file.py)."""
        return f"{self._folder}/{stored.key}/{_VECTORS}{encoder_digest[:_DIGEST_SHOWN]}"

    def check_sizes(self, stored: StoredDocument, encoder_digest: str, dimension: int) -> None:
        """Check that the files of a document are there and of their size, without reading them.

        :raises SnapshotError: Naming the file that is not.
        """
        sizes = {self._folder / stored.key / name: file.size for name, file in stored.files.items()}
        if stored.sentence_counts:
            path = Path(self.vectors_path(stored, encoder_digest))
            sizes[path] = vector_bytes(stored.sentence_counts, dimension)
        for path, expected in sizes.items():
            try:
                size = path.stat().st_size
            except OSError as error:
                raise SnapshotError(f"{path} ist nicht lesbar ({error.strerror}). {REBUILD}") from error
            if size != expected:
                raise SnapshotError(f"{path} hat {size} statt {expected} Byte. {REBUILD}")

    def check(self, stored: StoredDocument, encoder_digest: str) -> None:
        """Read and check every file and vector of a document.

        :raises SnapshotError: Naming the file that is missing or damaged.
        """
        for name in stored.files:
            self._checked(stored, name)
        if stored.sentence_counts:
            self.vectors(stored, encoder_digest)

    def sweep(self, kept: Collection[str], encoder_digests: Collection[str]) -> None:
        """Remove what no generation needs: other documents, vectors of other encoders, left-overs."""
        names = {_ENTRY, _DOCUMENT, _ORIGINAL, _WORD_BOXES, _WORDS, _WORD_COUNTS}
        names.update(_VECTORS + digest[:_DIGEST_SHOWN] for digest in encoder_digests)
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            if folder.name not in kept:
                shutil.rmtree(folder)
                continue
            for path in folder.iterdir():
                if path.name not in names:
                    path.unlink()

    def _repair(self, stored: StoredDocument, writing: Path) -> None:
        """Replace the files of a damaged document one by one: generations that hold it lose none that is whole."""
        folder = self._folder / stored.key
        try:
            self._checked(stored, _DOCUMENT)
        except SnapshotError:  # damaged, or another reading: its vectors may not belong to this one
            for vectors in folder.glob(f"{_VECTORS}*"):
                vectors.unlink()
        for path in writing.iterdir():
            path.replace(folder / path.name)
        sync_folder(folder)

    def _checked(self, stored: StoredDocument, name: str) -> bytes:
        path = self._folder / stored.key / name
        try:
            data = path.read_bytes()
        except OSError as error:
            raise SnapshotError(f"{path} ist nicht lesbar ({error.strerror}). {REBUILD}") from error
        if hashlib.sha256(data).hexdigest() != stored.files[name].sha256:
            raise SnapshotError(f"{path} ist beschädigt. {REBUILD}")
        return data


def _write_entry(stored: StoredDocument, path: Path) -> None:
    description = _ENTRY_TYPE.dump_json(stored)
    path.write_bytes(hashlib.sha256(description).hexdigest().encode() + b"\n" + description)


def _read_entry(path: Path) -> StoredDocument:
    """Return the description of a document.

    :raises OSError, ValueError: If it is missing or damaged.
    """
    checksum, _, description = path.read_bytes().partition(b"\n")
    if checksum != hashlib.sha256(description).hexdigest().encode():
        raise ValueError(f"{path} ist beschädigt.")
    return _ENTRY_TYPE.validate_json(description)


def _describe(key: str, document: Document, folder: Path) -> StoredDocument:
    files = {}
    for path in sorted(folder.iterdir()):
        data = path.read_bytes()
        files[path.name] = StoredFile(len(data), hashlib.sha256(data).hexdigest())
    return StoredDocument(
        key=key,
        id=document.id,
        path=document.path,
        version=document.version,
        title=document.title,
        published=document.published,
        pages=len(document.pages),
        unknown_word_share=document.unknown_word_share,
        sentence_counts=tuple(passage.last - passage.first for passage in document.passages),
        files=files,
    )
