"""Which kind of answer a German question asks for, and whether a sentence holds one.

The kinds follow the coarse classes of Li & Roth, "Learning Question Classifiers" (COLING 2002): person, place, date,
duration, money, share, amount, reason. Everything else is open: it asks for nothing that a sentence's form could show.
"""

import re
from enum import StrEnum


class AnswerKind(StrEnum):
    """What the words of a question ask for."""

    PERSON = "person"
    PLACE = "place"
    DATE = "date"
    DURATION = "duration"
    MONEY = "money"
    SHARE = "share"
    AMOUNT = "amount"
    REASON = "reason"
    OPEN = "open"


_MONTHS = "januar|februar|märz|maerz|april|mai|juni|juli|august|september|oktober|november|dezember"
_NUMBER_WORDS = (
    "ein(?:e[mnrs]?)?halb|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|\\w+zehn|\\w+zig|hundert|tausend"
    "|beide[nrs]?|halbe[nrs]?|dutzend|million(?:en)?|milliarden?|mehrere|zahlreiche|alle"
)
_UNITS = "sekunden?|minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?|halbjahre?n?"

# Most telling first: "wie lange" before "wie", "in welchem Jahr" before "welche".
_QUESTION_PATTERNS: tuple[tuple[AnswerKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (AnswerKind.DURATION, rf"\bwie ?lange?\b|\bwie viele? (?:{_UNITS})\b|\bwelche[nr]? (?:dauer|zeitraum)\b"),
        (
            AnswerKind.DATE,
            r"\bwann\b|\b(?:in )?welche[mnrs]? (?:jahr|monat|datum|tag|zeitpunkt|termin)\b"
            r"|\bum wie ?viel uhr\b|\bwie spät\b",
        ),
        (
            AnswerKind.MONEY,
            r"\bwie ?viel (?:\w+ )?(?:geld|euro|mittel)\b|\bwie teuer\b|\b(?:was|wie ?viel) kostet\b"
            r"|\bwelche[mnrs]? (?:\w+ )?(?:\w*summe|\w*betrag|\w*kosten|\w*preis|\w*budget|\w*gebühr(?:en)?)\b"
            r"|\bwie hoch (?:ist|sind|war|waren|wird|fällt) (?:der|die|das) (?:\w+ )?"
            r"\w*(?:summe|betrag|kosten|preis|budget|gebühr|gebühren|etat|mittel|förderung|miete|beitrag|umsatz)\b",
        ),
        (
            AnswerKind.SHARE,
            r"\bwie ?viel prozent\b"
            r"|\bwie (?:hoch|groß|gross) (?:ist|war) (?:der|die) (?:\w+ )?\w*(?:anteil|quote|prozentsatz)\b"
            r"|\bwelche[rn]? (?:\w+ )?(?:anteil|prozentsatz|quote)\b",
        ),
        (
            AnswerKind.AMOUNT,
            r"\bwie ?viele?[nr]?\b|\bwie (?:hoch|gro(?:ß|ss)|teuer|oft|häufig|weit|alt|stark)\b|\bwas kostet\b"
            r"|\bwelche[mnrs]? (?:\w+ )?(?:anzahl|zahl|summe|betrag|höhe|anteil|prozentsatz|kosten)\b",
        ),
        (AnswerKind.PERSON, r"\bwe(?:r|n|m|ssen)\b|\bwelche[rn]? (?:person|minister\w*|leiter\w*|politiker\w*)\b"),
        (
            AnswerKind.PLACE,
            r"\bwo(?:hin|her)?\b"
            r"|\b(?:in|an|aus) welche[mnrs]? (?:ort|stadt|land|gebäude|adresse|bundesland|stra(?:ß|ss)e)\b",
        ),
        (AnswerKind.REASON, r"\bwarum\b|\bwieso\b|\bweshalb\b|\bwozu\b|\baus welche[mnr] gr(?:und|ünden)\b"),
    )
)

_SENTENCE_PATTERNS: dict[AnswerKind, re.Pattern[str]] = {
    AnswerKind.PERSON: re.compile(
        # two names in a row, a titled name, or an office or body that acts
        r"\b[A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ][a-zäöüß]+)? (?:von |van |zu |de )?[A-ZÄÖÜ][a-zäöüß]+\b"
        r"|\b(?:Herrn?|Frau|Dr\.|Prof\.) [A-ZÄÖÜ]"
        r"|(?i:minister|leiter|leitung|sprecher|präsident|bürgermeister|referat|amt\b|behörde|stelle\b|vertreter|fachleute)"
    ),
    AnswerKind.PLACE: re.compile(
        r"\b(?:[Ii]n|[Ii]m|[Aa]n|[Aa]m|[Aa]uf|[Bb]ei|[Bb]eim|[Nn]ach|[Aa]us|[Zz]um|[Zz]ur|[Uu]nter|vor)"
        r" (?:\w+ ){0,3}[A-ZÄÖÜ]"
        r"|\b\d{5} [A-ZÄÖÜ]|(?:stra(?:ß|ss)e|str\.|platz|weg|allee|gasse) \d"
    ),
    AnswerKind.DATE: re.compile(
        rf"\b(?:1[5-9]|20)\d\d\b|\b\d{{1,2}}\. ?(?:\d{{1,2}}\.|(?:{_MONTHS})\b)|\b(?:{_MONTHS})\b"
        r"|\b\d{1,2}[.:]?\d{0,2} Uhr\b"
        r"|\b(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|sommer|herbst|winter|frühjahr|quartal)s?\b"
        r"|\b(?:heute|morgen|gestern|jährlich|täglich|wöchentlich|monatlich|halbjährlich)\w*",
        re.IGNORECASE,
    ),
    AnswerKind.DURATION: re.compile(
        rf"\b(?:\d+(?:[.,]\d+)?|{_NUMBER_WORDS}|eine[mnrs]?|einige[mnr]?|vielen?|wenige[nr]?)"
        rf"(?:[ -](?:und|bis|oder) \w+)? ?-?(?:{_UNITS})"
        rf"|\b\w*(?:jährig|monatig|wöchig|tägig|stündig)\w*|\bseit\b|\bbis (?:zu[mr]?|ende|mitte|anfang)\b",
        re.IGNORECASE,
    ),
    AnswerKind.MONEY: re.compile(
        r"\b(?:euro|eur|cent|dollar|mark)\b|[€$]|kostenlos|kostenfrei|gebührenfrei|gratis", re.IGNORECASE
    ),
    AnswerKind.SHARE: re.compile(
        r"prozent|%|\bhälfte\b|\b\w*(?:drittel|viertel|fünftel|zehntel)\b|\bjede[rs]? \w+te\b", re.IGNORECASE
    ),
    AnswerKind.AMOUNT: re.compile(rf"\d|\b(?:{_NUMBER_WORDS})\b", re.IGNORECASE),
    AnswerKind.REASON: re.compile(
        r"\b(?:weil|da|denn|damit|deshalb|daher|deswegen|dadurch|darum|somit|aufgrund|auf grund|wegen|um|durch"
        r"|grund|gründe|ziel\w*|zweck\w*|sodass|so dass|ermöglich\w*|führt|sollen?)\b",
        re.IGNORECASE,
    ),
}


def asked_kind(question: str) -> AnswerKind:
    """Return the kind of answer that the question's last telling words ask for.

    The last match wins, since a follow-up stands after what it follows ("Wer leitet das Labor – seit wann?").
    """
    found = [
        (match.start(), -order, kind)
        for order, (kind, pattern) in enumerate(_QUESTION_PATTERNS)
        for match in pattern.finditer(question)
    ]
    return max(found)[2] if found else AnswerKind.OPEN


def holds(sentence: str, kind: AnswerKind) -> bool:
    """Return whether the sentence has the form of an answer of this kind; an open question is always content."""
    return kind is AnswerKind.OPEN or _SENTENCE_PATTERNS[kind].search(sentence) is not None
