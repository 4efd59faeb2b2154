"""From the folder of reports to documents.

One bad file never stops the rest: it becomes a refusal with its reason.
"""

import hashlib
import logging
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Final

from corpus import sidecar
from corpus.errors import CorpusError, UnreadableFileError, UnsupportedFormatError
from corpus.folder import printable_name, report_files
from corpus.metadata import find_date, find_publisher, find_title
from corpus.options import MAX_CHARACTERS, MAX_FILE_BYTES
from corpus.passages import build_passages
from corpus.readers.formats import READERS
from corpus.reading import read_source
from corpus.restoration.lexicon import unknown_word_share
from corpus.types import Document, Ingestion, Refusal

ReadFile = Callable[[Path, Path], Document]  # (file, folder of reports)

_log = logging.getLogger(__name__)
_GERMAN_LETTERS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_MAX_SLUG_CHARACTERS: Final = 60


def ingest_folder(folder: Path, progress: Callable[[int, int], None] | None = None) -> Ingestion:
    """Read every report below a folder, ordered by path; hidden files are skipped.

    :param progress: Called with (files done, files in all) after each file.
    :raises CorpusFolderError: If the folder does not exist.
    """
    paths, root = report_files(folder), folder.resolve()
    documents: list[Document] = []
    refusals: list[Refusal] = []
    for done, path in enumerate(paths, start=1):
        result = ingest_or_refuse(path, root)
        if isinstance(result, Document):
            documents.append(result)
        elif isinstance(result, Refusal):
            refusals.append(result)
        if progress:
            progress(done, len(paths))
    return Ingestion(tuple(documents), tuple(refusals))


def ingest_or_refuse(path: Path, root: Path, read: ReadFile | None = None) -> Document | Refusal | None:
    """Read one file of the folder ``root``: None for a sidecar that can be used, a refusal whatever goes wrong.

    :param read: Reads a report; None takes `ingest_file`.
    """
    name = printable_name(path, root)
    try:
        if path.name.endswith(sidecar.SUFFIX):
            _check_sidecar(path)
            return None
        return (read or ingest_file)(path, root)
    except CorpusError as error:
        return Refusal(name, str(error))
    except Exception as error:  # a file must not stop the others, whatever it meets
        _log.exception("unexpected error while reading %s", path)
        return Refusal(name, f"Unerwarteter Fehler beim Lesen ({type(error).__name__}). Bitte die Datei melden.")


def ingest_file(path: Path, root: Path) -> Document:
    """Read one report; its path below ``root`` becomes its identity.

    The statements of a sidecar win over the file's own; one that cannot be read counts as none.

    :raises CorpusError: If the file cannot be read, with the reason in German.
    """
    data = _bytes(path, root)
    name = path.relative_to(root).as_posix()
    raw = READERS[path.suffix.lower()](data)
    if len(raw.source_text) > MAX_CHARACTERS:
        found, limit = (f"{count:,}".replace(",", ".") for count in (len(raw.source_text), MAX_CHARACTERS))
        raise UnreadableFileError(f"Die Datei hat {found} Zeichen; erlaubt sind {limit}. Bitte teilen.")
    stated = _stated(path)
    reading = read_source(raw)
    identity = document_id(name)
    return Document(
        id=identity,
        path=name,
        version=hashlib.sha256(data).hexdigest(),
        title=stated.title or find_title(raw, reading, name),
        published=stated.published or find_date(raw, reading, name),
        extractor=raw.extractor,
        source_text=raw.source_text,
        edits=reading.text.edits,
        reading=reading.text.reading,
        pages=raw.pages,
        sentences=reading.sentences,
        passages=build_passages(identity, reading.text.reading, reading.sentences),
        unknown_word_share=unknown_word_share(reading.text.reading),
        publisher=stated.publisher or find_publisher(reading),
        scans=raw.scans,
        word_boxes=raw.word_boxes,
    )


def _stated(path: Path) -> sidecar.Sidecar:
    """Return the keeper's statements about a report."""
    try:
        return sidecar.read_sidecar(path.with_suffix(sidecar.SUFFIX))
    except UnreadableFileError:  # missing, or refused in its own turn
        return sidecar.Sidecar()


def _check_sidecar(path: Path) -> None:
    """Refuse statements that cannot be used."""
    sidecar.read_sidecar(path)
    report = path.name.removesuffix(sidecar.SUFFIX)
    usual = any((path.parent / (report + suffix)).exists() for suffix in READERS)  # no look at the whole folder
    if not usual and not any(
        other.stem == report and other.suffix.lower() in READERS for other in path.parent.iterdir()
    ):
        raise UnreadableFileError(f"Zu diesen Angaben fehlt der Bericht {report}.* im selben Ordner.")


def document_id(path: str) -> str:
    """Return the identity of a path below the corpus folder: a readable part, safe in links, and eight hex digits."""
    plain = unicodedata.normalize("NFC", path.rpartition(".")[0]).lower().translate(_GERMAN_LETTERS)
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only)[:_MAX_SLUG_CHARACTERS].strip("-")
    return f"{slug or 'dokument'}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"


def _bytes(path: Path, root: Path) -> bytes:
    """Return the bytes of a file after all checks that need no reading."""
    if not path.resolve().is_relative_to(root.resolve()):
        raise UnreadableFileError("Die Verknüpfung führt aus dem Ordner der Berichte hinaus und wird nicht gelesen.")
    if not path.is_file():
        raise UnreadableFileError("Das ist keine gewöhnliche Datei und wird nicht gelesen.")
    if not printable_name(path, root).isprintable() or "\ufffd" in printable_name(path, root):
        raise UnreadableFileError("Der Dateiname enthält unlesbare Zeichen. Bitte umbenennen.")
    if path.suffix.lower() not in READERS:
        kinds = ", ".join(READERS)
        raise UnsupportedFormatError(f"Das Format {path.suffix or 'ohne Endung'} wird nicht gelesen, nur {kinds}.")
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            megabytes, limit = f"{size / 1024**2:.1f}".replace(".", ","), MAX_FILE_BYTES // 1024**2
            msg = f"Die Datei ist mit {megabytes} MB zu groß; erlaubt sind {limit} MB. Bitte teilen."
            raise UnreadableFileError(msg)
        data = path.read_bytes()
    except OSError as error:
        msg = f"Die Datei lässt sich nicht öffnen: {error.strerror}."
        raise UnreadableFileError(msg) from error
    if not data:
        raise UnreadableFileError("Die Datei ist leer.")
    return data
