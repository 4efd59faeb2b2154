"""Question sets over a corpus: which answers count as handled correctly.

The file form is described in tests/data/README.md: one JSON object a line, evidence in groups of alternatives.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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


def handled_correctly(case: QuestionCase, answer: Answer) -> bool:
    """Return whether the answer cites the evidence and the asked facts, or rightly abstains."""
    if not case.answerable:
        return not answer.answered
    if not answer.answered:
        return False
    quotes = [citation.quote for citation in answer.citations]
    needed = _LIST_SHARE if case.type == "list" else 1.0
    return min(_share_met(case.evidence, quotes), _share_met(case.facts, quotes)) >= needed


def by_type(outcomes: Iterable[Outcome]) -> dict[str, tuple[int, int]]:
    """Return type -> (handled correctly, asked), with ``all`` last."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for outcome in outcomes:
        for name in (outcome.case.type, "all"):
            counts[name][0] += outcome.correct
            counts[name][1] += 1
    everything = counts.pop("all", [0, 0])
    return {**{name: (right, total) for name, (right, total) in sorted(counts.items())}, "all": tuple(everything)}  # type: ignore[dict-item]


def _share_met(groups: Sequence[Sequence[str]], quotes: Sequence[str]) -> float:
    """Return the share of groups with an alternative that is contained in one quote."""
    plain = [_plain(quote) for quote in quotes]
    met = sum(any(_plain(wanted) in quote for wanted in group for quote in plain) for group in groups)
    return met / len(groups) if groups else 1.0


def _plain(text: str) -> str:
    folded = " ".join(unicodedata.normalize("NFC", text).split()).casefold()
    return re.sub(r"[\u2010-\u2015]", "-", folded)
