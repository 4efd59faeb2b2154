"""How the product takes questions that a report touches without an answer, and those asked in quite other words.

    python -m benchmarks.near_misses

Asks the questions written over invented reports (rag/training_data) of all these reports together, but only those over
reports that are held back from the cross-encoder. The few weights of the second look are fitted to these.
"""

from collections import defaultdict

from corpus.ingestion import document_id
from corpus.types import Span
from index.encoder import load_encoder
from rag.evaluation.datasets import LabelledQuestion
from rag.evaluation.overlap import covers
from rag.evaluation.scratch_index import scratch_index
from rag.opening import assemble
from rag.settings import Settings
from rag.training.examples import held_back
from rag.training.material import load_written_reports
from rag.types import Answer


def main() -> None:
    """Print for every type of question how many are answered, and how many with a sentence that answers."""
    reports, encoder = load_written_reports(), load_encoder()
    outcomes: defaultdict[str, list[tuple[bool, bool]]] = defaultdict(list)
    with scratch_index(reports.texts, encoder) as searcher:
        answerer = assemble(searcher, encoder, Settings())
        questions = [asked for asked in reports.questions if held_back(asked.group)]
        for asked in questions:
            answer = answerer.ask(asked.question)
            outcomes[asked.id].append((answer.answered, answer.answered and _shows(answer, asked)))
    print(f"{len(questions)} questions among {len(reports.texts)} reports")
    for kind, given in outcomes.items():
        answered, right = (sum(column) for column in zip(*given, strict=True))
        print(f"{kind:12} {len(given):4} asked {answered:4} answered {right:4} with a sentence that answers")


def _shows(answer: Answer, asked: LabelledQuestion) -> bool:
    own = document_id(asked.gold_file or "")
    cited = (citation for citation in answer.citations if citation.document_id == own)
    return any(covers(Span(citation.start, citation.end), asked.gold) for citation in cited)


if __name__ == "__main__":
    main()
