"""Agreement of the sentence splitter with pages whose lines are sentences.

    python benchmarks/sentences.py ../shared/data/omos-qa/pages_de.jsonl

Each page's lines that end like a sentence are joined by spaces into running text, split again, and the borders
compared: precision is the share of found borders that are line ends, recall the share of line ends found. Lines that
are no sentences (headings, list items) are left out, for running text has no border to find there.
"""

import json
import sys
from pathlib import Path

from corpus.sentences import split_sentences


def main(path: Path, show: int = 20) -> None:
    """Print precision, recall, F1, and the first differences."""
    found_total = gold_total = agreed_total = 0
    differences: list[str] = []
    for row in path.read_text(encoding="utf-8").splitlines():
        lines = [line.strip() for line in json.loads(row)["text"].split("\n")]
        lines = [line for line in lines if line.endswith((".", "!", "?")) and len(line.split()) > 2]
        text = " ".join(lines)
        gold, at = set(), 0
        for line in lines[:-1]:
            at += len(line)
            gold.add(at)
            at += 1
        found = {span.end for span in split_sentences(text)} - {len(text)}
        found_total, gold_total = found_total + len(found), gold_total + len(gold)
        agreed_total += len(found & gold)
        differences += [f"zu viel: …{text[max(0, i - 40) : i]} | {text[i : i + 30]}" for i in sorted(found - gold)]
        differences += [f"fehlt:   …{text[max(0, i - 40) : i]} | {text[i : i + 30]}" for i in sorted(gold - found)]
    precision, recall = agreed_total / found_total, agreed_total / gold_total
    print(f"borders: {gold_total} in the data, {found_total} found, {agreed_total} agreed")
    print(f"precision {precision:.4f}  recall {recall:.4f}  F1 {2 * precision * recall / (precision + recall):.4f}")
    print("\n".join(differences[:show]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20)
