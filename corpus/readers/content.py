"""What a file is by its content, whatever its name says. Parses nothing: that is for the readers' processes."""

import codecs
import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from corpus.readers.text import CONTROLS, MAX_CONTROL_SHARE

_PDF_HEADER_WITHIN: Final = 1024  # bytes; what stands before the header is skipped by every PDF reader
_CHUNK: Final = 1024 * 1024
_ODT_MIMETYPE: Final = b"mimetypeapplication/vnd.oasis.opendocument.text"
_ODT_AT: Final = 30  # where the name of the first member of a ZIP file begins


@dataclass(frozen=True, slots=True)
class Content:
    """A kind of content: its name in German and English, and the suffixes that fit it."""

    german: str
    english: str
    suffixes: frozenset[str] = frozenset()


TEXT: Final = Content("eine Textdatei", "a text file", frozenset({".txt", ".md", ".html", ".htm"}))
PDF: Final = Content("eine PDF-Datei", "a PDF file", frozenset({".pdf"}))
WORD: Final = Content("eine Word-Datei", "a Word file", frozenset({".docx"}))
OPEN_DOCUMENT: Final = Content("ein OpenDocument-Text", "an OpenDocument text", frozenset({".odt"}))
PNG: Final = Content("ein Bild (PNG)", "an image (PNG)", frozenset({".png"}))
JPEG: Final = Content("ein Bild (JPEG)", "an image (JPEG)", frozenset({".jpg", ".jpeg"}))
TIFF: Final = Content("ein Bild (TIFF)", "an image (TIFF)", frozenset({".tif", ".tiff"}))
EMPTY: Final = Content("eine leere Datei", "an empty file")
UNKNOWN: Final = Content("eine Datei mit Binärdaten", "a file of binary data")

_SIGNATURES: Final = {
    b"\x89PNG\r\n\x1a\n": PNG,
    b"\xff\xd8\xff": JPEG,
    b"II*\0": TIFF,
    b"MM\0*": TIFF,
    b"\xd0\xcf\x11\xe0": Content("eine alte Office-Datei", "an old Office file"),
    b"{\\rtf": Content("eine RTF-Datei", "an RTF file"),
    b"\x1f\x8b": Content("eine gepackte Datei (GZIP)", "a packed file (GZIP)"),
    b"MZ": Content("ein Programm", "a program"),
    b"\x7fELF": Content("ein Programm", "a program"),
}
_OTHER_ZIP: Final = Content("eine gepackte Datei (ZIP)", "a packed file (ZIP)")


def content_of(path: Path) -> Content:
    """Return what kind of content a file has; reads it piece by piece.

    :raises OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(_PDF_HEADER_WITHIN)
        if not start:
            return EMPTY
        if start.startswith(b"PK\x03\x04"):
            return _zip_content(file, start)
        found = next((content for signature, content in _SIGNATURES.items() if start.startswith(signature)), None)
        if found:
            return found
        if b"%PDF-" in start:
            return PDF
        file.seek(0)
        return TEXT if _is_text(file) else UNKNOWN


def _zip_content(file: IO[bytes], start: bytes) -> Content:
    """Tell by the names of members, which are never packed, as the command ``file`` does."""
    if start[_ODT_AT:].startswith(_ODT_MIMETYPE):
        return OPEN_DOCUMENT
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        named = all(whole.find(name) >= 0 for name in (b"[Content_Types].xml", b"word/document"))
    return WORD if named else _OTHER_ZIP


def _is_text(file: IO[bytes]) -> bool:
    """Apply the rule of the text reader: few control characters, UTF-16 whole."""
    mark = file.read(2)
    file.seek(0)
    wide = mark in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    decoder = codecs.getincrementaldecoder("utf-16" if wide else "latin-1")()
    characters = controls = 0
    try:
        while chunk := file.read(_CHUNK):
            text = decoder.decode(chunk)
            encoded = text.encode("utf-8", "replace")
            characters += len(text)
            controls += len(encoded) - len(encoded.translate(None, delete=CONTROLS))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return controls <= MAX_CONTROL_SHARE * characters
