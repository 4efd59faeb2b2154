"""One file out of a multipart body (RFC 7578), written to a file as it comes: never the whole of it in memory."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from corpus.intake import temporary_path
from corpus.options import MAX_FILE_BYTES
from rag.api.problems import Problem
from rag.api.wording import Text

FIELD: Final = "file"
_MAX_FRAME_BYTES: Final = 16 * 1024  # of a body, besides the file itself


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came whole: where it is, the name its sender gave it, size in bytes, SHA-256 in hex."""

    path: Path
    name: str
    size: int
    sha256: str


@asynccontextmanager
async def received_file(request: Request, folder: Path) -> AsyncIterator[Received]:
    """Receive the file into a hidden one inside ``folder``; it is gone when the context ends, unless it was renamed.

    :raises Problem: 413, 415 or 422 if the body is too large, no form, or another form.
    :raises ClientDisconnect: If the sender goes away.
    :raises OSError: If the file cannot be written.
    """
    form = _Form(request.headers.get("content-type", ""))
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > MAX_FILE_BYTES + _MAX_FRAME_BYTES:
        raise _too_large()
    path = temporary_path(folder)
    digest = hashlib.sha256()
    try:
        with await asyncio.to_thread(path.open, "xb") as file:
            async for chunk in request.stream():
                piece = form.pieces(chunk)
                digest.update(piece)
                await asyncio.to_thread(file.write, piece)
            form.check_whole()
            file.flush()
            await asyncio.to_thread(os.fsync, file.fileno())
        yield Received(path, form.name, form.size, digest.hexdigest())
    finally:
        path.unlink(missing_ok=True)


class _Form:
    """The parts of a body, of which exactly one may come, and it a file of the name ``FIELD``."""

    def __init__(self, content_type: str) -> None:
        media_type, options = parse_options_header(content_type)
        if media_type != b"multipart/form-data" or not options.get(b"boundary"):
            raise _no_form(content_type)
        self.name = ""
        self.size = 0
        self._parts = 0
        self._ended = False
        self._header = b""
        self._value = b""
        self._pieces: list[bytes] = []
        self._frame_bytes = 0
        callbacks = {
            "on_header_field": self._on_header_field,
            "on_header_value": self._on_header_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers_finished,
            "on_part_data": self._on_part_data,
            "on_end": self._on_end,
        }
        try:
            self._parser = MultipartParser(options[b"boundary"], callbacks)  # type: ignore[arg-type]
        except FormParserError as error:
            raise _no_form(content_type) from error

    def pieces(self, chunk: bytes) -> bytes:
        """Return what a piece of the body holds of the file."""
        self._pieces.clear()
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise _broken() from error
        piece = b"".join(self._pieces)
        self.size += len(piece)
        self._frame_bytes += len(chunk) - len(piece)
        if self.size > MAX_FILE_BYTES or self._frame_bytes > _MAX_FRAME_BYTES:
            raise _too_large()
        return piece

    def check_whole(self) -> None:
        """Refuse a body that ended before its end, or had no part."""
        if not self._ended or not self._parts:
            raise _broken()

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            if options.get(b"name") != FIELD.encode() or b"filename" not in options:
                raise _other_field(options.get(b"name", b"").decode("utf-8", "replace"))
            self.name = _file_name(options[b"filename"])
        self._header = self._value = b""

    def _on_headers_finished(self) -> None:
        self._parts += 1
        if self._parts > 1 or not self.name:
            raise _other_field(FIELD)

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._pieces.append(data[start:end])

    def _on_end(self) -> None:
        self._ended = True


def _file_name(sent: bytes) -> str:
    """Return a file's name; browsers write these three characters as here, and no others (HTML, 4.10.21.8)."""
    name = sent.decode("utf-8", "replace")
    for escaped in ("%22", "%0D", "%0A"):
        name = name.replace(escaped, unquote(escaped))
    return name


def _too_large() -> Problem:
    limit = MAX_FILE_BYTES // 1024**2
    return Problem(
        413,
        "file-too-large",
        Text("Datei zu groß", "File too large"),
        Text(
            f"Eine Datei darf höchstens {limit} MB groß sein. Bitte teilen Sie den Bericht.",
            f"A file may hold at most {limit} MB. Please split the report.",
        ),
    )


def _no_form(content_type: str) -> Problem:
    return Problem(
        415,
        "not-multipart",
        Text("Falscher Inhaltstyp", "Unsupported media type"),
        Text(
            f"Der Inhaltstyp „{content_type[:60]}“ wird nicht angenommen. Bitte senden Sie multipart/form-data mit der "
            f"Datei im Feld „{FIELD}“.",
            f"The content type “{content_type[:60]}” is not supported. Please send multipart/form-data with the file "
            f"in the field “{FIELD}”.",
        ),
    )


def _broken() -> Problem:
    return Problem(
        422,
        "broken-form",
        Text("Unvollständiges Formular", "Incomplete form"),
        Text(
            "Der Inhalt ist kein vollständiges multipart/form-data. Bitte senden Sie die Datei noch einmal.",
            "The body is no complete multipart/form-data. Please send the file again.",
        ),
    )


def _other_field(name: str) -> Problem:
    return Problem(
        422,
        "other-field",
        Text("Anderes Feld", "Other field"),
        Text(
            f"Erwartet wird genau eine Datei mit ihrem Namen im Feld „{FIELD}“, gefunden wurde „{name[:60]}“.",
            f"Exactly one file with its name is expected in the field “{FIELD}”, found “{name[:60]}”.",
        ),
    )
