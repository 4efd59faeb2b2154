"""From a question with its history to an answer: retrieve, read, choose, cite, or abstain."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.searcher import Searcher
from index.types import Encoder
from rag.citing import cite
from rag.conversation import Conversation
from rag.reader import Judgement, Reader
from rag.retriever import Retrieval, RetrievedPassage, Retriever
from rag.selection import best_count
from rag.types import Answer, AnswerSentence, Citation, Filters, Turn

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
    ) -> Answer:
        """Answer with one to ``max_sentences`` verbatim sentences, or say that the documents hold no answer.

        :param history: earlier turns, oldest first; used only to understand a follow-up.
        :param top_k: passages to read; None takes the setting.
        """
        began = time.perf_counter()
        question_used = self._conversation.standalone(question, history)
        retrieval = self._retriever.retrieve(question_used, top_k or self._top_k, filters)
        judgement = self._reader.read(retrieval)
        answered = bool(retrieval.passages) and judgement.answerability >= self._reader.answer_threshold
        chosen = self._choose(retrieval, judgement, max_sentences) if answered else []
        citations = tuple(
            cite(item.found.document, item.place, item.place + 1, number, item.relevance, item.also_in)
            for number, item in enumerate(chosen, start=1)
        )
        sentences = tuple(AnswerSentence(item.text, number) for number, item in enumerate(chosen, start=1))
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
        )

    def search(self, query: str, top_k: int | None = None, filters: Filters | None = None) -> tuple[Citation, ...]:
        """Return the best passages for a query, each as a citation, best first."""
        return self._cite_passages(self._retriever.retrieve(query, top_k or self._top_k, filters).passages)

    def _cite_passages(self, passages: Sequence[RetrievedPassage]) -> tuple[Citation, ...]:
        return tuple(
            cite(found.document, found.passage.first, found.passage.last, number, found.score)
            for number, found in enumerate(passages, start=1)
        )

    def _choose(self, retrieval: Retrieval, judgement: Judgement, max_sentences: int) -> list[_Chosen]:
        """Take the most relevant sentences, each wording once, in reading order."""
        places = [
            (rank, found, place)
            for rank, found in enumerate(retrieval.passages)
            for place in range(found.passage.first, found.passage.last)
        ]
        count = best_count(judgement.relevance, max_sentences)
        chosen: dict[str, tuple[int, _Chosen]] = {}
        for number in np.argsort(-judgement.relevance, kind="stable"):
            relevance = float(judgement.relevance[number])
            rank, found, place = places[number]
            text = found.sentences[place - found.passage.first]
            wording = " ".join(text.casefold().split())
            if wording in chosen:
                first_rank, first = chosen[wording]
                other = found.document.id
                if other not in (first.found.document.id, *first.also_in):
                    again = _Chosen(first.found, first.place, first.text, first.relevance, (*first.also_in, other))
                    chosen[wording] = (first_rank, again)
            elif len(chosen) < count:
                chosen[wording] = (rank, _Chosen(found, place, text, relevance, ()))
        return _reading_order([item for _, item in sorted(chosen.values(), key=lambda entry: entry[0])])


def _reading_order(chosen: Sequence[_Chosen]) -> list[_Chosen]:
    """Order by document as found, then as the document reads."""
    documents = list(dict.fromkeys(item.found.document.id for item in chosen))
    return sorted(chosen, key=lambda item: (documents.index(item.found.document.id), item.place))
