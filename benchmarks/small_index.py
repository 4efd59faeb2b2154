"""A small index for measuring what it survives: reports and an encoder made up, everything else the product's own."""

import hashlib
import multiprocessing
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.ingestion import ingest_file
from index import builder
from index.builder import BuildResult, build_index
from index.document_store import DOCUMENTS_FOLDER
from index.generations import generations, index_folder, read_pointer
from index.manifest import read_manifest
from index.snapshot import read_documents
from index.types import EmbeddingMatrix, Progress
from index.verification import verify

DIMENSION = 32
KEPT = 2
_SHARED_FILES = {".lock", "current", DOCUMENTS_FOLDER}
_SUBJECTS = (
    "Radweg Brunnen Kindergarten Wertstoffhof Bücherei Freibad Marktplatz Friedhof Bürgerbus Musikschule".split()
)
_PLACES = "Grünwalde Altdorf Neustadt Weißenfeld Oberau Unterau Hagen Birkenau".split()
_fork = multiprocessing.get_context("fork")


class HashEncoder:
    """Unit vectors out of a hash of the text: the same on every machine, at no cost."""

    name = "hash"
    dimension = DIMENSION

    def __init__(self, digest: str = "0" * 64) -> None:
        self.digest = digest

    def encode_queries(self, texts: Sequence[str]) -> EmbeddingMatrix:
        """Return one vector per text."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> EmbeddingMatrix:
        """Return one vector per text."""
        seeds = (int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) for text in texts)
        rows = np.array([np.random.default_rng(seed).standard_normal(DIMENSION) for seed in seeds], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def write_report(path: Path, generator: random.Random, paragraphs: int) -> None:
    """Write a report of made-up sentences, another one each time."""
    lines = []
    for _ in range(paragraphs):
        subject, place, other = generator.choice(_SUBJECTS), generator.choice(_PLACES), generator.choice(_SUBJECTS)
        amount, year = generator.randrange(2, 900), generator.randrange(1990, 2030)
        lines.append(
            f"Für das Vorhaben {subject} in {place} gab die Stadt im Jahr {year} genau {amount}.000 Euro aus. "
            f"Der Rat von {place} beschloss dafür {amount} Maßnahmen. Über {other} wird {year + 1} beraten.\n"
        )
    path.write_text("\n".join(lines), encoding="utf-8", newline="")


@dataclass(frozen=True)
class SmallIndex:
    """A corpus of a few reports and the data folder of its index."""

    corpus: Path
    data: Path
    generator: random.Random
    encoder: HashEncoder
    paragraphs: int = 4  # of each report

    @classmethod
    def make(cls, folder: Path, seed: int, paragraphs: int = 4) -> "SmallIndex":
        """Write the reports; nothing is built yet."""
        generator = random.Random(seed)  # noqa: S311 (no secret)
        made = cls(folder / "corpus", folder / "data", generator, HashEncoder(), paragraphs)
        made.corpus.mkdir(parents=True)
        for number in range(5):
            write_report(made.corpus / f"bericht-{number}.txt", generator, paragraphs)
        ingest_file(made.corpus / "bericht-0.txt", made.corpus)  # loads the word lists, which takes seconds
        builder.part_frequencies = dict  # only the corpus's own words: the German ones take half a second a build
        return made

    def change_reports(self) -> None:
        """Change one report, and add or remove another; between 3 and 8 stay."""
        paths = sorted(self.corpus.glob("bericht-*"))
        changed, removed = self.generator.sample(paths, 2)
        write_report(changed, self.generator, self.paragraphs)
        if len(paths) > 3 and (len(paths) >= 8 or self.generator.random() < 0.5):
            removed.unlink()
        else:
            write_report(
                self.corpus / f"bericht-{self.generator.randrange(10**6)}.txt", self.generator, self.paragraphs
            )

    def build(self) -> BuildResult:
        """Build with the product's builder."""
        return build_index(self.corpus, self.data, self.encoder, kept=KEPT)

    @property
    def live(self) -> str:
        """Name of the live generation."""
        return read_pointer(self.data).generation

    def left_overs(self) -> list[str]:
        """Return every path below the index folder that no generation needs, and generations beyond those kept."""
        folder = index_folder(self.data)
        names = generations(self.data)
        needed = {Path(name) for name in _SHARED_FILES | set(names)}
        for name in names:
            vectors = f"vectors-{read_manifest(folder / name).encoder_digest[:16]}"
            for stored in read_documents(folder / name):
                place = Path(DOCUMENTS_FOLDER) / stored.key
                needed |= {place, *(place / file for file in [*stored.files, "entry", vectors])}
        found = {path.relative_to(folder) for path in [*folder.iterdir(), *(folder / DOCUMENTS_FOLDER).rglob("*")]}
        return [*map(str, sorted(found - needed)), *names[:-KEPT]]


def problem_of(work: Callable[[], object]) -> str:
    """Run work and return its error in one line, empty if there is none."""
    try:
        work()
    except Exception as error:  # whatever it is, it counts
        return f"{type(error).__name__}: {error}"
    return ""


def in_child(work: Callable[[], str]) -> str:
    """Return what work returns in a process of its own: this one stays free of threads, so that it can fork on."""
    receiver, sender = _fork.Pipe(duplex=False)
    process = _fork.Process(target=lambda: sender.send(work()))
    process.start()
    answer: str = receiver.recv()
    process.join()
    return answer


def check(index: SmallIndex) -> str:
    """Return what is wrong with the live generation, empty if it is whole."""
    return problem_of(lambda: verify(index.data))
