"""GET /v1/documents: what the index holds, its texts, pages (as text or image) and original files."""

import base64
import binascii
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import PlainTextResponse, Response

from corpus.errors import UnreadableFileError
from corpus.page_image import draw_page, has_page_images
from corpus.types import Document, Page, Span
from corpus.word_boxes import boxes_within
from index.document_store import StoredDocument
from index.searcher import Searcher
from rag.api.gate import Gate
from rag.api.negotiation import is_known, quality
from rag.api.problems import Problem, unknown_document, unknown_version
from rag.api.schemas import DocumentOut, DocumentsOut
from rag.api.state import get_searcher
from rag.api.wording import Text
from rag.links import MAX_RANGES, parse_ranges

router = APIRouter(prefix="/v1/documents", tags=["documents"])

# Web pages are not among them: no browser shall show one as a page of this server.
_MEDIA_TYPES = {
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
}

_FORMS_OF_A_PAGE = {
    "text/plain": {"schema": {"type": "string"}},
    "image/png": {"schema": {"type": "string", "format": "binary"}},
}
_drawing = Gate(at_once=2, waiting=6)  # a page takes a second; a core each, and little memory for the rest


def get_document(
    document_id: str,
    searcher: Annotated[Searcher, Depends(get_searcher)],
    version: Annotated[
        str, Query(max_length=64, description="`version` of a citation; without it the present one")
    ] = "",
) -> StoredDocument:
    """Return the document of the path.

    :raises Problem: 404 if the index does not hold it, or not that version any more.
    """
    stored = searcher.find(document_id, version)
    if stored is None:
        raise unknown_version(document_id, version) if document_id in searcher.stored else unknown_document(document_id)
    return stored


def get_ranges(
    ranges: Annotated[
        str, Query(description="Places of the source to box on the image, as in `3120-3288,3300-3310`")
    ] = "",
) -> tuple[Span, ...]:
    """Return the ranges of a citation.

    :raises Problem: 422 if they are of another form.
    """
    try:
        return parse_ranges(ranges)
    except ValueError as error:
        raise _bad_ranges(ranges) from error


Index = Annotated[Searcher, Depends(get_searcher)]
Found = Annotated[StoredDocument, Depends(get_document)]
Ranges = Annotated[tuple[Span, ...], Depends(get_ranges)]


@router.get("")
async def list_documents(
    index: Index,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=2_000, description="`next` of the page before")] = None,
) -> DocumentsOut:
    """List the documents by file name, page by page."""
    after = "" if cursor is None else _decode_cursor(cursor)
    documents = sorted((document for document in index.stored.values() if document.path > after), key=_path)
    more = len(documents) > limit
    items = [_describe(document) for document in documents[:limit]]
    return DocumentsOut(items=items, next=_encode_cursor(items[-1].file) if more else None)


@router.get("/{document_id}")
async def read_document(stored: Found) -> DocumentOut:
    """Describe one document."""
    return _describe(stored)


@router.get("/{document_id}/text", response_class=PlainTextResponse)
def read_text(stored: Found, index: Index, view: Literal["source", "reading"] = "source") -> PlainTextResponse:
    """Return the whole text: the source that citations point into, or the restored reading."""
    document = index.document(stored)
    return PlainTextResponse(document.source_text if view == "source" else document.reading)


@router.get(
    "/{document_id}/pages/{number}", response_class=PlainTextResponse, responses={200: {"content": _FORMS_OF_A_PAGE}}
)
def read_page(request: Request, stored: Found, index: Index, number: int, ranges: Ranges) -> Response:
    """Return one page, counted from 1: its source text, or with `Accept: image/png` its image, cited words boxed."""
    document = index.document(stored)
    accept = request.headers.get("accept", "")
    as_image = quality(accept, "image/png") > quality(accept, "text/plain")
    if as_image and not has_page_images(document):
        if not quality(accept, "text/plain"):
            raise _no_image(document)
        as_image = False
    page = next((page for page in document.pages if page.number == number), None)
    if page is None:
        raise _unknown_page(document, number)
    if as_image:
        return _page_image(request, stored, index, page, ranges)
    return PlainTextResponse(document.source_text[page.span.start : page.span.end], headers={"Vary": "Accept"})


def _page_image(
    request: Request, stored: StoredDocument, index: Searcher, page: Page, ranges: Sequence[Span]
) -> Response:
    """Draw a page, unless the sender has a copy of this reading of the file."""
    etag = f'"{stored.key}"'
    headers = {"Vary": "Accept", "ETag": etag, "Cache-Control": "private, no-cache"}
    if is_known(request.headers, etag):
        return Response(status_code=304, headers=headers)
    here = [
        Span(max(part.start, page.span.start), min(part.end, page.span.end))
        for part in ranges
        if part.start < page.span.end and page.span.start < part.end
    ]
    with _drawing.passage():
        boxes = boxes_within(index.word_boxes(stored), here)
        try:
            image = draw_page(index.original(stored), PurePosixPath(stored.path).suffix, page.number, boxes)
        except UnreadableFileError as error:
            raise _not_drawn(stored, page.number) from error
    return Response(image, headers=headers, media_type="image/png")


@router.get("/{document_id}/file", response_class=Response)
def read_file(stored: Found, index: Index) -> Response:
    """Return the original file as it was when the index was built."""
    name = PurePosixPath(stored.path).name
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(name, safe='')}"}  # RFC 6266
    media_type = _MEDIA_TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
    return Response(index.original(stored), headers=headers, media_type=media_type)


def _path(document: StoredDocument) -> str:
    return document.path


def _describe(document: StoredDocument) -> DocumentOut:
    return DocumentOut(
        id=document.id,
        title=document.title,
        file=document.path,
        published=document.published,
        pages=document.pages or None,
        passages=len(document.sentence_counts),
        sha256=document.version,
        quality=round(1 - document.unknown_word_share, 4),
    )


def _encode_cursor(path: str) -> str:
    return base64.urlsafe_b64encode(path.encode()).decode().rstrip("=")


def _decode_cursor(cursor: str) -> str:
    """Return the file name after which the next page starts."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise Problem(
            422,
            "bad-cursor",
            Text("Ungültiger Zeiger", "Invalid cursor"),
            Text(
                f"„{cursor[:60]}“ ist kein Wert aus `next`. Ohne cursor beginnt die Liste von vorn.",
                f"“{cursor[:60]}” is not a value of `next`. Without cursor the list starts from its beginning.",
            ),
        ) from error


def _unknown_page(document: Document, number: int) -> Problem:
    count = len(document.pages)
    if not count:
        detail = Text(
            f"„{document.title}“ hat keine Seiten. Den ganzen Text liefert /v1/documents/{document.id}/text.",
            f"“{document.title}” has no pages. /v1/documents/{document.id}/text gives its whole text.",
        )
    else:
        detail = Text(
            f"Seite {number} gibt es nicht: „{document.title}“ hat die Seiten 1 bis {count}.",
            f"There is no page {number}: “{document.title}” has pages 1 to {count}.",
        )
    return Problem(404, "unknown-page", Text("Seite unbekannt", "Unknown page"), detail)


def _bad_ranges(ranges: str) -> Problem:
    return Problem(
        422,
        "bad-ranges",
        Text("Ungültige Stellen", "Invalid ranges"),
        Text(
            f"ranges „{ranges[:60]}“ hat nicht die Form 3120-3288,3300-3310 (höchstens {MAX_RANGES}, keine leer).",
            f"ranges “{ranges[:60]}” is not of the form 3120-3288,3300-3310 (at most {MAX_RANGES}, none empty).",
        ),
    )


def _no_image(document: Document) -> Problem:
    text, file = (f"/v1/documents/{document.id}/{name}" for name in ("text", "file"))
    return Problem(
        406,
        "no-page-image",
        Text("Kein Bild der Seite", "No page image"),
        Text(
            f"Bilder der Seiten gibt es nur von PDF- und Bilddateien, nicht von „{document.path[-80:]}“. "
            f"Den Text liefert {text}, die Datei {file}.",
            f"Only PDF and image files have page images, not “{document.path[-80:]}”. "
            f"{text} gives the text, {file} the file.",
        ),
    )


def _not_drawn(document: StoredDocument, number: int) -> Problem:
    file = f"/v1/documents/{document.id}/file"
    return Problem(
        500,
        "page-not-drawn",
        Text("Seite nicht darstellbar", "Page cannot be drawn"),
        Text(
            f"Seite {number} von „{document.title}“ ließ sich nicht als Bild darstellen. Die Datei liefert {file}.",
            f"Page {number} of “{document.title}” could not be drawn. {file} gives the file.",
        ),
    )
