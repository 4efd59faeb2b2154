"""Word, OpenDocument, HTML and Markdown: the structure a file marks is the structure that is read."""

import re
import zipfile
from datetime import date, datetime
from io import BytesIO

import docx
import odfdo
import pytest
from docx.enum.text import WD_BREAK

from corpus.errors import UnreadableFileError
from corpus.options import MAX_UNPACKED_BYTES
from corpus.readers import markup
from corpus.readers.raw import RawText
from corpus.reading import read_source
from corpus.types import BlockKind, Span

HEADING, TEXT, ITEM = BlockKind.HEADING, BlockKind.TEXT, BlockKind.ITEM


def blocks(raw: RawText) -> list[tuple[BlockKind, str]]:
    return [(kind, raw.source_text[span.start : span.end]) for span, kind in raw.marked]


def html(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode()


def word_file() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Radverkehrskonzept Musterstadt"
    document.core_properties.created = datetime(2024, 3, 5, 9, 30)
    document.sections[0].header.paragraphs[0].text = "Kopfzeile"
    document.add_heading("Radverkehrskonzept", 0)
    document.add_heading("Ziele", 1)
    document.add_paragraph("Der Anteil des Radverkehrs soll steigen.")
    document.add_paragraph("Lückenschluss am Ring", style="List Bullet")
    table = document.add_table(rows=2, cols=3)
    for cell, value in zip(
        table._cells, ["Straße", "Maßnahme", "Kosten", "Ringstraße", "Radweg", "2 Mio. Euro"], strict=True
    ):
        cell.text = value
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("Die zweite Seite beginnt hier.")
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def test_a_word_file_gives_headings_paragraphs_entries_and_rows_with_their_header() -> None:
    assert blocks(markup.read_docx(word_file())) == [
        (HEADING, "Radverkehrskonzept"),
        (HEADING, "Ziele"),
        (TEXT, "Der Anteil des Radverkehrs soll steigen."),
        (ITEM, "• Lückenschluss am Ring"),
        (ITEM, "Straße: Ringstraße; Maßnahme: Radweg; Kosten: 2 Mio. Euro"),
        (TEXT, "Die zweite Seite beginnt hier."),
    ]


def test_a_word_file_has_the_pages_that_its_author_broke() -> None:
    raw = markup.read_docx(word_file())
    second = raw.pages[1].span
    assert [page.number for page in raw.pages] == [1, 2]
    assert raw.source_text[second.start : second.end] == "Die zweite Seite beginnt hier."
    assert raw.source_text[second.start - 1] == "\f"
    assert raw.pages[0].span == Span(0, second.start - 1)


def test_a_word_file_knows_its_title_and_day() -> None:
    raw = markup.read_docx(word_file())
    assert (raw.title, raw.published) == ("Radverkehrskonzept Musterstadt", date(2024, 3, 5))


def test_an_open_document_gives_headings_paragraphs_and_entries() -> None:
    document = odfdo.Document("text")
    document.meta.title = "Bäderkonzept der Stadt"
    document.meta.creation_date = datetime(2021, 1, 1)
    document.meta.date = datetime(2023, 11, 2)
    document.body.clear()
    document.body.append(odfdo.Header(1, "Öffnungszeiten"))
    document.body.append(odfdo.Paragraph("Das Hallenbad öffnet um 7 Uhr."))
    document.body.append(odfdo.List(["Sauna", "Freibad"]))
    file = BytesIO()
    document.save(file)
    raw = markup.read_odt(file.getvalue())
    assert blocks(raw) == [
        (HEADING, "Öffnungszeiten"),
        (TEXT, "Das Hallenbad öffnet um 7 Uhr."),
        (ITEM, "• Sauna"),
        (ITEM, "• Freibad"),
    ]
    assert (raw.title, raw.published) == ("Bäderkonzept der Stadt", date(2023, 11, 2))


def test_of_a_web_page_only_the_text_is_read() -> None:
    page = html(
        "<header>Stadt Musterstadt</header><nav><a>Start</a></nav>"
        "<h1>Hunde<em>steuer</em></h1><p>Die Steuer beträgt<br>60&nbsp;Euro.</p><script>alert(1)</script>"
        "<aside>Werbung</aside><p hidden>Entwurf</p><footer>Impressum</footer>"
    )
    assert blocks(markup.read_html(page)) == [(HEADING, "Hundesteuer"), (TEXT, "Die Steuer beträgt 60 Euro.")]


def test_where_a_web_page_marks_its_main_part_only_that_is_read() -> None:
    page = html("<p>Suche</p><main><header><h1>Abfall</h1></header><p>Montags.</p></main><p>Teilen</p>")
    assert blocks(markup.read_html(page)) == [(HEADING, "Abfall"), (TEXT, "Montags.")]


def test_numbered_entries_keep_their_numbers_and_nested_lists_their_order() -> None:
    page = html("<ol><li>Antrag stellen<ul><li>online</li></ul></li><li>Bescheid abwarten</li></ol>")
    assert [text for _, text in blocks(markup.read_html(page))] == [
        "1. Antrag stellen", "• online", "2. Bescheid abwarten",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("<tr><th>Jahr<th>Einwohner</tr><tr><td>2023<td>8.120</tr>", ["Jahr: 2023; Einwohner: 8.120"]),
        ("<tr><td>Ort<td>Wismar</tr><tr><td>Tag<td>25. April</tr>", ["Ort: Wismar", "Tag: 25. April"]),
        ("<tr><td>Nord<td>1<td>2</tr><tr><td>Süd<td>3<td></tr>", ["Nord; 1; 2", "Süd; 3"]),
        ("<tr><th>A<th>B</tr><tr><td>1<td>2<td>3</tr>", ["A: 1; B: 2; 3"]),  # a cell more than headers
    ],
)
def test_each_row_of_a_table_keeps_the_header_with_each_value(rows: str, expected: list[str]) -> None:
    page = html(f"<table><caption>Zahlen</caption>{rows}</table>")
    assert blocks(markup.read_html(page)) == [(HEADING, "Zahlen"), *((ITEM, text) for text in expected)]


def test_a_table_that_only_arranges_the_page_is_read_as_a_page() -> None:
    page = html("<table><tr><td><h2>Kontakt</h2><p>Rathaus</p></td></tr></table>")
    assert blocks(markup.read_html(page)) == [(HEADING, "Kontakt"), (TEXT, "Rathaus")]


def test_a_web_page_knows_its_title_day_and_encoding() -> None:
    page = "<head><meta charset='windows-1252'><title>Straßen</title><meta name='date' content='2022-06-01'></head><p>ä"
    raw = markup.read_html(page.encode("cp1252"))
    assert (raw.title, raw.published, raw.source_text) == ("Straßen", date(2022, 6, 1), "ä")


def test_what_stands_above_a_markdown_text_names_its_title_and_day() -> None:
    raw = markup.read_markdown("---\ntitle: Bäder\ndate: 2023-05-04\n---\n\nDas Bad ist offen.\n".encode())
    assert (raw.title, raw.published, raw.source_text) == ("Bäder", date(2023, 5, 4), "Das Bad ist offen.")
    broken = markup.read_markdown(b"---\n[: x\n---\nDas Bad ist offen.\n")
    assert (broken.title, broken.published, broken.source_text) == (None, None, "Das Bad ist offen.")


@pytest.mark.parametrize(("start", "number"), [("12", "12."), ("x", "1."), ("-3", "1."), ("9" * 30, "1.")])
def test_a_numbered_list_begins_with_its_own_number(start: str, number: str) -> None:
    page = html(f"<ol start='{start}'><li>Mai 2023</li></ol>")
    assert blocks(markup.read_html(page)) == [(ITEM, f"{number} Mai 2023")]


def test_a_web_page_that_names_no_encoding_is_read_like_a_text() -> None:
    assert markup.read_html("<p>Grüße</p>".encode()).source_text == "Grüße"
    assert markup.read_html("<p>Grüße</p>".encode("cp1252")).source_text == "Grüße"


def test_markdown_gives_headings_entries_and_rows() -> None:
    text = "# Plan\n\nEin **wichtiger** Absatz,\numbrochen.\n\n- Eins\n- Zwei\n\n| A | B |\n|---|---|\n| 1 | 2 |\n"
    assert blocks(markup.read_markdown(text.encode())) == [
        (HEADING, "Plan"),
        (TEXT, "Ein wichtiger Absatz, umbrochen."),
        (ITEM, "• Eins"),
        (ITEM, "• Zwei"),
        (ITEM, "A: 1; B: 2"),
    ]


def test_the_marked_structure_becomes_sections_and_sentences() -> None:
    raw = markup.read_html(
        html("<h1>Bad</h1><p>Es öffnet um 7 Uhr. Es schließt um 20 Uhr.</p><h2>Preise</h2><p>Frei.</p>")
    )
    reading = read_source(raw)
    text = reading.text.reading
    assert [(text[s.span.start : s.span.end], s.section) for s in reading.sentences] == [
        ("Es öffnet um 7 Uhr.", "Bad"),
        ("Es schließt um 20 Uhr.", "Bad"),
        ("Frei.", "Preise"),
    ]


def test_a_short_list_is_read_with_its_lead_in() -> None:
    raw = markup.read_html(html("<p>Bitte bringen Sie mit:</p><ul><li>Ausweis</li><li>Foto</li></ul>"))
    reading = read_source(raw)
    assert [reading.text.reading[s.span.start : s.span.end] for s in reading.sentences] == [
        "Bitte bringen Sie mit: • Ausweis • Foto"
    ]


@pytest.mark.parametrize("read", [markup.read_docx, markup.read_odt])
def test_a_file_that_is_no_package_is_refused(read: object) -> None:
    with pytest.raises(UnreadableFileError, match="beschädigt oder nicht vom Format"):
        read(b"kein Zip")  # type: ignore[operator]


def test_a_truncated_word_file_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="beschädigt"):
        markup.read_docx(word_file()[:-200])


def test_a_page_without_text_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="keinen Text"):
        markup.read_html(html("<nav>Start</nav>"))


def test_a_packed_file_that_would_fill_the_memory_is_refused() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * (MAX_UNPACKED_BYTES + 1))
    with pytest.raises(UnreadableFileError, match="entpackt 200 MB"):
        markup.read_docx(file.getvalue())


def test_deeply_nested_markup_ends_with_a_text_or_a_reason() -> None:
    page = html("<div>" * 100_000 + "Text" + "</div>" * 100_000)
    try:
        assert "Text" in markup.read_html(page).source_text
    except UnreadableFileError as error:
        assert re.search("beschädigt|keinen Text", str(error))
