"""/v1/index: the generations of the index; a build, and the way back to an earlier one."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from index.errors import BuildRunningError
from index.generations import generations, read_pointer
from index.rollback import rollback
from index.searcher import Searcher
from index.status import GenerationStatus, status
from rag.api.accepting import Editor, Place, accepted
from rag.api.problems import Problem
from rag.api.schemas import GenerationOut, IndexOut, JobOut, RollbackRequest, RolledBackOut
from rag.api.state import get_searcher
from rag.api.wording import Text
from rag.audit import Action
from rag.jobs import Kind
from rag.library import Library

router = APIRouter(prefix="/v1/index", tags=["index"])


@router.get("")
def read_index(_: Editor, library: Place, searcher: Annotated[Searcher, Depends(get_searcher)]) -> IndexOut:
    """List the generations, newest first: which is live, and which one answers here. Needs the role `editor`."""
    found = status(library.data)
    return IndexOut(
        serving=searcher.generation,
        generations=[_describe(one, found.pinned, searcher.generation) for one in reversed(found.generations)],
        document_bytes=found.document_bytes,
    )


@router.post("/rebuild", status_code=202)
def rebuild(response: Response, editor: Editor, library: Place) -> JobOut:
    """Queue a build; one that waits already is returned instead of a second. Needs the role `editor`."""
    return accepted(library.jobs.queue(Kind.BUILD, editor.name), response)


@router.post("/rollback")
def roll_back(editor: Editor, library: Place, asked: RollbackRequest | None = None) -> RolledBackOut:
    """Make an earlier generation live. It stays until somebody asks for a build. Needs the role `editor`."""
    wanted = asked.generation if asked else None
    _check_generation(library, wanted)
    try:
        chosen = rollback(library.data, wanted)
    except BuildRunningError as error:
        raise _BUILD_RUNS from error
    library.audit.record(editor.name, Action.INDEX_ROLLED_BACK, chosen)
    return RolledBackOut(generation=chosen)


def _describe(one: GenerationStatus, pinned: bool, serving: str) -> GenerationOut:
    return GenerationOut(
        name=one.name,
        live=one.live,
        pinned=one.live and pinned,
        serving=one.name == serving,
        created=datetime.fromisoformat(one.created) if one.created else None,
        documents=one.documents,
        passages=one.passages,
        bytes=one.bytes,
        problem=one.problem or None,
    )


def _check_generation(library: Library, wanted: str | None) -> None:
    known, live = generations(library.data), read_pointer(library.data).generation
    if wanted is None and not any(name < live for name in known):
        raise Problem(
            409,
            "no-earlier-generation",
            Text("Keine frühere Generation", "No earlier generation"),
            Text(
                f"Vor der Generation {live} liegt keine, zu der zurückgekehrt werden könnte.",
                f"There is no generation before {live} to go back to.",
            ),
        )
    if wanted is not None and wanted not in known:
        raise Problem(
            404,
            "unknown-generation",
            Text("Generation unbekannt", "Unknown generation"),
            Text(
                f"Die Generation „{wanted}“ gibt es nicht; vorhanden: {', '.join(known)}.",
                f"There is no generation “{wanted}”; there are: {', '.join(known)}.",
            ),
        )


_BUILD_RUNS = Problem(
    409,
    "build-running",
    Text("Der Index wird gebaut", "The index is being built"),
    Text(
        "Gerade wird der Index gebaut. Bitte warten Sie, bis das fertig ist; GET /v1/jobs zeigt, wie weit es ist.",
        "The index is being built. Please wait until that is done; GET /v1/jobs shows how far it is.",
    ),
    {"Retry-After": "10"},
)
