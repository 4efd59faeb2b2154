"""PDF files: the text layer is read by PDFium in a process of its own, pages that are pictures by OCR.

A page whose text layer is bad German, as an OCR without German leaves it, is read afresh; the better reading is kept.
"""

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from corpus.errors import UnreadableFileError
from corpus.options import MAX_SCANNED_PAGES, PARSER_TIMEOUT_S
from corpus.readers import ocr
from corpus.readers.isolation import parse_isolated
from corpus.readers.raw import RawText, paged
from corpus.restoration.lexicon import unknown_word_share
from corpus.types import Scan

_DOUBTFUL_SHARE: Final = 0.08  # of unknown words, from which on a text layer is read afresh
_CLEARLY_BETTER: Final = 0.75  # a second reading is kept if it leaves at most this part of the unknown words,
_NOTHING_LOST: Final = 0.8  # and has at least this part of the words


def read(data: bytes, timeout_s: float = PARSER_TIMEOUT_S) -> RawText:
    """Read a PDF, pages separated by form feeds.

    :raises UnreadableFileError: If the file is encrypted, broken, without text, too long, or takes too long.
    """
    result = parse_isolated("pdf_worker", data=data, timeout_s=timeout_s)
    texts: list[str] = result["pages"]
    pictures: list[int] = result["pictures"]  # indices of pages
    if len(pictures) > MAX_SCANNED_PAGES:
        msg = f"Das PDF hat {len(pictures)} eingescannte Seiten; erlaubt sind {MAX_SCANNED_PAGES}. Bitte teilen."
        raise UnreadableFileError(msg)
    scans = {index: Scan(index + 1, None) for index in pictures}
    extractor = result["extractor"]
    engine = ocr.engine()
    if engine:
        doubtful = [index for index, text in enumerate(texts) if unknown_word_share(text) > _DOUBTFUL_SHARE]
        indices = [*pictures, *doubtful][:MAX_SCANNED_PAGES]
        for index, page in zip(indices, _read_pages(data, indices, timeout_s), strict=True):
            if index in scans or _is_better(page.text, texts[index]):
                texts[index] = page.text
                scans[index] = Scan(index + 1, page.confidence)
    if not any(text.strip() for text in texts):
        remedy = "Auch die Texterkennung fand keinen." if engine else f"{ocr.INSTALL_HINT}, dann wird er gelesen."
        raise UnreadableFileError(f"Das PDF enthält keinen Text (vermutlich ein Scan). {remedy}")
    if engine and scans:
        extractor += f", {engine}"
    published = date.fromisoformat(result["published"]) if result["published"] else None
    in_order = tuple(scans[index] for index in sorted(scans))
    return RawText(*paged(texts), extractor, result["title"], published, scans=in_order)


def _read_pages(data: bytes, indices: Sequence[int], timeout_s: float) -> list[ocr.OcrPage]:
    """Draw these pages and read them by OCR."""
    if not indices:
        return []
    with tempfile.TemporaryDirectory() as folder:
        parse_isolated("pdf_worker", folder, *map(str, indices), data=data, timeout_s=timeout_s)
        images = [(Path(folder) / f"{index}.png").read_bytes() for index in indices]
    return [page for [page] in ocr.read_images(images)]


def _is_better(text: str, layer: str) -> bool:
    complete = len(text.split()) >= _NOTHING_LOST * len(layer.split())
    return complete and unknown_word_share(text) <= _CLEARLY_BETTER * unknown_word_share(layer)
