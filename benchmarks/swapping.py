"""Swap generations under load, and cut files that a server has open.

    python -m benchmarks.swapping [swap|cut] [--builds N]

A real `fundstelle serve` over the shipped report and some made-up ones answers 8 clients without pause, first left
alone, then while reports are changed and the index is built (`nice -n 10`) or rolled back. Every citation is compared
with the text that the service gives for its version. `cut` truncates the vectors and the terms under the running
server. Exit status 1 if a request failed, a citation was wrong, builds slowed answers too much, or the server died.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import httpx

from benchmarks.small_index import SmallIndex
from index.generations import index_folder
from index.snapshot import read_documents
from rag.evaluation.questions import load_questions

ROOT = Path(__file__).parent.parent
PORT = 8397
CLIENTS = 8
QUIET_S = 40
TAKEN_UP_WITHIN_S = 60
ROLLBACK_AFTER = 4  # builds
LIMIT = 2.5  # p95 while building, in quiet p95s
COMMAND = [sys.executable, "-c", "from ui.cli import main; main()"]


@dataclass
class Record:
    """What the clients saw; times in seconds, with the moment a request began."""

    times: list[tuple[float, float]] = field(default_factory=list)
    generations: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    citations: int = 0


class Client(threading.Thread):
    """Asks one question after the other and checks what comes back, until it is stopped."""

    def __init__(self, questions: list[str], data: Path, record: Record, stop: threading.Event, seed: int) -> None:
        super().__init__()
        self._questions = questions
        self._folder = index_folder(data)
        self._record = record
        self._stop_event = stop
        self._generator = random.Random(seed)  # noqa: S311 (no secret)
        self._texts: dict[tuple[str, str], str] = {}  # (document, version) -> text, which never changes
        self._versions: dict[str, dict[str, str]] = {}  # generation -> document -> version

    def run(self) -> None:
        """Ask until stopped."""
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=60) as http:
            while not self._stop_event.is_set():
                try:
                    self._ask(http)
                except Exception as error:  # whatever it is, it counts
                    self._record.failures[f"{type(error).__name__}: {error}"] += 1

    def _ask(self, http: httpx.Client) -> None:
        began = time.monotonic()
        response = http.post("/v1/ask", json={"question": self._generator.choice(self._questions)})
        self._record.times.append((began, time.monotonic() - began))
        if response.status_code != 200:
            self._record.failures[f"{response.status_code} {response.text[:200]}"] += 1
            return
        answer = response.json()
        generation = answer["generation"]
        self._record.generations[generation] += 1
        if generation not in self._versions:
            stored = read_documents(self._folder / generation)
            self._versions[generation] = {one.id: one.version for one in stored}
        for citation in (*answer["citations"], *answer["related"]):
            self._check(http, citation, self._versions[generation])

    def _check(self, http: httpx.Client, citation: dict[str, str], versions: dict[str, str]) -> None:
        document, version = citation["document_id"], citation["version"]
        if (document, version) not in self._texts:
            response = http.get(f"/v1/documents/{document}/text", params={"version": version})
            response.raise_for_status()
            self._texts[document, version] = response.text
        self._record.citations += 1
        quoted = self._texts[document, version][int(citation["start"]) : int(citation["end"])]
        if quoted != citation["source_quote"]:
            self._record.failures[f"not verbatim: {citation['source_quote'][:60]}"] += 1
        if not versions.get(document, "").startswith(version):
            self._record.failures[f"{document} cited from another generation"] += 1


def swap(builds: int) -> bool:
    """Build and roll back under load; print what the clients saw and return whether all was well."""
    record, stop = Record(), threading.Event()
    questions = [case.question for case in load_questions(ROOT / "tests" / "data" / "report_questions.jsonl")]
    with tempfile.TemporaryDirectory() as scratch:
        index = _prepare(Path(scratch))
        with _server(index):
            clients = [Client(questions, index.data, record, stop, seed) for seed in range(CLIENTS)]
            for client in clients:
                client.start()
            try:
                time.sleep(QUIET_S)
                quiet_until = time.monotonic()
                building = _change(index, builds, record)
            finally:
                stop.set()
                for client in clients:
                    client.join()
    quiet = [took for began, took in record.times if began + took < quiet_until]
    busy = [took for at, took in record.times if any(began <= at <= ended for began, ended in building)]
    return _report(record, quiet, busy, builds)


def _change(index: SmallIndex, builds: int, record: Record) -> list[tuple[float, float]]:
    """Change reports and build, roll back now and then; return from when to when each build ran."""
    times = []
    for build in range(1, builds + 1):
        index.change_reports()
        began = time.monotonic()
        _run(index, "index", "build")
        times.append((began, time.monotonic()))
        _await_live(index, record)
        if build % ROLLBACK_AFTER == 0:
            _run(index, "index", "rollback")
            _await_live(index, record)
    return times


def _report(record: Record, quiet: list[float], busy: list[float], builds: int) -> bool:
    quiet_p95, busy_p95 = quantiles(quiet, n=20)[-1], quantiles(busy, n=20)[-1]
    print(f"{builds} builds, {builds // ROLLBACK_AFTER} rollbacks, {CLIENTS} clients, {len(record.times)} questions")
    print(f"failed: {record.failures.total()}; citations compared: {record.citations}")
    print(f"generations seen: {len(record.generations)}")
    print(f"left alone: median {1000 * median(quiet):.0f} ms, p95 {1000 * quiet_p95:.0f} ms ({len(quiet)} questions)")
    print(f"during builds: median {1000 * median(busy):.0f} ms, p95 {1000 * busy_p95:.0f} ms ({len(busy)} questions)")
    print(f"p95 during builds / left alone: {busy_p95 / quiet_p95:.2f} (at most {LIMIT})")
    for failure, count in record.failures.most_common(10):
        print(f"  {count} times {failure}")
    return not record.failures and busy_p95 <= LIMIT * quiet_p95


def cut(_: int) -> bool:
    """Truncate vectors and terms under a running server; print what it says and return whether it always answers."""
    well = []
    for name in ("passages.faiss", "bm25/data.csc.index.npy", "bm25/indices.csc.index.npy"):
        with tempfile.TemporaryDirectory() as scratch:
            index = _prepare(Path(scratch))
            with _server(index):
                os.truncate(index_folder(index.data) / index.live / name, 0)
                try:
                    reply = httpx.post(
                        f"http://127.0.0.1:{PORT}/v1/ask", json={"question": "Wie lang ist der Radweg?"}, timeout=60
                    )
                    said = f"answers with {reply.status_code}"
                    well.append(reply.status_code == 200)
                except httpx.HTTPError as error:
                    said = f"{type(error).__name__}"
                    well.append(False)
                print(f"{name} cut to nothing under the server: {said}")
    return all(well)


def _prepare(folder: Path) -> SmallIndex:
    index = SmallIndex.make(folder, seed=6)
    for report in (ROOT / "corpus" / "reports").iterdir():
        shutil.copy(report, index.corpus)
    _run(index, "index", "build")
    return index


def _environment(index: SmallIndex) -> dict[str, str]:
    return {**os.environ, "FUNDSTELLE_DATA": str(index.data), "FUNDSTELLE_CORPUS": str(index.corpus)}


def _run(index: SmallIndex, *arguments: str) -> None:
    command = ["nice", "-n", "10", *COMMAND, *arguments]
    subprocess.run(command, env=_environment(index), check=True, capture_output=True)  # noqa: S603


@contextmanager
def _server(index: SmallIndex) -> Iterator[None]:
    """Run the server; enter when it is ready."""
    command = [*COMMAND, "serve", "--port", str(PORT)]
    server = subprocess.Popen(command, env=_environment(index), stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        if server.stdout is not None:
            while "ist bereit" not in (line := server.stdout.readline()):
                if not line:
                    raise RuntimeError("the server did not start")
        yield
    finally:
        server.terminate()
        server.wait(30)


def _await_live(index: SmallIndex, record: Record) -> None:
    """Wait until the server answers from the live generation."""
    live, began = index.live, time.monotonic()
    seen = record.generations[live]
    while record.generations[live] == seen:
        if time.monotonic() - began > TAKEN_UP_WITHIN_S:
            record.failures[f"{live} not taken up in {TAKEN_UP_WITHIN_S} s"] += 1
            return
        time.sleep(0.1)


def main() -> int:
    """Run the parts named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["swap", "cut"])
    parser.add_argument("--builds", type=int, default=20)
    given = parser.parse_args()
    parts = {"swap": swap, "cut": cut}
    well = [parts[part](given.builds) for part in given.parts]
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main())
