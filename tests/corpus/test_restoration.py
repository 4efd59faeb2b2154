"""Restoration of OCR damage, on texts written for these tests."""

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.restoration import Mend, restore
from corpus.restoration.lexicon import frequency, is_known_word

# What an English-language OCR made of a paragraph, and what was printed.
DAMAGED = (
    "Der Gemeinderat beschloss, den Spielplatz fiir Kinder zu erneuern. Die Biirgerinnen und Birger kénnen Vorschldge "
    "machen, auBerdem werden die StraRen in der Nahe iberpriift. Uber die Kosten der Planung wird spater entschieden. "
    "Die Verwaltung mochte den 6ffentlichen Nahverkehr starken und die Auftrage regelmaRig ausschreiben. "
    "AnschlieBend missen alle Unterlagen geprift werden, damit die Forderung nicht verfallt. "
    "Herr Schmidt wurde im Hafen von Hamburg begriiBt."
)
PRINTED = (
    "Der Gemeinderat beschloss, den Spielplatz für Kinder zu erneuern. Die Bürgerinnen und Bürger können Vorschläge "
    "machen, außerdem werden die Straßen in der Nähe überprüft. Über die Kosten der Planung wird später entschieden. "
    "Die Verwaltung möchte den öffentlichen Nahverkehr stärken und die Aufträge regelmäßig ausschreiben. "
    "Anschließend müssen alle Unterlagen geprüft werden, damit die Forderung nicht verfällt. "
    "Herr Schmidt wurde im Hafen von Hamburg begrüßt."
)
CLEAN = (
    "Die Stadt fordert schon länger, dass der Hafen ausgebaut wird. Wir wurden über die Änderungen informiert und "
    "würden gern früher fahren. Die Höhe der Gebühren hängt von der Größe der Wohnung ab. Smart City Workshops "
    "stärken die starken Viertel. Müller und Hofer begrüßten die Bürger in der Großen Straße."
)


def _apply(text: str, mends: list[Mend]) -> str:
    pieces, position = [], 0
    for mend in mends:
        pieces += [text[position : mend.start], mend.replacement]
        position = mend.end
    return "".join([*pieces, text[position:]])


def _assert_ordered(text: str, mends: list[Mend]) -> None:
    assert all(0 <= mend.start < mend.end <= len(text) for mend in mends)
    assert all(one.end <= other.start for one, other in itertools.pairwise(mends))
    assert all(text[mend.start : mend.end] != mend.replacement for mend in mends)
    assert all(0.5 <= mend.confidence <= 1.0 and mend.reason for mend in mends)


def test_a_damaged_paragraph_reads_as_it_was_printed() -> None:
    assert _apply(DAMAGED, restore(DAMAGED)) == PRINTED


def test_a_clean_paragraph_is_left_alone() -> None:
    assert restore(CLEAN) == []
    assert restore(PRINTED) == []


def test_english_text_is_left_alone() -> None:
    assert (
        restore("The fur of the fir trees on this farm is far too old for an auction, she said to her brother.") == []
    )


@pytest.mark.parametrize(
    ("seen", "printed"),
    [
        ("fiir", "für"),
        ("flir", "für"),
        ("unterstiitzt", "unterstützt"),
        ("halbjdhrlichen", "halbjährlichen"),
        ("Stddten", "Städten"),
        ("BegriiBung", "Begrüßung"),
        ("tiberwiegend", "überwiegend"),
        ("6ffentlichen", "öffentlichen"),
        ("(iberarbeitet", "überarbeitet"),
        ("begriite", "begrüßte"),  # the ß left no trace
        ("auflerdem", "außerdem"),
        ("Wasserstrale", "Wasserstraße"),
        ("kOnnen", "können"),
        ("Sicherheitsiiberpriifung", "Sicherheitsüberprüfung"),  # two letters of a compound no list holds
        ("BirkerstraBe", "Birkerstraße"),  # a name that no list holds
        ("Haushaltsmadglichkeiten", "Haushaltsmöglichkeiten"),
        ("Forderbescheid", "Förderbescheid"),  # no noun begins with "Forder-", hundreds with "Förder-"
        ("berschritten", "überschritten"),  # the first letter left no trace
        ("Bevglkerung", "Bevölkerung"),  # a reading that the table does not count
        ("Griinthal", "Grünthal"),  # no list holds the name, but no name has "ii" inside
        ("groB&", "groß"),  # two characters for the last letter
        ("Anhérungs- und Klageverfahren", "Anhörungs- und Klageverfahren"),  # the first part of a compound alone
        ("Konradstrafe 12", "Konradstraße 12"),  # streets have numbers, punishments none
    ],
)
def test_a_damaged_word_is_mended_amid_other_damage(seen: str, printed: str) -> None:
    text = f"{DAMAGED} Man sagt {seen} dazu."
    assert _apply(text, restore(text)) == f"{PRINTED} Man sagt {printed} dazu."


@pytest.mark.parametrize(
    "untouched",
    [
        "Hafen", "wurde", "starken Wirtschaft", "Smart City", "Start-ups", "InnoLab_bw", "BMWSB", "M-V",
        "DIN 6038", "16a", "http://fiir.de/uber", "www.fur-uns.de", "info@kinftig-ol.de", "Covid19", "Zimmermann",
        "gem. Satzung", "Der Schaden", "Hauner'schen", "Forderungsausfall",
        "DasAmt", "ExpressBus", "des Hohen Kommissars", "Diedorfer",
    ],
)  # fmt: skip
def test_good_words_names_numbers_and_addresses_stay_in_a_damaged_text(untouched: str) -> None:
    text = f"{DAMAGED} Hier steht {untouched} im Text."
    assert _apply(text, restore(text)).endswith(f" Hier steht {untouched} im Text.")


def test_an_infinitive_after_zu_is_told_from_an_adjective() -> None:
    text = f"{DAMAGED} Es gilt, die Wirtschaft zu starken, denn von der starken Wirtschaft leben alle."
    expected = "Es gilt, die Wirtschaft zu stärken, denn von der starken Wirtschaft leben alle."
    assert _apply(text, restore(text)).endswith(expected)


def test_an_infinitive_is_known_whatever_its_dictionary_form() -> None:
    text = f"{DAMAGED} Um die Anonymitat zu wahren, fragt niemand."
    assert _apply(text, restore(text)).endswith("Um die Anonymität zu wahren, fragt niemand.")


def test_an_adjective_of_a_name_keeps_its_capital_letter() -> None:
    text = f"{DAMAGED} Das regelt die Europaische Union mit dem Gemeinsamen Europaischen Rahmen."
    expected = "Das regelt die Europäische Union mit dem Gemeinsamen Europäischen Rahmen."
    assert _apply(text, restore(text)).endswith(expected)


def test_an_infinitive_used_as_a_noun_keeps_its_capital_letter() -> None:
    text = f"{DAMAGED} Wir helfen beim Uben. Wir wollen mehr Uben und Lesen."
    assert "Wir helfen beim Üben." in _apply(text, restore(text))


def test_the_documents_habits_of_misreading_decide_between_two_good_words() -> None:
    plain = "Die Losung kommt; moglich sind Behorden, offentliche Horer und groBe Kloster. " * 8 + "Wir losen es."
    accented = "Die Lésung kommt; méglich sind Behérden, éffentliche Hérer und groBe Kléster. " * 8 + "Wir losen es."
    assert _apply(plain, restore(plain)).endswith("Wir lösen es.")
    assert _apply(accented, restore(accented)).endswith("Wir losen es.")


def test_a_comparative_before_als_is_told_from_an_adjective() -> None:
    text = f"{DAMAGED} Das dauert langer als ein langer Tag."
    assert _apply(text, restore(text)).endswith("Das dauert länger als ein langer Tag.")


def test_the_documents_own_vocabulary_decides_between_two_good_words() -> None:
    about_funding = f"{DAMAGED} Die Stadt férdert Vereine. Sie férdert Schulen. Sie fordert seit Jahren das Theater."
    about_demands = f"{DAMAGED} Die Stadt mahnt. Sie fordert seit Jahren das Theater."
    assert _apply(about_funding, restore(about_funding)).endswith("Sie fördert seit Jahren das Theater.")
    assert _apply(about_demands, restore(about_demands)).endswith("Sie fordert seit Jahren das Theater.")


def test_a_small_word_misread_with_a_capital_becomes_small_in_mid_sentence() -> None:
    text = f"{DAMAGED} Wir reden Uber den Haushalt. Uber den Rest reden wir nicht."
    assert _apply(text, restore(text)).endswith("Wir reden über den Haushalt. Über den Rest reden wir nicht.")


def test_misread_quotation_marks_are_mended() -> None:
    text = f"{DAMAGED}\nDas Programm ,Neue Wege® und das Programm ,,Alte Wege“ enden. ,Gut ist ,Mut®zur Tat."
    expected = "Das Programm „Neue Wege“ und das Programm „Alte Wege“ enden. „Gut ist „Mut“zur Tat."
    assert _apply(text, restore(text)).endswith(expected)


def test_a_mend_says_where_and_why() -> None:
    mend = next(mend for mend in restore(DAMAGED) if mend.replacement == "für")
    assert DAMAGED[mend.start : mend.end] == "fiir"
    assert mend.reason == "ü als ii gelesen"
    assert mend.confidence > 0.99


def test_only_the_damaged_stretch_of_a_mixed_document_is_mended() -> None:
    clean = "\n".join([CLEAN.replace("länger", "langer")] * 12)  # more than one stretch of 300 words
    text = clean + "\n" + "\n".join([DAMAGED] * 8)
    mends = restore(text)
    assert mends
    assert all(mend.start > len(clean) * 0.8 for mend in mends)


def test_where_some_german_letters_were_read_only_words_beyond_doubt_are_mended() -> None:
    text = f"{CLEAN} Sie fordert die Gebiihren fiir zwei Jahre zuriick, die StraBe ist kiinftig frei."
    expected = f"{CLEAN} Sie fordert die Gebühren für zwei Jahre zurück, die Straße ist künftig frei."
    assert _apply(text, restore(text)) == expected


def test_clean_text_is_passed_over_within_half_a_second_per_hundred_thousand_characters() -> None:
    text = "\n".join([CLEAN] * (200_000 // len(CLEAN)))
    begin = time.process_time()
    assert restore(text) == []
    assert time.process_time() - begin < 1.0


@pytest.mark.parametrize(
    "word",
    ["Straße", "müsste", "Bundesländer", "Verwaltungsdienstleistungen", "ressortübergreifende", "KI-Strategie",
     "Start-ups", "smarten", "geflüchtete", "Makerspaces", "BMWSB"],
)  # fmt: skip
def test_inflected_compound_hyphenated_and_english_words_are_known(word: str) -> None:
    assert is_known_word(word)


@pytest.mark.parametrize("word", ["fiir", "Stddten", "Wasserstrale", "tiberweist", "begriite", "Gebihr", "", "16"])
def test_debris_and_things_that_are_no_words_are_unknown(word: str) -> None:
    assert not is_known_word(word)


def test_frequency_ranks_words_and_is_zero_for_debris() -> None:
    assert frequency("und") > frequency("Verwaltung") > frequency("Haushaltssatzung") > 0.0
    assert frequency("Stddten") == 0.0


_FRAGMENTS = st.sampled_from(
    [
        *DAMAGED.split(),
        *CLEAN.split(),
        "(",
        ")",
        ",",
        "®",
        "»",
        "\n",
        "1.234,56",
        "§",
        "a@b.de",
        "_x",
        "i",
        "ii",
        "–",
        "é",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_FRAGMENTS | st.text(max_size=6), max_size=60))
def test_mends_lie_inside_the_text_in_order_without_overlap(words: list[str]) -> None:
    text = " ".join(words)
    _assert_ordered(text, restore(text))
    _assert_ordered(f"{DAMAGED} {text}", restore(f"{DAMAGED} {text}"))


@settings(max_examples=60, deadline=None)
@given(
    st.from_regex(
        r"[0-9][0-9.,/:%-]{0,12}|https?://[a-z]{2,9}\.de/[a-z0-9(]{0,9}|[a-z.]{1,8}@[a-z]{2,8}\.org", fullmatch=True
    )
)
def test_numbers_and_addresses_are_never_touched(thing: str) -> None:
    text = f"{DAMAGED} Siehe {thing} "
    begin = len(DAMAGED) + len(" Siehe ")
    assert all(mend.end <= begin for mend in restore(text))


@settings(max_examples=40, deadline=None)
@given(st.permutations(CLEAN.split(". ")))
def test_clean_sentences_stay_clean_in_any_order(sentences: list[str]) -> None:
    assert restore(". ".join(sentences)) == []
