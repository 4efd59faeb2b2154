"""Limits of this room."""

from typing import Final

MAX_FILE_BYTES: Final = 40 * 1024 * 1024
MAX_PDF_PAGES: Final = 2_000
MAX_CHARACTERS: Final = 10_000_000  # of one file; 2,000 full pages have about 6 million
PARSER_TIMEOUT_S: Final = 120.0
PARSER_MEMORY_BYTES: Final = 2 * 1024**3  # address space of a parser's process; the office server has 4 GB in all
MAX_UNPACKED_BYTES: Final = 200 * 1024**2  # what a packed file (Word, OpenDocument) may unpack to
OCR_TIMEOUT_S: Final = 120.0  # for one page
MAX_SCANNED_PAGES: Final = 200  # of one file; a page takes seconds
