"""Words with places become lines in reading order: columns, tables with and without rules, gaps."""

from collections.abc import Sequence

from corpus.readers.page_geometry import Box, Word
from corpus.readers.page_layout import TextLine, lay_out

SIZE = 10.0
WIDTH = 5.0  # of a letter


def word(text: str, left: float, line: float, size: float = SIZE) -> Word:
    top = line * 12.0
    return Word(text, Box(left, top, left + WIDTH * len(text), top + size), size)


def words(text: str, left: float, line: float, size: float = SIZE) -> list[Word]:
    """Return words with a space of half a type size between them."""
    found: list[Word] = []
    for part in text.split():
        found.append(word(part, left, line, size))
        left = found[-1].box.right + WIDTH
    return found


def texts(lines: Sequence[TextLine]) -> list[str]:
    return [" ".join(word.text for word in line.words) for line in lines]


def test_two_columns_are_read_one_after_the_other_though_the_file_runs_across_both() -> None:
    lines = [words(f"links steht Zeile {n}", 50, n) + words(f"rechts steht Zeile {n}", 300, n) for n in range(5)]
    assert texts(lay_out(lines)) == [f"links steht Zeile {n}" for n in range(5)] + [
        f"rechts steht Zeile {n}" for n in range(5)
    ]


def test_a_title_over_both_columns_comes_first_and_a_line_under_both_last() -> None:
    across = "ein langer Satz der über beide Spalten der Seite läuft und nicht aufhören will"
    rows = [words(f"links steht Zeile {n}", 50, n) + words(f"rechts steht Zeile {n}", 300, n) for n in range(1, 6)]
    found = texts(lay_out([*rows, words(across, 50, 0), words(across, 50, 6)]))
    assert found[0] == found[-1] == across
    assert found[1:6] == [f"links steht Zeile {n}" for n in range(1, 6)]


def test_a_paragraph_over_both_columns_is_one_with_its_short_last_line() -> None:
    rows = [words(f"links steht Zeile {n}", 50, n) + words(f"rechts steht Zeile {n}", 300, n) for n in range(3, 8)]
    across = words("ein langer Absatz der über beide Spalten der Seite läuft bis hier", 50, 0)
    lines = lay_out([across, words("und kurz endet.", 50, 1), *rows])
    assert texts(lines)[1] == "und kurz endet."
    assert [line.gap for line in lines[:3]] == [True, False, True]


def test_a_heading_below_both_columns_belongs_to_what_comes_below() -> None:
    rows = [words(f"links steht Zeile {n}", 50, n) + words(f"rechts steht Zeile {n}", 300, n) for n in range(5)]
    across = words("ein langer Satz der über beide Spalten der Seite läuft bis hier", 50, 8)
    found = texts(lay_out([*rows, words("Kosten", 50, 6, size=14), across]))
    assert found[-3:-1] == ["rechts steht Zeile 4", "Kosten"]


def test_columns_of_justified_text_may_have_wide_spaces() -> None:
    left, right = ["links", "steht", "der", "Text"], ["rechts", "geht", "es", "ja"]
    rows = [
        [word(part, 50 + (45 - 13 * (n % 2)) * place, n) for place, part in enumerate(left)]
        + [word(part, 300 + (55 - n) * place, n) for place, part in enumerate(right[: 4 - n % 2])]
        for n in range(5)
    ]
    assert texts(lay_out(rows))[5:] == ["rechts geht es ja", "rechts geht es"] * 2 + ["rechts geht es ja"]


def test_a_short_note_in_smaller_type_is_read_after_the_text_beside_it() -> None:
    lines = [words(f"der Text der Seite Zeile {n}", 50, n) + words(f"Notiz {n}", 300, n, size=8) for n in range(3)]
    assert texts(lay_out(lines)) == [f"der Text der Seite Zeile {n}" for n in range(3)] + [
        f"Notiz {n}" for n in range(3)
    ]


def test_lines_come_from_top_to_bottom_whatever_the_order_of_the_file() -> None:
    assert texts(lay_out([words("zweite", 50, 1), words("erste", 50, 0)])) == ["erste", "zweite"]


def test_bullets_and_numbers_stay_with_their_text() -> None:
    lines = [words(mark, 50, n) + words(f"Eintrag {n}", 80, n) for n, mark in enumerate(["•", "•", "1.", "a)", "–"])]
    assert texts(lay_out(lines)) == ["• Eintrag 0", "• Eintrag 1", "1. Eintrag 2", "a) Eintrag 3", "– Eintrag 4"]


def test_short_values_in_three_columns_are_a_table_whose_first_row_names_them() -> None:
    rows = [("Jahr", "Ort", "Kosten"), ("2024", "Wismar", "5 Euro"), ("2025", "Köln", "7 Euro")]
    lines = [words(a, 50, n) + words(b, 150, n) + words(c, 300, n) for n, (a, b, c) in enumerate(rows)]
    found = lay_out(lines)
    assert texts(found) == ["Jahr: 2024; Ort: Wismar; Kosten: 5 Euro", "Jahr: 2025; Ort: Köln; Kosten: 7 Euro"]
    assert all(line.in_table and line.gap for line in found)


def test_in_two_columns_of_short_values_the_first_names_the_second() -> None:
    rows = [("Ort:", "Rathaus Wismar"), ("Beginn:", "18 Uhr"), ("Leitung:", "Frau Groß")]
    lines = [words(a, 50, n) + words(b, 150, n) for n, (a, b) in enumerate(rows)]
    assert texts(lay_out(lines)) == ["Ort: Rathaus Wismar", "Beginn: 18 Uhr", "Leitung: Frau Groß"]


def test_two_aligned_lines_are_no_table_yet() -> None:
    lines = [words("Ort", 50, n) + words("Wismar", 150, n) for n in range(2)]
    assert [line.in_table for line in lay_out(lines)] == [False, False]


RULED = [
    [Box(50, 0, 150, 12), Box(150, 0, 250, 12), Box(250, 0, 350, 12)],
    [Box(50, 12, 150, 36), Box(150, 12, 250, 36), Box(250, 12, 350, 36)],
]


def test_a_cell_of_a_ruled_table_may_have_several_lines() -> None:
    lines = [
        words("Maßnahme", 55, 0) + words("Kosten", 155, 0) + words("Jahr", 255, 0),
        words("Radweg", 55, 1) + words("5 Euro", 155, 1) + words("2025", 255, 1),
        words("im Norden", 55, 2),
    ]
    assert texts(lay_out(lines, [RULED])) == ["Maßnahme: Radweg im Norden; Kosten: 5 Euro; Jahr: 2025"]


def test_a_word_hyphenated_in_a_cell_goes_on_in_a_second_line_of_the_row() -> None:
    lines = [
        words("Maßnahme", 55, 0) + words("Kosten", 155, 0) + words("Jahr", 255, 0),
        words("Rad-", 55, 1) + words("5 Euro", 155, 1) + words("2025", 255, 1),
        words("weg", 55, 2),
    ]
    found = lay_out(lines, [RULED])
    assert texts(found) == ["Maßnahme: Rad-", "weg; Kosten: 5 Euro; Jahr: 2025"]
    assert [line.gap for line in found] == [True, False]


def test_rules_around_long_text_make_no_table() -> None:
    long = "ein Kasten mit einem Satz"
    lines = [words(long, 55, n / 4) for n in range(13)]
    grid = [[Box(50, 0, 400, 20), Box(400, 0, 500, 20)], [Box(50, 20, 400, 40), Box(400, 20, 500, 40)]]
    assert not any(line.in_table for line in lay_out(lines, [grid]))


def test_a_table_keeps_its_place_between_the_lines_around_it() -> None:
    below = [[Box(b.left, b.top + 12, b.right, b.bottom + 12) for b in row] for row in RULED]
    lines = [
        words("davor", 50, 0),
        words("A", 55, 1) + words("B", 155, 1) + words("C", 255, 1),
        words("1", 55, 2) + words("2", 155, 2) + words("3", 255, 2),
        words("danach", 50, 5),
    ]
    assert texts(lay_out(lines, [below])) == ["davor", "A: 1; B: 2; C: 3", "danach"]


def test_a_wide_distance_and_another_type_size_set_lines_off() -> None:
    lines = [words("eins", 50, 0), words("zwei", 50, 1), words("drei", 50, 3), words("vier", 50, 4, size=14)]
    assert [line.gap for line in lay_out(lines)] == [True, False, True, True]


def test_an_empty_page_has_no_lines() -> None:
    assert lay_out([]) == []
