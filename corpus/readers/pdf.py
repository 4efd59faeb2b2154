"""PDF files: the text layer is read by PDFium in a process of its own, pages that are pictures by OCR."""

import tempfile
from datetime import date
from pathlib import Path

from corpus.errors import UnreadableFileError
from corpus.options import MAX_SCANNED_PAGES, PARSER_TIMEOUT_S
from corpus.readers import ocr
from corpus.readers.isolation import parse_isolated
from corpus.readers.raw import RawText, paged
from corpus.types import Scan


def read(data: bytes, timeout_s: float = PARSER_TIMEOUT_S) -> RawText:
    """Read a PDF, pages separated by form feeds.

    :raises UnreadableFileError: If the file is encrypted, broken, without text, too long, or takes too long.
    """
    with tempfile.TemporaryDirectory() as folder:
        arguments = [folder, str(MAX_SCANNED_PAGES)] if ocr.engine() else []
        result = parse_isolated("pdf_worker", *arguments, data=data, timeout_s=timeout_s)
        texts: list[str] = result["pages"]
        pictures: list[int] = result["pictures"]  # indices of pages
        scans = [Scan(index + 1, None) for index in pictures]
        if pictures and ocr.engine():
            read_pages = ocr.read_images([(Path(folder) / f"{index}.png").read_bytes() for index in pictures])
            for index, [page] in zip(pictures, read_pages, strict=True):
                texts[index] = page.text
            scans = [Scan(index + 1, page.confidence) for index, [page] in zip(pictures, read_pages, strict=True)]
    if not any(text.strip() for text in texts):
        remedy = "Auch die Texterkennung fand keinen." if ocr.engine() else f"{ocr.INSTALL_HINT}, dann wird er gelesen."
        raise UnreadableFileError(f"Das PDF enthält keinen Text (vermutlich ein Scan). {remedy}")
    extractor = result["extractor"]
    if scans and ocr.engine():
        extractor += f", {ocr.engine()}"
    published = date.fromisoformat(result["published"]) if result["published"] else None
    return RawText(*paged(texts), extractor, result["title"], published, scans=tuple(scans))
