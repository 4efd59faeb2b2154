"""What a snapshot says about itself: how it was made, of what, and the checksum of each of its files.

Imports neither torch nor FAISS, so that asking what an index is costs next to nothing.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from corpus.folder import SourceFile
from corpus.types import Refusal
from index.errors import REBUILD, SnapshotError

FORMAT: Final = 5  # changes whenever the layout of a snapshot or a rule of this room changes
MANIFEST_NAME: Final = "manifest.json"

_MAX_MANIFEST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DenseSearch:
    """How the nearest passages are found: a FAISS factory string, the lists read, the recall measured at 10.

    ``probes`` is 0 and ``recall`` 1 for an exact search.
    """

    factory: str = "Flat"
    probes: int = 0
    recall: float = 1.0


@dataclass(frozen=True, slots=True)
class Manifest:
    """One snapshot's description.

    ``created`` is ISO 8601 in UTC. ``sources`` has every file of the corpus folder, read or refused, by its POSIX path.
    ``files`` maps the other files of the snapshot to their SHA-256 in hex.
    """

    generation: str
    created: str
    corpus_version: str
    encoder_name: str
    encoder_digest: str
    dimension: int
    documents: int
    passages: int
    sentences: int
    parameters: dict[str, str | float]
    search: DenseSearch
    sources: dict[str, SourceFile]
    refusals: tuple[Refusal, ...]
    files: dict[str, str]
    format: int = FORMAT


_MANIFEST_TYPE: Final = TypeAdapter(Manifest)


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write the manifest, with a checksum over itself, into the snapshot's folder."""
    content = asdict(manifest)
    text = json.dumps({**content, "checksum": _checksum(content)}, indent=1, ensure_ascii=False)
    (folder / MANIFEST_NAME).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest of a snapshot.

    :raises SnapshotError: If it is missing, damaged or of another format.
    """
    path = folder / MANIFEST_NAME
    try:
        if path.stat().st_size > _MAX_MANIFEST_BYTES:
            raise SnapshotError(f"{path} ist größer als {_MAX_MANIFEST_BYTES} Byte. {REBUILD}")
        content: dict[str, Any] = json.loads(path.read_bytes())
        checksum, found_format = content.pop("checksum"), content["format"]
    except OSError as error:
        raise SnapshotError(f"{path} ist nicht lesbar ({error.strerror}). {REBUILD}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SnapshotError(f"{path} ist beschädigt ({type(error).__name__}). {REBUILD}") from error
    if checksum != _checksum(content):
        raise SnapshotError(f"{path} ist beschädigt: Die Prüfsumme stimmt nicht. {REBUILD}")
    if found_format != FORMAT:
        raise SnapshotError(f"{path} hat das Format {found_format}, diese Version liest Format {FORMAT}. {REBUILD}")
    try:
        return _MANIFEST_TYPE.validate_python(content)
    except ValidationError as error:
        raise SnapshotError(f"{path} ist unvollständig ({error.error_count()} Felder). {REBUILD}") from error


def check_files(manifest: Manifest, folder: Path) -> None:
    """Compare every file of a snapshot with its checksum.

    :raises SnapshotError: Naming the first file that is missing, damaged or not part of the snapshot.
    """
    try:
        found = fingerprint(folder)
    except OSError as error:
        raise SnapshotError(f"{error.filename} ist nicht lesbar ({error.strerror}). {REBUILD}") from error
    found.pop(MANIFEST_NAME, None)
    for name, digest in manifest.files.items():
        if name not in found:
            raise SnapshotError(f"{folder / name} fehlt. {REBUILD}")
        if found[name] != digest:
            raise SnapshotError(
                f"{folder / name} ist beschädigt (SHA-256 {found[name][:12]}… statt {digest[:12]}…). {REBUILD}"
            )
    foreign = sorted(found.keys() - manifest.files.keys())
    if foreign:
        raise SnapshotError(f"{folder / foreign[0]} gehört nicht zu diesem Index. {REBUILD}")


def fingerprint(folder: Path) -> dict[str, str]:
    """Return the SHA-256 in hex of every file below a folder, by POSIX path, sorted."""
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in _files(folder)}


def file_digest(path: Path) -> str:
    """Return the SHA-256 in hex of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from _files(path)
        else:
            yield path


def _checksum(content: dict[str, Any]) -> str:
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
