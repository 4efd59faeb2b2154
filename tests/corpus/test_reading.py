"""The reading of a source text: what is folded, joined, dropped, and what is a heading."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.errors import UnreadableFileError
from corpus.readers.raw import RawText
from corpus.reading import Reading, read_source
from corpus.types import BlockKind, Document, EditKind, Page, Sentence, Span

MINUTES = """Stadt Neuenkirchen

Niederschrift über die 14. Sitzung des Rates

Anwesend:
Bürgermeister Dr. Karl-Heinz Brüggemann (Vorsitz)
Ratsfrau Annegret Möller
Ratsherr Jürgen Weiß

Tagesordnung

TOP 1  Eröffnung
TOP 2  Haushaltssatzung 2024

TOP 1 Eröffnung

Der Bürgermeister eröffnet die Sitzung um 18.00 Uhr und stellt fest, dass der Rat
gem. § 53 Abs. 1 der Gemeindeordnung beschlussfähig ist.

TOP 2 Haushaltssatzung 2024

Die Erträge belaufen sich auf ca. 38,4 Mio. Euro. Eine Kreditaufnahme ist nicht vor-
gesehen. Der Rat beschließt die Satzung nach kurzer Aussprache in der vorgelegten
Fassung.
"""


def read(source: str, *page_starts: int) -> Reading:
    ends = [*(start - 1 for start in page_starts[1:]), len(source)]
    pages = [Page(n, Span(*span)) for n, span in enumerate(zip(page_starts, ends, strict=False), start=1)]
    return read_source(RawText(source, tuple(pages), "test"))


def read_pages(*texts: str) -> Reading:
    starts = [sum(len(text) + 1 for text in texts[:n]) for n in range(len(texts))]
    return read("\f".join(texts), *starts)


def sentences(reading: Reading) -> list[str]:
    return [reading.text.reading[s.span.start : s.span.end] for s in reading.sentences]


def headings(reading: Reading) -> list[str]:
    return [reading.text.reading[s.start : s.end] for s, kind in reading.blocks if kind is BlockKind.HEADING]


def section_of(reading: Reading, beginning: str) -> str | None:
    return next(
        s.section for s, text in zip(reading.sentences, sentences(reading), strict=True) if text.startswith(beginning)
    )


def test_a_paragraph_is_folded_and_its_hyphenated_words_joined() -> None:
    reading = read("Die Stadt baut ihre Verwaltungs-\ndienstleistungen  aus und\nschafft neue Plätze.\n")
    assert reading.text.reading == "Die Stadt baut ihre Verwaltungsdienstleistungen aus und schafft neue Plätze."


def test_a_sentence_goes_on_over_an_empty_line_at_the_end_of_a_column() -> None:
    reading = read("Der Minister begrüßte die Teilnehmenden der Veranstaltung\n\nper Videobotschaft aus Schwerin.\n")
    assert sentences(reading) == [
        "Der Minister begrüßte die Teilnehmenden der Veranstaltung per Videobotschaft aus Schwerin."
    ]


def test_a_sentence_goes_on_with_a_noun_over_the_end_of_a_page() -> None:
    reading = read_pages(
        "Die Länder setzen Programme für lokale Räume wie\nbeispielsweise Werkstätten auf. In Sachsen sollen der",
        "Architekturpreis und andere Wettbewerbe geöffnet werden.",
    )
    assert sentences(reading)[1] == "In Sachsen sollen der Architekturpreis und andere Wettbewerbe geöffnet werden."


def test_stray_marks_beside_a_quotation_are_dropped_with_their_reason_and_stay_in_the_source() -> None:
    source = "Der Austausch ist wertvoll: Gründer-\n\nR innen und Gründer lernen von den jungen [\nUnternehmen.\n‘\n"
    reading = read(source)
    assert reading.text.reading == (
        "Der Austausch ist wertvoll: Gründerinnen und Gründer lernen von den jungen Unternehmen."
    )
    dropped = {(source[e.start : e.end], e.reason) for e in reading.text.edits if e.kind is EditKind.DROP}
    assert dropped == {("R", "Fleck am Zeilenanfang"), ("[", "Fleck am Zeilenende"), ("‘", "kein Wort in der Zeile")}
    assert reading.text.source == source


def test_brackets_and_quotation_marks_that_belong_to_the_text_are_kept() -> None:
    reading = read("[1] Siehe Anlage.\n„Wir helfen“, sagt sie.\nDas gilt [neu]\n")
    assert reading.text.reading.startswith("[1] Siehe Anlage.")
    assert "„Wir helfen“" in reading.text.reading
    assert "[neu]" in reading.text.reading


def test_running_headers_and_page_numbers_are_dropped_on_every_page() -> None:
    bodies = ["Der Radweg wird gebaut.", "Die Schule wird saniert.", "Das Bad bleibt offen."]
    reading = read_pages(*(f"Stadt Wismar Jahresbericht 2023\n\n{body}\n\n{n}" for n, body in enumerate(bodies, 4)))
    assert sentences(reading) == bodies
    assert sum(edit.kind is EditKind.DROP for edit in reading.text.edits) == 6


def test_headings_of_one_kind_on_every_page_are_no_running_headers() -> None:
    reading = read_pages(
        *(f"Maßnahme {n}\n\nDie Stadt pflanzt in diesem Jahr {n} Bäume am Ring und am Markt." for n in (3, 4, 5))
    )
    assert headings(reading) == ["Maßnahme 3", "Maßnahme 4", "Maßnahme 5"]


def test_an_agenda_is_a_list_and_its_repetition_above_text_a_heading() -> None:
    reading = read(MINUTES)
    assert headings(reading) == ["TOP 1 Eröffnung", "TOP 2 Haushaltssatzung 2024"]
    assert "TOP 2 Haushaltssatzung 2024" in sentences(reading)
    assert section_of(reading, "Die Erträge") == "TOP 2 Haushaltssatzung 2024"
    assert section_of(reading, "Anwesend") is None


def test_a_label_and_the_short_lines_below_it_are_one_sentence() -> None:
    assert (
        "Anwesend: Bürgermeister Dr. Karl-Heinz Brüggemann (Vorsitz) Ratsfrau Annegret Möller Ratsherr Jürgen Weiß"
        in sentences(read(MINUTES))
    )


def test_a_heading_of_several_lines_is_one_heading() -> None:
    reading = read(
        "Instrumente zur Stärkung der\nZusammenarbeit zwischen Ämtern\nund Schulen\n\n"
        "Das Land hat im Jahr 2020 das erste Labor einer Landesregierung geschaffen. Es\n"
        "arbeitet seitdem mit fünf Personen an Projekten für die Verwaltung.\n"
    )
    assert headings(reading) == ["Instrumente zur Stärkung der Zusammenarbeit zwischen Ämtern und Schulen"]
    assert {s.section for s in reading.sentences} == set(headings(reading))


def test_numbered_headings_need_no_empty_lines() -> None:
    reading = read(
        "1. Ausgangslage\nDie Gemeinde hat 4.200 Einwohner und liegt an der Elbe, nicht weit von der Küste.\n"
        "2. Ziele\n2.1 Klima\nDie Gemeinde will bis zum Jahr 2040 klimaneutral werden und Energie sparen.\n"
    )
    assert headings(reading) == ["1. Ausgangslage", "2. Ziele", "2.1 Klima"]
    assert section_of(reading, "Die Gemeinde will") == "2. Ziele – 2.1 Klima"


def test_a_day_at_the_beginning_of_a_line_is_no_numbered_heading() -> None:
    reading = read(
        "1. Termine\nDie Sitzung des Ausschusses für Bauen und Verkehr findet am\n"
        "25. April 2023 im großen Saal statt.\n2. Ende\n"
    )
    assert (
        "Die Sitzung des Ausschusses für Bauen und Verkehr findet am 25. April 2023 im großen Saal statt."
        in sentences(reading)
    )


def test_a_short_list_is_read_with_its_lead_in() -> None:
    reading = read(
        "Die Strategie verfolgt drei Ziele:\n\n• alle Leistungen online\n• offene Daten\n"
        "\uf0b7 digitale Teil-\n  habe\n\nDanach wird geprüft.\n"
    )
    assert (
        sentences(reading)[0]
        == "Die Strategie verfolgt drei Ziele: • alle Leistungen online • offene Daten • digitale Teilhabe"
    )


def test_a_long_list_is_read_entry_by_entry_without_bullets() -> None:
    entries = [f"Maßnahme im Stadtteil Nummer {n} mit neuen Bänken, Bäumen und Wegen" for n in range(1, 9)]
    reading = read("Geplant ist:\n" + "\n".join(f"• {entry}" for entry in entries) + "\n")
    assert sentences(reading) == entries
    assert section_of(reading, entries[7]) == "Geplant ist"


def test_an_event_and_its_place_on_two_lines_are_one_sentence() -> None:
    reading = read(
        "24. April 2023, 19.30 Uhr: Informelles Abendessen\nRestaurant Il Casale, Wasserstraße 1a, 23966 Wismar\n\n"
        "25. April 2023 - Tagesordnung\n"
    )
    assert sentences(reading)[0].endswith("Abendessen Restaurant Il Casale, Wasserstraße 1a, 23966 Wismar")


def test_a_page_with_one_sentence_per_line_keeps_its_lines_apart() -> None:
    lines = [
        "Wie finde ich einen Kitaplatz?",
        "Wenn Sie einen Platz suchen, melden Sie Ihr Kind bitte online über das Portal der Stadt an.",
        "Die Anmeldung ist ab der Geburt des Kindes möglich, spätestens aber sechs Monate vor dem Beginn.",
        "Die Plätze für das neue Jahr werden immer im Februar vergeben, danach nur noch freie Plätze.",
        "Kosten:",
        "Für Kinder ab drei Jahren ist der Besuch frei.",
        "Kontakt und Anmeldung",
        "kita@stadt.de",
    ]
    reading = read("\n".join(lines))
    assert headings(reading) == ["Wie finde ich einen Kitaplatz?", "Kosten:"]
    assert sentences(reading) == [lines[n] for n in (1, 2, 3, 5, 6, 7)]
    assert section_of(reading, "Für Kinder") == "Kosten"


def test_entries_of_a_table_of_contents_are_dropped() -> None:
    reading = read(
        "Inhalt\n1 Einleitung ......... 2\n2 Ziele . . . . . . 14\n\nDie Stadt plant bis 2030 den Ausbau der Radwege.\n"
    )
    assert not any("...." in sentence or "14" in sentence for sentence in sentences(reading))


def test_unseen_characters_ligatures_and_composed_umlauts_are_read_as_letters() -> None:
    reading = read("Das O\ufb03ce der Bu\u0308rger\u00admeisterin\u200b hat\xa0\0 Zeit.")
    assert reading.text.reading == "Das Office der Bürgermeisterin hat Zeit."


def test_text_without_any_word_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="keine lesbare Zeile"):
        read("‘ |\n[\n")


def test_the_report_reads_as_a_person_reads_it(report: Document) -> None:
    texts = [report.reading[s.span.start : s.span.end] for s in report.sentences]
    assert any(
        text.startswith("Der 11. Bundesländerworkshop fand am 25. April 2023 im InnovationPort") for text in texts
    )
    assert any("1,7 Milliarden Euro aus Bundes-, Landes- und Kommunalmitteln" in text for text in texts)
    assert any("mit dem Start-up Aleph Alpha entwickelt wurde" in text for text in texts)
    assert any("Förderprogramm Smarte.Land.Regionen Kommunen bei der Digitalisierung." in text for text in texts)
    assert any("Die Initiative Stadt.Land.Digital wird im Juni 2023 wie geplant" in text for text in texts)
    assert {s.section for s in report.sentences} >= {"Grußworte", "Kurzberichte aus den Bundesländern"}


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="aBü-. \n\n\f‘•1:\u00ad\ufffe\0", max_size=120))
@example("‘ \0 1")  # a stray mark, and a sign without a shape in the gap after it
@example("1 \0 ‘")
def test_any_text_reads_as_single_spaced_lines_with_sentences_inside(source: str) -> None:
    try:
        reading = read(source)
    except UnreadableFileError:
        return
    text = reading.text.reading
    assert text == "\n".join(" ".join(line.split(" ")) for line in text.split("\n"))
    assert "  " not in text and "\n\n" not in text and text == text.strip(" \n")
    assert [s.span for s in reading.sentences] == sorted(s.span for s in reading.sentences)
    assert all(_is_inside_one_block(s, reading) for s in reading.sentences)


def _is_inside_one_block(sentence: Sentence, reading: Reading) -> bool:
    return any(
        block.start <= sentence.span.start < sentence.span.end <= block.end and kind is not BlockKind.HEADING
        for block, kind in reading.blocks
    )


def test_nothing_in_product_code_names_this_report() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in Path("corpus").rglob("*.py"))
    assert not [name for name in ("Pegel", "InnovationPort", "GovTech", "InnoLab", "Il Casale") if name in code]
