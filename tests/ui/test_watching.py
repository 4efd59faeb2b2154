"""``fundstelle serve --watch`` on a library of its own: what happens in the folder shows in the answers, whole.

The tests follow each other as the days of one office; a build takes seconds, so each of them shows several things.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from live_server import Server, running_server
from waiting import wait_until

from corpus.ingestion import document_id
from index.builder import build_index
from index.generations import builder_lock, read_pointer
from index.purge import kept_path
from index.types import Encoder
from rag.jobs import Job, JobState, JobStore, Kind
from rag.settings import Settings
from ui.watching import watch_folder

POOLS = "Bericht über die Bäder\n\nDas Hallenbad zählte im Jahr 2023 genau 81.000 Gäste.\n"
TREES = "Bericht über die Friedhöfe\n\nAuf dem Waldfriedhof wurden 312 Linden gepflanzt.\n"
LIBRARY = "Bericht über die Bücherei\n\nDie Stadtbücherei verlieh 52.000 Bücher.\n"
BOOKS = "Wie viele Bücher verlieh die Stadtbücherei?"


@dataclass(frozen=True)
class Office:
    """A running server with its folders, and the first of its jobs, which an earlier server had begun."""

    corpus: Path
    data: Path
    server: Server
    client: httpx.Client
    begun: Job

    def file(self, name: str) -> dict[str, Any] | None:
        """Return the document of that file among those that are served."""
        items = self.client.get("/v1/documents").json()["items"]
        return next((item for item in items if item["file"] == name), None)

    def answer(self, question: str) -> str:
        return str(self.client.post("/v1/ask", json={"question": question}).json()["answer"])

    def jobs(self) -> list[Job]:
        return list(JobStore(self.data).newest(200))

    def builds(self) -> int:
        """Return how many jobs have built a generation."""
        return sum(job.result is not None for job in self.jobs())

    def rest(self) -> None:
        """Wait until no job is left to be done."""
        wait_until(lambda: not any(job.state in (JobState.QUEUED, JobState.RUNNING) for job in self.jobs()))

    def done(self, job_id: str) -> dict[str, Any]:
        """Wait until a job has ended well, and until what it built is served."""
        wait_until(lambda: self._job(job_id)["finished"] is not None)
        job = self._job(job_id)
        assert (job["state"], job["error"]) == ("done", None)
        wait_until(lambda: self.client.get("/v1/index").json()["serving"] == job["result"]["generation"])
        return job

    def _job(self, job_id: str) -> dict[str, Any]:
        job: dict[str, Any] = self.client.get(f"/v1/jobs/{job_id}").json()
        return job


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("watched")
    corpus, data = folder / "berichte", folder / "var"
    corpus.mkdir()
    (corpus / "bäder.txt").write_text(POOLS, encoding="utf-8")
    build_index(corpus, data, encoder)
    # While no server runs, reports come.
    (corpus / "friedhöfe.txt").write_text(TREES, encoding="utf-8")
    (corpus / "kaputt.pdf").write_bytes(b"%PDF-1.7\nkaputt")
    settings = {"FUNDSTELLE_CORPUS": str(corpus), "FUNDSTELLE_GENERATIONS": "10"}
    begun = _server_that_dies(data, settings)
    with (
        running_server(data, "--watch", **settings) as running,
        httpx.Client(base_url=running.url, timeout=30) as client,
    ):
        yield Office(corpus, data, running, client, begun)
    assert "Traceback" not in "".join(running.output)


def _server_that_dies(data: Path, settings: dict[str, str]) -> Job:
    """Run a server until it builds, then kill it and its build without a warning; return the job as it was left."""
    with running_server(data, "--watch", **settings) as running:
        wait_until(lambda: any(job.phase == "Berichte werden gelesen" for job in JobStore(data).newest(1)))
        running.process.kill()
        running.process.wait(10)
        job = JobStore(data).newest(1)[0]
        build = _process_of(job.id)  # outlives its server, and would do the job
        assert build is not None
        os.kill(build, signal.SIGKILL)
    return job


def _process_of(job_id: str) -> int | None:
    """Return the process that works on a job, None if none does."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if job_id.encode() in command:
            return int(folder.name)
    return None


def test_what_changed_while_no_server_ran_is_built_also_when_the_first_server_was_killed(office: Office) -> None:
    assert (office.begun.state, office.begun.who, office.begun.result) == (JobState.RUNNING, "ordnerwache", None)
    result = office.done(office.begun.id)["result"]
    assert "312 Linden" in office.answer("Wie viele Linden wurden gepflanzt?")
    assert result["documents"] == 2
    assert [refusal["path"] for refusal in result["refusals"]] == ["kaputt.pdf"]
    assert "beschädigt" in result["refusals"][0]["reason"]


def test_a_slowly_copied_file_is_not_read_half(office: Office) -> None:
    office.rest()
    builds = office.builds()
    data = TREES.encode() * 2
    step = len(data) // 6
    (office.corpus / "grün").mkdir()
    with (office.corpus / "grün" / "friedhöfe.txt").open("wb") as file:
        for start in range(0, len(data), step):
            file.write(data[start : start + step])
            file.flush()
            time.sleep(0.7)  # copying takes longer than a file has to rest
            assert office.builds() == builds
    wait_until(lambda: office.file("grün/friedhöfe.txt") is not None)
    document = office.file("grün/friedhöfe.txt")
    assert document is not None
    assert document["sha256"] == hashlib.sha256(data).hexdigest()
    office.rest()
    assert office.builds() == builds + 1


def test_an_upload_waits_for_whoever_builds_by_hand_and_is_answered_from_then(office: Office) -> None:
    office.rest()
    with builder_lock(office.data):
        response = office.client.post("/v1/documents", files={"file": ("bücherei.txt", LIBRARY.encode())})
        assert response.status_code == 202
        wait_until(lambda: office.jobs()[0].phase == "Wartet, bis ein anderer Bau fertig ist")
    job = office.done(response.json()["id"])
    assert office.jobs()[0].id == job["id"]  # the watch saw the file, too, and let the upload's own build do
    assert (job["who"], job["result"]["read"], job["result"]["taken_over"]) == ("lokal", 1, 3)
    assert "52.000 Bücher" in office.answer(BOOKS)


def test_a_file_removed_from_the_folder_is_gone_from_the_answers(office: Office) -> None:
    (office.corpus / "bücherei.txt").unlink()
    wait_until(lambda: office.file("bücherei.txt") is None)
    assert "Bücher" not in office.answer(BOOKS)


def test_a_purge_leaves_nothing_of_a_document(office: Office) -> None:
    office.rest()
    document = document_id("bücherei.txt")
    assert kept_path(office.data, document) == "bücherei.txt"
    response = office.client.delete(f"/v1/documents/{document}", params={"purge": "true"})
    result = office.done(response.json()["id"])["result"]
    assert result["purged_generations"] == 1
    assert kept_path(office.data, document) is None
    remains = [path for path in office.data.rglob("*") if path.is_file() and b"52.000" in path.read_bytes()]
    assert remains == []
    entries = [json.loads(line) for line in (office.data / "audit.jsonl").read_text(encoding="ascii").splitlines()]
    assert [(entry["who"], entry["action"]) for entry in entries if entry["what"] == "bücherei.txt"] == [
        ("lokal", "document_uploaded"),
        ("lokal", "document_purged"),
    ]
    assert [entry["who"] for entry in entries if entry["action"] == "index_built"] == [
        *("ordnerwache", "ordnerwache", "lokal", "ordnerwache", "lokal")
    ]


def test_a_rollback_stays_whatever_comes_into_the_folder_until_somebody_asks_for_a_build(office: Office) -> None:
    office.rest()
    chosen = office.client.post("/v1/index/rollback").json()["generation"]
    wait_until(lambda: office.client.get("/v1/index").json()["serving"] == chosen)
    before = office.jobs()
    shutil.copy(office.corpus / "bäder.txt", office.corpus / "bäder 2.txt")
    time.sleep(6)  # two seconds until the file counts as whole, and as many again
    assert office.jobs() == before
    assert read_pointer(office.data).generation == chosen
    office.done(office.client.post("/v1/index/rebuild").json()["id"])
    assert office.file("bäder 2.txt") is not None


def test_a_server_that_is_ended_ends_its_build_and_keeps_the_job(office: Office) -> None:
    office.rest()
    job_id = office.client.post("/v1/index/rebuild").json()["id"]
    wait_until(lambda: _process_of(job_id) is not None)
    office.server.process.terminate()
    assert office.server.process.wait(20) == 0
    assert _process_of(job_id) is None
    job = JobStore(office.data).find(job_id)
    assert job is not None
    assert (job.state, job.started) == (JobState.QUEUED, None)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the watch of this process wait for nothing longer than a second."""
    monkeypatch.setattr("ui.watching._SETTLED_S", 0.1)
    monkeypatch.setattr("ui.watching._LOOK_EVERY_MS", 100)
    monkeypatch.setattr("ui.watching._LOOK_AGAIN_S", 1.0)


def test_a_file_gone_again_after_another_build_took_it_in_is_built_away(
    tmp_path: Path, encoder: Encoder, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.watching._LOOK_AGAIN_S", 600.0)
    settings = Settings(corpus=tmp_path / "berichte", data=tmp_path / "var")
    settings.corpus.mkdir()
    (settings.corpus / "bäder.txt").write_text(POOLS, encoding="utf-8")
    build_index(settings.corpus, settings.data, encoder)
    jobs = JobStore(settings.data)

    def somebody_else_builds() -> None:
        job = jobs.queue(Kind.BUILD, "lokal")
        jobs.start_next()
        (settings.corpus / "bücherei.txt").write_text(LIBRARY, encoding="utf-8")
        build_index(settings.corpus, settings.data, encoder)
        (settings.corpus / "bücherei.txt").unlink()
        time.sleep(1)  # the files are as they were when the watch looked last, and at rest
        jobs.finish(job.id, "Fertig", None)

    async def day() -> None:
        watch = asyncio.create_task(watch_folder(settings))
        await asyncio.sleep(1)  # it has looked, and found nothing to do
        assert jobs.newest(1) == ()
        await asyncio.to_thread(somebody_else_builds)
        await asyncio.to_thread(wait_until, lambda: jobs.newest(1)[0].who == "ordnerwache")
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch

    asyncio.run(day())


def test_a_build_that_failed_is_asked_for_again(tmp_path: Path, quick: None) -> None:
    settings = Settings(corpus=tmp_path / "berichte", data=tmp_path / "var")
    settings.corpus.mkdir()
    (settings.corpus / "bäder.txt").write_text(POOLS, encoding="utf-8")
    jobs = JobStore(settings.data)

    def a_build_fails_twice() -> None:
        for _ in range(2):
            wait_until(jobs.busy)
            job = jobs.start_next()
            assert job is not None
            jobs.fail(job.id, "Die Platte ist voll.")

    async def night() -> None:
        watch = asyncio.create_task(watch_folder(settings))
        await asyncio.to_thread(a_build_fails_twice)
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch

    asyncio.run(night())
    assert [(job.who, job.state) for job in jobs.newest(2)] == [("ordnerwache", JobState.FAILED)] * 2
