"""Watch a build and a rollback through strace: everything is on the disk before a name leads to it."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.small_index import SmallIndex
from index.generations import index_folder

_CALLS = "fsync,fdatasync,rename,renameat,renameat2,openat,mkdir,mkdirat,write,pwrite64,close"
_OPENED = re.compile(r'openat\([^,]+, "[^"]*", ([A-Z_|]+).*\) = \d+<([^>]+)>')
_WRITTEN = re.compile(r"p?write(?:64)?\(\d+<([^>]+)>")
_SYNCED = re.compile(r"f(?:data)?sync\(\d+<([^>]+)>\)\s+= 0")
_MADE = re.compile(r'mkdir(?:at)?\((?:[^,"]+, )?"([^"]+)", \d+\)\s+= 0')
_RENAMED = re.compile(r'rename(?:at2?)?\((?:[^,"]+, )?"([^"]+)", (?:[^,"]+, )?"([^"]+)"[^)]*\)\s+= 0')
_UNPUBLISHED = (".writing-", ".building-")  # prefixes of names that no reader looks at
_RUN = """
import sys, random
from pathlib import Path
from benchmarks.small_index import HashEncoder, SmallIndex
from index.rollback import rollback
index = SmallIndex(Path(sys.argv[1]), Path(sys.argv[2]), random.Random(0), HashEncoder())
index.build() if sys.argv[3] == "build" else rollback(index.data)
"""


class Order:
    """Follows the calls of a process and keeps what came before it should."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unsynced: set[Path] = set()  # files written and folders made or filled, since they were last synced
        self.published: list[Path] = []
        self.problems: list[str] = []

    def follow(self, line: str) -> None:
        """Take note of one line of strace."""
        if (found := _OPENED.search(line)) and "O_CREAT" in found[1]:
            self._changed(Path(found[2]))
        elif found := _WRITTEN.search(line):
            self._changed(Path(found[1]), new=False)
        elif found := _MADE.search(line):
            self._changed(Path(found[1]))
        elif found := _SYNCED.search(line):
            self._unsynced.discard(Path(found[1]))
        elif found := _RENAMED.search(line):
            self._renamed(Path(found[1]), Path(found[2]))

    def end(self) -> None:
        """Take note of what was never synced."""
        self.problems += [f"at the end not synced: {path}" for path in self._open(self._folder.parent)]

    def _changed(self, path: Path, new: bool = True) -> None:
        if path.is_relative_to(self._folder) and path.name != ".lock":
            self._unsynced.add(path)
        if new and path.is_relative_to(self._folder) and not path.name.startswith((*_UNPUBLISHED, ".lock")):
            self._unsynced.add(path.parent)

    def _renamed(self, source: Path, target: Path) -> None:
        if not source.is_relative_to(self._folder):
            return
        if not any(part.startswith(_UNPUBLISHED) for part in target.relative_to(self._folder).parts):
            self.published.append(target)
            self.problems += [f"{target} published before the sync of {path}" for path in self._below(source)]
            if target.name == "current":
                self.problems += [f"live before the sync of {path}" for path in self._open(self._folder.parent)]
            self._unsynced.add(target.parent)
        self._unsynced -= self._below(source)

    def _below(self, folder: Path) -> set[Path]:
        return {path for path in self._unsynced if path.is_relative_to(folder)}

    def _open(self, folder: Path) -> set[Path]:
        """Return what is not synced, except below names that no reader looks at."""
        names = {path: path.relative_to(folder).parts for path in self._below(folder)}
        return {path for path, parts in names.items() if not any(part.startswith(_UNPUBLISHED) for part in parts)}


def main(_: int) -> bool:
    """Watch a first build, one of changed reports and a rollback; return whether the order was right."""
    if not shutil.which("strace"):
        print("system calls: not looked at, strace is missing (apt-get install strace)")
        return True
    well = True
    with tempfile.TemporaryDirectory() as scratch:
        index = SmallIndex.make(Path(scratch).resolve(), seed=2)
        for what in ("build", "build", "rollback"):
            order = _watch(index, what, Path(scratch) / "calls")
            files = ", ".join(sorted({_kind(path) for path in order.published}))
            print(f"{what}: {len(order.published)} names published ({files}); out of order: {len(order.problems)}")
            for problem in order.problems[:10]:
                print(f"  {problem}")
            well = well and not order.problems and bool(order.published)
            index.change_reports()
    return well


def _watch(index: SmallIndex, what: str, record: Path) -> Order:
    run = [sys.executable, "-c", _RUN, str(index.corpus), str(index.data), what]
    command = ["strace", "-f", "-y", "-s", "0", "-e", f"trace={_CALLS}", "-o", str(record), *run]
    subprocess.run(command, check=True)  # noqa: S603
    order = Order(index_folder(index.data).parent)
    for line in record.read_text(encoding="utf-8", errors="replace").splitlines():
        order.follow(line)
    order.end()
    return order


def _kind(path: Path) -> str:
    if path.parent.name == "documents":
        return "documents"
    return "generation" if path.name.startswith("2") else re.sub("-.*", "", path.name)
