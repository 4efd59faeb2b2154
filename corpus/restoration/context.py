"""What the neighbouring words say about one of two good words: "zu starken" against "zu stärken".

A few facts of German grammar that hold whatever the subject is. Word class and number come from the word list.
"""

import re
from dataclasses import dataclass
from typing import Final

from corpus.restoration.lexicon import SHARED_FORM_COST, german_zipf, is_noun, lemma

# log10 odds of what grammar demands against what it forbids.
_STRONG: Final = 2.0
_UNMARKED_PLURAL: Final = 0.5  # a plural that no word before it announces
_PLURAL_COST: Final = 0.3  # log10 odds of a noun's base against one inflected form
_ADDRESS: Final = 1.0  # a street before its number
_BARE_SINGULAR: Final = 0.5  # a singular without article or adjective
_PLURAL: Final = frozenset(
    "die alle beide beiden diese einige einigen keine mehrere mehreren meisten solche viele vielen wenige wenigen "
    "weitere manche zwei drei vier fünf sechs "
    "meine deine seine ihre unsere eure".split()
)
_SINGULAR: Final = frozenset(
    "der das dem des ein eine einen einem einer eines kein keinen keinem jeder jeden jedem jedes dieser dieses diesem "
    "im am vom zum beim ins ans mein sein ihr unser unserem unseren seinem seinen ihrem ihren".split()
)
_CONTRACTED: Final = frozenset("am im vom zum beim ins ans".split())  # a noun follows, infinitives included
_UMLAUTS: Final = {"a": "ä", "o": "ö", "u": "ü", "A": "Ä", "O": "Ö", "U": "Ü"}
_FOLDING: Final = str.maketrans({umlaut: vowel for vowel, umlaut in _UMLAUTS.items()})
_CLAUSE_END: Final = re.compile(r"\s*(?:$|[.,;:!?)\n]|(?:und|oder|sowie)\b)")
_DECLINED: Final = re.compile(r"(?:e|em|en|er|es)$")


@dataclass(frozen=True, slots=True)
class Context:
    """Neighbours of one word: ``before`` and ``after`` are small-letter words or "" at the line's border."""

    before: str
    after: str
    ends_clause: bool
    before_noun: bool
    opens: bool


def context_of(text: str, start: int, end: int, *, opens: bool) -> Context:
    """Read the neighbours of ``text[start:end]`` within its line."""
    left = text[max(start - 120, 0) : start].rsplit("\n", 1)[-1]
    right = text[end : end + 60].split("\n", 1)[0]
    before = re.search(r"(\w+)\s+(?:[\w/-]+-)?$", left)
    after = re.match(r"\s+(\w+)", right)
    return Context(
        before=before.group(1).lower() if before else "",
        after=after.group(1).lower() if after else "",
        ends_clause=_CLAUSE_END.match(right) is not None,
        before_noun=after is not None and after.group(1)[0].isupper(),
        opens=opens,
    )


def fitness(word: str, context: Context) -> float:
    """Return how well ``word`` fits, log10, 0 where grammar has nothing to say, negative where it speaks against it."""
    if word[0].isupper():
        return _noun_fitness(word, context)
    score = 0.0
    base = lemma(word)
    if base is None:
        return score
    if base.endswith("n") and not word.endswith("n") and is_noun(word.capitalize()):
        score -= SHARED_FORM_COST / 2  # "erhalt": most of the value is the noun's
    infinitive = word.endswith("n") and (base == word or lemma(word.removesuffix("en") + "t") == word)  # "wahren"
    if infinitive and context.before in _CONTRACTED:
        score -= _STRONG
    if context.before == "zu" and not context.before_noun:
        score += 0.0 if infinitive else -_STRONG
    determined = context.before in _SINGULAR | _PLURAL
    if not (infinitive or determined) and context.ends_clause and _is_declined_adjective(word, base):
        score -= 0.75 * _STRONG if _is_bare(context) else _STRONG / 2
    if context.after == "als" and word.endswith("er") and base != word and word.startswith(base):
        score -= _STRONG  # "langer als", where only "länger als" compares
    return score


def _is_declined_adjective(word: str, base: str) -> bool:
    return word != base and not base.endswith("en") and word.startswith(base) and _DECLINED.search(word) is not None


def _is_bare(context: Context) -> bool:
    """Tell whether neither article nor adjective stands before the word."""
    before = context.before
    return before != "" and before not in _SINGULAR | _PLURAL and _DECLINED.search(before) is None


def _noun_fitness(word: str, context: Context) -> float:
    base = lemma(word)
    noun = is_noun(word)
    score = _ADDRESS if word.lower().endswith("straße") and context.after.isdigit() else 0.0
    part_of_name = context.before_noun and lemma(word.lower()) != word.lower()  # "Europäische Union"
    named = context.before in _SINGULAR and word.endswith("n") and lemma(word.lower()) == word.lower()  # "zum Üben"
    if _has_small_twin(word) and not (context.opens or part_of_name or named):
        score -= _share_of_twin(word, base) if noun else _STRONG
    if base is None or not noun:
        return score
    plural_only = base != word and _folded(base) == _folded(word)  # "Läden", "Gärten", "Mütter"
    bare = _is_bare(context) and not context.opens
    if plural_only and context.before not in _PLURAL:
        score -= _STRONG if context.before in _SINGULAR else 0.0 if bare else _UNMARKED_PLURAL
    if base == word and _has_umlaut_plural(word):
        score -= _STRONG / 2 if context.before in _PLURAL else _BARE_SINGULAR if bare else 0.0
    return score


def _has_umlaut_plural(noun: str) -> bool:
    """Tell whether an umlaut alone makes the plural: "Garten", not "Bürger"."""
    return any(
        lemma(noun[:at] + _UMLAUTS[letter] + noun[at + 1 :]) == noun
        for at, letter in enumerate(noun)
        if letter in _UMLAUTS
    )


def _has_small_twin(word: str) -> bool:
    """Tell whether a small word is spelt alike, and is more than an imperative or first person ("nähe", "höhe")."""
    small = word.lower()
    base = lemma(small)
    if base is None or base[0].isupper():  # the list holds some nouns in small letters, too
        return False
    return not (base.endswith("n") and base.startswith(small) and base != small)


def _share_of_twin(word: str, base: str | None) -> float:
    """Return how much of a noun's Zipf value belongs to its small twin: wordfreq counts both as one.

    An inflected noun is half as frequent as its base ("Fallen" as "Falle"), if that has no twin of its own.
    """
    if base is None or base == word or _has_small_twin(base):
        return SHARED_FORM_COST
    return max(0.0, german_zipf(word) - german_zipf(base) + _PLURAL_COST)


def _folded(word: str) -> str:
    return word.translate(_FOLDING)
