"""Gender and kind of German nouns, from the word list of the german-nouns package (Wiktionary, CC BY-SA 4.0).

The list is read as data on first use; its own loader takes seconds and far more memory.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache

from german_nouns.config import PACKAGE_PATH

_GENDER_FIELDS = slice(2, 7)  # columns "genus" to "genus 4"
_PLURAL_FORMS = slice(16, 24)  # columns "nominativ plural" ...
_SHORTEST_HEAD = 4  # letters of the last part of a compound that decides its gender


@dataclass(frozen=True, slots=True)
class Noun:
    """What is known of a noun: genders out of "m", "f", "n" and "pl"; kinds "name", "place", "person" or "common"."""

    genders: frozenset[str]
    kinds: frozenset[str]


@lru_cache(maxsize=4096)
def look_up(word: str) -> Noun | None:
    """Return what the list knows of a word form in any case, or None.

    A capitalised compound that is not listed has the gender of its last listed part.
    """
    tails = len(word) - _SHORTEST_HEAD + 1 if word[:1].isupper() else 1
    for start in range(max(1, tails)):
        rows = _rows(word[start:].casefold())
        if rows:
            found = [_noun(row, word[start:]) for row in rows]
            kinds = frozenset(kind for noun in found for kind in noun.kinds)
            if start:  # the name of a place at a word's end does not make it one
                kinds = frozenset({"common"})
            return Noun(frozenset(gender for noun in found for gender in noun.genders), kinds)
    return None


def _noun(row: list[str], form: str) -> Noun:
    types = set(row[1].split(","))
    kinds = set()
    if "Toponym" in types:
        kinds.add("place")
    if types & {"Vorname", "Nachname"}:
        kinds.add("person")
    if "Eigenname" in types:
        kinds.add("name")
    genders = {gender for gender in row[_GENDER_FIELDS] if gender in ("m", "f", "n")}
    plurals = {plural.casefold() for plural in row[_PLURAL_FORMS] if plural}
    if form.casefold() in plurals:
        genders.add("pl")
    unlisted = {"m", "f"} if "person" in kinds else {"n"}  # the list gives names no gender
    return Noun(frozenset(genders or unlisted), frozenset(kinds or {"common"}))


def _rows(form: str) -> list[list[str]]:
    numbers, lines = _word_list()
    return [next(csv.reader([lines[int(number) + 1]])) for number in numbers.get(form, "").split("\t") if number]


@lru_cache(maxsize=1)
def _word_list() -> tuple[dict[str, str], list[str]]:
    """Return form in lower case -> numbers of its rows, and the rows, the first of which is the header."""
    index = (PACKAGE_PATH / "index.txt").read_text(encoding="utf-8")
    pairs = (line.partition("\t") for line in index.splitlines())
    return {form: numbers for form, _, numbers in pairs}, (PACKAGE_PATH / "nouns.csv").read_text(
        encoding="utf-8"
    ).splitlines()
