"""What editors do to documents and index by HTTP: jobs asked for, documents deleted, generations chosen."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from editing import POOLS, TREES, Editing, editing

from corpus.ingestion import document_id
from index.builder import build_index
from index.generations import builder_lock, index_folder
from index.purge import kept_path
from index.types import Encoder
from rag.jobs import JobResult, Kind

PROBLEM = "urn:fundstelle:problem:"
POOLS_ID, TREES_ID = document_id("bäder.txt"), document_id("grün/friedhöfe.txt")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Editing]:
    with editing(tmp_path_factory.mktemp("office"), encoder) as running:
        yield running


@pytest.fixture(autouse=True)
def _files_are_put_back(office: Editing) -> Iterator[None]:
    """Let every test begin with the two reports and without a waiting job."""
    yield
    write_again = {"bäder.txt": POOLS, "grün/friedhöfe.txt": TREES}
    for name in office.files() - write_again.keys() - {"grün"}:
        (office.library.corpus / name).unlink()
    for name, text in write_again.items():
        (office.library.corpus / name).write_text(text, encoding="utf-8")
    while job := office.library.jobs.start_next():
        office.library.jobs.finish(job.id, "Fertig", None)


def _problem(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["type"].removeprefix(PROBLEM)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"/v1/documents/{POOLS_ID}"),
        ("POST", "/v1/index/rebuild"),
        ("POST", "/v1/index/rollback"),
        ("GET", "/v1/index"),
        ("GET", "/v1/jobs"),
        ("GET", "/v1/jobs/x"),
    ],
)
def test_a_reader_may_change_and_see_nothing_of_this(office: Editing, method: str, path: str) -> None:
    before = office.files(), office.audit(), office.library.jobs.newest(200)
    assert _problem(office.reader.request(method, path)) == (403, "role-too-low")
    assert (office.files(), office.audit(), office.library.jobs.newest(200)) == before


def test_a_build_is_asked_for_once_however_often_one_asks(office: Editing) -> None:
    first = office.editor.post("/v1/index/rebuild")
    assert first.status_code == 202
    job = first.json()
    assert first.headers["location"] == f"/v1/jobs/{job['id']}"
    assert (job["kind"], job["state"], job["who"], job["phase"]) == (
        *("build", "queued", "Archiv"),
        "Wartet, bis er an der Reihe ist",
    )
    assert office.editor.post("/v1/index/rebuild").json() == job
    assert office.editor.get(first.headers["location"]).json() == job


def test_the_list_of_jobs_is_newest_first_and_bounded(office: Editing) -> None:
    ids = [office.library.jobs.queue(Kind.PURGE, "Archiv", f"x-{number}").id for number in range(3)]
    listed = office.editor.get("/v1/jobs", params={"limit": 2}).json()["items"]
    assert [job["id"] for job in listed] == [ids[2], ids[1]]
    assert office.editor.get("/v1/jobs", params={"limit": 201}).status_code == 422


def test_a_job_tells_what_was_read_and_what_was_refused_and_why(office: Editing, encoder: Encoder) -> None:
    (office.library.corpus / "leer.txt").write_bytes(b"")
    office.editor.post("/v1/index/rebuild")
    job = office.library.jobs.start_next()
    assert job is not None
    office.library.jobs.progress(job.id, "Berichte werden gelesen", 1, 3)
    running = office.editor.get(f"/v1/jobs/{job.id}").json()
    assert (running["state"], running["phase"], running["done"], running["total"]) == (
        *("running", "Berichte werden gelesen"),
        *(1, 3),
    )
    built = build_index(office.library.corpus, office.library.data, encoder)
    numbers = built.documents, built.passages, built.read, built.taken_over, built.removed, built.embedded
    office.library.jobs.finish(job.id, "Fertig", JobResult(built.generation, *numbers, built.refusals))
    done = office.editor.get(f"/v1/jobs/{job.id}").json()
    assert done["state"] == "done"
    result = done["result"]
    assert (result["documents"], result["read"], result["taken_over"], result["removed"]) == (2, 0, 2, 0)
    assert result["refusals"] == [{"path": "leer.txt", "reason": "Die Datei ist leer."}]


def test_an_unknown_job_is_refused_by_name_in_both_languages(office: Editing) -> None:
    response = office.editor.get("/v1/jobs/gibtesnicht")
    assert _problem(response) == (404, "unknown-job")
    assert "„gibtesnicht“" in response.json()["detail"]
    english = office.editor.get("/v1/jobs/x", headers={"Accept-Language": "en"}).json()
    assert english["title"] == "Unknown job"


def test_a_deleted_report_leaves_the_folder_with_its_statements_and_a_build_is_queued(office: Editing) -> None:
    statements = office.library.corpus / "grün" / "friedhöfe.meta.toml"
    statements.write_text('title = "Friedhöfe"', encoding="utf-8")
    response = office.editor.delete(f"/v1/documents/{TREES_ID}")
    assert response.status_code == 202
    job = response.json()
    assert (job["kind"], job["state"]) == ("build", "queued")
    assert job["document"] == {"id": TREES_ID, "file": "grün/friedhöfe.txt"}
    assert response.headers["location"] == f"/v1/jobs/{job['id']}"
    assert office.files() == {"bäder.txt", "grün"}
    assert office.audit()[-1] == ("Archiv", "document_deleted", "grün/friedhöfe.txt")
    # Until the build is done it is still in the answers: to delete it again is no error.
    entries = office.audit()
    assert office.editor.delete(f"/v1/documents/{TREES_ID}").json()["id"] == job["id"]
    assert office.audit() == entries


def test_statements_stay_where_another_report_of_that_name_needs_them(office: Editing) -> None:
    (office.library.corpus / "bäder.md").write_text("# Bäder\n\nAndere Fassung.", encoding="utf-8")
    (office.library.corpus / "bäder.meta.toml").write_text('title = "Bäder"', encoding="utf-8")
    office.editor.delete(f"/v1/documents/{POOLS_ID}")
    assert {"bäder.md", "bäder.meta.toml"} <= office.files()
    office.editor.delete(f"/v1/documents/{document_id('bäder.md')}")  # not in the index yet
    assert office.files() == {"grün", "grün/friedhöfe.txt"}


def test_a_purge_is_a_job_that_names_the_document(office: Editing) -> None:
    response = office.editor.delete(f"/v1/documents/{TREES_ID}", params={"purge": "true"})
    assert (response.status_code, response.json()["kind"]) == (202, "purge")
    job = office.library.jobs.find(response.json()["id"])
    assert job is not None
    assert job.document == TREES_ID


def test_a_document_that_only_an_earlier_generation_holds_can_be_purged_but_not_deleted(
    office: Editing, encoder: Encoder
) -> None:
    extra = office.library.corpus / "alt.txt"
    extra.write_text("Ein alter Bericht über die Müllabfuhr.", encoding="utf-8")
    build_index(office.library.corpus, office.library.data, encoder)
    extra.unlink()
    build_index(office.library.corpus, office.library.data, encoder)
    assert kept_path(office.library.data, document_id("alt.txt")) == "alt.txt"
    assert _problem(office.editor.delete(f"/v1/documents/{document_id('alt.txt')}")) == (404, "unknown-document")
    response = office.editor.delete(f"/v1/documents/{document_id('alt.txt')}", params={"purge": "true"})
    assert (response.status_code, response.json()["document"]["file"]) == (202, "alt.txt")


@pytest.mark.parametrize("purge", ["true", "false"])
@pytest.mark.parametrize("name", ["gibtesnicht", "..", "b%C3%A4der.txt", "%2e%2e%2fvar"])
def test_an_unknown_document_is_refused_and_nothing_is_deleted(office: Editing, name: str, purge: str) -> None:
    before = office.files(), office.audit()
    url = httpx.URL(office.editor.base_url, raw_path=b"/v1/documents/" + name.encode() + b"?purge=" + purge.encode())
    assert office.editor.delete(url).status_code in {404, 405}
    assert (office.files(), office.audit()) == before


def test_the_last_report_cannot_be_deleted(office: Editing) -> None:
    office.editor.delete(f"/v1/documents/{TREES_ID}")
    response = office.editor.delete(f"/v1/documents/{POOLS_ID}")
    assert _problem(response) == (409, "last-document")
    assert "„bäder.txt“ ist das letzte Dokument" in response.json()["detail"]
    assert "bäder.txt" in office.files()


def test_the_index_tells_its_generations_and_which_one_answers(office: Editing, encoder: Encoder) -> None:
    served = office.editor.get("/v1/index").json()["serving"]
    built = build_index(office.library.corpus, office.library.data, encoder, kept=10)
    found = office.editor.get("/v1/index").json()
    newest = found["generations"][0]
    assert (newest["name"], newest["live"], newest["pinned"], newest["serving"]) == (
        *(built.generation, True, False),
        False,
    )
    assert (newest["documents"], newest["passages"], newest["problem"]) == (2, built.passages, None)
    assert newest["bytes"] > 1_000
    assert found["document_bytes"] > 1_000
    assert [one["name"] for one in found["generations"] if one["serving"]] == [served]
    assert sum(one["live"] for one in found["generations"]) == 1


def test_a_rollback_takes_the_one_before_or_the_one_named_and_pins_it(office: Editing, encoder: Encoder) -> None:
    first, second, third = (
        build_index(office.library.corpus, office.library.data, encoder, kept=20).generation for _ in range(3)
    )
    assert office.editor.post("/v1/index/rollback").json() == {"generation": second}
    assert office.audit()[-1] == ("Archiv", "index_rolled_back", second)
    live = next(one for one in office.editor.get("/v1/index").json()["generations"] if one["live"])
    assert (live["name"], live["pinned"]) == (second, True)
    chosen = office.editor.post("/v1/index/rollback", json={"generation": first})
    assert (chosen.status_code, chosen.json()) == (200, {"generation": first})
    assert third in {one["name"] for one in office.editor.get("/v1/index").json()["generations"]}


def test_a_rollback_to_nowhere_is_refused_with_what_there_is(office: Editing) -> None:
    live = next(one["name"] for one in office.editor.get("/v1/index").json()["generations"] if one["live"])
    for name in ("20200101T000000-000000", "documents", "..", ".lock"):
        response = office.editor.post("/v1/index/rollback", json={"generation": name})
        assert _problem(response) == (404, "unknown-generation")
        assert live in response.json()["detail"]
    oldest = office.editor.get("/v1/index").json()["generations"][-1]["name"]
    office.editor.post("/v1/index/rollback", json={"generation": oldest})
    assert _problem(office.editor.post("/v1/index/rollback")) == (409, "no-earlier-generation")
    assert office.editor.post("/v1/index/rollback", json={"generation": 1}).status_code == 422
    assert office.editor.post("/v1/index/rollback", json={"x": "y"}).status_code == 422


def test_a_rollback_waits_for_no_build(office: Editing) -> None:
    oldest = office.editor.get("/v1/index").json()["generations"][-1]["name"]
    before = office.audit()
    with builder_lock(office.library.data):
        response = office.editor.post("/v1/index/rollback", json={"generation": oldest})
    assert _problem(response) == (409, "build-running")
    assert office.audit() == before


def test_a_damaged_generation_is_listed_with_its_problem_and_never_chosen(office: Editing, encoder: Encoder) -> None:
    broken = build_index(office.library.corpus, office.library.data, encoder, kept=20).generation
    build_index(office.library.corpus, office.library.data, encoder, kept=20)
    (index_folder(office.library.data) / broken / "manifest.json").write_bytes(b"{}")
    listed = {one["name"]: one for one in office.editor.get("/v1/index").json()["generations"]}
    assert "beschädigt" in listed[broken]["problem"]
    assert _problem(office.editor.post("/v1/index/rollback", json={"generation": broken})) == (503, "index-damaged")


def test_jobs_that_cannot_be_read_are_told_without_their_path(tmp_path: Path, encoder: Encoder) -> None:
    with editing(tmp_path / "kaputt", encoder) as office:
        (office.library.data / "jobs.sqlite").write_bytes(b"kaputt" * 1_000)
        for method, path in (("GET", "/v1/jobs"), ("POST", "/v1/index/rebuild")):
            response = office.editor.request(method, path)
            assert _problem(response) == (503, "not-stored")
            assert str(tmp_path) not in response.text
