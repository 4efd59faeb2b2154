"""Sentence selection and abstention on OMoS-QA's German dev questions, each read on its own page.

    python benchmarks/reading.py ../shared/data

The measures of Kleinle, Prange and Friedrich (KONVENS 2024): precision (1 where nothing is returned) and recall per
answerable question, averaged; F1 of the two means; no-answer F1 over all questions. Gold lines count by sentence.
"""

import sys
from pathlib import Path

import numpy as np

from index.encoder import load_encoder
from rag.evaluation.datasets import load_omos
from rag.features import answer_features
from rag.reader import ReaderWeights, sigmoid
from rag.selection import best_count
from rag.training import make_examples


def main(data: Path, max_sentences: int = 4) -> None:
    """Print the measures at the trained thresholds."""
    weights = ReaderWeights.load()
    precisions, recalls, scores = [], [], []
    silent_right = silent = unanswerable = 0
    for example in make_examples(load_omos(data, "dev"), load_encoder(), print):
        odds = weights.sentence.log_odds(example.features)
        whole = answer_features(example.retrieval, example.terms, example.features, odds)[np.newaxis]
        answered = sigmoid(weights.answer.log_odds(whole))[0] >= weights.answer_threshold
        shown = best_count(sigmoid(odds), max_sentences) if answered else 0
        chosen = np.argsort(-odds)[:shown]
        silent += not answered
        unanswerable += not example.labelled.answerable
        silent_right += not answered and not example.labelled.answerable
        if not example.gold.any():
            continue
        hits = int(example.gold[chosen].sum())
        precisions.append(hits / shown if shown else 1.0)
        recalls.append(hits / int(example.gold.sum()))
        scores.append(2 * hits / (shown + int(example.gold.sum())))
    precision, recall = float(np.mean(precisions)), float(np.mean(recalls))
    print(f"precision {precision:.3f}  recall {recall:.3f}  F1 {2 * precision * recall / (precision + recall):.3f}")
    print(f"mean F1 per question {np.mean(scores):.3f}  no-answer F1 {2 * silent_right / (silent + unanswerable):.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
