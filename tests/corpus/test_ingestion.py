"""Ingestion: a folder of files becomes documents and refusals."""

import hashlib
import os
from datetime import date
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import CorpusFolderError
from corpus.ingestion import document_id, ingest_folder
from corpus.locate import align, page_of, ranges_by_page
from corpus.options import MAX_CHARACTERS, MAX_FILE_BYTES
from corpus.readers.formats import READERS
from corpus.types import Document

BERICHT = """Jahresbericht der Bücherei

Die Bücherei hat im Jahr 2023 über 12.000 Gäste begrüßt und neue Medien be-
schafft. Am Sonntag bleibt sie geschlossen.
"""


def ingest_one(folder: Path, name: str, content: str | bytes) -> Document:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    ingestion = ingest_folder(folder)
    assert ingestion.refusals == ()
    return ingestion.documents[-1]


def test_a_text_becomes_a_document_with_title_date_sentences_and_passages(tmp_path: Path) -> None:
    document = ingest_one(tmp_path, "2023/bücherei-2024-01-31.txt", BERICHT)
    assert document.path == "2023/bücherei-2024-01-31.txt"
    assert document.id.startswith("2023-buecherei-2024-01-31-")
    assert document.version == hashlib.sha256(BERICHT.encode()).hexdigest()
    assert document.title == "Jahresbericht der Bücherei"
    assert document.published == date(2024, 1, 31)
    assert document.source_text == BERICHT
    assert [document.reading[s.span.start : s.span.end] for s in document.sentences] == [
        "Die Bücherei hat im Jahr 2023 über 12.000 Gäste begrüßt und neue Medien beschafft.",
        "Am Sonntag bleibt sie geschlossen.",
    ]
    assert [passage.section for passage in document.passages] == ["Jahresbericht der Bücherei"]
    assert document.unknown_word_share == 0.0


def test_one_bad_file_never_stops_the_rest(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BERICHT, encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.7 kaputt")
    (tmp_path / "d.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "e.txt").touch()
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "g.TXT").write_bytes("Die Straße ist wegen Bauarbeiten gesperrt.".encode("cp1252"))
    with (tmp_path / "h.txt").open("wb") as large:
        large.truncate(50 * 1024 * 1024)
    os.mkfifo(tmp_path / "i.txt")
    ingestion = ingest_folder(tmp_path)
    assert [document.path for document in ingestion.documents] == ["a.txt", "f/g.TXT"]
    reasons = {refusal.path: refusal.reason for refusal in ingestion.refusals}
    assert list(reasons) == ["b.txt", "c.pdf", "d.xlsx", "e.txt", "h.txt", "i.txt"]
    assert "ein Bild" in reasons["b.txt"]
    assert "beschädigt" in reasons["c.pdf"]
    assert reasons["d.xlsx"] == (f"Das Format .xlsx wird nicht gelesen, nur {', '.join(READERS)}.")
    assert reasons["e.txt"] == "Die Datei ist leer."
    assert "50,0 MB zu groß; erlaubt sind 40 MB" in reasons["h.txt"]
    assert "keine gewöhnliche Datei" in reasons["i.txt"]


def test_a_file_of_exactly_the_limit_is_not_refused_for_its_size(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(MAX_FILE_BYTES)
    assert "Binärdaten" in ingest_folder(tmp_path).refusals[0].reason


def test_hidden_files_and_folders_are_skipped(tmp_path: Path) -> None:
    (tmp_path / ".versteckt").mkdir()
    for name in (".a.txt", "~$b.txt", ".versteckt/c.txt", "d.txt"):
        (tmp_path / name).write_text(BERICHT, encoding="utf-8")
    ingestion = ingest_folder(tmp_path)
    assert [document.path for document in ingestion.documents] == ["d.txt"]
    assert ingestion.refusals == ()


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    outside, root = tmp_path / "aussen", tmp_path / "berichte"
    outside.mkdir()
    root.mkdir()
    (outside / "geheim.txt").write_text("Geheime Angaben der Stadt.", encoding="utf-8")
    (root / "datei.txt").symlink_to(outside / "geheim.txt")
    (root / "ordner").symlink_to(outside)
    ingestion = ingest_folder(root)
    assert ingestion.documents == ()
    assert [refusal.path for refusal in ingestion.refusals] == ["datei.txt", "ordner"]
    assert all("führt aus dem Ordner der Berichte hinaus" in refusal.reason for refusal in ingestion.refusals)


def test_a_missing_folder_is_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(CorpusFolderError, match=r"fehlt: .*nirgends. Bitte anlegen"):
        ingest_folder(tmp_path / "nirgends")


def test_progress_counts_every_file(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.docx"):
        (tmp_path / name).write_text(BERICHT, encoding="utf-8")
    steps: list[tuple[int, int]] = []
    ingest_folder(tmp_path, lambda done, total: steps.append((done, total)))
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_identities_are_safe_in_links_and_differ_for_different_paths() -> None:
    assert document_id("Bericht Straße/Übersicht (neu).txt").startswith("bericht-strasse-uebersicht-neu-")
    assert document_id("日本.txt").startswith("dokument-")
    assert document_id("a b.txt") != document_id("a-b.txt")
    assert document_id("a.txt") != document_id("a.pdf")


@pytest.mark.parametrize(
    ("name", "content", "title", "published"),
    [
        (
            "protokoll_2023-11-16.txt",
            "Es wurde alles besprochen und beschlossen, was anlag.",
            "Protokoll",
            date(2023, 11, 16),
        ),
        ("a.txt", "Stadt Köln\n\nHaushaltsplan 2024\n\n" + BERICHT, "Haushaltsplan 2024", None),
        ("a.txt", "Konzept für Radwege\n\n14. März 2024\n\n" + BERICHT, "Konzept für Radwege", date(2024, 3, 14)),
        (
            "a.txt",
            "Ein Konzept\nfür die Innenstadt\n\n31. Februar 2024\n\n" + BERICHT,
            "Ein Konzept für die Innenstadt",
            None,
        ),
        ("Bericht 03.05.2022.txt", BERICHT, "Jahresbericht der Bücherei", date(2022, 5, 3)),
    ],
)
def test_title_and_date_come_from_the_title_page_or_the_file_name(
    tmp_path: Path, name: str, content: str, title: str, published: date | None
) -> None:
    document = ingest_one(tmp_path, name, content)
    assert (document.title, document.published) == (title, published)


@pytest.mark.parametrize(
    ("content", "publisher"),
    [
        ("Stadt Köln\n\nHaushaltsplan 2024\n\n" + BERICHT, "Stadt Köln"),
        (BERICHT + "\n\nHerausgeber: Landkreis Börde, Amt für Kultur\n", "Landkreis Börde"),
        ("Stadt Köln\n\n" + BERICHT + "\n\nHerausgegeben von der Stiftung Lesen\n", "Stiftung Lesen"),
        ("Konzept für Radwege\n\n" + BERICHT, None),
        ("Die Herausgeber des Buches danken.\n\n" + BERICHT, None),
    ],
)
def test_the_publisher_comes_from_the_imprint_or_the_letterhead(
    tmp_path: Path, content: str, publisher: str | None
) -> None:
    assert ingest_one(tmp_path, "a.txt", content).publisher == publisher


def test_a_file_with_too_many_characters_is_refused_with_both_numbers(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Die Stadt baut Wege. " * (MAX_CHARACTERS // 21 + 1), encoding="utf-8")
    [refusal] = ingest_folder(tmp_path).refusals
    assert refusal.reason == "Die Datei hat 10.000.011 Zeichen; erlaubt sind 10.000.000. Bitte teilen."


@pytest.mark.parametrize("piece", ["abc", "Aab", ".ab", "Liste:\n", "1. x\n", "Wort-\n", "„ab", "[ab"])
def test_a_file_of_one_piece_repeated_is_read_in_time(tmp_path: Path, piece: str) -> None:
    """Each took minutes or hours where the effort grew with the square of the length."""
    (tmp_path / "a.txt").write_text("Die Stadt baut einen Weg.\n\n" + piece * 60_000, encoding="utf-8")
    [document] = ingest_folder(tmp_path).documents
    assert document.sentences


def test_the_paragraphs_of_a_marked_title_page_count_as_such(tmp_path: Path) -> None:
    text = f"# Konzept für Radwege\n\nHerausgeber: Stadt Köln\n\n12. Mai 2023\n\n{BERICHT}\n\nStand: 1. Juni 2024\n"
    document = ingest_one(tmp_path, "a.md", text)
    assert (document.title, document.publisher, document.published) == (
        "Konzept für Radwege",
        "Stadt Köln",
        date(2023, 5, 12),
    )


def test_the_date_of_the_title_page_wins_over_that_of_the_file(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), invariant=1)  # made on 1 January 2000, says the file
    for row, line in enumerate(["Konzept für Radwege", "", "14. März 2024", "", *BERICHT.split("\n")]):
        canvas.drawString(72, 780 - 14 * row, line)
    canvas.save()
    [document] = ingest_folder(tmp_path).documents
    assert document.published == date(2024, 3, 14)


def test_a_sentence_over_two_pages_of_a_pdf_is_located_on_both(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.setTitle("Microsoft Word - bericht.docx")
    first = [
        "Bericht 2023",
        "Die Stadt hat im vergangenen Jahr viele Wege gebaut.",
        "Sie plant für das nächste Jahr den Ausbau des",
    ]
    for page, lines in enumerate([first, ["Bericht 2023", "Radwegs an der Küste und am Hafen der Stadt."]]):
        for row, line in enumerate(lines):
            canvas.drawString(72, 780 - 14 * row - 40 * min(row, 1), line)
        canvas.drawString(72, 40, f"Seite {page + 1}")
        canvas.showPage()
    canvas.save()
    document = ingest_folder(tmp_path).documents[0]
    assert document.title != "Microsoft Word - bericht.docx"
    sentence = document.sentences[-1]
    quote = document.reading[sentence.span.start : sentence.span.end]
    assert quote == "Sie plant für das nächste Jahr den Ausbau des Radwegs an der Küste und am Hafen der Stadt."
    ranges = ranges_by_page(document, align(document), sentence.span.start, sentence.span.end)
    assert [(page, document.source_text[span.start : span.end]) for page, span in ranges] == [
        (1, "Sie plant für das nächste Jahr den Ausbau des"),
        (2, "Radwegs an der Küste und am Hafen der Stadt."),
    ]
    assert [page_of(document, span.start) for _, span in ranges] == [1, 2]


def test_a_document_without_pages_has_no_page_numbers(tmp_path: Path) -> None:
    document = ingest_one(tmp_path, "a.txt", BERICHT)
    assert page_of(document, 5) is None
    assert {page for page, _ in ranges_by_page(document, align(document), 0, 20)} == {None}


def test_the_alignment_of_a_document_gives_its_reading(report: Document) -> None:
    aligned = align(report)
    assert aligned.reading == report.reading
    for sentence in report.sentences:
        span = aligned.source_span(sentence.span.start, sentence.span.end)
        quoted = report.source_text[span.start : span.end]
        for edit in reversed(aligned.edits_within(sentence.span.start, sentence.span.end)):
            quoted = quoted[: edit.start - span.start] + edit.replacement + quoted[edit.end - span.start :]
        assert quoted == report.reading[sentence.span.start : sentence.span.end]
