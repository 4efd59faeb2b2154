"""Pages that are pictures, read by Tesseract with its German model, where both are installed.

Smith 2007, "An Overview of the Tesseract OCR Engine" (ICDAR). A page once read is kept in the cache folder, so that an
interrupted build goes on where it was and an unchanged page is not read again.
"""

import contextlib
import csv
import hashlib
import io
import itertools
import os
import re
import shutil
import subprocess  # fixed commands
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from corpus.cache import cache_folder
from corpus.errors import UnreadableFileError
from corpus.options import OCR_TIMEOUT_S, PARSER_MEMORY_BYTES
from corpus.readers.raw import PageText
from corpus.word_boxes import WordBox, share

LANGUAGE: Final = "deu"
INSTALL_HINT: Final = "Installieren Sie tesseract-ocr und tesseract-ocr-deu"
_RECOGNISE: Final = f"tesseract stdin stdout -l {LANGUAGE} tsv"
# An image of few bytes may unpack to any size.
_COMMAND: Final = ("sh", "-c", f"ulimit -v {PARSER_MEMORY_BYTES // 1024} && exec {_RECOGNISE}")
_WORD_LEVEL: Final = "5"  # of the rows of Tesseract's table
# The German model reads "§ 5" as "$ 5" and "§§ 5" as "8$ 5"; German puts currencies behind the amount.
_MISREAD_SECTION_SIGN = re.compile(r"(?<!\S)[8$]?\$(?= ?\d)")


@dataclass(frozen=True, slots=True)
class OcrPage:
    """One page as read, paragraphs separated by an empty line; ``confidence`` in [0, 1], 0 without a word."""

    page: PageText
    confidence: float


_PAGES: Final = TypeAdapter(list[OcrPage])


@cache
def engine() -> str | None:
    """Return name and version of the engine, None where it or its German model is not installed."""
    if shutil.which("tesseract") is None:
        return None
    version = _run(("tesseract", "--version")).splitlines()[0]
    languages = _run(("tesseract", "--list-langs")).splitlines()
    return f"{version} ({LANGUAGE})" if LANGUAGE in languages else None


def read_pages(images: Sequence[bytes]) -> list[OcrPage | None]:
    """Read images of one page each, one process per core; None for a page that cannot be read."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(_read_or_none, images))


def _read_or_none(image: bytes) -> OcrPage | None:
    try:
        return read_image(image)[0]
    except UnreadableFileError:
        return None


def read_image(image: bytes) -> list[OcrPage]:
    """Return the pages of an image file (PNG, JPEG or TIFF, which may hold several).

    :raises UnreadableFileError: If the image is damaged or takes too long.
    """
    key = hashlib.sha256(f"{engine()} {_RECOGNISE} ".encode() + image).hexdigest()
    kept = _cache() / f"{key}.json"
    with contextlib.suppress(OSError, ValueError):  # missing or damaged: read the page
        return _PAGES.validate_json(kept.read_bytes())
    pages = _pages(_recognise(image))
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time only
        _keep(kept, _PAGES.dump_json(pages))
    return pages


def clear_cache() -> None:
    """Forget every page that was read; the next reading takes its time again.

    :raises OSError: If a file cannot be removed.
    """
    for kept in _cache().glob("*"):
        kept.unlink(missing_ok=True)


def _cache() -> Path:
    return cache_folder() / "ocr"


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
    text = ""
    words: list[WordBox] = []
    confidences: list[float] = []
    paragraph = line = None
    width, height = (int(rows[0][name]) for name in ("width", "height"))  # the first row is the page itself
    for row in rows:
        if row["level"] != _WORD_LEVEL or not (row["text"] or "").strip():
            continue
        in_paragraph = (row["block_num"], row["par_num"])
        in_line = (*in_paragraph, row["line_num"])
        text += "" if line is None else " " if in_line == line else "\n" if in_paragraph == paragraph else "\n\n"
        word = re.sub(r"\s", " ", row["text"].strip())
        left, top = int(row["left"]), int(row["top"])
        edges = (left, width), (top, height), (left + int(row["width"]), width), (top + int(row["height"]), height)
        words.append(WordBox(len(text), len(text) + len(word), *(share(*edge) for edge in edges)))
        text += word
        confidences.append(float(row["conf"]) / 100)
        paragraph, line = in_paragraph, in_line
    text = _MISREAD_SECTION_SIGN.sub(lambda sign: "§" * len(sign[0]), text)
    return OcrPage(PageText(text, tuple(words)), sum(confidences) / len(confidences) if confidences else 0.0)


def _keep(path: Path, content: bytes) -> None:
    """Write whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)


def _run(command: tuple[str, ...]) -> str:
    return subprocess.run(  # noqa: S603 (fixed commands)
        command, capture_output=True, text=True, timeout=OCR_TIMEOUT_S, check=False
    ).stdout
