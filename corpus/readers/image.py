"""Image files of scanned pages: PNG, JPEG and TIFF, which may hold several."""

from corpus.errors import UnreadableFileError
from corpus.readers import ocr
from corpus.readers.raw import RawText
from corpus.types import Scan


def read(data: bytes) -> RawText:
    """Read the pages of an image file.

    :raises UnreadableFileError: If no OCR engine is installed, the image is damaged, or it shows no text.
    """
    engine = ocr.engine()
    if engine is None:
        raise UnreadableFileError(f"Das ist ein Bild. {ocr.INSTALL_HINT}, dann wird es gelesen.")
    pages = ocr.read_image(data)
    if not any(read.page.text for read in pages):
        raise UnreadableFileError("Die Texterkennung fand in dem Bild keinen Text.")
    scans = tuple(Scan(number, read.confidence) for number, read in enumerate(pages, start=1))
    return RawText.of_pages([read.page for read in pages], engine, scans=scans)
