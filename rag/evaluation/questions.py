"""Question sets over a corpus: which answers count as handled correctly.

The file form is described in tests/data/README.md: one JSON object a line, evidence in groups of alternatives.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.answerer import Answerer
from rag.errors import DatasetError
from rag.types import Answer, Turn

_LIST_SHARE = 0.5  # a list question is handled when half of its groups are cited


class _Turn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    question: str
    answer: str | None = None


class QuestionCase(BaseModel):
    """One question with the evidence that a correct answer cites; no evidence means: not answerable."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    id: str
    type: str
    question: str = Field(min_length=1)
    history: tuple[_Turn, ...] = ()
    evidence: tuple[tuple[str, ...], ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the documents hold an answer."""
        return bool(self.evidence)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The conversation before the question."""
        return tuple(Turn(turn.question, turn.answer) for turn in self.history)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. ``verbatim`` is whether every citation proved true in its document."""

    case: QuestionCase
    answer: Answer
    correct: bool
    verbatim: bool


def load_questions(path: Path) -> list[QuestionCase]:
    """Read a question set.

    :raises DatasetError: If the file is missing or a line is not of the form, naming file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: cannot be read ({error})") from error
    cases = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            cases.append(QuestionCase.model_validate(json.loads(line)))
        except (ValidationError, ValueError) as error:
            raise DatasetError(f"{path}, line {number}: not a question of the expected form ({error})") from error
    return cases


def evaluate(answerer: Answerer, cases: Sequence[QuestionCase], progress: Callable[[int, int], None]) -> list[Outcome]:
    """Ask every question and judge what comes back."""
    outcomes = []
    for done, case in enumerate(cases, start=1):
        answer = answerer.ask(case.question, case.turns)
        texts = answerer.searcher.documents
        verbatim = all(
            texts[cited.document_id].source_text[cited.start : cited.end] == cited.source_quote
            for cited in (*answer.citations, *answer.related)
        )
        outcomes.append(Outcome(case, answer, handled_correctly(case, answer), verbatim))
        progress(done, len(cases))
    return outcomes


def as_metrics(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the share handled correctly by type and of all, each in [0, 1]."""
    return {name: right / total for name, (right, total) in by_type(outcomes)}


def summarise(outcomes: Sequence[Outcome], details: bool = False) -> str:
    """Return the shares by type as a table, with what else must be known to judge them."""
    lines = [
        f"{name:<14} {right:>4} von {total:>4}  {right / total:6.1%}" for name, (right, total) in by_type(outcomes)
    ]
    answered = [outcome for outcome in outcomes if outcome.answer.answered]
    cited = sum(len(outcome.answer.citations) for outcome in answered) / max(1, len(answered))
    right_of_answered = sum(outcome.correct for outcome in answered) / max(1, len(answered))
    times = sorted(outcome.answer.took_ms for outcome in outcomes)
    lines += [
        f"beantwortet: {len(answered)} von {len(outcomes)}, davon richtig {right_of_answered:.1%}, "
        f"im Mittel {cited:.2f} Sätze",
        f"wörtliche Belege: {sum(outcome.verbatim for outcome in outcomes)} von {len(outcomes)}",
        f"Dauer je Frage: Median {times[len(times) // 2]} ms",
    ]
    if details:
        lines += [_detail(outcome) for outcome in outcomes if not outcome.correct]
    return "\n".join(lines)


def _detail(outcome: Outcome) -> str:
    case, answer = outcome.case, outcome.answer
    return (
        f"\n{case.id}: {case.question}\n  verstanden: {answer.question_used}\n"
        f"  Zuversicht {answer.confidence:.2f}: {answer.answer}\n  erwartet: {case.evidence or 'keine Antwort'}"
    )


def handled_correctly(case: QuestionCase, answer: Answer) -> bool:
    """Return whether the answer cites the evidence and the asked facts, or rightly abstains."""
    if not case.answerable:
        return not answer.answered
    if not answer.answered:
        return False
    quotes = [citation.quote for citation in answer.citations]
    needed = _LIST_SHARE if case.type == "list" else 1.0
    return min(_share_met(case.evidence, quotes), _share_met(case.facts, quotes)) >= needed


def by_type(outcomes: Sequence[Outcome]) -> list[tuple[str, tuple[int, int]]]:
    """Return (type, (handled correctly, asked)) for each type, sorted, and at last for all."""
    types = sorted({outcome.case.type for outcome in outcomes})
    of_type = [(name, [outcome for outcome in outcomes if outcome.case.type == name]) for name in types]
    return [
        (name, (sum(outcome.correct for outcome in some), len(some))) for name, some in [*of_type, ("all", outcomes)]
    ]


def _share_met(groups: Sequence[Sequence[str]], quotes: Sequence[str]) -> float:
    """Return the share of groups with an alternative that is contained in one quote."""
    plain = [_plain(quote) for quote in quotes]
    met = sum(any(_plain(wanted) in quote for wanted in group for quote in plain) for group in groups)
    return met / len(groups) if groups else 1.0


def _plain(text: str) -> str:
    folded = " ".join(unicodedata.normalize("NFC", text).split()).casefold()
    return re.sub(r"[\u2010-\u2015]", "-", folded)
