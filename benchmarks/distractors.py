"""The report's own questions with 761 other documents beside it: what that costs in right answers, time and memory.

    python -m benchmarks.distractors ../shared/data/omos-qa/pages_de.jsonl WORK_FOLDER

Corpus: the shipped report and the German pages of OMoS-QA as text files, read and indexed by the product in WORK_FOLDER
(kept, so a second run only asks; the first takes about half an hour on 2 cores). The difference comes with a 95 %
bootstrap interval over the questions (Efron and Tibshirani 1993).
"""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles

import numpy as np

from benchmarks.retrieval import open_index, show_progress
from index.encoder import load_encoder
from index.types import Encoder
from rag.evaluation.datasets import read_pages
from rag.evaluation.questions import Outcome, evaluate, load_questions, summarise
from rag.opening import assemble
from rag.settings import Settings

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "corpus" / "reports"
QUESTIONS = ROOT / "tests" / "data" / "report_questions.jsonl"
RESAMPLES = 10_000


def main(pages: Path, work: Path) -> None:
    """Ask the report alone, then among the pages; print both and the difference."""
    encoder = load_encoder()
    together = work / "corpus"
    shutil.copytree(REPORTS, together, dirs_exist_ok=True)
    for name, text in read_pages(pages).items():
        (together / name).write_text(text, encoding="utf-8", newline="")
    alone = _ask(REPORTS, work / "alone", encoder)
    among = _ask(together, work / "together", encoder)
    cost = np.array([two.correct - float(one.correct) for one, two in zip(alone, among, strict=True)])
    samples = np.random.default_rng(0).choice(cost, (RESAMPLES, len(cost))).mean(axis=1)
    low, high = np.quantile(samples, [0.025, 0.975])
    print(f"\ndifference {100 * cost.mean():+.1f} points, 95 % from {100 * low:+.1f} to {100 * high:+.1f}")
    status = Path("/proc/self/status")
    if status.exists():
        print(next(line for line in status.read_text().splitlines() if line.startswith("VmRSS")))


def _ask(corpus: Path, data: Path, encoder: Encoder) -> Sequence[Outcome]:
    searcher = open_index(corpus, data, encoder)
    answerer = assemble(searcher, encoder, Settings())
    answerer.ask("Worum geht es?")  # warm
    outcomes = evaluate(answerer, load_questions(QUESTIONS), show_progress("questions"))
    times = [outcome.answer.took_ms for outcome in outcomes]
    print(f"\n{len(searcher.documents)} documents, {len(searcher)} passages\n{summarise(outcomes)}")
    print(f"whole answer: median {median(times):.0f} ms, p95 {quantiles(times, n=20)[-1]:.0f} ms")
    return outcomes


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
