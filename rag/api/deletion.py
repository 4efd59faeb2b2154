"""DELETE /v1/documents/{id}: a report leaves the folder and, with the next build, the answers."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from corpus import intake
from index.durable import sync_folder
from index.purge import kept_path
from index.searcher import Searcher
from rag.api.accepting import Editor, Place, accepted_change
from rag.api.problems import Problem, not_stored, unknown_document
from rag.api.schemas import AcceptedOut
from rag.api.state import get_searcher
from rag.api.wording import Text
from rag.audit import Action
from rag.jobs import Kind
from rag.library import Library

router = APIRouter(tags=["documents"])


@router.delete("/v1/documents/{document_id}", status_code=202)
def delete(
    document_id: str,
    response: Response,
    editor: Editor,
    library: Place,
    searcher: Annotated[Searcher, Depends(get_searcher)],
    purge: Annotated[bool, Query(description="also from every earlier generation, the stored originals and caches")] = (
        False
    ),
) -> AcceptedOut:
    """Remove a report and the statements beside it (`NAME.meta.toml`), and queue a build. Needs the role `editor`.

    Earlier generations keep it for a rollback, unless `purge` is true: then the job removes it from them, too.
    """
    try:
        with intake.sole_change(library.corpus):
            name = _path_of(document_id, library, searcher, purge)
            _remove(library, name, editor.name)
    except OSError as error:
        raise not_stored(error) from error
    job = library.jobs.queue(Kind.PURGE if purge else Kind.BUILD, editor.name, document_id if purge else "")
    return accepted_change(job, document_id, name, response)


def _path_of(document_id: str, library: Library, searcher: Searcher, purge: bool) -> str:
    """Return the path of a document below the folder: of one that is served, waits for a build, or is still kept."""
    stored = searcher.stored.get(document_id)
    if stored:
        return stored.path
    waiting = intake.find_report(library.corpus, document_id)
    if waiting:
        return waiting.relative_to(library.corpus.resolve()).as_posix()
    kept = kept_path(library.data, document_id) if purge else None
    if kept is None:
        raise unknown_document(document_id)
    return kept


def _remove(library: Library, name: str, who: str) -> None:
    path = library.corpus.resolve() / name
    if not _is_there(path):
        return
    if intake.is_last_report(library.corpus, path):
        raise Problem(
            409,
            "last-document",
            Text("Letztes Dokument", "Last document"),
            Text(
                f"„{name}“ ist das letzte Dokument; einen leeren Index gibt es nicht. Laden Sie erst ein anderes hoch.",
                f"“{name}” is the last document, and there is no empty index. Please upload another one first.",
            ),
        )
    library.audit.record(who, Action.DOCUMENT_DELETED, name)  # before: nothing changes without a line
    intake.remove_report(path)
    sync_folder(path.parent)


def _is_there(path: Path) -> bool:
    return path.is_file() or path.is_symlink()
