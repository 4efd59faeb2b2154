"""Example questions for the chat page, made from the documents' own headings."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest

from corpus.types import Document
from rag.answerer import Answerer

_TRIED = 8  # headings asked about at most: each costs one question at start
_LOOKED_AT = 40  # documents at most: each is read from the disk
_HEADING = re.compile(r"[A-ZÄÖÜ][^\W\d]+(?:[ -][^\W\d]+){1,10}")  # words that name a topic: no figures, no punctuation


def example_questions(answerer: Answerer, wanted: int) -> tuple[str, ...]:
    """Return up to ``wanted`` questions that the documents answer; asking them also warms up the model."""
    documents = islice(answerer.searcher.documents.values(), _LOOKED_AT)
    candidates = islice(_candidates(documents), _TRIED)
    answered = (question for question in candidates if answerer.ask(question).answered)
    return tuple(islice(answered, wanted))


def _candidates(documents: Iterable[Document]) -> Iterator[str]:
    """Yield one question for each good heading, the documents taking turns."""
    headings = [dict.fromkeys(passage.section for passage in document.passages) for document in documents]
    for row in zip_longest(*headings):
        for heading in row:
            if heading and _HEADING.fullmatch(heading):
                yield f"Worum geht es bei „{heading}“?"
