"""The reading of a page in pieces: it is the reading, and every mark is where the citation points."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from corpus.alignment import AlignedText
from corpus.types import Document, Edit, EditKind, Page, Sentence, Span
from ui.page_text import PART_LENGTH, Piece, paragraphs, parts, pieces, source_runs

SOURCE = "Bäder\n\nDie Stadt hilft fiir die Schu-\nlen. Ende.\fSeite zwei."
EDITS = (
    Edit(5, 7, "\n", EditKind.FOLD),
    Edit(23, 27, "für", EditKind.MEND, "Lesefehler"),
    Edit(32, 41, "Schulen", EditKind.JOIN),
    Edit(48, 49, "\n", EditKind.FOLD),
)


def _document(source: str, edits: tuple[Edit, ...], pages: tuple[Page, ...] = ()) -> Document:
    reading = AlignedText(source, edits).reading
    sentences = (Sentence(Span(6, 9), "Bäder"),)
    return Document(
        "d", "d.txt", "0" * 64, "Bäder", None, "text", source, edits, reading, pages, sentences, passages=()
    )


def test_the_example_is_cut_where_it_is_mended_and_cited() -> None:
    document = _document(SOURCE, EDITS)
    assert document.reading == "Bäder\nDie Stadt hilft für die Schulen. Ende.\nSeite zwei."
    cited = [Span(7, 42)]
    found = list(pieces(document, Span(0, len(SOURCE)), cited))
    assert found == [
        Piece("Bäder", cited=False),
        Piece("\n", cited=False),
        Piece("Die Stadt hilft ", cited=True),
        Piece("für", cited=True, original="fiir"),
        Piece(" die ", cited=True),
        Piece("Schulen", cited=True),
        Piece(".", cited=True),
        Piece(" Ende.", cited=False),
        Piece("\n", cited=False),
        Piece("Seite zwei.", cited=False),
    ]


def test_headings_are_told_from_paragraphs_and_the_first_mark_is_flagged() -> None:
    shown = paragraphs(_document(SOURCE, EDITS), Span(0, len(SOURCE)), [Span(7, 22), Span(49, 54)])
    assert [paragraph.heading for paragraph in shown] == [True, False, False]
    marks = [run for paragraph in shown for run in paragraph.runs if run.cited]
    assert ["".join(piece.text for piece in run.pieces) for run in marks] == ["Die Stadt hilft", "Seite"]
    assert [run.first for run in marks] == [True, False]


def test_both_headings_of_a_section_below_another_are_headings() -> None:
    source = "Plan – Teil 2\nZiele:\nMehr Wege."
    document = replace(_document(source, ()), sentences=(Sentence(Span(21, 31), "Plan – Teil 2 – Ziele"),))
    assert [p.heading for p in paragraphs(document, Span(0, len(source)), [])] == [True, True, False]


@st.composite
def _edited_texts(draw: st.DrawFn) -> tuple[Document, list[Span]]:
    source = draw(st.text("aäß \n\f-", min_size=1, max_size=60))
    places = sorted(draw(st.sets(st.integers(0, len(source)), max_size=12)))
    edits = tuple(
        Edit(start, end, draw(st.text("üx \n", max_size=3)), draw(st.sampled_from(EditKind)))
        for start, end in zip(places[::2], places[1::2], strict=False)
    )
    borders = st.tuples(st.integers(0, len(source)), st.integers(0, len(source)))
    cited = [Span(min(pair), max(pair)) for pair in draw(st.lists(borders, max_size=3)) if pair[0] != pair[1]]
    return _document(source, edits), cited


@given(_edited_texts())
def test_all_pieces_together_are_the_reading(example: tuple[Document, list[Span]]) -> None:
    document, cited = example
    found = pieces(document, Span(0, len(document.source_text)), cited)
    assert "".join(piece.text for piece in found) == document.reading


@given(_edited_texts(), st.integers(1, 59))
def test_the_pages_of_a_document_together_are_the_reading(example: tuple[Document, list[Span]], border: int) -> None:
    document, cited = example
    border = min(border, len(document.source_text))
    spans = (Span(0, border), Span(border, len(document.source_text)))
    found = [piece for span in spans for piece in pieces(document, span, cited)]
    assert "".join(piece.text for piece in found) == document.reading


@given(_edited_texts())
def test_the_source_is_shown_to_the_character_and_marked_exactly_where_cited(
    example: tuple[Document, list[Span]],
) -> None:
    document, cited = example
    marked: list[bool] = []
    text = ""
    for run in source_runs(document, Span(0, len(document.source_text)), cited):
        for piece in run.pieces:
            text += piece.text
            marked += [run.cited] * len(piece.text)
    assert text == document.source_text
    assert marked == [any(part.start <= at < part.end for part in cited) for at in range(len(text))]


def test_the_pages_of_a_paged_document_are_its_parts() -> None:
    pages = (Page(1, Span(0, 49)), Page(2, Span(49, 60)))
    assert parts(_document(SOURCE, EDITS, pages)) == pages


def test_a_long_document_without_pages_is_cut_between_paragraphs() -> None:
    paragraph = "ä" * (PART_LENGTH - 100)
    source = "\n".join([paragraph] * 4)
    borders = tuple(Edit(at, at + 1, "\n", EditKind.FOLD) for at, letter in enumerate(source) if letter == "\n")
    found = parts(_document(source, borders))
    assert [page.number for page in found] == [1, 2]
    assert [page.span.start for page in found] == [0, 2 * (PART_LENGTH - 99)]
    assert found[-1].span.end == len(source)


def test_a_text_without_paragraphs_is_one_part() -> None:
    assert [page.span for page in parts(_document("kurz", ()))] == [Span(0, 4)]
