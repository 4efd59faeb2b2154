"""``fundstelle serve --watch`` on a library of its own: what happens in the folder shows in the answers, whole."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from live_server import running_server
from waiting import wait_until

from corpus.ingestion import document_id
from index.builder import build_index
from index.generations import builder_lock, read_pointer
from index.purge import kept_path
from index.types import Encoder
from rag.jobs import JobState, JobStore

POOLS = "Bericht über die Bäder\n\nDas Hallenbad zählte im Jahr 2023 genau 81.000 Gäste.\n"
TREES = "Bericht über die Friedhöfe\n\nAuf dem Waldfriedhof wurden 312 Linden gepflanzt.\n"
BIKES = "Bericht über den Radverkehr\n\nDie Stadt baute im Jahr 2024 neun Fahrradstraßen.\n"
BUSES = "Bericht über die Busse\n\nDer Bürgerbus beförderte 7.300 Fahrgäste.\n"
LIBRARY = "Bericht über die Bücherei\n\nDie Stadtbücherei verlieh 52.000 Bücher.\n"
MARKET = "Bericht über den Markt\n\nDer Wochenmarkt hat 44 Stände.\n"


@dataclass(frozen=True)
class Office:
    """A running server with its folders."""

    corpus: Path
    data: Path
    client: httpx.Client

    def file(self, name: str) -> dict[str, Any] | None:
        """Return the document of that file among those that are served."""
        items = self.client.get("/v1/documents").json()["items"]
        return next((item for item in items if item["file"] == name), None)

    def answer(self, question: str) -> str:
        return str(self.client.post("/v1/ask", json={"question": question}).json()["answer"])

    def job(self, job_id: str) -> dict[str, Any]:
        job: dict[str, Any] = self.client.get(f"/v1/jobs/{job_id}").json()
        return job

    def done(self, job_id: str) -> dict[str, Any]:
        """Wait until a job has ended, and until what it built is served."""
        wait_until(lambda: self.job(job_id)["finished"] is not None)
        job = self.job(job_id)
        assert (job["state"], job["error"]) == ("done", None)
        if job["result"]:
            wait_until(lambda: self.client.get("/v1/index").json()["serving"] == job["result"]["generation"])
        return job

    def busy(self) -> bool:
        return any(job.state in (JobState.QUEUED, JobState.RUNNING) for job in JobStore(self.data).newest(200))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("watched")
    corpus, data = folder / "berichte", folder / "var"
    corpus.mkdir()
    (corpus / "bäder.txt").write_text(POOLS, encoding="utf-8")
    build_index(corpus, data, encoder)
    (corpus / "friedhöfe.txt").write_text(TREES, encoding="utf-8")  # while no server runs
    settings = {"FUNDSTELLE_CORPUS": str(corpus), "FUNDSTELLE_GENERATIONS": "10"}
    with (
        running_server(data, "--watch", **settings) as running,
        httpx.Client(base_url=running.url, timeout=30) as client,
    ):
        yield Office(corpus, data, client)
    assert "Traceback" not in "".join(running.output)


def test_a_server_that_starts_with_a_stale_index_brings_it_up_to_date(office: Office) -> None:
    wait_until(lambda: office.file("friedhöfe.txt") is not None)
    assert "312 Linden" in office.answer("Wie viele Linden wurden gepflanzt?")
    job = office.client.get("/v1/jobs").json()["items"][-1]
    assert (job["who"], job["kind"]) == ("ordnerwache", "build")
    wait_until(lambda: not office.busy())


def test_a_new_file_in_the_folder_appears_in_the_answers_and_a_removed_one_is_gone(office: Office) -> None:
    path = office.corpus / "verkehr" / "räder.txt"
    path.parent.mkdir()
    path.write_text(BIKES, encoding="utf-8")
    wait_until(lambda: office.file("verkehr/räder.txt") is not None)
    assert "neun Fahrradstraßen" in office.answer("Wie viele Fahrradstraßen baute die Stadt?")
    path.unlink()
    wait_until(lambda: office.file("verkehr/räder.txt") is None)
    assert "Fahrradstraßen" not in office.answer("Wie viele Fahrradstraßen baute die Stadt?")


def test_a_slowly_copied_file_is_not_read_half(office: Office) -> None:
    wait_until(lambda: not office.busy())
    jobs = JobStore(office.data).newest(200)
    data = (BUSES + "\n\n".join(f"Die Linie {number} fährt stündlich." for number in range(40))).encode()
    step = len(data) // 8
    with (office.corpus / "busse.txt").open("wb") as file:
        for start in range(0, len(data), step):
            file.write(data[start : start + step])
            file.flush()
            time.sleep(0.6)
    assert JobStore(office.data).newest(200) == jobs  # copying took far longer than the wait for a whole file
    wait_until(lambda: office.file("busse.txt") is not None)
    document = office.file("busse.txt")
    assert document is not None
    assert document["sha256"] == hashlib.sha256(data).hexdigest()


def test_an_upload_is_answered_from_and_a_purge_leaves_nothing_of_it(office: Office) -> None:
    response = office.client.post("/v1/documents", files={"file": ("bücherei.txt", LIBRARY.encode())})
    assert response.status_code == 202
    job = office.done(response.json()["id"])
    assert job["who"] == "lokal"
    assert "52.000 Bücher" in office.answer("Wie viele Bücher verlieh die Stadtbücherei?")
    document = response.json()["document"]["id"]
    purge = office.client.delete(f"/v1/documents/{document}", params={"purge": "true"})
    result = office.done(purge.json()["id"])["result"]
    assert result["purged_generations"] >= 1
    assert kept_path(office.data, document) is None
    remains = [path for path in office.data.rglob("*") if path.is_file() and b"52.000" in path.read_bytes()]
    assert remains == []
    audit = (office.data / "audit.jsonl").read_text(encoding="ascii")
    assert [action for action in ("document_uploaded", "index_built", "document_purged") if action in audit] == [
        *("document_uploaded", "index_built", "document_purged")
    ]


def test_a_file_that_cannot_be_read_is_named_in_the_job(office: Office) -> None:
    response = office.client.post("/v1/documents", files={"file": ("kaputt.pdf", b"%PDF-1.7\nkaputt")})
    result = office.done(response.json()["id"])["result"]
    assert [refusal["path"] for refusal in result["refusals"]] == ["kaputt.pdf"]
    assert "beschädigt" in result["refusals"][0]["reason"]
    office.client.delete(f"/v1/documents/{document_id('kaputt.pdf')}")
    wait_until(lambda: not office.busy())


def test_a_job_waits_for_whoever_builds_by_hand(office: Office) -> None:
    wait_until(lambda: not office.busy())
    with builder_lock(office.data):
        job_id = office.client.post("/v1/index/rebuild").json()["id"]
        wait_until(lambda: office.job(job_id)["phase"] == "Wartet, bis ein anderer Bau fertig ist")
    office.done(job_id)


def test_a_rollback_stays_whatever_comes_into_the_folder_until_somebody_asks_for_a_build(office: Office) -> None:
    wait_until(lambda: not office.busy())
    chosen = office.client.post("/v1/index/rollback").json()["generation"]
    wait_until(lambda: office.client.get("/v1/index").json()["serving"] == chosen)
    jobs = JobStore(office.data).newest(200)
    (office.corpus / "markt.txt").write_text(MARKET, encoding="utf-8")
    time.sleep(6)  # two seconds until the file counts as whole, and as many again
    assert JobStore(office.data).newest(200) == jobs
    assert read_pointer(office.data).generation == chosen
    office.done(office.client.post("/v1/index/rebuild").json()["id"])
    assert "44 Stände" in office.answer("Wie viele Stände hat der Wochenmarkt?")
