"""What the routes that change documents and index have in common: who asks, and the job they answer with."""

from typing import Annotated

from fastapi import Depends, Response

from rag.api.access import require_editor
from rag.api.schemas import AcceptedOut, DocumentRef, JobOut
from rag.api.state import get_library
from rag.jobs import Job
from rag.keys import Identity
from rag.library import Library

Editor = Annotated[Identity, Depends(require_editor)]
Place = Annotated[Library, Depends(get_library)]


def accepted(job: Job, response: Response) -> JobOut:
    """Return the job, and its address in the header."""
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return JobOut.model_validate(job)


def accepted_change(job: Job, document_id: str, file: str, response: Response) -> AcceptedOut:
    """Return the job together with the document that was changed."""
    out = accepted(job, response)
    return AcceptedOut(**out.model_dump(), document=DocumentRef(id=document_id, file=file))
