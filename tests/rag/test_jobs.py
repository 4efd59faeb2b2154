"""The jobs: asked for by many, done one by one, and never lost with the server."""

import sqlite3
import stat
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus.types import Refusal
from rag.errors import JobStoreError
from rag.jobs import JobResult, JobState, JobStore, Kind

RESULT = JobResult("20261124T101500-1", 3, 40, 1, 2, 0, 17, (Refusal("bäder.pdf", "Die Datei ist leer."),))


def _running(store: JobStore) -> str:
    store.queue(Kind.BUILD, "Archiv")
    job = store.start_next()
    assert job is not None
    return job.id


def test_a_job_tells_its_way_from_the_queue_to_its_result(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "var")
    queued = store.queue(Kind.BUILD, "Amt für Bäder")
    assert (queued.state, queued.who, queued.started, queued.result) == (JobState.QUEUED, "Amt für Bäder", None, None)
    created = datetime.fromisoformat(queued.created)
    assert created.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - created) < timedelta(minutes=1)
    assert store.busy()
    running = store.start_next()
    assert running is not None
    assert store.busy()
    assert (running.id, running.state) == (queued.id, JobState.RUNNING)
    assert running.started is not None
    store.progress(queued.id, "Berichte werden gelesen", 2, 5)
    seen = JobStore(tmp_path / "var").find(queued.id)
    assert seen is not None
    assert (seen.phase, seen.done, seen.total) == ("Berichte werden gelesen", 2, 5)
    store.finish(queued.id, "Fertig", RESULT)
    done = store.find(queued.id)
    assert done is not None
    assert (done.state, done.phase, done.result, done.error) == (JobState.DONE, "Fertig", RESULT, None)
    assert done.finished is not None
    assert store.start_next() is None
    assert not store.busy()


def test_a_failed_job_keeps_its_reason_and_no_later_word_changes_it(tmp_path: Path) -> None:
    store = JobStore(tmp_path)
    job_id = _running(store)
    store.fail(job_id, "Kein lesbarer Bericht.")
    store.progress(job_id, "Zu spät", 1, 1)
    store.finish(job_id, "Zu spät", RESULT)
    failed = store.find(job_id)
    assert failed is not None
    assert (failed.state, failed.error, failed.phase) == (JobState.FAILED, "Kein lesbarer Bericht.", "Nicht gelungen")


def test_two_waiting_builds_are_one_but_a_running_one_does_not_count(tmp_path: Path) -> None:
    store = JobStore(tmp_path)
    first = store.queue(Kind.BUILD, "Archiv")
    assert store.queue(Kind.BUILD, "Bürgerbüro") == first
    assert store.start_next() == replace(
        first, state=JobState.RUNNING, started=store.newest(1)[0].started, phase="Wird begonnen"
    )
    assert store.queue(Kind.BUILD, "Bürgerbüro").id != first.id  # files may have come after the running one looked


def test_a_build_that_somebody_asked_for_does_not_hide_behind_one_that_may_be_left_out(tmp_path: Path) -> None:
    store = JobStore(tmp_path)
    watch = store.queue(Kind.BUILD, "ordnerwache", only_if_stale=True)
    asked = store.queue(Kind.BUILD, "Archiv")
    assert asked.id != watch.id
    assert store.queue(Kind.BUILD, "ordnerwache", only_if_stale=True) in (watch, asked)
    assert store.queue(Kind.BUILD, "Bürgerbüro") == asked


def test_each_purge_is_a_job_of_its_own(tmp_path: Path) -> None:
    store = JobStore(tmp_path)
    ids = {store.queue(Kind.PURGE, "Archiv", document).id for document in ("a-1", "b-2", "b-2")}
    assert len(ids) == 3
    assert [job.document for job in store.newest(10)] == ["b-2", "b-2", "a-1"]
    assert store.queue(Kind.BUILD, "Archiv").id not in ids


def test_jobs_are_done_in_the_order_they_were_asked_for_and_listed_the_other_way(tmp_path: Path) -> None:
    store = JobStore(tmp_path)
    ids = [store.queue(Kind.PURGE, "Archiv", f"x-{number}").id for number in range(3)]
    assert [job.id for job in store.newest(2)] == [ids[2], ids[1]]
    begun = []
    while job := store.start_next():
        begun.append(job.id)
    assert begun == ids


def test_no_two_processes_begin_the_same_job(tmp_path: Path) -> None:
    ids = [JobStore(tmp_path).queue(Kind.PURGE, "Archiv", str(number)).id for number in range(40)]
    begun: list[str] = []

    def work() -> None:
        while job := JobStore(tmp_path).start_next():
            begun.append(job.id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(begun) == sorted(ids)


def test_what_a_dead_process_left_is_begun_again_three_times_and_then_fails_with_a_reason(tmp_path: Path) -> None:
    store = JobStore(tmp_path)
    job_id = _running(store)
    for _ in range(2):
        JobStore(tmp_path).recover()
        waiting = store.find(job_id)
        assert waiting is not None
        assert (waiting.state, waiting.started) == (JobState.QUEUED, None)
        assert store.start_next() is not None
    JobStore(tmp_path).recover()
    failed = store.find(job_id)
    assert failed is not None
    assert failed.state is JobState.FAILED
    assert "3-mal begonnen" in (failed.error or "")
    assert store.start_next() is None


def test_a_job_that_was_stopped_on_purpose_may_begin_as_often_as_it_takes(tmp_path: Path) -> None:
    store = JobStore(tmp_path)
    job_id = _running(store)
    for _ in range(5):
        store.put_back(job_id)
        job = store.start_next()
        assert job is not None
        assert job.id == job_id
    store.recover()
    waiting = store.find(job_id)
    assert waiting is not None
    assert waiting.state is JobState.QUEUED


def test_of_the_ended_jobs_a_thousand_stay_and_none_that_waits_is_dropped(tmp_path: Path) -> None:
    store = JobStore(tmp_path)
    waiting = store.queue(Kind.PURGE, "Archiv", "wartet")
    ended = [store.queue(Kind.PURGE, "Archiv", str(number)).id for number in range(3)]
    with sqlite3.connect(tmp_path / "jobs.sqlite") as connection:
        connection.execute("UPDATE jobs SET state = 'done' WHERE document != 'wartet'")
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999) "
            "INSERT INTO jobs (id, kind, state, who, document, only_if_stale, created, phase) "
            "SELECT 'alt-' || i, 'build', 'failed', 'x', '', 0, 'x', 'x' FROM n"
        )
    connection.close()
    last = store.queue(Kind.BUILD, "Archiv")
    kept = [job.id for job in store.newest(2_000)]
    assert len(kept) == 1_000 + 2
    assert kept[0] == last.id
    assert kept[-1] == waiting.id
    assert [job_id for job_id in ended if job_id in kept] == ended[2:]


def test_without_a_file_there_are_no_jobs_and_none_is_made(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "leer")
    store.recover()
    assert (store.find("x"), list(store.newest(5)), store.start_next()) == (None, [], None)
    assert not (tmp_path / "leer").exists()


def test_only_the_owner_may_read_the_jobs(tmp_path: Path) -> None:
    JobStore(tmp_path).queue(Kind.BUILD, "Archiv")
    assert stat.S_IMODE((tmp_path / "jobs.sqlite").stat().st_mode) == 0o600


def test_a_damaged_file_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "jobs.sqlite").write_bytes(b"kaputt" * 1_000)
    store = JobStore(tmp_path)
    for use in (lambda: store.newest(1), lambda: store.queue(Kind.BUILD, "Archiv"), store.start_next, store.recover):
        with pytest.raises(JobStoreError, match=r"jobs\.sqlite sind nicht zu lesen"):
            use()
