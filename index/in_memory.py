"""Which arrays of a generation are read into memory when it is opened, and which are mapped from the disk.

A mapped file that is cut short, or lies on a disk that cannot read it any more, ends the process that touches it
(SIGBUS), and one that is overwritten changes under the search. What was read when it was checked is safe from both, but
every process holds it by itself, so a large one stays mapped.
"""

from pathlib import Path
from typing import Final

LIMIT_BYTES: Final = 64 * 1024 * 1024  # of the vectors (40,000 passages take as much), and of the terms


def fits_in_memory(path: Path) -> bool:
    """Say whether a file, or all files below a folder, are to be read at once."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files) <= LIMIT_BYTES
