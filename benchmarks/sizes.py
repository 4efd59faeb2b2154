"""A large index: how long it builds, what it takes on the disk and in memory, how fast it is searched and extended.

    python -m benchmarks.sizes ../shared/data/omos-qa WORK_FOLDER [PASSAGES [CGROUP]]

Reports of 60 passages are put together of the sentences of pages_de.jsonl, every tenth passage with a word of its own,
and go through the product's builder; only reading files and computing vectors are replaced. A text's vector lies
between the vectors of two real sentences (chosen by a hash of the text, so that a text has always the same one): random
vectors would make every approximate search look bad. Questions are those of train_de.json with their real vectors.
The work folder is kept: another run with as many passages only measures. The service answers inside CGROUP, the folder
of a control group that limits its memory, page cache included (nothing of the index should be in the cache before, for
that would count as somebody else's).
"""

import gc
import hashlib
import json
import os
import random
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

import numpy as np

from benchmarks.service import memory, serving
from corpus.ingestion import document_id, ingest_file
from corpus.types import Document, Edit, EditKind, Passage, Sentence, Span
from index.builder import BuildResult, build_index
from index.encoder import find_encoder, load_encoder
from index.searcher import Searcher
from index.status import status, why_stale
from index.types import EmbeddingMatrix, Progress

PASSAGES_PER_REPORT = 60
SENTENCES_PER_PASSAGE = 4
REAL_SENTENCES = 20_000  # embedded once, about eight minutes on 2 cores
SEED = 11


class Interpolated:
    """An encoder whose vectors lie between real ones."""

    name = "interpolated sentences"

    def __init__(self, real: EmbeddingMatrix) -> None:
        self._real = real
        self.dimension = real.shape[1]
        self.digest = find_encoder().digest  # so that the service, which has the real one, can serve the index

    def encode_queries(self, texts: Sequence[str]) -> EmbeddingMatrix:
        """Return one vector per text; questions of the measurement have real ones."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> EmbeddingMatrix:
        """Return one vector per text."""
        hashes = np.array([np.frombuffer(hashlib.blake2b(t.encode(), digest_size=24).digest(), "<u8") for t in texts])
        first, second = hashes[:, 0] % len(self._real), hashes[:, 1] % len(self._real)
        share = (hashes[:, 2] % 1000 / 1000).astype(np.float32)[:, np.newaxis]
        mixed = self._real[first] * share + self._real[second] * (1 - share)
        return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


def read_synthetic(path: Path, root: Path) -> Document:
    """Read a file of one sentence a line, four of them a passage."""
    data = path.read_bytes()
    text = data.decode()
    sentences, start = [], 0
    for line in text.splitlines():
        sentences.append(Sentence(Span(start, start + len(line)), None))
        start += len(line) + 1
    name = path.relative_to(root).as_posix()
    identity = document_id(name)
    reading = text.replace("\n", " ")
    passages = tuple(
        Passage(
            identity, first, first + SENTENCES_PER_PASSAGE, None, reading[chosen[0].span.start : chosen[-1].span.end]
        )
        for first in range(0, len(sentences), SENTENCES_PER_PASSAGE)
        for chosen in (sentences[first : first + SENTENCES_PER_PASSAGE],)
    )
    edits = tuple(Edit(s.span.end, s.span.end + 1, " ", EditKind.FOLD) for s in sentences)
    return Document(
        id=identity,
        path=name,
        version=hashlib.sha256(data).hexdigest(),
        title=path.stem,
        published=None,
        extractor="synthetic",
        source_text=text,
        edits=edits,
        reading=reading,
        pages=(),
        sentences=tuple(sentences),
        passages=passages,
    )


def write_report(path: Path, sentences: Sequence[str], generator: random.Random) -> None:
    """Write a report of 60 passages."""
    lines = generator.choices(sentences, k=PASSAGES_PER_REPORT * SENTENCES_PER_PASSAGE)
    for place in range(0, len(lines), 10 * SENTENCES_PER_PASSAGE):
        lines[place] = f"Aktenzeichen {generator.randrange(10**9):x}. {lines[place]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")


def real_sentences(data: Path, work: Path) -> tuple[list[str], EmbeddingMatrix, list[str], EmbeddingMatrix]:
    """Return distinct sentences of the pages and the questions, with their vectors, kept in the work folder."""
    questions = [row["question"] for row in json.loads((data / "train_de.json").read_text(encoding="utf-8"))]
    pages = [json.loads(line)["text"] for line in (data / "pages_de.jsonl").read_text(encoding="utf-8").splitlines()]
    lines = dict.fromkeys(line.strip() for page in pages for line in page.splitlines() if len(line.split()) > 5)
    sentences = [" ".join(line.split()) for line in lines][:REAL_SENTENCES]
    kept = work / "vectors.npz"
    if not kept.exists():
        encoder = load_encoder()
        vectors, asked = encoder.encode_passages(sentences, show("sentences")), encoder.encode_queries(questions)
        work.mkdir(parents=True, exist_ok=True)
        np.savez(kept, sentences=vectors, questions=asked)
    with np.load(kept) as arrays:
        return sentences, arrays["sentences"], questions, arrays["questions"]


def show(what: str) -> Progress:
    """Return what prints one changing line."""
    return lambda done, total: print(f"\r{what}: {done}/{total} ", end="", flush=True)


def timed(what: str, corpus: Path, data: Path, encoder: Interpolated) -> BuildResult:
    """Build and print how long it took."""
    began = time.perf_counter()
    result = build_index(corpus, data, encoder, show, kept=1, read=read_any)
    print(f"\r{what}: {time.perf_counter() - began:.1f} s, {result.read} read, {result.embedded} embedded")
    return result


def read_any(path: Path, root: Path) -> Document:
    """Read synthetic files fast, all others as the product does."""
    return read_synthetic(path, root) if path.name.startswith("bericht-") else ingest_file(path, root)


def serve_and_ask(index: Path, questions: Sequence[str], cgroup: Path | None) -> None:
    """Start the whole service over the index, ask twice, and print what each of its processes holds."""
    with serving(index, cgroup=cgroup) as service:
        for turn in ("first", "second"):
            took = [service.ask(question)["took_ms"] for question in questions]
            print(f"whole answers, {turn} time: median {median(took):.0f} ms, p95 {quantiles(took, n=20)[-1]:.0f} ms")
        for name, process in (("supervisor", service.supervisor), *(("worker", child) for child in service.workers)):
            print(f"{name}: private and mapped {memory(process)} MB")


def main(data: Path, work: Path, passages: int, cgroup: Path | None) -> None:
    """Build if need be, then measure."""
    sentences, vectors, questions, asked = real_sentences(data, work)
    encoder = Interpolated(vectors)
    corpus, index = work / f"corpus-{passages}", work / f"data-{passages}"
    generator = random.Random(SEED)  # noqa: S311  (not for secrets)
    for number in range(-(-passages // PASSAGES_PER_REPORT)):
        path = corpus / f"{number // 1000:03}" / f"bericht-{number:06}.txt"
        if not path.exists():
            write_report(path, sentences, generator)
    (corpus / "bericht-neu.txt").unlink(missing_ok=True)
    print(f"{os.cpu_count()} cores, {passages} passages of {len(sentences)} sentences")
    if why_stale(index, corpus, encoder.digest):
        timed("first build", corpus, index, encoder)
    began = time.perf_counter()
    stale = why_stale(index, corpus, encoder.digest)
    print(f"looked whether anything changed: {time.perf_counter() - began:.2f} s, {stale or 'nothing'}")
    found = status(index)
    live = next(generation for generation in found.generations if generation.live)
    print(f"generation {live.bytes / 1e6:.0f} MB, documents with vectors {found.document_bytes / 1e6:.0f} MB")
    print(f"nearest passages: {found.live.search}")
    gc.collect()
    before = memory()
    began = time.perf_counter()
    searcher = Searcher.open(index, encoder)
    print(f"opened in {time.perf_counter() - began:.1f} s; private and mapped before {before}, after {memory()} MB")
    times = []
    for question, vector in list(zip(questions, asked, strict=True)) * 2:
        began = time.perf_counter()
        searcher.search(question, vector, 8)
        times.append(1000 * (time.perf_counter() - began))
    half = times[len(times) // 2 :]
    print(f"search: median {median(half):.1f} ms, p95 {quantiles(half, n=20)[-1]:.1f} ms (second round of {len(half)})")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    print(f"after the searches {memory()} MB; peak of the whole run with its builds {peak} MB")
    serve_and_ask(index, questions[:200], cgroup)
    write_report(corpus / "bericht-neu.txt", sentences, random.Random(time.time_ns()))  # noqa: S311
    timed("one report of 60 passages more", corpus, index, encoder)
    (corpus / "bericht-neu.txt").unlink()


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        Path(sys.argv[2]),
        int(sys.argv[3]) if len(sys.argv) > 3 else 100_000,
        Path(sys.argv[4]) if len(sys.argv) > 4 else None,
    )
