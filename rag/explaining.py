"""Why an answer is what it is: everything that was looked at, and what each part of it weighed."""

from collections import defaultdict
from collections.abc import Sequence

from corpus.locate import align
from index.searcher import Searcher
from rag.features import BY_WORDS
from rag.reader import Evidence, Judgement
from rag.retriever import Retrieval, RetrievedPassage
from rag.types import Decision, FeatureTrace, PassageTrace, SentenceTrace, TermTrace, Trace


def trace_of(
    searcher: Searcher,
    retrieval: Retrieval,
    judgement: Judgement,
    decisions: Sequence[Decision],
    wanted: int,
    threshold: float,
) -> Trace:
    """Put together what is known already; nothing is searched or judged anew.

    :param decisions: What became of each sentence, in the order of the passages and of their sentences.
    :param wanted: How many sentences serve best.
    """
    sentences = ((number, text) for number, found in enumerate(retrieval.passages) for text in found.sentences)
    return Trace(
        question=retrieval.question,
        terms=tuple(
            TermTrace(term, round(weight, 4), searcher.inverse_document_frequency(term) is not None)
            for term, weight in judgement.terms.weights.items()
        ),
        passages=tuple(_passage(found) for found in retrieval.passages),
        sentences=tuple(
            SentenceTrace(
                passage,
                text,
                round(float(judgement.relevance[row]), 4),
                decision,
                _features(judgement.of_sentences, row) if decision is Decision.CHOSEN else (),
            )
            for row, ((passage, text), decision) in enumerate(zip(sentences, decisions, strict=True))
        ),
        sentences_wanted=wanted,
        confidence=round(judgement.answerability, 4),
        threshold=threshold,
        features=_features(judgement.of_answer, 0) if decisions else (),
        bias=judgement.of_answer.bias,
        sentence_bias=judgement.of_sentences.bias,
    )


def _passage(found: RetrievedPassage) -> PassageTrace:
    members = found.document.sentences[found.passage.first : found.passage.last]
    hull = align(found.document).source_span(members[0].span.start, members[-1].span.end)
    return PassageTrace(
        found.document.id,
        found.passage.section,
        hull.start,
        hull.end,
        round(found.score, 4),
        round(found.similarity, 4),
        round(found.lexical, 4),
    )


def _features(evidence: Evidence, row: int) -> tuple[FeatureTrace, ...]:
    """Return the features of a row, weightiest first; what one says by the length of the sentences counts with it."""
    values = dict(zip(evidence.names, evidence.values[row], strict=True))
    summed: defaultdict[str, float] = defaultdict(float)
    for name, contribution in zip(evidence.names, evidence.contributions[row], strict=True):
        summed[name.removesuffix(BY_WORDS)] += float(contribution)
    ordered = sorted(summed.items(), key=lambda item: -abs(item[1]))
    return tuple(FeatureTrace(name, round(float(values[name]), 4), round(weight, 4)) for name, weight in ordered)
