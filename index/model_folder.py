"""A sentence-transformers model in a local folder, and its digest."""

import hashlib
from pathlib import Path
from typing import Final, NamedTuple

# weights, vocabulary, settings, graphs
_DIGESTED_SUFFIXES: Final = frozenset({".json", ".txt", ".model", ".safetensors", ".bin", ".xml"})


class ModelFolder(NamedTuple):
    """A folder that holds a model, and the digest of its files."""

    path: Path
    digest: str


def folder_digest(folder: Path) -> str:
    """Return the SHA-256 in hex over names and contents of the folder's weight and configuration files."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if path.suffix in _DIGESTED_SUFFIXES and path.is_file() and not hidden:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            total.update(f"{relative.as_posix()}\0{digest}\n".encode())
    return total.hexdigest()
