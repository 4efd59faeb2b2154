"""POST /v1/documents: a new report, checked by its content and its name, put into the folder of reports whole."""

import asyncio
from pathlib import PurePosixPath
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.requests import ClientDisconnect

from corpus import intake
from corpus.ingestion import document_id
from corpus.intake import NameFault
from corpus.readers.content import EMPTY, Content, content_of
from corpus.readers.formats import READERS
from index.durable import sync_folder
from index.searcher import Searcher
from rag.api.accepting import Editor, Place, accepted_change
from rag.api.multipart import FIELD, Received, received_file
from rag.api.problems import Problem, not_stored
from rag.api.schemas import AcceptedOut
from rag.api.state import get_searcher
from rag.api.wording import Text
from rag.audit import Action
from rag.jobs import Kind
from rag.library import Library

ROUTE: Final = ("POST", "/v1/documents")

router = APIRouter(tags=["documents"])

_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {FIELD: {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@router.post(ROUTE[1], status_code=202, response_model=AcceptedOut, openapi_extra=_FORM)
async def upload(
    request: Request,
    response: Response,
    editor: Editor,
    library: Place,
    searcher: Annotated[Searcher, Depends(get_searcher)],
    replace: Annotated[bool, Query(description="take the place of the file of that name")] = False,
) -> AcceptedOut | Response:
    """Add a report, up to 40 MB, to the folder of reports, and queue a build. Needs the role `editor`.

    What it is, its content tells; a name that says something else is refused, and so is content that is there already.
    """
    try:
        async with received_file(request, library.corpus) as received:
            file = await asyncio.to_thread(_take_in, received, library, searcher, editor.name, replace)
        job = await asyncio.to_thread(library.jobs.queue, Kind.BUILD, editor.name)
    except ClientDisconnect:
        return Response(status_code=499)
    except OSError as error:
        raise not_stored(error) from error
    return accepted_change(job, document_id(file), file, response)


def _take_in(received: Received, library: Library, searcher: Searcher, who: str, replace: bool) -> str:
    """Put the file in its place and return its path below the folder.

    :raises Problem: If its name, its content, or both together will not do.
    """
    name = intake.safe_name(received.name)
    if isinstance(name, NameFault):
        raise _bad_name(received.name, name)
    _check_content(name, content_of(received.path))
    with intake.sole_change(library.corpus):
        _check_new(received, library, searcher)
        present = intake.find_name(library.corpus, name)
        if present and (not replace or not present.is_file()):
            raise _name_taken(present.name)
        target = present or library.corpus / name
        library.audit.record(who, Action.DOCUMENT_UPLOADED, target.name)  # before: nothing changes without a line
        received.path.replace(target)
        sync_folder(library.corpus)
    return target.name


def _check_content(name: str, content: Content) -> None:
    suffix = PurePosixPath(name).suffix.lower()
    if content is EMPTY:
        raise Problem(
            422,
            "empty-file",
            Text("Leere Datei", "Empty file"),
            Text(f"Die Datei „{name}“ ist leer.", f"The file “{name}” is empty."),
        )
    if suffix not in READERS or suffix not in content.suffixes:
        fits = ", ".join(sorted(content.suffixes))
        kinds = ", ".join(READERS)
        raise Problem(
            415,
            "other-content",
            Text("Name und Inhalt passen nicht", "Name and content do not fit"),
            Text(
                f"Die Datei „{name}“ ist {content.german}. "
                + (f"Dazu passt die Endung {fits}." if fits else f"Gelesen werden nur {kinds}."),
                f"The file “{name}” is {content.english}. "
                + (f"The suffix {fits} fits it." if fits else f"Only {kinds} are read."),
            ),
        )


def _check_new(received: Received, library: Library, searcher: Searcher) -> None:
    """Refuse content that is there already, in the folder or in what answers."""
    file = intake.find_content(library.corpus, received.sha256, received.size)
    served = next((stored for stored in searcher.stored.values() if stored.version == received.sha256), None)
    if file is None and served is None:
        return
    known = file if file is not None else served.path if served else ""
    raise Problem(
        409,
        "known-content",
        Text("Schon vorhanden", "Already there"),
        Text(
            f"Eine Datei mit genau diesem Inhalt gibt es schon: „{known}“. Wurde sie eben gelöscht, warten Sie bitte, "
            "bis der Auftrag fertig ist.",
            f"A file with exactly this content is there already: “{known}”. If it was deleted just now, please wait "
            "for the job to end.",
        ),
        members={"document": {"id": document_id(known), "file": known}},
    )


def _name_taken(name: str) -> Problem:
    return Problem(
        409,
        "name-taken",
        Text("Name vergeben", "Name taken"),
        Text(
            f"Eine andere Datei „{name}“ gibt es schon. Mit ?replace=true tritt die neue an ihre Stelle.",
            f"Another file “{name}” is there already. With ?replace=true the new one takes its place.",
        ),
        members={"document": {"id": document_id(name), "file": name}},
    )


def _bad_name(name: str, fault: NameFault) -> Problem:
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in name[:80])
    reason = _FAULTS[fault]
    return Problem(
        422,
        "bad-file-name",
        Text("Dateiname nicht möglich", "File name not possible"),
        Text(f"„{shown}“: {reason.de} Bitte umbenennen.", f"“{shown}”: {reason.en} Please rename the file."),
    )


_FAULTS: Final = {
    NameFault.EMPTY: Text("Der Dateiname ist leer.", "The file name is empty."),
    NameFault.PATH: Text("Der Dateiname enthält einen Pfad.", "The file name holds a path."),
    NameFault.UNPRINTABLE: Text(
        "Der Dateiname enthält unlesbare Zeichen.", "The file name holds unreadable characters."
    ),
    NameFault.HIDDEN: Text(
        "Dateien, deren Name mit „.“ oder „~$“ beginnt, werden nicht gelesen.",
        "Files whose name begins with “.” or “~$” are not read.",
    ),
    NameFault.EDGE: Text(
        "Der Dateiname beginnt oder endet mit einem Leerzeichen oder endet mit einem Punkt.",
        "The file name begins or ends with a space or ends with a full stop.",
    ),
    NameFault.DEVICE: Text("So heißt unter Windows ein Gerät.", "Windows has a device of that name."),
    NameFault.TOO_LONG: Text(
        f"Der Dateiname ist länger als {intake.MAX_NAME_BYTES} Byte (ein Umlaut zählt zwei).",
        f"The file name is longer than {intake.MAX_NAME_BYTES} bytes (an umlaut counts as two).",
    ),
}
