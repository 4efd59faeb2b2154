import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.compounds import CompoundSplitter, part_frequencies
from index.terms import TermAnalyzer, fold

ZIPF = {
    "rad": 4.9,
    "weg": 5.3,
    "wege": 4.6,
    "arbeit": 5.4,
    "markt": 4.8,
    "schule": 5.0,
    "amt": 4.8,
    "wirt": 3.9,
    "schaft": 3.5,
}


@pytest.fixture(scope="module")
def german() -> CompoundSplitter:
    return CompoundSplitter(part_frequencies(Counter()))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("radwege", ("rad", "wege")),
        ("arbeitsmarkt", ("arbeit", "markt")),  # linking s
        ("schulamt", ("schule", "amt")),  # the e of Schule is dropped
        ("radwegamt", ("rad", "weg", "amt")),
        ("arbeit", ()),  # one part is no compound
        ("radfahren", ()),  # an unknown rest
        ("radweg2", ()),
    ],
)
def test_a_word_is_cut_into_known_parts_without_linking_elements(word: str, parts: tuple[str, ...]) -> None:
    assert CompoundSplitter(ZIPF).split(word) == parts


def test_a_word_more_frequent_than_its_parts_stays_whole() -> None:
    # mean of wirt and schaft: (3.9 + 3.5) / 2 = 3.7
    assert CompoundSplitter({**ZIPF, "wirtschaft": 3.8}).split("wirtschaft") == ()
    assert CompoundSplitter({**ZIPF, "wirtschaft": 3.6}).split("wirtschaft") == ("wirt", "schaft")


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Digitalisierungsstrategien", ("digitalisierung", "strategien")),
        ("Bundesländer", ("bund", "lander")),
        ("Hundesteuer", ("hund", "steuer")),
        ("Wirtschaft", ()),
        ("Verwaltung", ()),
    ],
)
def test_the_lexicon_splits_german_compounds_and_leaves_derived_words(
    german: CompoundSplitter, word: str, parts: tuple[str, ...]
) -> None:
    assert german.split(fold(word)) == parts


def test_a_name_of_the_corpus_becomes_a_part(german: CompoundSplitter) -> None:
    assert german.split("xantaviabericht") == ()
    learned = CompoundSplitter(part_frequencies(Counter({"xantavia": 3, "bericht": 2})))
    assert learned.split("xantaviabericht") == ("xantavia", "bericht")


def test_a_word_that_stands_once_in_the_corpus_is_no_part() -> None:
    assert "xantavia" not in part_frequencies(Counter({"xantavia": 1}))


def test_a_splitter_restored_from_json_splits_alike(german: CompoundSplitter) -> None:
    restored = CompoundSplitter(json.loads(json.dumps(german.frequencies)))
    for word in ("kreisverwaltungsreferat", "abfallwirtschaftsbetrieb", "kindergartenplatz"):
        assert restored.split(word) == german.split(word) != ()


def test_a_part_of_the_question_meets_the_compound_of_the_passage(german: CompoundSplitter) -> None:
    analyzer = TermAnalyzer(german.split)
    assert set(analyzer.terms("Strategie zur Digitalisierung")) <= set(analyzer.terms("Digitalisierungsstrategien"))


@given(st.lists(st.sampled_from(sorted(ZIPF)), min_size=2, max_size=4), st.text("abcdefgs", max_size=3))
def test_parts_are_known_and_stand_in_the_word_in_their_order(parts: list[str], noise: str) -> None:
    word, at = "".join(parts) + noise, 0
    for part in CompoundSplitter(ZIPF).split(word):
        assert part in ZIPF
        stem = part.removesuffix("e")
        assert word.find(stem, at) >= at
        at = word.find(stem, at) + len(stem)
