"""Question sets of public form put to the product itself: its own ingestion, index, search and answers.

Every function returns the measures and what was answered; ``fundstelle evaluate`` prints them.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from corpus.locate import sentence_spans
from corpus.types import Document, Span
from index.types import Encoder
from rag.evaluation.datasets import Dataset, LabelledQuestion, line_spans
from rag.evaluation.metrics import exact_match, ranking_scores, selection_scores, token_f1
from rag.evaluation.overlap import covers
from rag.evaluation.scratch_index import ids_by_name, scratch_index
from rag.opening import assemble
from rag.settings import Settings
from rag.types import Answer, Citation, Filters

_ALL = 10_000  # passages and sentences: no limit but the page
_PAGES = 10  # pages kept of a ranking
Progress = Callable[[str], Callable[[int, int], None]]


@dataclass(frozen=True, slots=True)
class Measurement:
    """``metrics`` by name, each in [0, 1]; ``predictions`` by question id."""

    questions: int
    metrics: dict[str, float]
    predictions: dict[str, Any]


def measure_omos(dataset: Dataset, encoder: Encoder, settings: Settings, progress: Progress) -> Measurement:
    """Ask every question of its own page; a line is returned where a cited sentence or its heading covers it."""
    cases, predictions = [], {}
    for asked, answer, document in _answers(dataset, encoder, settings, progress):
        text = dataset.texts[next(iter(asked.files))]
        cited = [_span(citation) for citation in answer.citations]
        returned = shown_lines(text, cited, document) if document else []
        cases.append((frozenset(returned), frozenset(_covered(line_spans(text), asked.gold))))
        predictions[asked.id] = returned
    return Measurement(len(cases), asdict(selection_scores(cases)), predictions)


def measure_squad(dataset: Dataset, encoder: Encoder, settings: Settings, progress: Progress) -> Measurement:
    """Ask every question of its own paragraph; what is predicted is the short answer, else the best sentence."""
    hits, exact, overlap, predictions = [], [], [], {}
    for asked, answer, _ in _answers(dataset, encoder, settings, progress):
        text = dataset.texts[next(iter(asked.files))]
        right = [text[span.start : span.end] for span in asked.gold]
        best = max(answer.citations, key=lambda citation: citation.score, default=None)
        hits.append(float(covers(_span(best), asked.gold) if best else not right))
        predicted = _short(answer, best) if best else ""
        exact.append(exact_match(predicted, right or [""]))
        overlap.append(token_f1(predicted, right) if right else float(not predicted))
        predictions[asked.id] = predicted
    count = len(hits)
    metrics = {"sentence_hit@1": sum(hits) / count, "exact_match": sum(exact) / count, "token_f1": sum(overlap) / count}
    return Measurement(count, metrics, predictions)


def measure_retrieval(dataset: Dataset, encoder: Encoder, settings: Settings, progress: Progress) -> Measurement:
    """Search all texts for every answerable question; a text stands where its best passage stands."""
    ranks, predictions = [], {}
    with scratch_index(dataset.texts, encoder, progress) as searcher:
        answerer = assemble(searcher, encoder, settings)
        answerable = [asked for asked in dataset.questions if asked.answerable]
        show = progress("Fragen werden gestellt")
        for done, asked in enumerate(answerable, start=1):
            found = answerer.search(asked.question, _ALL)
            names = list(dict.fromkeys(searcher.stored[citation.document_id].path for citation in found))
            ranks.append(names.index(asked.gold_file) + 1 if asked.gold_file in names else None)
            predictions[asked.id] = names[:_PAGES]
            show(done, len(answerable))
    scores = asdict(ranking_scores(ranks))
    return Measurement(len(ranks), {name.replace("_at_", "@"): value for name, value in scores.items()}, predictions)


def _answers(
    dataset: Dataset, encoder: Encoder, settings: Settings, progress: Progress
) -> list[tuple[LabelledQuestion, Answer, Document | None]]:
    """Ask every question of its own text; there is no document where the text cannot be read, and so no answer."""
    with scratch_index(dataset.texts, encoder, progress) as searcher:
        answerer, ids = assemble(searcher, encoder, settings), ids_by_name(searcher)
        show = progress("Fragen werden gestellt")
        answers = []
        for done, asked in enumerate(dataset.questions, start=1):
            own = ids.get(next(iter(asked.files)), "")
            filters = Filters(document_ids=frozenset({own}))
            answer = answerer.ask(asked.question, (), filters, top_k=_ALL, max_sentences=_ALL)
            answers.append((asked, answer, searcher.documents.get(own)))
            show(done, len(dataset.questions))
        return answers


def shown_lines(text: str, cited: Sequence[Span], document: Document) -> list[int]:
    """Return the numbers of the lines of a page that an answer shows.

    Those are the lines of the cited sentences, and of the lines that are no sentence what introduces one ("Wir
    bieten an:") and every heading with a cited sentence on both sides.
    """
    lines = line_spans(text)
    shown = set(_covered(lines, cited))
    said = set(_covered(lines, sentence_spans(document)))
    written = [number for number, line in enumerate(lines) if text[line.start : line.end].strip()]
    for place in reversed(range(len(written) - 1)):
        number, following = written[place], written[place + 1]
        introduces = text[lines[number].start : lines[number].end].rstrip().endswith(":")
        between = place > 0 and written[place - 1] in shown
        if number not in said and following in shown and (introduces or between):
            shown.add(number)
    return sorted(shown)


def _covered(lines: Sequence[Span], shown: Sequence[Span]) -> list[int]:
    return [number for number, line in enumerate(lines) if line.start < line.end and covers(line, shown)]


def _short(answer: Answer, best: Citation) -> str:
    """Return the highlighted words of the best sentence, or all of it."""
    sentence = next(sentence for sentence in answer.sentences if sentence.citation == best.id)
    span = sentence.highlight or Span(0, len(sentence.text))
    return sentence.text[span.start : span.end]


def _span(citation: Citation) -> Span:
    return Span(citation.start, citation.end)
