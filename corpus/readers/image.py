"""Image files of scanned pages: PNG, JPEG and TIFF, which may hold several."""

from corpus.errors import UnreadableFileError
from corpus.readers import ocr
from corpus.readers.raw import RawText, paged
from corpus.types import Scan


def read(data: bytes) -> RawText:
    """Read the pages of an image file.

    :raises UnreadableFileError: If no OCR engine is installed, the image is damaged, or it shows no text.
    """
    engine = ocr.engine()
    if engine is None:
        raise UnreadableFileError(f"Das ist ein Bild. {ocr.INSTALL_HINT}, dann wird es gelesen.")
    [pages] = ocr.read_images([data])
    if not any(page.text for page in pages):
        raise UnreadableFileError("Die Texterkennung fand in dem Bild keinen Text.")
    scans = tuple(Scan(number, page.confidence) for number, page in enumerate(pages, start=1))
    return RawText(*paged([page.text for page in pages]), engine, scans=scans)
