"""Follow-up questions: from a question and what was asked before to one that stands alone.

No model writes here. A follow-up takes words over from the question before it, in one of four ways:

- "Und in Bayern?" names something new in place of something of its kind: the earlier question is asked of it;
- "Seit wann?" asks nothing by itself: it is set behind the earlier question;
- "Wer leitet es?" points back: the earlier topic is added in brackets;
- "Wie hoch ist die Gebühr?" means a certain fee, and what was found for the earlier question speaks of fees: likewise.

Everything else stands alone. Related work: Elgohary et al., "Can You Unpack That? Learning to Rewrite
Questions-in-Context" (EMNLP 2019), whose rewrites are of these same kinds.
"""

from collections.abc import Sequence

from index.searcher import Searcher
from index.types import Encoder
from rag.answer_kind import AnswerKind, asked_kind
from rag.features import weigh
from rag.question_form import (
    AUXILIARIES,
    CONNECTIVES,
    DEFINITE,
    INDEFINITE,
    INTERROGATIVES,
    LIGHT_VERBS,
    PREPOSITIONS,
    NounPhrase,
    Token,
    anaphor,
    noun_phrases,
    tokenize,
)
from rag.types import Turn

_SAME_SORT = 0.87  # cosine of two nouns from which one may stand in the other's place
_LONGEST_TOPIC = 5  # phrases taken over
_LONGEST_DEFINITE = 3  # content words of a question that may still lean on the one before
_EVIDENCE_PASSAGES = 3
_EVIDENCE_COVERAGE = 0.7  # share of a question's terms that the earlier question's passages must hold


class Conversation:
    """Understands follow-ups with the help of the encoder (which nouns are of a sort) and of the corpus."""

    def __init__(self, encoder: Encoder, searcher: Searcher) -> None:
        self._encoder = encoder
        self._searcher = searcher

    def standalone(self, question: str, history: Sequence[Turn] = ()) -> str:
        """Return the question as it can be searched; itself where it needs nothing from the history.

        :param history: earlier turns, oldest first; each is understood by those before it.
        """
        question = " ".join(question.split())
        if not history:
            return question
        turn = history[-1]
        return self._follow(question, self.standalone(turn.question, history[:-1]), turn.answer)

    def _follow(self, question: str, previous: str, answer: str | None) -> str:
        tokens = _words(question)
        led_in = bool(tokens) and tokens[0].lower in CONNECTIVES
        body = _without(question, tokens[0]) if led_in and len(tokens) > 1 else question
        tokens = _words(body)
        phrases = noun_phrases(body)
        pointer = anaphor(body)
        if pointer is None and _names_only(body, tokens, phrases, led_in):
            return self._ask_of(phrases[0], body, previous)
        if pointer is None and _asks_nothing_itself(tokens, phrases):
            return _set_behind(previous, body)
        if pointer is not None:
            return _with_topic(body, _topic(previous, answer, pointer[1]))
        if _asks_the_same(tokens, phrases, led_in) and self._counterpart(phrases[0], previous, names_only=True):
            return self._ask_of(phrases[0], body, previous)
        if self._leans_on(body, tokens, phrases, previous):
            return _with_topic(body, _topic(previous, answer, frozenset()))
        return question

    def _ask_of(self, phrase: NounPhrase, body: str, previous: str) -> str:
        """Ask the earlier question of something else."""
        old = self._counterpart(phrase, previous)
        if old is None:
            return _set_behind(previous, body)
        return previous[: old.start] + phrase.text + previous[old.end :]

    def _counterpart(self, phrase: NounPhrase, previous: str, names_only: bool = False) -> NounPhrase | None:
        """Return the phrase of the earlier question in whose place the new one stands, or None."""
        candidates = noun_phrases(previous)
        named = [old for old in candidates if (old.kinds & phrase.kinds) - {"common"}]
        if named or names_only:
            return named[-1] if named else None
        common = [old for old in candidates if "common" in old.kinds and "common" in phrase.kinds]
        same_place = [old for old in common if old.preposition and old.preposition == phrase.preposition]
        if same_place:
            return same_place[-1]
        if not common or phrase.preposition:
            return None
        vectors = self._encoder.encode_queries([phrase.text, *(old.text for old in common)])
        likeness = vectors[1:] @ vectors[0]
        best = int(likeness.argmax())
        return common[best] if likeness[best] >= _SAME_SORT else None

    def _leans_on(self, body: str, tokens: list[Token], phrases: list[NounPhrase], previous: str) -> bool:
        """Return whether a complete question means something certain that the earlier question's passages speak of."""
        if any(phrase.kinds - {"common"} for phrase in phrases) or any(t.lower in INDEFINITE for t in tokens):
            return False
        definite = any(phrase.opening in DEFINITE for phrase in phrases)
        if not definite or sum(token.is_content for token in tokens) > _LONGEST_DEFINITE:
            return False
        analyzer = self._searcher.analyzer
        terms = weigh(self._searcher.question_terms(body), self._searcher.inverse_document_frequency)
        vector = self._encoder.encode_queries([previous])[0]
        hits = self._searcher.search(previous, vector, _EVIDENCE_PASSAGES)
        texts = (self._searcher.passage(hit.passage) for hit in hits)
        held = frozenset(term for text in texts for term in analyzer.terms(f"{text.section or ''} {text.text}"))
        return terms.coverage(held) >= _EVIDENCE_COVERAGE


def _without(question: str, opening: Token) -> str:
    """Return the question without its first word, written as it was begun."""
    body = question[opening.end :].lstrip(" ,")
    return body[:1].upper() + body[1:] if opening.text[0].isupper() else body


def _words(text: str) -> list[Token]:
    return [token for token in tokenize(text) if token.text[0].isalnum()]


def _names_only(body: str, tokens: list[Token], phrases: list[NounPhrase], led_in: bool) -> bool:
    """Return whether the question is one noun phrase, as in "in Bayern?", "die Kosten?", "Hamburg?"."""
    if len(phrases) != 1 or any(token.lower in INTERROGATIVES for token in tokens):
        return False
    phrase = phrases[0]
    rest = [token for token in tokens if not phrase.start <= token.start < phrase.end]
    if any(token.is_content or token.lower in AUXILIARIES | LIGHT_VERBS for token in rest):
        return False
    return led_in or tokens[0].lower in PREPOSITIONS or len(tokens) == 1


def _asks_nothing_itself(tokens: list[Token], phrases: list[NounPhrase]) -> bool:
    """Return whether there is only an interrogative, as in "Seit wann?", "Wo genau?", "Ab welchem Alter?"."""
    if not any(token.lower in INTERROGATIVES for token in tokens):
        return False
    if any(token.lower in AUXILIARIES | LIGHT_VERBS for token in tokens):
        return False
    rest = [token for token in tokens if token.is_content]
    return all(any(phrase.start <= token.start < phrase.end for phrase in phrases) for token in rest) and (
        all(phrase.opening in INTERROGATIVES or phrase.opening == "viele" for phrase in phrases)
    )


def _asks_the_same(tokens: list[Token], phrases: list[NounPhrase], led_in: bool) -> bool:
    """Return whether only a light verb stands beside one noun phrase, as in "Und was macht Bremen?".

    "Was ist GovTech?" is no such question: it asks for a definition.
    """
    words = {token.lower for token in tokens}
    if len(phrases) != 1 or not words & {"was", "wie"}:
        return False
    phrase = phrases[0]
    if phrase.preposition is None and (not led_in or words & {"ist", "sind", "bedeutet", "heißt"}):
        return False
    return all(phrase.start <= token.start < phrase.end for token in tokens if token.is_content)


def _set_behind(previous: str, body: str) -> str:
    return f"{previous.rstrip(' ?.!')} – {body[:1].lower()}{body[1:]}" if body else previous


def _with_topic(body: str, topic: Sequence[str]) -> str:
    said = body.casefold()
    missing = [phrase for phrase in topic if phrase.casefold() not in said]
    return f"{body} ({', '.join(missing)})" if missing else body


def _topic(previous: str, answer: str | None, genders: frozenset[str]) -> list[str]:
    """Return the phrases of the earlier question, led by what the pronoun agrees with.

    Where the question named nothing that agrees, or asked who, the answer's first phrase that agrees leads.
    """
    asked = noun_phrases(previous)
    agreeing = [phrase.text for phrase in asked if phrase.genders & genders]
    if answer and genders and (not agreeing or asked_kind(previous) is AnswerKind.PERSON):
        agreeing = [phrase.text for phrase in noun_phrases(answer) if phrase.genders & genders][:1] + agreeing
    topic = list(dict.fromkeys([*agreeing, *(phrase.text for phrase in asked)]))
    return topic[:_LONGEST_TOPIC] or [token.text for token in _words(previous) if token.is_content]
