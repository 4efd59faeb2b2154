"""Pages that are pictures, read by Tesseract with its German model, where both are installed.

Smith 2007, "An Overview of the Tesseract OCR Engine" (ICDAR). A page once read is kept in the cache folder, so that an
interrupted build goes on where it was and an unchanged page is not read again.
"""

import contextlib
import csv
import hashlib
import io
import itertools
import json
import os
import re
import shutil
import subprocess  # fixed commands
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Final

from corpus.cache import cache_folder
from corpus.errors import UnreadableFileError
from corpus.options import OCR_TIMEOUT_S, PARSER_MEMORY_BYTES

LANGUAGE: Final = "deu"
INSTALL_HINT: Final = "Installieren Sie tesseract-ocr und tesseract-ocr-deu"
_RECOGNISE: Final = f"tesseract stdin stdout -l {LANGUAGE} tsv"
# An image of few bytes may unpack to any size.
_COMMAND: Final = ("sh", "-c", f"ulimit -v {PARSER_MEMORY_BYTES // 1024} && exec {_RECOGNISE}")
_WORD_LEVEL: Final = "5"  # of the rows of Tesseract's table


@dataclass(frozen=True, slots=True)
class OcrPage:
    """One page as read: lines, paragraphs separated by an empty one; ``confidence`` in [0, 1], 0 without a word."""

    text: str
    confidence: float


@cache
def engine() -> str | None:
    """Return name and version of the engine, None where it or its German model is not installed."""
    if shutil.which("tesseract") is None:
        return None
    version = _run(("tesseract", "--version")).splitlines()[0]
    languages = _run(("tesseract", "--list-langs")).splitlines()
    return f"{version} ({LANGUAGE})" if LANGUAGE in languages else None


def read_images(images: Sequence[bytes]) -> list[list[OcrPage]]:
    """Return the pages of each image file (PNG, JPEG or TIFF, which may hold several), one process per core.

    :raises UnreadableFileError: If an image is damaged or takes too long.
    """
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(_read_image, images))


def _read_image(image: bytes) -> list[OcrPage]:
    key = hashlib.sha256(f"{engine()} {_RECOGNISE} ".encode() + image).hexdigest()
    kept = cache_folder() / "ocr" / f"{key}.json"
    with contextlib.suppress(OSError, ValueError, TypeError):  # missing or damaged: read the page
        return [OcrPage(**page) for page in json.loads(kept.read_bytes())]
    pages = _pages(_recognise(image))
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time only
        _keep(kept, json.dumps([asdict(page) for page in pages]))
    return pages


def _recognise(image: bytes) -> str:
    try:
        process = subprocess.run(  # noqa: S603 (a fixed command)
            _COMMAND,
            input=image,
            capture_output=True,
            timeout=OCR_TIMEOUT_S,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # pages run side by side
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        msg = f"Eine Seite ließ sich nicht in {OCR_TIMEOUT_S:.0f} Sekunden lesen. Bitte mit 300 dpi scannen."
        raise UnreadableFileError(msg) from error
    except subprocess.CalledProcessError as error:
        raise UnreadableFileError("Das Bild ist beschädigt, zu groß oder kein PNG, JPEG oder TIFF.") from error
    return process.stdout.decode("utf-8", "replace")


def _pages(table: str) -> list[OcrPage]:
    """Read Tesseract's table of words: level, page, block, paragraph, line, word, box, confidence (0 to 100), text."""
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [_page(list(words)) for _, words in itertools.groupby(rows, key=itemgetter("page_num"))]


def _page(rows: Sequence[dict[str, str]]) -> OcrPage:
    parts: list[str] = []
    confidences: list[float] = []
    paragraph = line = None
    for row in rows:
        if row["level"] != _WORD_LEVEL or not (row["text"] or "").strip():
            continue
        in_paragraph = (row["block_num"], row["par_num"])
        in_line = (*in_paragraph, row["line_num"])
        parts.append("" if line is None else " " if in_line == line else "\n" if in_paragraph == paragraph else "\n\n")
        parts.append(re.sub(r"\s", " ", row["text"].strip()))
        confidences.append(float(row["conf"]) / 100)
        paragraph, line = in_paragraph, in_line
    return OcrPage("".join(parts), sum(confidences) / len(confidences) if confidences else 0.0)


def _keep(path: Path, text: str) -> None:
    """Write whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
        file.write(text)
    Path(file.name).replace(path)


def _run(command: tuple[str, ...]) -> str:
    return subprocess.run(  # noqa: S603 (fixed commands)
        command, capture_output=True, text=True, timeout=OCR_TIMEOUT_S, check=False
    ).stdout
