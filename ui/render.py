"""From an answer to the HTML of one turn of the conversation, everything escaped."""

from dataclasses import dataclass
from itertools import pairwise

from rag.types import Answer, AnswerSentence
from ui.templating import render


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a sentence; ``strong`` is the short answer inside it."""

    text: str
    strong: bool


def render_answer(question: str, answer: Answer) -> str:
    """Return question and answer with numbered citations, or the statement that there is none."""
    sentences = [(fragments(sentence), sentence.citation) for sentence in answer.sentences]
    links = {citation.id: citation.url for citation in answer.citations}
    understood = answer.question_used if _differs(question, answer.question_used) else None
    return render(
        "turn.html", question=question, answer=answer, sentences=sentences, links=links, understood=understood
    )


def render_notice(question: str, notice: str) -> str:
    """Return a question with a notice in the place of its answer."""
    return render("notice.html", question=question, notice=notice)


def fragments(sentence: AnswerSentence) -> list[Fragment]:
    """Cut a sentence at the borders of its short answer."""
    if sentence.highlight is None:
        return [Fragment(sentence.text, False)]
    start, end = sentence.highlight.start, sentence.highlight.end
    cuts = [0, start, end, len(sentence.text)]
    return [Fragment(sentence.text[a:b], a == start) for a, b in pairwise(cuts) if a < b]


def _differs(question: str, understood: str) -> bool:
    return question.casefold().split() != understood.casefold().split()
