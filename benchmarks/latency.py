"""One question end to end, split by stage, on the index of corpus/reports.

    python benchmarks/latency.py [QUESTIONS.jsonl]

Prints the machine, medians and 95th percentiles in milliseconds over all questions, after a warm-up, and how fast the
index was built. Machines are noisy: compare figures of one run.
"""

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from index.builder import build_index
from index.encoder import load_encoder
from index.searcher import Searcher
from rag.cross_encoder import load_cross_encoder
from rag.evaluation.questions import load_questions
from rag.opening import assemble
from rag.reader import ReaderWeights, TwoStepReader
from rag.retriever import Retriever
from rag.settings import Settings

ROOT = Path(__file__).parent.parent


def main(questions: Path) -> None:
    """Build, warm up, ask everything, print."""
    encoder = load_encoder()
    with tempfile.TemporaryDirectory() as data:
        began = time.perf_counter()
        build_index(ROOT / "corpus" / "reports", Path(data), encoder)
        seconds = time.perf_counter() - began
        searcher = Searcher.open(Path(data), encoder)
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
        print(f"index build: {len(searcher) / seconds:.1f} passages per second with their sentences")
        answerer = assemble(searcher, encoder, Settings())
        retriever = Retriever(searcher, encoder)
        reader = TwoStepReader(searcher, ReaderWeights.load(), load_cross_encoder())
        texts = [case.question for case in load_questions(questions)]
        vectors = [encoder.encode_queries([text])[0] for text in texts]
        retrievals = [retriever.retrieve(text, 8) for text in texts]
        pairs = range(len(texts))
        _show("encode the question", [lambda n=n: encoder.encode_queries([texts[n]]) for n in pairs])
        _show("search", [lambda n=n: searcher.search(texts[n], vectors[n], 8) for n in pairs])
        _show("read the sentences", [lambda n=n: reader.read(retrievals[n]) for n in pairs])
        _show("whole answer", [lambda n=n: answerer.ask(texts[n]) for n in pairs])


def _show(stage: str, jobs: list[Callable[[], object]]) -> None:
    times = []
    for job in jobs:
        began = time.perf_counter()
        job()
        times.append((time.perf_counter() - began) * 1000)
    print(f"{stage:<22} median {median(times):7.1f} ms   p95 {quantiles(times, n=20)[-1]:7.1f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests" / "data" / "report_questions.jsonl")
