"""One reader per file format: bytes in, ``RawText`` out.

A format is added by one module with ``read(data: bytes) -> RawText`` and one line in ``READERS``.
"""

from collections.abc import Callable, Mapping

from corpus.readers import pdf, text
from corpus.readers.raw import RawText

READERS: Mapping[str, Callable[[bytes], RawText]] = {".txt": text.read, ".pdf": pdf.read}

__all__ = ["READERS", "RawText"]
