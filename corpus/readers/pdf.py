"""PDF files: the text layer is read by PDFium in a process of its own, pages that are pictures by OCR.

A page whose text layer is bad German, as an OCR without German leaves it, is read afresh; the better reading is kept.
"""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from corpus.errors import UnreadableFileError
from corpus.options import MAX_SCANNED_PAGES, PARSER_TIMEOUT_S
from corpus.readers import ocr
from corpus.readers.isolation import parse_isolated
from corpus.readers.raw import PageText, RawText
from corpus.restoration.lexicon import unknown_word_share
from corpus.types import BlockKind, Scan, Span
from corpus.word_boxes import WordBox

_DOUBTFUL_SHARE: Final = 0.08  # of unknown words, from which on a text layer is read afresh
_CLEARLY_BETTER: Final = 0.75  # a second reading is kept if it leaves at most this part of the unknown words,
_NOTHING_LOST: Final = 0.8  # and has at least this part of the words


def read(data: bytes, timeout_s: float = PARSER_TIMEOUT_S) -> RawText:
    """Read a PDF, pages separated by form feeds.

    :raises UnreadableFileError: If the file is encrypted, broken, without text, too long, or takes too long.
    """
    result = parse_isolated("pdf_worker", data=data, timeout_s=timeout_s)
    pages = [_page_text(lines) for lines in result["pages"]]
    pictures: list[int] = result["pictures"]  # indices of pages
    if len(pictures) > MAX_SCANNED_PAGES:
        msg = f"Das PDF hat {len(pictures)} eingescannte Seiten; erlaubt sind {MAX_SCANNED_PAGES}. Bitte teilen."
        raise UnreadableFileError(msg)
    scans = {index: Scan(index + 1, None) for index in pictures}
    extractor = result["extractor"]
    engine = ocr.engine()
    if engine:
        doubtful = [index for index, page in enumerate(pages) if unknown_word_share(page.text) > _DOUBTFUL_SHARE]
        for index, read in _read_pages(data, [*pictures, *doubtful][:MAX_SCANNED_PAGES], timeout_s):
            if index in scans or _is_better(read.page.text, pages[index].text):
                pages[index] = read.page
                scans[index] = Scan(index + 1, read.confidence)
    if not any(page.text for page in pages):
        remedy = "Auch die Texterkennung fand keinen." if engine else f"{ocr.INSTALL_HINT}, dann wird er gelesen."
        raise UnreadableFileError(f"Das PDF enthält keinen Text (vermutlich ein Scan). {remedy}")
    if engine and scans:
        extractor += f", {engine}"
    published = date.fromisoformat(result["published"]) if result["published"] else None
    in_order = tuple(scans[index] for index in sorted(scans))
    return RawText.of_pages(pages, extractor, result["title"], published, in_order)


def _page_text(lines: Sequence[dict[str, Any]]) -> PageText:
    """Put the lines that the worker found together, an empty one between two paragraphs."""
    text = ""
    words: list[WordBox] = []
    marked: list[tuple[Span, BlockKind]] = []
    large: list[Span] = []
    for line in lines:
        text += "\n\n" if text and line["gap"] else "\n" if text else ""
        first = len(text)
        for number, (word, *edges) in enumerate(line["words"]):
            text += " " if number else ""
            words.append(WordBox(len(text), len(text) + len(word), *edges))
            text += word
        if line["in_table"]:
            marked.append((Span(first, len(text)), BlockKind.ITEM))
        elif line["large"]:
            large.append(Span(first, len(text)))
    return PageText(text, tuple(words), tuple(marked), tuple(large))


def _read_pages(data: bytes, indices: Sequence[int], timeout_s: float) -> Iterator[tuple[int, ocr.OcrPage]]:
    """Draw these pages and read them by OCR; what cannot be read is left out."""
    if not indices:
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            parse_isolated("pdf_worker", folder, *map(str, indices), data=data, timeout_s=timeout_s)
        except UnreadableFileError:
            return  # the text layers are good for what they are
        images = [(Path(folder) / f"{index}.png").read_bytes() for index in indices]
    for index, read in zip(indices, ocr.read_pages(images), strict=True):
        if read is not None:
            yield index, read


def _is_better(text: str, layer: str) -> bool:
    complete = len(text.split()) >= _NOTHING_LOST * len(layer.split())
    return complete and unknown_word_share(text) <= _CLEARLY_BETTER * unknown_word_share(layer)
