"""The bodies of requests and answers: the only place that knows the limits of the HTTP contract."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from corpus.types import Span
from rag.jobs import JobState, Kind
from rag.types import Filters, Trace, Turn

MAX_QUESTION = 1_000  # characters after trimming
MAX_ANSWER = 10_000  # characters of an earlier answer
MAX_HISTORY = 20  # earlier turns
MAX_FILTER_DOCUMENTS = 1_000
MAX_DOCUMENT_ID = 500  # characters

Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION)]
DocumentId = Annotated[str, StringConstraints(min_length=1, max_length=MAX_DOCUMENT_ID)]
TopK = Annotated[int, Field(ge=1, le=50, strict=True, description="passages to read; default from the settings")]


class _Request(BaseModel):
    """A body whose unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TurnIn(_Request):
    """One earlier exchange."""

    question: Question
    answer: Annotated[str, StringConstraints(max_length=MAX_ANSWER)] | None = None


class FiltersIn(_Request):
    """Which documents may answer. Dates are inclusive."""

    document_ids: Annotated[list[DocumentId], Field(max_length=MAX_FILTER_DOCUMENTS)] | None = None
    published_from: date | None = None
    published_to: date | None = None
    include_undated: Annotated[bool, Field(strict=True, description="let undated documents pass a date filter")] = False

    @model_validator(mode="after")
    def _dates_in_order(self) -> "FiltersIn":
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise PydanticCustomError("date_order", "published_from is after published_to")
        return self

    def to_filters(self) -> Filters:
        """Return the same restriction in the words of the answering room."""
        ids = None if self.document_ids is None else frozenset(self.document_ids)
        return Filters(ids, self.published_from, self.published_to, self.include_undated)


class AskRequest(_Request):
    """A question, with the conversation it belongs to."""

    question: Question
    history: Annotated[list[TurnIn], Field(max_length=MAX_HISTORY, description="earlier turns, oldest first")] = []
    filters: FiltersIn = FiltersIn()
    top_k: TopK | None = None
    max_sentences: Annotated[int, Field(ge=1, le=10, strict=True)] = 4
    explain: Annotated[bool, Field(strict=True, description="add `trace`: how the answer came about")] = False

    def turns(self) -> tuple[Turn, ...]:
        """Return the history in the words of the answering room."""
        return tuple(Turn(turn.question, turn.answer) for turn in self.history)


class SearchRequest(_Request):
    """A query for passages."""

    query: Question
    filters: FiltersIn = FiltersIn()
    top_k: TopK | None = None


class _Response(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class RangeOut(_Response):
    """A half-open range of code points in the source text; ``page`` is null where the format has none."""

    page: int | None
    start: int
    end: int


class CitationOut(_Response):
    """Verbatim words of one document: ``source_quote`` is its source text sliced [start:end]."""

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
    ranges: list[RangeOut]
    score: float
    also_in: list[str]
    url: str


def _pair(value: Any) -> Any:
    return (value.start, value.end) if isinstance(value, Span) else value


class SentenceOut(_Response):
    """One sentence of the answer; ``highlight`` is the short answer inside ``text``, half-open."""

    text: str
    citation: int
    highlight: Annotated[tuple[int, int] | None, BeforeValidator(_pair)] = None


class AnswerOut(_Response):
    """The answer, or the statement that the documents hold none (then ``related`` has the nearest passages)."""

    answer_id: str
    answered: bool
    answer: str
    confidence: float
    sentences: list[SentenceOut]
    citations: list[CitationOut]
    related: list[CitationOut]
    question_used: str
    generation: str
    took_ms: int
    trace: Trace | None = None

    @model_serializer(mode="wrap")
    def _without_empty_trace(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = serialise(self)
        return fields if self.trace else {name: value for name, value in fields.items() if name != "trace"}


class SearchOut(_Response):
    """Passages, best first, in the shape of citations."""

    passages: list[CitationOut]
    generation: str
    took_ms: int


class DocumentOut(_Response):
    """One document. ``quality`` is the share of its words that are known words, in [0, 1]."""

    id: str
    title: str
    file: str
    published: date | None
    pages: int | None
    passages: int
    sha256: str
    quality: float


class DocumentsOut(_Response):
    """One page of the list of documents; ``next`` is the cursor of the following one."""

    items: list[DocumentOut]
    next: str | None


class DocumentRef(_Response):
    """A document by its id and its path below the folder of reports."""

    id: str
    file: str


class RefusalOut(_Response):
    """A file that was not read, and why, in German."""

    path: str
    reason: str


class JobResultOut(_Response):
    """What a build did, in numbers of documents; ``embedded`` counts texts, ``refusals`` are files not read."""

    generation: str
    documents: int
    passages: int
    read: int
    taken_over: int
    removed: int
    embedded: int
    refusals: list[RefusalOut]
    purged_generations: int


class JobOut(_Response):
    """One job. Times are ISO 8601 in UTC; ``phase`` and ``error`` are German.

    ``result`` is null until the job is done, and where nothing had to be built.
    """

    id: str
    kind: Kind
    state: JobState
    who: str
    created: datetime
    started: datetime | None
    finished: datetime | None
    phase: str
    done: int
    total: int
    result: JobResultOut | None
    error: str | None


class AcceptedOut(JobOut):
    """The job that a change waits for, and the document that was changed."""

    document: DocumentRef


class JobsOut(_Response):
    """The last jobs, newest first."""

    items: list[JobOut]


class GenerationOut(_Response):
    """One generation of the index; ``bytes`` without the documents that all share. ``problem`` is null or German."""

    name: str
    live: bool
    pinned: bool
    serving: bool
    created: datetime | None
    documents: int
    passages: int
    bytes: int
    problem: str | None


class IndexOut(_Response):
    """The generations, newest first; ``serving`` is the one that answers in the process that was asked."""

    serving: str
    generations: list[GenerationOut]
    document_bytes: int


class RollbackRequest(_Request):
    """Which generation shall be live; without one, that before the live one."""

    generation: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None


class RolledBackOut(_Response):
    """The generation that is live now."""

    generation: str


class ProblemOut(BaseModel):
    """Problem details (RFC 9457); ``document`` is the one that stands in the way of a new one."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = []
    document: DocumentRef | None = None


class HealthOut(BaseModel):
    """State of the service."""

    status: Literal["alive", "ready"]
