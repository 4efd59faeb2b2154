"""PDF files with a text layer, read in a process of their own.

A damaged file may crash or hang PDFium, or ask for all memory: the worker process is limited in time and memory,
and what happens to it is an ordinary refusal here.
"""

import json
import subprocess  # one fixed command, no shell
import sys
from datetime import date
from pathlib import Path

from corpus.errors import UnreadableFileError
from corpus.options import PDF_TIMEOUT_S
from corpus.readers.raw import RawText
from corpus.types import Page, Span

_PACKAGE_ROOT = Path(__file__).parents[2]


def read(data: bytes, timeout_s: float = PDF_TIMEOUT_S) -> RawText:
    """Extract the text of a PDF, pages separated by form feeds.

    :raises UnreadableFileError: If the file is encrypted, broken, without text, too long, or takes too long.
    """
    try:
        worker = subprocess.run(
            [sys.executable, "-m", "corpus.readers.pdf_worker"],
            input=data,
            capture_output=True,
            timeout=timeout_s,
            cwd=_PACKAGE_ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        msg = f"Das PDF ließ sich nicht in {timeout_s:.0f} Sekunden lesen und wurde übersprungen."
        raise UnreadableFileError(msg) from error
    if worker.returncode != 0:
        raise UnreadableFileError("Das PDF ist beschädigt: Das Lesen ist abgebrochen.")
    result = json.loads(worker.stdout)
    if "refusal" in result:
        raise UnreadableFileError(result["refusal"])
    pages: list[Page] = []
    start = 0
    for text in result["pages"]:
        pages.append(Page(len(pages) + 1, Span(start, start + len(text))))
        start += len(text) + 1
    published = date.fromisoformat(result["published"]) if result["published"] else None
    return RawText("\f".join(result["pages"]), tuple(pages), result["extractor"], result["title"], published)
