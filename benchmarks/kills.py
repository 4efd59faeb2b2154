"""Kill building processes, between any two steps of theirs and by the clock.

A killed process must leave the live generation whole, and the build after it nothing behind.
"""

import multiprocessing
import os
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks.small_index import SmallIndex, check, in_child, problem_of
from index.rollback import rollback

# The function that begins a phase -> the phase; in their order.
BUILDING = {
    "build_index": "start",
    "_read": "reading",
    "embed_missing": "embedding",
    "_content": "computing",
    "publish": "writing",
    "write_manifest": "sealing",
    "point_to": "flip",
    "remove_unneeded": "pruning",
}
ROLLING_BACK = {"rollback": "back: checking", "point_to": "back: flip"}
DONE = "not killed"  # ended before
_BY_CLOCK = 3  # every third kill
_fork = multiprocessing.get_context("fork")


class Steps:
    """Counts the calls and returns of a process by phase, and kills it at a chosen one.

    :param kill_at: Number of the phase and of the step in it; None never kills.
    """

    def __init__(self, phases: dict[str, str], kill_at: tuple[int, int] | None, reached: Any) -> None:
        self._phases = phases
        self._order = list(phases.values())
        self._kill_at = kill_at
        self._reached = reached  # number of the phase, shared with the process that watches
        self.counts: Counter[str] = Counter()

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """Take note of one step; Python calls this before and after each function, those written in C included."""
        name = frame.f_code.co_name
        if event == "call" and name in self._phases:
            self._reached.value = max(self._reached.value, self._order.index(self._phases[name]))
        if self._reached.value < 0:
            return
        phase = self._order[self._reached.value]
        self.counts[phase] += 1
        if self._kill_at and (self._reached.value, self.counts[phase]) >= self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def run_and_kill(
    work: Callable[[], object], phases: dict[str, str], kill_at: tuple[int, int] | None, after_s: float | None
) -> str:
    """Run work in a process until it is killed; return the phase it was in, or that it had ended before."""
    reached = _fork.RawValue("i", -1)

    def watched() -> None:
        sys.setprofile(Steps(phases, kill_at, reached))
        work()

    process = _fork.Process(target=watched)
    process.start()
    if after_s is not None:
        while reached.value < 0 and process.is_alive():
            time.sleep(0.0005)
        time.sleep(after_s)
        process.kill()
    process.join()
    return list(phases.values())[reached.value] if process.exitcode == -signal.SIGKILL else DONE


def count_steps(work: Callable[[], object], phases: dict[str, str]) -> tuple[list[int], float]:
    """Return the steps of each phase and the seconds of one whole run."""
    queue = _fork.SimpleQueue()

    def watched() -> None:
        steps = Steps(phases, None, _fork.RawValue("i", -1))
        began = time.perf_counter()
        sys.setprofile(steps)
        work()
        sys.setprofile(None)
        queue.put(([steps.counts[phase] for phase in phases.values()], time.perf_counter() - began))

    process = _fork.Process(target=watched)
    process.start()
    counted: tuple[list[int], float] = queue.get()
    process.join()
    return counted


def main(runs: int) -> bool:
    """Kill so many processes and print where; return whether all was well."""
    where: Counter[str] = Counter()
    live: Counter[str] = Counter()
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        index = SmallIndex.make(Path(scratch), seed=1)
        for _ in range(2):
            in_child(lambda: problem_of(index.build))
            index.change_reports()
        measured = {
            True: count_steps(lambda: rollback(index.data), ROLLING_BACK),
            False: count_steps(index.build, BUILDING),
        }
        in_child(lambda: problem_of(index.build))
        for run in count():
            if where.total() - where[DONE] == runs:
                break
            back = run % 7 == 6
            work: Callable[[], object] = (lambda: rollback(index.data)) if back else index.build
            phases = ROLLING_BACK if back else BUILDING
            before = index.live
            steps, seconds = measured[back]
            by_clock = run % _BY_CLOCK == 0
            number = index.generator.randrange(len(phases))
            at = None if by_clock else (number, index.generator.randint(1, steps[number]))
            after_s = index.generator.uniform(0, seconds) if by_clock else None
            where[run_and_kill(work, phases, at, after_s)] += 1
            live["old" if index.live == before else "new"] += 1
            problems += filter(None, [in_child(lambda: check(index))])
            index.change_reports()
            problems += filter(None, [in_child(lambda: problem_of(index.build)), in_child(lambda: check(index))])
            problems += [f"left behind: {path}" for path in index.left_overs()]
            index.change_reports()
    print(f"{runs} processes killed; live afterwards: {dict(live)}; problems: {len(problems)}")
    for phase in [*BUILDING.values(), *ROLLING_BACK.values(), DONE]:
        print(f"  {phase:<16}{where[phase]:>4}  {'#' * where[phase]}")
    for problem, times in Counter(map(_general, problems)).most_common(10):
        print(f"  {times} times {problem}")
    return not problems


def _general(problem: str) -> str:
    """Return a problem without what differs each time."""
    return re.sub(r"[0-9a-f]{32}|\d{8}T\d{6}-\d{6}|(?<=ing-)\w+", "…", problem)
