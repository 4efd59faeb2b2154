"""The grammar of short German questions that follow-ups are recognised by: closed word classes and noun phrases.

Only closed classes are listed (pronouns, prepositions, auxiliaries …); open words are never matched by name.
"""

import re
from dataclasses import dataclass

from rag.nouns import look_up

_TOKEN = re.compile(r"\w+(?:[-/@.&]\w+)*-?|[^\w\s]")

CONNECTIVES = frozenset("und aber oder also ok okay gut danke ach ja nein so".split())
INTERROGATIVES = frozenset(
    "wer wen wem wessen was wann wo wohin woher warum wieso weshalb wozu wie wieviel wieviele wofür womit wodurch wovon"
    " woran worauf worin woraus worüber worum wobei wogegen wonach welche welcher welches welchen welchem".split()
)
PREPOSITIONS = {
    **{word: word for word in (
        "in an auf bei zu von mit für nach aus um ab bis seit vor über unter durch gegen ohne wegen während trotz"
        " zwischen neben hinter innerhalb außerhalb laut je pro"
    ).split()},
    **{"im": "in", "ins": "in", "am": "an", "ans": "an", "beim": "bei", "zum": "zu", "zur": "zu", "vom": "von",
       "fürs": "für"},
}  # fmt: skip
DEFINITE = frozenset("der die das den dem des im ins am ans beim zum zur vom".split())
INDEFINITE = frozenset("ein eine einen einem einer eines kein keine keinen keinem keiner".split())
_DETERMINERS = (
    DEFINITE
    | INDEFINITE
    | frozenset(
        "alle allen aller beide beiden jede jeder jedes jeden jedem manche mehrere viele vielen einige einigen".split()
    )
)
_POSSESSIVES = frozenset("ihr ihre ihren ihrem ihrer ihres sein seine seinen seinem seiner seines deren dessen".split())
_OTHER_PRONOUNS = frozenset(
    "ich du wir ihr man mich dich uns euch mir dir sich mein meine meinen meinem meiner dein deine deinen deinem unser"
    " unsere unseren unserem unserer euer eure jemand niemand etwas nichts alles".split()
)
AUXILIARIES = frozenset(
    "bin bist ist sind seid war waren wäre wären sei gewesen habe hast hat haben habt hatte hatten hätte hätten gehabt"
    " werde wirst wird werden werdet wurde wurden würde würden worden geworden kann kannst können könnt konnte konnten"
    " könnte könnten muss musst müssen müsst musste mussten müsste soll sollst sollen sollte sollten darf darfst dürfen"
    " dürfte will willst wollen wollte wollten möchte möchten möchtest mag".split()
)
# Verbs that only carry a question about something just named.
LIGHT_VERBS = frozenset(
    "macht machen machte tut tun gilt gelten sieht aussehen steht stehen läuft gibt gib geht heißt bedeutet".split()
)
_PARTICLES = frozenset(
    "denn eigentlich genau noch auch nur schon etwa mal bitte da dann nun jetzt aber doch eben so sehr nicht kein mehr"
    " dort hier genauer ungefähr circa ca überhaupt sonst wieder immer gerade anders weitere weiterhin alle zusätzlich"
    " bzw dass wenn weil ob als damit sowie oder und".split()
)
# Pronouns that stand for something said before, with the genders they agree with.
_PERSONAL = {
    "er": {"m"}, "ihn": {"m"}, "ihm": {"m", "n"}, "sie": {"f", "pl"}, "ihnen": {"pl"}, "es": {"n"},
    "dieser": {"m", "f", "pl"}, "diese": {"f", "pl"}, "dieses": {"n", "m"}, "diesen": {"m", "pl"}, "diesem": {"m", "n"},
    "dies": {"n"}, "derselbe": {"m"}, "dieselbe": {"f"}, "dasselbe": {"n"},
    "letztere": {"f", "pl"}, "letzterer": {"m", "f"}, "letzteres": {"n"},
}  # fmt: skip
_PLACES_AND_CASES = frozenset(
    "dort dorthin daher dahin solche solchen solcher solches solchem desselben derselben".split()
)
_PRONOMINAL_ADVERB = re.compile(
    r"(?:da|hier)(?:r?(?:an|auf|aus|in|über|um|unter)|bei|durch|für|gegen|hinter|mit|nach|neben|von|vor|zu|zwischen)"
)
_EXPLETIVE = re.compile(
    r"\b(?:gibt?|gäbe?|gab) es\b|\bes gib?t\b|\bes gab\b|\bgeht es (?:um|in|bei)\b|\bhandelt es sich\b|\bkommt es\b"
    r"|\b(?:ist|wäre|war) es (?!\w+\s*\?)\w+(?:,| \w+)|\bbraucht es\b|\bsieht es\b|\bsteht es\b|\bbedarf es\b",
    re.IGNORECASE,
)
FUNCTION_WORDS = (
    CONNECTIVES | INTERROGATIVES | frozenset(PREPOSITIONS) | _DETERMINERS | _POSSESSIVES | _OTHER_PRONOUNS
    | AUXILIARIES | _PARTICLES | frozenset(_PERSONAL) | _PLACES_AND_CASES
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One word or mark with its place in the question."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The word in lower case."""
        return self.text.lower()

    @property
    def is_content(self) -> bool:
        """Whether the word carries meaning of its own."""
        return (
            self.text[0].isalnum()
            and self.lower not in FUNCTION_WORDS
            and self.lower not in LIGHT_VERBS
            and (not _PRONOMINAL_ADVERB.fullmatch(self.lower))
        )


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun with its attributes; preposition and article (``opening``) stand before ``text``, not in it."""

    text: str
    start: int
    end: int
    preposition: str | None
    opening: str | None
    genders: frozenset[str]
    kinds: frozenset[str]


def tokenize(question: str) -> list[Token]:
    """Cut into words and marks; hyphenated words and dotted names stay whole."""
    return [Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(question)]


def noun_phrases(question: str) -> list[NounPhrase]:
    """Return the noun phrases in order. A word counts as a noun by its capital inside the question or by the list."""
    tokens = tokenize(question)
    nouns = [_is_noun(tokens, place) for place in range(len(tokens))]
    phrases: list[NounPhrase] = []
    place = 0
    while place < len(tokens):
        if not nouns[place]:
            place += 1
            continue
        first, last = place, place + 1
        while (
            first > 0
            and _is_attribute(tokens[first - 1])
            and not (phrases and phrases[-1].end > tokens[first - 1].start)
        ):
            first -= 1
        while last < len(tokens) and not _is_place(tokens[last - 1]) and (nouns[last] or _joins(tokens, nouns, last)):
            last += 1
        phrases.append(_phrase(question, tokens, first, last))
        place = last
    return phrases


def names(question: str) -> list[str]:
    """Return the words that name one certain thing: places, persons, numbers, and capitalised words no list knows."""
    tokens = tokenize(question)
    return [token.text for place, token in enumerate(tokens) if _is_noun(tokens, place) and _is_name(token)]


def _is_name(token: Token) -> bool:
    noun = look_up(token.text)
    return noun is None or token.text[0].isdigit() or "place" in noun.kinds or "common" not in noun.kinds


def anaphor(question: str) -> tuple[str, frozenset[str]] | None:
    """Return the word that stands for something said before and the genders it agrees with, or None.

    "es gibt" and the like stand for nothing; "Sie" with a capital is the person spoken to; a possessive refers to a
    noun of the question itself where one stands before it, and a pronoun to one in an earlier clause.
    """
    plain = _EXPLETIVE.sub(lambda match: re.sub(r"\bes\b", "__", match[0]), question)
    tokens = tokenize(plain)
    for place, token in enumerate(tokens):
        if place and token.text[0].isupper():
            continue
        genders = _agreement(tokens, place)
        if genders is not None and not _has_own_antecedent(tokens, place):
            return token.text, genders
    return None


def _agreement(tokens: list[Token], place: int) -> frozenset[str] | None:
    word = tokens[place].lower
    if word in _PERSONAL:
        return frozenset(_PERSONAL[word])
    if word in _POSSESSIVES:
        return frozenset({"f", "pl"} if word.startswith(("ihr", "deren")) else {"m", "n"})
    if word in _PLACES_AND_CASES:
        return frozenset()
    if _PRONOMINAL_ADVERB.fullmatch(word):
        clause = place > 0 and tokens[place - 1].text == "," and word == "damit"  # the conjunction
        return None if clause else frozenset()
    if word == "das":
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        stands_alone = following is None or not following.is_content or following.lower.startswith("ge")
        return frozenset({"n"}) if stands_alone else None
    return None


def _has_own_antecedent(tokens: list[Token], place: int) -> bool:
    """Return whether a noun of the question itself stands before, where grammar lets the pronoun mean it."""
    before = tokens[:place]
    if tokens[place].lower in _POSSESSIVES:
        asked = next((at for at, token in enumerate(before) if token.lower in INTERROGATIVES), None)
        return any(_is_noun(tokens, at) and asked != at - 1 for at in range(len(before)))
    commas = [at for at, token in enumerate(before) if token.text in ",;"]
    return bool(commas) and any(_is_noun(tokens, at) for at in range(commas[-1]))


def _is_noun(tokens: list[Token], place: int) -> bool:
    token = tokens[place]
    if not token.is_content:
        return token.text.isupper() and len(token.text) > 1
    if token.text[0].isdigit():
        return True
    inside = place > 0 and tokens[place - 1].text not in "?.!:("
    if token.text[0].isupper() and inside:
        return True
    listed = look_up(token.text)
    if token.text[0].isupper() or _is_place(token):
        return listed is not None
    # Small letters: an infinitive or a verb form is in the list too, so an article or preposition must point to a noun.
    near = tokens[place - 1].lower if place else ""
    return listed is not None and (
        near in _DETERMINERS or near in PREPOSITIONS or near in _POSSESSIVES or len(tokens) <= 3
    )


def _is_place(token: Token) -> bool:
    """Return whether the word is nothing but the name of a place."""
    noun = look_up(token.text)
    return noun is not None and "place" in noun.kinds and "common" not in noun.kinds


def _is_attribute(token: Token) -> bool:
    return token.is_content and token.text[0].islower() and token.lower.endswith(("e", "en", "er", "es", "em", "ene"))


def _joins(tokens: list[Token], nouns: list[bool], place: int) -> bool:
    """Return whether the word ties two nouns into one phrase: "Alten- und Service-Zentrum"."""
    suspended = tokens[place - 1].text.endswith("-") and tokens[place].lower in ("und", "oder", "bzw")
    return suspended and place + 1 < len(tokens) and nouns[place + 1]


def _phrase(question: str, tokens: list[Token], first: int, last: int) -> NounPhrase:
    opening = preposition = None
    before = first - 1
    if before >= 0 and (tokens[before].lower in _DETERMINERS or tokens[before].lower in INTERROGATIVES):
        opening = tokens[before].lower
        before -= 1
    if opening in PREPOSITIONS:
        preposition = PREPOSITIONS[opening]
    elif before >= 0 and tokens[before].lower in PREPOSITIONS:
        preposition = PREPOSITIONS[tokens[before].lower]
    noun = look_up(tokens[last - 1].text)
    kinds = frozenset({"number"}) if tokens[last - 1].text[0].isdigit() else noun.kinds if noun else frozenset({"name"})
    genders = noun.genders if noun else frozenset({"m", "f", "n", "pl"})
    start, end = tokens[first].start, tokens[last - 1].end
    return NounPhrase(question[start:end], start, end, preposition, opening, genders, kinds)
