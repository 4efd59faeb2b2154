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
_PLURAL: Final = frozenset(
    "die alle beide diese einige keine mehrere solche viele wenige weitere manche zwei drei vier fünf sechs "
    "meine deine seine ihre unsere eure".split()
)
_SINGULAR: Final = frozenset(
    "der das dem ein einen einem eines kein keinen keinem jeder jeden jedem jedes dieser dieses diesem im am vom zum "
    "beim ins ans mein sein ihr unser unserem unseren seinem seinen ihrem ihren".split()
)
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
    before = re.search(r"(\w+)\s+$", left)
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
    infinitive = base == word and word.endswith("n")
    if context.before == "zu" and not context.before_noun:
        score += 0.0 if infinitive else -_STRONG
    if not infinitive and context.ends_clause and _is_declined_adjective(word, base):
        score -= _STRONG / 2
    if context.after == "als" and word.endswith("er") and base != word and word.startswith(base):
        score -= _STRONG  # "langer als", where only "länger als" compares
    return score


def _is_declined_adjective(word: str, base: str) -> bool:
    return word != base and not base.endswith("en") and word.startswith(base) and _DECLINED.search(word) is not None


def _noun_fitness(word: str, context: Context) -> float:
    base = lemma(word)
    noun = is_noun(word)
    score = 0.0
    if _has_small_twin(word) and not context.opens:
        score -= _share_of_twin(word, base) if noun else _STRONG
    if base is None or not noun:
        return score
    plural_only = base != word and _folded(base) == _folded(word)  # "Läden", "Gärten", "Mütter"
    if plural_only and context.before not in _PLURAL:
        score -= _STRONG if context.before in _SINGULAR else _UNMARKED_PLURAL
    if base == word and context.before in _PLURAL and word[-2:] in {"en", "el", "er"}:
        score -= _STRONG / 2
    return score


def _has_small_twin(word: str) -> bool:
    """Tell whether a small word is spelt alike, and is more than an imperative or first person ("nähe", "höhe")."""
    small = word.lower()
    base = lemma(small)
    if base is None or base[0].isupper():  # the list holds some nouns in small letters, too
        return False
    return not (base.endswith("n") and base.startswith(small) and base != small)


def _share_of_twin(word: str, base: str | None) -> float:
    """Return how much of a noun's Zipf value belongs to its small twin: wordfreq counts both as one.

    An inflected noun is no more frequent than its base ("Fallen" than "Falle"), if that has no twin of its own.
    """
    if base is None or base == word or _has_small_twin(base):
        return SHARED_FORM_COST
    return max(0.0, german_zipf(word) - german_zipf(base))


def _folded(word: str) -> str:
    return word.translate(str.maketrans("äöüÄÖÜ", "aouAOU"))
