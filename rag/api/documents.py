"""GET /v1/documents: what the index holds, its texts, pages and original files."""

import base64
import binascii
from pathlib import PurePosixPath
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from fastapi.responses import PlainTextResponse, Response

from corpus.types import Document
from index.searcher import Searcher
from rag.api.problems import Problem, unknown_document
from rag.api.schemas import DocumentOut, DocumentsOut
from rag.api.state import get_searcher
from rag.api.wording import Text

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


def get_document(document_id: str, searcher: Annotated[Searcher, Depends(get_searcher)]) -> Document:
    """Return the document of the path.

    :raises Problem: 404 if the index does not hold it.
    """
    document = searcher.documents.get(document_id)
    if document is None:
        raise unknown_document(document_id)
    return document


Index = Annotated[Searcher, Depends(get_searcher)]
Found = Annotated[Document, Depends(get_document)]


@router.get("")
async def list_documents(
    index: Index,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=2_000, description="`next` of the page before")] = None,
) -> DocumentsOut:
    """List the documents by file name, page by page."""
    after = "" if cursor is None else _decode_cursor(cursor)
    documents = sorted((document for document in index.documents.values() if document.path > after), key=_path)
    more = len(documents) > limit
    items = [_describe(document) for document in documents[:limit]]
    return DocumentsOut(items=items, next=_encode_cursor(items[-1].file) if more else None)


@router.get("/{document_id}")
async def read_document(document: Found) -> DocumentOut:
    """Describe one document."""
    return _describe(document)


@router.get("/{document_id}/text", response_class=PlainTextResponse)
async def read_text(document: Found, view: Literal["source", "reading"] = "source") -> PlainTextResponse:
    """Return the whole text: the source that citations point into, or the restored reading."""
    return PlainTextResponse(document.source_text if view == "source" else document.reading)


@router.get("/{document_id}/pages/{number}", response_class=PlainTextResponse)
async def read_page(document: Found, number: int) -> PlainTextResponse:
    """Return the source text of one page, counted from 1."""
    for page in document.pages:
        if page.number == number:
            return PlainTextResponse(document.source_text[page.span.start : page.span.end])
    raise _unknown_page(document, number)


@router.get("/{document_id}/file", response_class=Response)
def read_file(document: Found, index: Index) -> Response:
    """Return the original file as it was when the index was built."""
    name = PurePosixPath(document.path).name
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(name, safe='')}"}  # RFC 6266
    media_type = _MEDIA_TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
    return Response(index.original(document.id), headers=headers, media_type=media_type)


def _path(document: Document) -> str:
    return document.path


def _describe(document: Document) -> DocumentOut:
    return DocumentOut(
        id=document.id,
        title=document.title,
        file=document.path,
        published=document.published,
        pages=len(document.pages) or None,
        passages=len(document.passages),
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
