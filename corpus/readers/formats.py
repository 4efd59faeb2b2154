"""One reader per file format: bytes in, ``RawText`` out.

A format is added by one module with ``read(data: bytes) -> RawText`` and one line in ``READERS``.
"""

from collections.abc import Callable, Mapping

from corpus.readers import image, markup, pdf, text
from corpus.readers.raw import RawText

READERS: Mapping[str, Callable[[bytes], RawText]] = {
    ".txt": text.read,
    ".pdf": pdf.read,
    ".docx": markup.read_docx,
    ".odt": markup.read_odt,
    ".html": markup.read_html,
    ".htm": markup.read_html,
    ".md": markup.read_markdown,
    ".png": image.read,
    ".jpg": image.read,
    ".jpeg": image.read,
    ".tif": image.read,
    ".tiff": image.read,
}
