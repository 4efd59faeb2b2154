"""Let the disk get full in every phase of a build, one more page of memory each time, and make it read-only.

The data folder lies on a tmpfs, which root may mount. A build that does not fit must say so in German and leave the
live generation whole; once there is space, the next build must work and leave nothing behind.
"""

import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

from benchmarks.kills import BUILDING, Steps
from benchmarks.small_index import SmallIndex, check, problem_of

_PAGE = 4096  # tmpfs gives space in pages
_ROOMY = 64 * 1024 * 1024
_REFUSAL = "BuildError: In "
_CLEAR = "lässt sich nicht schreiben"


def main(runs: int) -> bool:
    """Fill the disk so many times; return whether all was well."""
    with tempfile.TemporaryDirectory() as scratch:
        index = SmallIndex.make(Path(scratch), seed=3, paragraphs=60)
        index.data.mkdir()
        try:
            _mount(index.data, f"size={_ROOMY}")
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"full disk: not looked at, no tmpfs can be mounted here ({error})")
            return True
        try:
            return _fill(index, runs)
        finally:
            _call("umount", str(index.data))


def _fill(index: SmallIndex, runs: int) -> bool:
    outcomes: Counter[str] = Counter()
    problems: Counter[str] = Counter()
    for _ in range(2):
        index.build()
        index.change_reports()
    needed = _needed(index)
    for run in range(runs):
        if run == 0:
            limit = "ro"
        else:
            used = shutil.disk_usage(index.data).used
            limit = f"size={used + (run - 1) * needed // (runs - 2) // _PAGE * _PAGE}"
        before = index.live
        _mount(index.data, f"remount,{limit}")
        phase, said = _build(index)
        problems.update(filter(None, [check(index)]))
        if not said:
            outcomes["built"] += 1
        elif said.startswith(_REFUSAL) and _CLEAR in said and "(None)" not in said:
            outcomes["read-only" if run == 0 else f"full while {phase}"] += 1
            problems.update(["refused, but another generation is live"] if index.live != before else [])
        else:
            problems[f"unclear: {said[:120]}"] += 1
        _mount(index.data, f"remount,rw,size={_ROOMY}")
        problems.update(filter(None, [problem_of(index.build), check(index)]))
        problems.update(f"left behind: {path}" for path in index.left_overs())
        index.change_reports()
    print(f"{runs} builds on a disk with 0 to {needed // 1024} KB left: {dict(outcomes)}; problems: {problems.total()}")
    for problem, count in problems.most_common(10):
        print(f"  {count} times {problem}")
    return not problems


def _build(index: SmallIndex) -> tuple[str, str]:
    """Build; return the phase it came to and its error, empty if there is none."""
    reached = SimpleNamespace(value=-1)
    sys.setprofile(Steps(BUILDING, None, reached))
    try:
        said = problem_of(index.build)
    finally:
        sys.setprofile(None)
    return list(BUILDING.values())[reached.value], said


def _needed(index: SmallIndex) -> int:
    """Return how many bytes a build takes before it removes anything, and a little more."""
    folder = max(index.data.glob("index/2*"))
    pages = [-(-path.stat().st_size // _PAGE) + 1 for path in [*folder.rglob("*"), *index.corpus.iterdir()]]
    return sum(pages) * _PAGE


def _mount(folder: Path, options: str) -> None:
    _call("mount", "-t", "tmpfs", "-o", options, "fundstelle", str(folder))


def _call(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
