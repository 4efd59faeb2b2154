"""Plain text: finds the encoding, keeps every character, splits pages at form feeds."""

import codecs
from typing import Final

from corpus.errors import UnreadableFileError
from corpus.readers.raw import RawText, paged
from corpus.types import Page

# First bytes of formats that are often renamed by mistake.
_SIGNATURES: Final = {
    b"%PDF-": "eine PDF-Datei",
    b"PK\x03\x04": "eine Office- oder ZIP-Datei",
    b"\xd0\xcf\x11\xe0": "eine alte Office-Datei",
    b"\x89PNG": "ein Bild (PNG)",
    b"\xff\xd8\xff": "ein Bild (JPEG)",
    b"{\\rtf": "eine RTF-Datei",
    b"\x1f\x8b": "eine gepackte Datei (GZIP)",
}
CONTROLS: Final = bytes({*range(0x20), 0x7F} - set(b"\t\n\v\f\r"))
MAX_CONTROL_SHARE: Final = 0.01  # text from scanners carries a few stray control characters, never one in a hundred


def read(data: bytes) -> RawText:
    """Decode a text file.

    :raises UnreadableFileError: If the file is empty or is not text.
    """
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            msg = f"Die Datei heißt .txt, ist aber {kind}. Bitte mit der richtigen Endung oder als Text ablegen."
            raise UnreadableFileError(msg)
    source, encoding = _decode(data)
    encoded = source.encode("utf-8", "replace")
    controls = len(encoded) - len(encoded.translate(None, delete=CONTROLS))
    if controls > MAX_CONTROL_SHARE * len(source):
        raise UnreadableFileError("Die Datei ist keine Textdatei: Sie enthält Binärdaten.")
    if not source.strip():
        raise UnreadableFileError("Die Datei ist leer: Sie enthält keinen Text.")
    return RawText(source, _pages(source), f"text ({encoding})")


def _decode(data: bytes) -> tuple[str, str]:
    """Try UTF-8, then UTF-16 with byte order mark, then Windows-1252; Latin-1 decodes whatever is left."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16"), "utf-16"
        except UnicodeDecodeError as error:
            msg = f"Die Datei beginnt wie UTF-16, ist aber ab Byte {error.start} beschädigt."
            raise UnreadableFileError(msg) from error
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def _pages(source: str) -> tuple[Page, ...]:
    """Return the pages between form feeds; a file without one has no pages."""
    parts = source.rstrip().split("\f")
    return paged(parts)[1] if len(parts) > 1 else ()
