"""German words: which exist, how compounds are built, how frequent each is.

Membership comes from cased word lists that keep ß (simplemma's German forms, german-nouns). wordfreq casefolds and
holds OCR debris, so it only ranks. Everything loads on first use and stays (about 3 s and 150 MB). No network.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import cache, lru_cache

import wordfreq
from german_nouns.config import CSV_FILE_PATH
from simplemma.strategies.dictionaries.dictionary_factory import DEFAULT_DICTIONARY_FACTORY

# Zipf value (log10 of occurrences per billion words) of a listed word that no frequency list holds.
RARE_ZIPF = 0.5
# What one more part costs a compound, in Zipf units: two parts of 4.5 make a compound of 1, too rare for wordfreq.
_JOINT_COST = 8.0
_COMPOUND_MIN_ZIPF = -3.5
_MAX_COMPOUND_LENGTH = 60
# Short strings are words by accident: what a part of a compound must reach, by length.
_PART_MIN_ZIPF = {3: 4.3, 4: 3.2, 5: 2.5, 6: 1.5}
# wordfreq cannot tell the noun "Flachen" from the adjective "flachen", and most of its value is the latter's.
SHARED_FORM_COST = 1.5
_LOWER_HEAD_MIN = 6
_FREQUENT_ZIPF = 4.5
# German text quotes English at a rate of a few words in a thousand.
_ENGLISH_DISCOUNT = 2.5
_ENGLISH_MIN_ZIPF = 3.0
# Linking elements that the word list does not already hold as an inflected form ("Bundes", "Kinder").
_LINKS = ("s", "es", "n", "en")
_ARTICLES = frozenset("der die das den dem des ein eine einen einem einer eines".split())  # begin no compound
_DECLENSION = re.compile(r"(?:e|em|en|er|es)$")
_PARTICIPLE = re.compile(r"(?:end|(?:^|[a-zäöüß])ge.*(?:t|en)|^(?:be|ent|er|ver|zer).*(?:t|en))(?:e|em|en|er|es)?$")
# Letters that often stand for ß, the only German letter that may stand beside another one.
_UNSURE = re.compile(r"[^a-z_]|[dfikls]")
_LONG_WORD = re.compile(r"[^\W\d_]{3,}(?:-[^\W\d_]{2,})*")
_SPLIT = re.compile(r"[-‐‑/]")


@cache
def _forms() -> Mapping[str, str]:
    """Inflected German forms -> lemma, cased."""
    return DEFAULT_DICTIONARY_FACTORY.get_dictionary("de")


@cache
def _nouns() -> frozenset[str]:
    """Inflected nouns and names of german-nouns, single words only."""
    cells = CSV_FILE_PATH.read_text(encoding="utf-8")
    return frozenset(re.findall(r'(?:^|[,"])([A-ZÄÖÜ][\w.]+)(?=[,"\n])', cells, re.MULTILINE))


@cache
def _spellings() -> frozenset[str]:
    """Every ä, ö, ü and ß of the lists with its neighbours: one on each side or two on one; "_" is the border."""
    words = "__" + "__".join(_forms()).lower() + "__"
    found = set(re.findall(r"(?<=(.)(.))([äöüß])(?=(.)(.))", words))
    wide = {two + one + letter + after for two, one, letter, after, _ in found}
    wide |= {one + letter + after + two for _, one, letter, after, two in found}
    return frozenset(wide | {one + letter + after for _, one, letter, after, _ in found})


def is_spelling(word: str, start: int, end: int, letter: str) -> bool:
    """Tell whether German spells ``letter`` between the letters that surround ``word[start:end]``.

    True as well where a neighbour may itself be misread, or ``letter`` not one of ä, ö, ü, ß: nothing is known then.
    """
    if letter not in "äöüß":
        return True
    framed = f"__{word[:1].lower()}{word[1:]}__"
    before, after = framed[start : start + 2], framed[end + 2 : end + 4]
    if _UNSURE.search(before[1] + after[0]):
        return True
    if before[1] + letter + after[0] not in _spellings():
        return False
    left_known = _UNSURE.search(before[0]) or before + letter + after[0] in _spellings()
    right_known = _UNSURE.search(after[1]) or before[1] + letter + after in _spellings()
    return bool(left_known and right_known)


@lru_cache(maxsize=1 << 18)
def lemma(word: str) -> str | None:
    """Return the dictionary form of a listed German word, as cased in ``word``; None if not listed."""
    return _forms().get(word)


@lru_cache(maxsize=1 << 17)
def is_listed(word: str) -> bool:
    """Tell whether the lists hold the word; a capitalised word may be a small one, never the reverse."""
    if lemma(word) is not None or word in _nouns():
        return True
    if not word[:1].isupper():
        return _is_inflected(word)
    if word.isupper() and len(word) > 3:
        return is_listed(word.capitalize())
    return lemma(word.lower()) is not None or _is_inflected(word.lower())


def _is_inflected(word: str) -> bool:
    """Tell whether a small word is a listed adjective, participle or ordinal with an ending of declension."""
    ending = _DECLENSION.search(word)
    if ending is None or ending.start() < 4:
        return False
    base = word[: ending.start()]
    found = lemma(base)
    return found is not None and (found == base or bool(_PARTICIPLE.search(base)))


def is_noun(word: str) -> bool:
    """Tell whether the lists hold the capitalised word as a noun or name, not as a small word at a sentence's start."""
    found = lemma(word)
    return word in _nouns() or (found is not None and found[0].isupper())


@lru_cache(maxsize=1 << 17)
def german_zipf(word: str) -> float:
    """Return wordfreq's German Zipf value, whether or not the word exists (case and ß are ignored)."""
    return _zipf(word, "de")


def _zipf(word: str, language: str) -> float:
    """Look one word up in wordfreq's table: ``wordfreq.zipf_frequency`` without its tokenizer, ten times as fast."""
    frequency = wordfreq.get_frequency_dict(language).get(word.casefold())
    return round(math.log10(frequency) + 9, 2) if frequency else 0.0


@lru_cache(maxsize=1 << 16)
def english_zipf(word: str) -> float:
    """Return the Zipf value an English word has inside German text, 0 where it is too rare to count as known."""
    if not (word.isascii() and word.isalpha()):
        return 0.0
    zipf = _zipf(word, "en")
    return zipf - _ENGLISH_DISCOUNT if zipf >= _ENGLISH_MIN_ZIPF else 0.0


@lru_cache(maxsize=1 << 19)
def _part_zipf(part: str, *, modifier: bool, nominal: bool) -> float | None:
    """Zipf value of one lower-case compound part, None if it is none."""
    zipf = max(german_zipf(part), RARE_ZIPF)
    if zipf < _PART_MIN_ZIPF.get(len(part), RARE_ZIPF):
        return None
    title = part.capitalize()
    noun = is_noun(title)
    small = lemma(part)
    if modifier:
        fits = (noun or small == part or _is_bound_modifier(part, title)) and part not in _ARTICLES
    elif nominal:
        # "Aus" heads no compound; "Interessierte" does, though it is listed as a participle only.
        fits = (noun and not (len(part) == 3 and small == part)) or (len(part) > 6 and lemma(title) is not None)
    else:
        fits = small is not None and len(part) >= _LOWER_HEAD_MIN and not _is_finite(part, small)
    if not fits:
        return None
    if modifier and not noun:
        return _family_zipf(part)
    shared = noun and small not in (None, part) and lemma(title) != title and (modifier or nominal)
    return zipf - SHARED_FORM_COST if shared else zipf


@cache
def _small_nouns() -> tuple[list[str], frozenset[str]]:
    """Return the nouns in small letters, sorted and as a set."""
    nouns = frozenset(noun.lower() for noun in _nouns())
    return sorted(nouns), nouns


def _family_zipf(modifier: str) -> float:
    """Return the Zipf value of all listed compounds that begin with a modifier, at least 0.5.

    What is no noun by itself is as probable in front of one as it stands there: "Förder-" begins hundreds of nouns,
    "Forder-" none (constituent family: Schreuder and Baayen 1997, How Complex Simplex Words Can Be).
    """
    nouns, heads = _small_nouns()
    family = nouns[bisect_left(nouns, modifier) : bisect_left(nouns, modifier + "\uffff")]
    per_billion = sum(10 ** german_zipf(noun) for noun in family if noun[len(modifier) :] in heads)
    return max(math.log10(max(per_billion, 1.0)), RARE_ZIPF)


def _is_finite(form: str, base: str) -> bool:
    """Tell whether a listed form is a verb's, but neither infinitive nor participle: no compound ends in it."""
    return base.endswith("n") and form != base and not _PARTICIPLE.search(form)


def _is_bound_modifier(part: str, title: str) -> bool:
    """Tell whether the part stands only inside compounds: verb stem, noun less its e, noun with linking element."""
    if lemma(part + "en") is not None or lemma(part + "n") is not None or lemma(title + "e") == title + "e":
        return True
    for link in _LINKS:
        if part.endswith(link) and len(part) - len(link) >= 4:
            stem = title[: -len(link)]
            if lemma(stem) is not None or stem in _nouns():
                return True
    return False


@lru_cache(maxsize=1 << 18)
def _tail_zipf(tail: str, *, nominal: bool) -> float | None:
    """Best Zipf value of ``tail`` as a compound of one or more parts."""
    best = _part_zipf(tail, modifier=False, nominal=nominal)
    for cut in range(len(tail) - 3, 2, -1):  # most tails are no word, so they are asked first
        rest = _tail_zipf(tail[cut:], nominal=nominal)
        head = None if rest is None else _part_zipf(tail[:cut], modifier=True, nominal=nominal)
        if rest is not None and head is not None and (best is None or head + rest - _JOINT_COST > best):
            best = head + rest - _JOINT_COST
    return best


@lru_cache(maxsize=1 << 17)
def compound_zipf(word: str) -> float | None:
    """Return the Zipf value estimated for a compound from its parts, None if the word is no compound.

    Parts are listed words with a linking element; a capitalised word must end in a noun, a lower-case one in
    another listed form. The estimate is the sum of the parts' values less 8 for each joint, -3.5 at least,
    and what wordfreq knows if that is more.
    """
    if not 6 <= len(word) <= _MAX_COMPOUND_LENGTH or not word[1:].islower():
        return None
    zipf = _tail_zipf(word.lower(), nominal=word[0].isupper())
    if zipf is None and word[0].isupper():
        zipf = _tail_zipf(word.lower(), nominal=False)
    return None if zipf is None else max(zipf, german_zipf(word) or _COMPOUND_MIN_ZIPF)


def frequent_head(word: str, position: int) -> str | None:
    """Return the longest frequent noun of at least 5 letters that ends ``word`` and begins by ``position``."""
    nouns = (word[start:].capitalize() for start in range(3, min(position + 1, len(word) - 4)))
    return next((noun for noun in nouns if is_noun(noun) and german_zipf(noun) >= _FREQUENT_ZIPF), None)


@lru_cache(maxsize=1 << 17)
def listed_zipf(word: str) -> float | None:
    """Return the Zipf value of a listed German or a frequent English word, None for anything else.

    Listed words have at least 0.5, English words their value inside German text.
    """
    german = max(german_zipf(word), RARE_ZIPF) if is_listed(word) else 0.0
    return max(german, english_zipf(word)) or None


@lru_cache(maxsize=1 << 17)
def word_zipf(word: str) -> float | None:
    """Return the Zipf value of a known word, compounds included, None if the word is unknown."""
    listed = listed_zipf(word)
    return compound_zipf(word) if listed is None else listed


def modifier_zipf(word: str) -> float | None:
    """Return the Zipf value of a noun with a linking s, as in "Anhörungs- und …"; None for anything else."""
    noun = word.removesuffix("s")
    return german_zipf(noun) if noun != word and is_noun(noun) else None


def is_known_word(word: str) -> bool:
    """Tell whether a word is good German or English: inflected, compound, or hyphenated from known parts.

    :param word: One cased word without punctuation around it; parts at hyphens are judged one by one, parts
        without letters and abbreviations in capitals count as known.
    """
    parts = [part for part in _SPLIT.split(word) if any(map(str.isalpha, part))]
    return bool(parts) and all(
        (part.isupper() and len(part) <= 5) or word_zipf(part) is not None or word_zipf(part.capitalize()) is not None
        for part in parts
    )


def unknown_word_share(text: str) -> float:
    """Return the share of the words of three or more letters that no word list explains; names are among them."""
    words = _LONG_WORD.findall(text)
    return sum(not is_known_word(word) for word in words) / len(words) if words else 0.0


def frequency(word: str) -> float:
    """Return how frequent a known word is on the Zipf scale (log10 of occurrences per billion words); 0 if unknown.

    :param word: One cased word; of a hyphenated word the rarest part counts.
    """
    parts = [part for part in _SPLIT.split(word) if part]
    return max(0.0, min((word_zipf(part) or 0.0 for part in parts), default=0.0))
