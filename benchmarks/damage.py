"""Flip one byte anywhere in the index and see who notices: a running server, one that starts, the next build."""

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.small_index import SmallIndex, problem_of
from corpus.types import Document
from index.errors import SnapshotError
from index.generations import index_folder
from index.searcher import Searcher
from index.snapshot import document_store, read_documents
from index.verification import verify
from rag.answerer import Answerer
from rag.opening import assemble
from rag.settings import Settings

QUESTIONS = (
    "Wie viel gab die Stadt für den Radweg in Grünwalde aus?",
    "Was beschloss der Rat von Altdorf?",
    "Wann wird über das Freibad beraten?",
)
_KINDS = ("pointer", "manifest", "generation", "document", "entry", "vectors")


def main(runs: int) -> bool:
    """Flip so many bytes, each in a fresh copy; print what came of it and return whether all was well."""
    outcomes: Counter[tuple[str, str]] = Counter()
    problems: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        index = SmallIndex.make(Path(scratch), seed=4)
        index.build()
        index.change_reports()
        index.build()
        whole = index.data.with_name("whole")
        index.data.rename(whole)
        for run in range(runs):
            shutil.copytree(whole, index.data)
            kind = _KINDS[run % len(_KINDS)]
            place = index.generator.choice(_files(index)[kind])
            noticed, wrong = _one_flip(index, place, whole)
            outcomes[kind, noticed] += 1
            problems.update(f"{kind} {place.name.split('-')[0]}: {what}" for what in wrong)
            shutil.rmtree(index.data)
    wrong = sum(count for problem, count in problems.items() if "wrong answer" in problem)
    print(f"{runs} bytes flipped; wrong answers: {wrong}; other problems: {problems.total() - wrong}")
    for (kind, noticed), count in sorted(outcomes.items()):
        print(f"  {kind:<11}{count:>4}  {noticed}")
    for problem, count in problems.most_common(10):
        print(f"  {count} times {problem}")
    return not problems


def _files(index: SmallIndex) -> dict[str, list[Path]]:
    """Return the files of the live generation by kind."""
    folder = index_folder(index.data)
    live = folder / index.live
    stored = [path for one in read_documents(live) for path in (folder / "documents" / one.key).iterdir()]
    return {
        "pointer": [folder / "current"],
        "manifest": [live / "manifest.json"],
        "generation": [path for path in live.rglob("*") if path.is_file() and path.name != "manifest.json"],
        "document": [path for path in stored if not path.name.startswith(("entry", "vectors-"))],
        "entry": [path for path in stored if path.name.startswith("entry")],
        "vectors": [path for path in stored if path.name.startswith("vectors-")],
    }


def _one_flip(index: SmallIndex, place: Path, whole: Path) -> tuple[str, list[str]]:
    """Return who noticed a flipped byte, and what went wrong."""
    running = _open(index)
    store = document_store(whole)
    truth = {one.id: store.document(one) for one in read_documents(index_folder(whole) / index.live)}
    flip(place, index.generator)
    wrong = _ask(running, truth, place, "the running server")
    at_start = problem_of(lambda: _open(index))
    at_verify = problem_of(lambda: verify(index.data))
    noticed = "noticed at start" if at_start else "noticed by verify" if at_verify else "noticed by nobody"
    wrong += [f"unclear error: {said}" for said in (at_start, at_verify) if said and not _is_clear(said, place)]
    if not at_start:
        wrong += _ask(_open(index), truth, place, "a new server")
    built = problem_of(index.build)
    after = built or problem_of(lambda: verify(index.data))
    wrong += [f"not mended by the next build: {after}"] if after else []
    wrong += _ask(running, truth, place, "the running server, after the build")
    if not after:
        wrong += _ask(_open(index), truth, place, "a server after the build", strict=True)
        wrong += _compare(index, truth)
    return noticed, wrong


def _open(index: SmallIndex) -> Answerer:
    return assemble(Searcher.open(index.data, index.encoder), index.encoder, Settings())


def flip(path: Path, generator: random.Random) -> None:
    """Change one byte of a file in its place, as a failing disk does."""
    with path.open("r+b") as file:
        at = generator.randrange(path.stat().st_size)
        file.seek(at)
        [byte] = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ generator.randrange(1, 256)]))


def _ask(answerer: Answerer, truth: dict[str, Document], place: Path, who: str, strict: bool = False) -> Sequence[str]:
    """Ask everything; return what is wrong with the answers. A clear error is no wrong answer, unless ``strict``."""
    wrong = []
    for question in QUESTIONS:
        try:
            answer = answerer.ask(question)
        except SnapshotError as error:
            if strict or not _is_clear(f"SnapshotError: {error}", place):
                wrong.append(f"{who}: {error}")
            continue
        except Exception as error:  # whatever it is, it counts
            wrong.append(f"{who}: {type(error).__name__}: {error}")
            continue
        for citation in (*answer.citations, *answer.related):
            source = truth[citation.document_id]
            verbatim = source.source_text[citation.start : citation.end] == citation.source_quote
            if not (verbatim and citation.title == source.title and source.version.startswith(citation.version)):
                wrong.append(f"{who}: wrong answer: {citation.source_quote[:60]}")
    return wrong


def _is_clear(said: str, place: Path) -> bool:
    return said.startswith("SnapshotError: ") and place.name in said


def _compare(index: SmallIndex, truth: dict[str, Document]) -> list[str]:
    """Return which documents the next build describes otherwise than they are."""
    now = {one.id: one for one in read_documents(index_folder(index.data) / index.live)}
    differ = [
        name for name, one in truth.items()
        if (now[name].title, now[name].path, now[name].published, now[name].version, now[name].pages)
        != (one.title, one.path, one.published, one.version, len(one.pages))
    ]  # fmt: skip
    return [f"wrong answer in the list of documents: {name}" for name in differ]
