import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.terms import TermAnalyzer, fold, words


@pytest.mark.parametrize(
    "spellings",
    [
        ("Länder", "Laender", "Lander", "LÄNDER", "La\u0308nder"),
        ("Straße", "Strasse", "STRASSE", "straße"),
        ("Gründer", "Gruender", "Grunder"),
        ("Förderung", "Foerderung", "Forderung"),
    ],
)
def test_spellings_with_and_without_umlauts_give_one_term(spellings: tuple[str, ...]) -> None:
    analyzer = TermAnalyzer()
    assert len({tuple(analyzer.terms(spelling)) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("word", "folded"), [("neue", "neue"), ("Quelle", "quelle"), ("Steuer", "steuer"), ("Größe", "grosse")]
)
def test_folding_leaves_letter_pairs_that_are_no_umlaut(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_inflected_forms_give_one_term() -> None:
    analyzer = TermAnalyzer()
    assert analyzer.terms("Gemeinde Gemeinden") == ["gemeind", "gemeind"]


def test_stop_words_and_interrogatives_are_left_out_but_negations_of_content_stay() -> None:
    assert TermAnalyzer().terms("Wann und wo wird die Halle gebaut?") == ["hall", "gebaut"]


def test_numbers_and_words_with_digits_are_terms() -> None:
    assert TermAnalyzer().terms("40.000 Euro nach §5b, A9") == ["40", "000", "euro", "5b", "a9"]


def test_a_hyphenated_word_gives_its_parts_and_the_whole() -> None:
    assert words("Open-Data-Portal") == ["open", "data", "portal", "opendataportal"]


def test_a_compound_gives_itself_and_its_parts() -> None:
    analyzer = TermAnalyzer(lambda word: ("rad", "wege") if word == "radwege" else ())
    assert analyzer.terms("Neue Radwege") == ["neu", "radweg", "rad", "weg"]


GERMAN = st.text("abcdeimnrstuwzäöüßABEIRSTÄÖÜ19 .,:-\n", max_size=80)


@given(GERMAN, GERMAN)
def test_the_terms_of_two_texts_are_the_terms_of_both_together(first: str, second: str) -> None:
    analyzer = TermAnalyzer()
    assert analyzer.terms(f"{first} {second}") == analyzer.terms(first) + analyzer.terms(second)


@given(GERMAN)
@example("AEEE")
def test_terms_do_not_depend_on_case_or_umlaut_dots(text: str) -> None:
    analyzer = TermAnalyzer()
    assert analyzer.terms(text) == analyzer.terms(text.upper()) == analyzer.terms(fold(text))


@given(st.text(max_size=200))
def test_any_text_gives_terms_that_are_not_empty(text: str) -> None:
    assert all(TermAnalyzer().terms(text))
