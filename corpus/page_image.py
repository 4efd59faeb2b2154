"""Pages as pictures: a page of a PDF or of an image file, with words marked on it.

Never opens the file itself: that does a process of its own, limited in time and memory.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from corpus.readers.isolation import parse_isolated
from corpus.types import Document
from corpus.word_boxes import WordBox, pack

DRAWING_TIMEOUT_S: Final = 30.0  # for one page
_FORMATS: Final = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"})


def has_page_images(document: Document) -> bool:
    """Tell whether the pages of a document can be drawn."""
    return PurePosixPath(document.path).suffix.lower() in _FORMATS


def draw_page(data: bytes, suffix: str, number: int, boxes: Sequence[WordBox]) -> bytes:
    """Return a page as PNG in colour, about 110 dots per inch and at most 1,600 pixels long, with the words marked.

    :param data: The file.
    :param suffix: How its name ends, such as ``.pdf``.
    :param number: The page, from 1.
    :param boxes: The words to mark, all of this page.
    :raises UnreadableFileError: If the file is damaged, has no such page, is too large, or takes too long.
    """
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "words").write_bytes(pack(boxes))
        arguments = (folder, suffix.lower(), str(number))
        parse_isolated("page_image_worker", *arguments, data=data, timeout_s=DRAWING_TIMEOUT_S)
        return (Path(folder) / "page.png").read_bytes()
