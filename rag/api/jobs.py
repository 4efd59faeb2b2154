"""GET /v1/jobs: what is to be done to the index, what is being done, and what came of it."""

from typing import Annotated

from fastapi import APIRouter, Query

from rag.api.accepting import Editor, Place
from rag.api.problems import Problem
from rag.api.schemas import JobOut, JobsOut
from rag.api.wording import Text

router = APIRouter(prefix="/v1/jobs", tags=["index"])


@router.get("")
def list_jobs(_: Editor, library: Place, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> JobsOut:
    """List the last jobs, newest first. Needs the role `editor`."""
    return JobsOut(items=[JobOut.model_validate(job) for job in library.jobs.newest(limit)])


@router.get("/{job_id}")
def read_job(job_id: str, _: Editor, library: Place) -> JobOut:
    """Say how far a job is, and what was read, refused and removed. Needs the role `editor`."""
    job = library.jobs.find(job_id)
    if job is None:
        raise Problem(
            404,
            "unknown-job",
            Text("Auftrag unbekannt", "Unknown job"),
            Text(
                f"Einen Auftrag „{job_id[:80]}“ gibt es nicht (mehr). GET /v1/jobs nennt die letzten.",
                f"There is no job “{job_id[:80]}” (any more). GET /v1/jobs lists the last ones.",
            ),
        )
    return JobOut.model_validate(job)
