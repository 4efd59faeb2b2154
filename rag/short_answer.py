"""The few words inside a sentence that answer a question by themselves: a date, a number, a name, a place.

Only what a form can show is marked (rag/answer_kind.py): names by word lists, the rest by patterns. Where a sentence
holds several, the one next to the words of the question is taken; without any such hint nothing is marked.
"""

import re
from collections.abc import Iterator

from corpus.types import Span
from rag.answer_kind import AnswerKind, asked_kind
from rag.nouns import look_up

_MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_WORD_NUMBERS = (
    "zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|[a-zäöü]+zehn|[a-zäöü]*(?:zwanzig|dreißig|vierzig|fünfzig"
    "|sechzig|siebzig|achtzig|neunzig)|(?:ein|zwei|drei|vier|fünf)?hundert|(?:ein|zwei|drei|vier|fünf)?tausend"
)
_LARGE = r"Millionen|Million|Milliarden?|Mio\.|Mrd\.|Tausend"
_NUMBER = rf"(?:\d{{1,3}}(?:\.\d{{3}})+|\d+)(?:,\d+)?(?: (?:{_LARGE}))?|(?:{_WORD_NUMBERS})"
_RANGE = rf"(?:{_NUMBER})(?: ?(?:bis|–|-|und) ?(?:{_NUMBER}))?"
_UNITS = "Sekunden?|Minuten?|Stunden?|Tagen?|Tage|Wochen?|Monaten?|Monate|Jahren?|Jahre"
_CURRENCY = r"Euro|EUR|€|Cent|US-Dollar|Dollar|Mark|GBP|Pfund"
_DATE = (
    rf"(?:\d{{1,2}}\. ?(?:{_MONTHS})(?: \d{{4}})?|\d{{1,2}}\.\d{{1,2}}\.(?:\d{{4}})?|(?:{_MONTHS})(?: \d{{4}})"
    r"|\b(?:1[5-9]|20)\d\d\b(?!\.\d)|\d{1,2}(?:[.:]\d{2})? Uhr)"
)
_PATTERNS = {
    AnswerKind.DATE: rf"(?:zwischen {_DATE} und {_DATE}|{_DATE}(?: bis(?: zum)? {_DATE})?)",
    AnswerKind.DURATION: rf"(?:seit {_DATE}|{_DATE} bis {_DATE}|{_RANGE} (?:{_UNITS}))",
    AnswerKind.MONEY: rf"{_RANGE} ?(?:{_CURRENCY})|kostenlos|kostenfrei|gebührenfrei",
    AnswerKind.SHARE: (
        rf"{_RANGE} ?(?:%|Prozent)|(?:ein|zwei|drei|vier) (?:Drittel|Viertel|Fünftel)|(?:der |die )?Hälfte"
    ),
    AnswerKind.AMOUNT: (
        r"(?<![\d.,:/§-])(?!(?:1[5-9]|20)\d\d\b(?![.,]\d))"  # no part of a longer number, no year
        rf"{_RANGE}(?:-mal\b)?"
        rf"(?![\d.:/]*\d|\. (?:{_MONTHS})|-\w|\. [a-zäöü])"  # no date, no "5-stellig", no ordinal
        rf"(?: ?(?:%|{_CURRENCY}|(?:Prozent|km|m|Meter|Kilometer|Hektar|Quadratmeter)\b))?"
    ),
}
_COMPILED = {kind: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") for kind, pattern in _PATTERNS.items()}
_NAME = re.compile(
    r"(?:(?:Dr|Prof|Dipl)\.(?:-Ing\.)? ?)*[A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ][a-zäöüß]+)?"
    r"(?: (?:von|van|de|zu|der))? [A-ZÄÖÜ][\wäöüß]+(?:-[A-ZÄÖÜ][\wäöüß]+)?"
)
_PLACE = re.compile(r"\b(?:[Ii]n|[Ii]m|[Aa]n|[Aa]m|[Nn]ach|[Aa]us|[Bb]ei) (?:der |dem |den )?([A-ZÄÖÜ][\wäöüß-]+)")
_ADDRESS = re.compile(r"[A-ZÄÖÜ][\wäöüß-]*(?:straße|str\.|platz|weg|allee|gasse) \d+[a-z]?(?:, \d{5} [A-ZÄÖÜ]\w+)?")
_POSTAL = re.compile(r"(?<=, )\d{5} [A-ZÄÖÜ]|\d{5} [A-ZÄÖÜ]\w+$")  # "23966 Wismar" behind a street, or at the end
_STREET = re.compile(r"(?:straße|str\.|platz|weg|allee|gasse) $", re.IGNORECASE)  # before the number of a house
_WORD = re.compile(r"\w{4,}")
_LONGEST = 1_000  # characters; what is longer is no sentence
_COMMON_LETTERS = 5  # words that begin alike by so many letters count as one


def short_answer(question: str, sentence: str) -> Span | None:
    """Return the words of the sentence that are of the kind the question asks for, or None."""
    if len(sentence) > _LONGEST:
        return None
    kind = asked_kind(question)
    asked = question.casefold()
    found = [span for span in _candidates(kind, sentence) if sentence[span.start : span.end].casefold() not in asked]
    if kind is AnswerKind.PERSON and not (len(found) == 1 and _is_person(sentence[found[0].start : found[0].end])):
        return None
    if len(found) < 2:
        return found[0] if found else None
    hints = _hints(asked, sentence)
    if not hints or kind is AnswerKind.PLACE:
        return None
    (nearest, span), (second, _) = sorted((min(_distance(span, hint) for hint in hints), span) for span in found)[:2]
    return span if 3 * nearest <= second else None


def _candidates(kind: AnswerKind, sentence: str) -> Iterator[Span]:
    if kind in _COMPILED:
        matches = _COMPILED[kind].finditer(sentence)
        yield from (Span(*match.span()) for match in matches if not _in_address(sentence, match.start()))
    elif kind is AnswerKind.PERSON:
        matches = _NAME.finditer(sentence)
        yield from (Span(*match.span()) for match in matches if any(map(_may_be_name, match.group().split())))
    elif kind is AnswerKind.PLACE:
        yield from (Span(*match.span()) for match in _ADDRESS.finditer(sentence))
        yield from (Span(*match.span(1)) for match in _PLACE.finditer(sentence) if _is(match.group(1), "place"))


def _in_address(sentence: str, start: int) -> bool:
    return bool(_POSTAL.match(sentence, start) or _STREET.search(sentence[:start]))


def _may_be_name(word: str) -> bool:
    noun = look_up(word.partition("-")[0])
    return word.endswith(".") or noun is None or bool(noun.kinds & {"person", "name"})


def _is_person(name: str) -> bool:
    """Return whether a name begins with a title or a given name and does not end in a mere noun."""
    first, *_, last = name.split()
    noun = look_up(last)
    named = noun is None or noun.kinds != {"common"}
    return named and (first.endswith(".") or _is(first.partition("-")[0], "person"))


def _is(word: str, kind: str) -> bool:
    noun = look_up(word)
    return noun is not None and kind in noun.kinds


def _hints(asked: str, sentence: str) -> list[Span]:
    """Return the words of the sentence that stand in the question, in whatever form."""
    stems = {word[:_COMMON_LETTERS] for word in _WORD.findall(asked)}
    matches = (match for match in _WORD.finditer(sentence) if match.group().casefold()[:_COMMON_LETTERS] in stems)
    return [Span(match.start(), match.end()) for match in matches]


def _distance(span: Span, hint: Span) -> int:
    """Return how many characters lie between; what follows a number says more of it than what stands before."""
    if hint.start >= span.end:
        return hint.start - span.end
    return 2 * max(0, span.start - hint.end)
