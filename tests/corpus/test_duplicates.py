"""Versions of one report are found by the sentences they share."""

from pathlib import Path

from corpus.duplicates import find_versions
from corpus.ingestion import ingest_folder
from corpus.report import describe, render

SENTENCES = [
    "Die Stadt baut im kommenden Jahr drei neue Kindertagesstätten.",
    "Der Gemeinderat hat dafür vier Millionen Euro bewilligt.",
    "Die Arbeiten am Standort Nord beginnen im März.",
    "Am Standort Süd wird zunächst der Boden untersucht.",
    "Die Verwaltung berichtet halbjährlich über den Fortschritt.",
]
OTHER = [
    "Das Hallenbad bleibt im Sommer wegen Reparaturen geschlossen.",
    "Das Freibad öffnet dafür zwei Wochen früher als sonst.",
    "Die Preise für Familien ändern sich in diesem Jahr nicht.",
    "Schulklassen nutzen das Bad am Vormittag ohne Eintritt.",
    "Der Förderverein hat eine neue Rutsche gespendet.",
]


def write(folder: Path, **texts: list[str]) -> None:
    for name, sentences in texts.items():
        (folder / f"{name}.txt").write_text("\n\n".join(sentences), encoding="utf-8")


def pairs(folder: Path) -> list[tuple[str, str, float]]:
    return [(v.older.path, v.newer.path, v.share) for v in find_versions(ingest_folder(folder).documents)]


def test_a_report_and_its_newer_version_are_a_pair(tmp_path: Path) -> None:
    write(tmp_path, b_2022=SENTENCES, a_2024=[*SENTENCES[:4], OTHER[0]], c=OTHER)
    (tmp_path / "b_2022.txt").rename(tmp_path / "b_2022-01-31.txt")
    (tmp_path / "a_2024.txt").rename(tmp_path / "a_2024-02-01.txt")
    assert pairs(tmp_path) == [("b_2022-01-31.txt", "a_2024-02-01.txt", 0.8)]


def test_the_same_file_under_two_names_is_a_pair(tmp_path: Path) -> None:
    write(tmp_path, bericht=SENTENCES, kopie=SENTENCES)
    assert pairs(tmp_path) == [("bericht.txt", "kopie.txt", 1.0)]


def test_reports_that_share_half_of_their_sentences_are_two_reports(tmp_path: Path) -> None:
    write(tmp_path, a=SENTENCES + OTHER[:1], b=SENTENCES[:3] + OTHER[1:4])
    assert pairs(tmp_path) == []


def test_short_notes_with_the_same_words_are_no_versions(tmp_path: Path) -> None:
    write(tmp_path, a=SENTENCES[:2], b=SENTENCES[:2])
    assert pairs(tmp_path) == []


def test_the_keepers_report_names_the_pair(tmp_path: Path) -> None:
    write(tmp_path, bericht=SENTENCES, kopie=SENTENCES)
    ingestion = ingest_folder(tmp_path)
    assert describe(ingestion)["versions"] == [{"older": "bericht.txt", "newer": "kopie.txt", "shared": 1.0}]
    assert "  bericht.txt und kopie.txt (100 % gleiche Sätze)" in render(ingestion).splitlines()
