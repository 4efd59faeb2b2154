"""Page retrieval on OMoS-QA: each search alone, both fused, compounds split or not, questions mistyped.

    python benchmarks/retrieval.py ../shared/data/omos-qa WORK_FOLDER

Corpus: the 761 German pages of pages_de.jsonl as text files, read and indexed by the product's own ingestion and
builder in WORK_FOLDER (kept, so a second run only searches). A page scores as its best passage.
Questions: those with an answer; gold is the page each was asked on, so the measure is nDCG@10 with one relevant page
(Järvelin and Kekäläinen 2002). Parameters were chosen on train and silver; dev is for reporting.
"""

import json
import math
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from index import fusion
from index.builder import build_index
from index.document_store import DocumentStore
from index.encoder import load_encoder
from index.generations import live_generation
from index.lexical import LexicalIndex
from index.searcher import Searcher
from index.snapshot import SnapshotContent, document_store, open_snapshot
from index.status import why_stale
from index.term_counts import CorpusWords
from index.terms import TermAnalyzer
from index.types import Encoder, Progress
from rag.evaluation.metrics import ranking_scores

RANK_CONSTANT = 60  # of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009)
TYPING_SEED = 5

Scores = npt.NDArray[np.floating]  # one per passage


class Question(NamedTuple):
    """A question, its vector and the path of the page that answers it."""

    text: str
    page: str
    vector: npt.NDArray[np.float32]


def page_path(row: dict[str, Any]) -> str:
    """Return the path of a page in the corpus of the benchmark."""
    return f"{row['city']}/{row['pageId']}.txt"


def build(data: Path, work: Path, encoder: Encoder) -> Searcher:
    """Index the pages in the work folder unless that is done already."""
    rows = [json.loads(line) for line in (data / "pages_de.jsonl").read_text(encoding="utf-8").splitlines()]
    corpus = work / "corpus"
    for row in rows:
        path = corpus / page_path(row)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(row["text"], encoding="utf-8", newline="")
    return open_index(corpus, work / "data", encoder)


def open_index(corpus: Path, data: Path, encoder: Encoder) -> Searcher:
    """Open the index of a corpus, built first unless it is current."""
    if why_stale(data, corpus, encoder.digest):
        start = time.perf_counter()
        built = build_index(corpus, data, encoder, show_progress)
        seconds = time.perf_counter() - start
        print(f"\nbuilt: {built.passages} passages in {seconds:.0f} s, {built.embedded / seconds:.1f} texts embedded/s")
    return Searcher.open(data, encoder)


def show_progress(what: str) -> Progress:
    """Return what prints one changing line."""
    return lambda done, total: print(f"\r{what}: {done}/{total} ", end="", flush=True)


def read_questions(path: Path, encoder: Encoder) -> list[Question]:
    """Read the questions that have an answer."""
    rows = [row for row in json.loads(path.read_text(encoding="utf-8")) if row["answers"]]
    vectors = encoder.encode_queries([row["question"] for row in rows])
    return [Question(row["question"], page_path(row), vector) for row, vector in zip(rows, vectors, strict=True)]


def mistype(question: str, generator: random.Random) -> str:
    """Return the question with one typing error in its longest word."""
    longest = max(question.split(), key=len)
    at = generator.randrange(1, max(2, len(longest) - 2))
    letter = generator.choice("aeinrst")
    wrong = generator.choice(
        [
            longest[:at] + longest[at + 1 :],
            longest[:at] + letter + longest[at:],
            longest[:at] + letter + longest[at + 1 :],
            longest[:at] + longest[at : at + 2][::-1] + longest[at + 2 :],
        ]
    )
    return question.replace(longest, wrong, 1)


def gain(scores: Scores, pages: Sequence[str], gold: str) -> float:
    """Return nDCG@10 of one question; a page scores as its best passage, ties count against the gold page."""
    best: dict[str, float] = {}
    for page, score in zip(pages, scores, strict=True):
        best[page] = max(best.get(page, -math.inf), float(score))
    rank = sum(score >= best[gold] for score in best.values())
    return ranking_scores([rank if best[gold] > -math.inf else None]).ndcg_at_10


def reciprocal_ranks(scores: Scores) -> Scores:
    """Return 1 / (constant + rank) for every passage, ranks from 1."""
    ranks = np.argsort(np.argsort(-scores, kind="stable"), kind="stable") + 1
    return 1.0 / (RANK_CONSTANT + ranks)


def searches(
    searcher: Searcher, content: SnapshotContent, store: DocumentStore
) -> dict[str, Callable[[Question], Scores]]:
    """Return every way to score all passages, by name."""
    whole = TermAnalyzer()
    unsplit = LexicalIndex.build(*CorpusWords(map(store.words, content.documents)).passage_terms(whole))
    rows = np.arange(len(searcher))
    document_of = np.repeat(range(len(content.documents)), [len(d.sentence_counts) for d in content.documents])
    vectors, counts = searcher.vectors(rows)
    starts = np.cumsum([0, *counts[:-1]])
    of_passages, matrix = vectors[starts], np.delete(vectors, starts, axis=0)
    borders = starts - rows

    def passages(question: Question) -> Scores:
        similarities: Scores = of_passages @ question.vector
        return similarities

    def sentences(question: Question) -> Scores:
        nearest: Scores = np.maximum.reduceat(matrix @ question.vector, borders)
        return nearest

    def dense(question: Question) -> Scores:
        return (1 - fusion.SENTENCE_SHARE) * passages(question) + fusion.SENTENCE_SHARE * sentences(question)

    def terms(question: Question) -> Scores:
        return content.lexical.scores(searcher.question_terms(question.text))

    def unsplit_terms(question: Question) -> Scores:
        return unsplit.scores([unsplit.corrected(term) for term in whole.terms(question.text)])

    def documents(question: Question) -> Scores:
        index = content.document_lexical
        return index.scores([index.corrected(term) for term in whole.terms(question.text)])[document_of]

    def without_documents(question: Question) -> Scores:
        return fusion.DENSE_WEIGHT * fusion.normalise(dense(question)) + (1 - fusion.DENSE_WEIGHT) * fusion.normalise(
            terms(question)
        )

    def product(question: Question) -> Scores:
        scores = np.full(len(rows), -math.inf)
        for hit in searcher.search(question.text, question.vector, len(rows)):
            scores[hit.passage] = hit.score
        return scores

    return {
        "BM25, compounds whole": unsplit_terms,
        "BM25, compounds split": terms,
        "BM25, split, typing errors left": lambda q: content.lexical.scores(searcher.analyzer.terms(q.text)),
        "encoder, passages": passages,
        "encoder, nearest sentence": sentences,
        "encoder, both": dense,
        "fused by reciprocal rank": lambda q: reciprocal_ranks(dense(q)) + reciprocal_ranks(terms(q)),
        "fused without documents": without_documents,
        "fused, compounds whole": lambda q: fusion.fuse(passages(q), sentences(q), unsplit_terms(q), documents(q)),
        "fused (the product)": product,
    }


def main(data: Path, work: Path) -> None:
    """Print one table per set of questions."""
    encoder = load_encoder()
    searcher = build(data, work, encoder)
    store = document_store(work / "data")
    _, content = open_snapshot(live_generation(work / "data"), store)
    pages = [document.path for document in content.documents for _ in document.sentence_counts]
    ways = searches(searcher, content, store)
    for name in ("train", "dev"):
        questions = read_questions(data / f"{name}_de.json", encoder)
        generator = random.Random(TYPING_SEED)  # noqa: S311  (not for secrets)
        texts = [mistype(question.text, generator) for question in questions]
        vectors = encoder.encode_queries(texts)
        mistyped = [Question(*parts) for parts in zip(texts, (q.page for q in questions), vectors, strict=True)]
        gains = {
            (way, kind): np.array([gain(score(question), pages, question.page) for question in asked])
            for way, score in ways.items()
            for kind, asked in (("right", questions), ("mistyped", mistyped))
        }
        print(f"\n{name}: {len(questions)} questions, nDCG@10\n{'':34}  typed right  mistyped")
        for way in ways:
            print(f"{way:34}  {gains[way, 'right'].mean():11.4f}  {gains[way, 'mistyped'].mean():8.4f}")
        change = gains["BM25, compounds split", "right"] - gains["BM25, compounds whole", "right"]
        print(f"splitting helps {(change > 0).sum()} questions and harms {(change < 0).sum()} (BM25 alone)")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
