"""What to answer, as plain data: the shapes that cross from this room to the doors."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from corpus.types import Edit, Span


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation."""

    question: str
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may answer; ``None`` means no restriction. Dates are inclusive.

    An undated document passes a date filter only with ``include_undated``.
    """

    document_ids: frozenset[str] | None = None
    published_from: date | None = None
    published_to: date | None = None
    include_undated: bool = False


@dataclass(frozen=True, slots=True)
class SourceRange:
    """A part of the source text on one page; ``page`` is None where the format has no pages."""

    page: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """Verbatim words of one document and where they stand.

    ``source_quote == document.source_text[start:end]`` always; ``quote`` is its reading. ``edits`` are the mended
    places inside. ``score`` lies in [0, 1]. ``url`` is the path of the page view with the ranges marked.
    """

    id: int
    document_id: str
    version: str
    title: str
    published: date | None
    page: int | None
    section: str | None
    quote: str
    source_quote: str
    start: int
    end: int
    ranges: tuple[SourceRange, ...]
    score: float
    url: str
    edits: tuple[Edit, ...] = ()
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of the answer; ``citation`` is the id of its citation."""

    text: str
    citation: int
    highlight: Span | None = None


@dataclass(frozen=True, slots=True)
class TermTrace:
    """A term the question was searched with. ``known`` is whether any passage holds it; ``weight`` is its rarity."""

    term: str
    weight: float
    known: bool


@dataclass(frozen=True, slots=True)
class PassageTrace:
    """A passage that was read, best first. ``similarity``: cosine; ``lexical``: BM25; ``score``: both fused, [0, 1]."""

    document_id: str
    section: str | None
    start: int
    end: int
    score: float
    similarity: float
    lexical: float


@dataclass(frozen=True, slots=True)
class FeatureTrace:
    """What one feature spoke for (positive) or against (negative), in log odds."""

    name: str
    value: float
    contribution: float


class Decision(StrEnum):
    """Why a sentence is in the answer or not."""

    CHOSEN = "chosen"
    REPEATED = "repeated"  # the same words are chosen already
    LESS_RELEVANT = "less_relevant"  # as many as serve best are chosen already
    NOT_ANSWERED = "not_answered"  # no answer is given at all


@dataclass(frozen=True, slots=True)
class SentenceTrace:
    """A sentence that was considered. ``passage`` is the place of its passage in the trace, from 0.

    ``features`` are those of a chosen sentence, the weightiest first.
    """

    passage: int
    text: str
    relevance: float
    decision: Decision
    features: tuple[FeatureTrace, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """How an answer came about.

    It is given where ``confidence`` reaches ``threshold``; then with ``sentences_wanted`` sentences, the number with
    the best expected F1 (rag/selection.py). ``features`` and ``bias`` add up to the log odds of ``confidence``,
    ``sentence_bias`` belongs to the features of a sentence.
    """

    question: str
    terms: tuple[TermTrace, ...]
    passages: tuple[PassageTrace, ...]
    sentences: tuple[SentenceTrace, ...]
    sentences_wanted: int
    confidence: float
    threshold: float
    features: tuple[FeatureTrace, ...]
    bias: float
    sentence_bias: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question, or the statement that the documents hold none.

    ``confidence`` is the calibrated probability in [0, 1] that the documents answer the question and the
    chosen sentences say it. Unanswered: ``citations`` is empty and ``related`` holds up to three nearest passages.
    ``trace`` is there where it was asked for.
    """

    answer_id: str
    answered: bool
    answer: str
    confidence: float
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    related: tuple[Citation, ...]
    question_used: str
    generation: str
    took_ms: int
    trace: Trace | None = None
