"""The service under steady traffic: whether memory or open files grow.

    python -m benchmarks.soak QUESTIONS.jsonl [MINUTES] [REQUESTS_PER_SECOND] [WORKERS]

Starts `fundstelle serve` with several processes over the index of the data folder (FUNDSTELLE_DATA) and asks at a fixed
rate over new connections; the defaults, 10 minutes at 8 a second, are what 80 people ask who put one question a minute
and a half, for two hours, in a twelfth of the time. Memory and descriptors are read every five seconds; the slope is
that of the line through the second half of the readings (least squares), since caches fill in the first.
"""

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from urllib.error import HTTPError

import numpy as np

from benchmarks.service import Service, memory, serving
from rag.evaluation.questions import load_questions
from rag.settings import load_settings

EVERY_S = 5.0
CLIENTS = 16


class Readings:
    """What each process held, and how many requests were answered by then."""

    def __init__(self, processes: Sequence[int]) -> None:
        self._processes = processes
        self.rows: list[tuple[int, list[int], list[int]]] = []

    def take(self, answered: int) -> None:
        """Read private memory in MB and the number of descriptors of every process."""
        private = [memory(process)[0] for process in self._processes]
        descriptors = [sum(1 for _ in Path(f"/proc/{process}/fd").iterdir()) for process in self._processes]
        self.rows.append((answered, private, descriptors))

    def print(self) -> None:
        """Print first and last reading and the slope of every process."""
        half = self.rows[len(self.rows) // 2 :]
        requests = np.array([row[0] for row in half], np.float64)
        for place in range(len(self._processes)):
            slope = np.polyfit(requests, [row[1][place] for row in half], 1)[0] * 1000
            first, last = self.rows[0], self.rows[-1]
            print(
                f"worker {place}: private {first[1][place]} -> {last[1][place]} MB, "
                f"{slope:+.2f} MB per 1,000 requests in the second half; "
                f"descriptors {first[2][place]} -> {last[2][place]}"
            )


def main(questions: Path, minutes: float, rate: float, workers: int) -> None:
    """Serve, ask, read, print."""
    with serving(load_settings().data, "--workers", str(workers)) as service:
        _soak(service, [case.question for case in load_questions(questions)], minutes, rate)


def _soak(service: Service, questions: list[str], minutes: float, rate: float) -> None:
    readings = Readings(service.workers)
    outcomes: Counter[str] = Counter()
    times: list[float] = []
    lock = threading.Lock()

    def ask(question: str) -> None:
        began = time.perf_counter()
        try:
            service.ask(question)
            outcome = "answered"
        except HTTPError as error:
            outcome = str(error.code)
        except OSError as error:
            outcome = type(error).__name__
        with lock:
            outcomes[outcome] += 1
            times.append(1000 * (time.perf_counter() - began))

    began = time.monotonic()
    next_reading = 0.0
    with ThreadPoolExecutor(CLIENTS) as clients:
        for number, question in enumerate(cycle(questions)):
            elapsed = time.monotonic() - began
            if elapsed > 60 * minutes:
                break
            if elapsed >= next_reading:
                readings.take(sum(outcomes.values()))
                next_reading += EVERY_S
            clients.submit(ask, question)
            time.sleep(max(0.0, (number + 1) / rate - (time.monotonic() - began)))
    readings.take(sum(outcomes.values()))
    print(f"{os.cpu_count()} cores, {sum(outcomes.values())} requests in {time.monotonic() - began:.0f} s: {outcomes}")
    print(f"median {median(times):.0f} ms, p95 {quantiles(times, n=20)[-1]:.0f} ms")
    readings.print()


if __name__ == "__main__":
    arguments = [float(argument) for argument in sys.argv[2:]]
    minutes, rate, workers = (*arguments, *(10.0, 8.0, 4.0)[len(arguments) :])
    main(Path(sys.argv[1]), minutes, rate, int(workers))
