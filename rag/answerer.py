"""From a question with its history to an answer: retrieve, read, choose, cite, or abstain."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.searcher import Searcher
from index.types import Encoder
from rag.citing import cite
from rag.conversation import Conversation
from rag.explaining import trace_of
from rag.reader import Judgement, Reader
from rag.retriever import Retrieval, RetrievedPassage, Retriever
from rag.selection import best_count
from rag.short_answer import short_answer
from rag.types import Answer, AnswerSentence, Citation, Decision, Filters, Turn

NO_ANSWER = "Die Dokumente enthalten auf diese Frage keine Antwort."
_RELATED = 3  # passages shown where there is no answer


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A sentence that goes into the answer; ``place`` is its index in ``document.sentences``."""

    found: RetrievedPassage
    place: int
    text: str
    relevance: float
    also_in: tuple[str, ...]


class Answerer:
    """Answers questions over one open generation. One call at a time: the encoder is not shared between threads."""

    def __init__(self, searcher: Searcher, encoder: Encoder, reader: Reader, top_k: int) -> None:
        self.searcher = searcher
        self.encoder = encoder
        self._retriever = Retriever(searcher, encoder)
        self._conversation = Conversation(encoder, searcher)
        self._reader = reader
        self._top_k = top_k

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        top_k: int | None = None,
        max_sentences: int = 4,
        explain: bool = False,
    ) -> Answer:
        """Answer with one to ``max_sentences`` verbatim sentences, or say that the documents hold no answer.

        :param history: earlier turns, oldest first; used only to understand a follow-up.
        :param top_k: passages to read; None takes the setting.
        :param explain: add the trace; nothing else in the answer changes.
        """
        began = time.perf_counter()
        question_used = self._conversation.standalone(question, history)
        retrieval = self._retriever.retrieve(question_used, top_k or self._top_k, filters)
        judgement = self._reader.read(retrieval)
        answered = bool(retrieval.passages) and judgement.answerability >= self._reader.answer_threshold
        wanted = best_count(judgement.relevance, max_sentences) if answered else 0
        chosen, decisions = _choose(retrieval, judgement, wanted)
        citations = tuple(
            cite(item.found.document, item.place, item.place + 1, number, item.relevance, item.also_in)
            for number, item in enumerate(chosen, start=1)
        )
        best = max(chosen, key=lambda item: item.relevance, default=None)
        sentences = tuple(
            AnswerSentence(item.text, number, short_answer(question_used, item.text) if item is best else None)
            for number, item in enumerate(chosen, start=1)
        )
        trace = None
        if explain:
            threshold = self._reader.answer_threshold
            trace = trace_of(self.searcher, retrieval, judgement, decisions, wanted, threshold)
        return Answer(
            answer_id=uuid.uuid4().hex,
            answered=answered,
            answer=" ".join(f"{item.text} [{item.citation}]" for item in sentences) if answered else NO_ANSWER,
            confidence=round(judgement.answerability, 4),
            sentences=sentences,
            citations=citations,
            related=() if answered else self._cite_passages(retrieval.passages[:_RELATED]),
            question_used=question_used,
            generation=self.searcher.generation,
            took_ms=round((time.perf_counter() - began) * 1000),
            trace=trace,
        )

    def search(self, query: str, top_k: int | None = None, filters: Filters | None = None) -> tuple[Citation, ...]:
        """Return the best passages for a query, each as a citation, best first."""
        return self._cite_passages(self._retriever.retrieve(query, top_k or self._top_k, filters).passages)

    def _cite_passages(self, passages: Sequence[RetrievedPassage]) -> tuple[Citation, ...]:
        return tuple(
            cite(found.document, found.passage.first, found.passage.last, number, found.score)
            for number, found in enumerate(passages, start=1)
        )


def _choose(retrieval: Retrieval, judgement: Judgement, wanted: int) -> tuple[list[_Chosen], list[Decision]]:
    """Take the most relevant sentences, each wording once, in reading order; say of every sentence why or why not."""
    places = [
        (rank, found, place)
        for rank, found in enumerate(retrieval.passages)
        for place in range(found.passage.first, found.passage.last)
    ]
    decisions = [Decision.LESS_RELEVANT if wanted else Decision.NOT_ANSWERED] * len(places)
    chosen: dict[str, tuple[int, _Chosen]] = {}
    for number in np.argsort(-judgement.relevance, kind="stable") if wanted else ():
        rank, found, place = places[number]
        text = found.sentences[place - found.passage.first]
        wording = " ".join(text.casefold().split())
        if wording in chosen:
            decisions[number] = Decision.REPEATED
            first_rank, first = chosen[wording]
            other = found.document.id
            if other not in (first.found.document.id, *first.also_in):
                chosen[wording] = (first_rank, replace(first, also_in=(*first.also_in, other)))
        elif len(chosen) < wanted:
            decisions[number] = Decision.CHOSEN
            chosen[wording] = (rank, _Chosen(found, place, text, float(judgement.relevance[number]), ()))
    return _reading_order([item for _, item in sorted(chosen.values(), key=lambda entry: entry[0])]), decisions


def _reading_order(chosen: Sequence[_Chosen]) -> list[_Chosen]:
    """Order by document as found, then as the document reads."""
    documents = list(dict.fromkeys(item.found.document.id for item in chosen))
    return sorted(chosen, key=lambda item: (documents.index(item.found.document.id), item.place))
